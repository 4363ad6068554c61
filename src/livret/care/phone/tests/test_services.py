"""Calls that arrive: who is taken, by which clause, and what bounds the guessing of codes."""

from datetime import timedelta

import pytest

from livret.care.phone import queries, services
from livret.care.phone.models import Call
from livret.care.phone.rules.admission import Reason
from livret.care.phone.rules.defaults import defaults
from livret.care.phone.tests import factories
from livret.care.support import services as desk
from livret.care.support.tests import factories as support
from livret.clients.actors import actor_of

TEN = factories.MONDAY_10H


def told(request):
    """What the timeline of a request says of calls."""
    return [event.data["step"] for event in request.events.filter(kind="call").order_by("sequence")]


def later(minutes=0, **more):
    return TEN + timedelta(minutes=minutes, **more)


class TestArrival:
    def test_under_care_the_code_opens_the_request_and_its_timeline_tells(self, care, bob, key):
        request = support.file(bob, at=support.paris(2, 9))

        call = factories.arrive(key, code=request.call_code, number="06 12 34 56 78")

        assert (call.state, call.request, call.client, call.number) == ("waiting", request, bob.client, "0612345678")
        assert told(request) == ["arrived"]

    @pytest.mark.parametrize("grouping", ["{0}", "{0:.4} {1}", " {0:.4}  {1} "])
    def test_a_code_is_known_in_groups_or_not(self, care, bob, key, grouping):
        request = support.file(bob, at=support.paris(2, 9))

        call = factories.arrive(key, code=grouping.format(request.call_code, request.call_code[4:]))

        assert call.request == request

    def test_under_care_a_call_without_a_request_is_refused_by_its_clause(self, care, key):
        call = factories.arrive(key, called=factories.CARE_LINE)

        assert (call.state, call.refusal, call.clause) == ("refused", Reason.NEEDS_REQUEST, "C-14")

    def test_under_care_a_closed_request_does_not_open_the_line(self, care, bob, denis, key):
        request = support.pick_up(support.file(bob, at=support.paris(2, 9)), denis, at=support.paris(2, 9, 5))
        desk.close(request, "answered", text="Voilà.", by=actor_of(denis), now=support.paris(2, 9, 10))

        assert factories.arrive(key, code=request.call_code).refusal == Reason.REQUEST_CLOSED

    def test_on_the_publishers_line_nobody_known_is_taken(self, sprint, key):
        factories.announce()

        call = factories.arrive(key, called="+33 1 99 00 12 34")

        assert (call.state, call.client, call.is_priority, call.line) == ("waiting", None, False, "0199001234")

    def test_without_line_and_code_the_line_that_wants_no_request_answers(self, sprint, key):
        assert factories.arrive(key).state == "waiting"

    def test_a_private_caller_goes_first_by_the_clause(self, open_and_private, key):
        first, private = (factories.arrive(key, code=one.call_code) for one in open_and_private)

        assert [call.pk for call in queries.waiting_calls()] == [private.pk, first.pk]
        assert (private.is_priority, private.clause, first.is_priority) == (True, "S-13", False)

    def test_a_caller_is_recognised_by_the_number_of_a_call_before(self, open_and_private, key):
        _, private = open_and_private
        factories.end(factories.arrive(key, code=private.call_code, number="0612345678"))

        again = factories.arrive(key, number="+33612345678", at=later(5))

        assert (again.client, again.is_priority, again.request) == (private.client, True, None)

    def test_the_plan_connect_has_no_telephone(self, connect, alice, key):
        support.publish_hours()
        request = support.file(alice, kind="customer_service", criticality="", topic="account")

        call = factories.arrive(key, code=request.call_code)

        assert (call.refusal, call.clause) == (Reason.NO_PHONE, "S-13")

    def test_a_suspended_client_is_refused_by_the_clause_until_it_is_lifted(self, care, bob, key):
        request = support.file(bob, at=support.paris(2, 9))
        suspension = desk.suspend_support(
            bob.client, "untrained_users", reason="Formation refusée.", from_at=TEN, by=support.PUBLISHER, now=TEN
        )
        refused = factories.arrive(key, code=request.call_code)
        desk.lift_suspension(suspension, reason="Formés.", by=support.PUBLISHER, now=later(5))

        taken = factories.arrive(key, code=request.call_code, at=later(5))

        assert (refused.refusal, refused.clause, taken.state) == (Reason.SUSPENDED, "C-14", "waiting")

    @pytest.mark.parametrize(
        ("at", "opens"),
        [
            (support.paris(2, 8, 59, 59), support.paris(2, 9)),
            (support.paris(6, 17), support.paris(9, 9)),
            (support.paris(11, 11), support.paris(12, 9)),
        ],
        ids=["before opening", "on Friday evening", "on a public holiday"],
    )
    def test_outside_the_hours_the_next_opening_is_said(self, care, bob, key, at, opens):
        request = support.file(bob, at=support.paris(2, 7))

        call = factories.arrive(key, code=request.call_code, at=at)

        assert (call.refusal, call.next_open_at) == (Reason.CLOSED, opens)

    def test_in_the_night_of_the_clock_change_the_next_opening_is_at_nine_of_the_new_time(self, care, bob, key):
        night = support.paris(25, 2, 30, month=10)
        request = support.file(bob, at=support.paris(23, 10, month=10))

        calls = [factories.arrive(key, code=request.call_code, at=at) for at in (night, night.replace(fold=1))]

        assert {call.next_open_at for call in calls} == {support.paris(26, 9, month=10)}

    def test_in_the_hour_that_comes_twice_an_open_line_keeps_the_order_of_arrival(self, atelier, alice, key):
        always = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
        support.publish_hours(week=always)
        support.make_contract(atelier, alice, "open")
        summer = support.paris(25, 2, 50, month=10)
        winter = support.paris(25, 2, 10, month=10).replace(fold=1)

        late, early = (factories.arrive(key, at=at, arrived_at=at) for at in (winter, summer))

        assert [call.pk for call in queries.waiting_calls()] == [early.pk, late.pk]

    def test_the_same_report_again_makes_no_second_call(self, care, bob, key):
        request = support.file(bob, at=support.paris(2, 9))
        first = factories.arrive(key, external_id="a", code=request.call_code)

        again = factories.arrive(key, external_id="a", code="00000000", at=later(1))

        assert (again.pk, again.refusal, Call.objects.count(), told(request)) == (first.pk, "", 1, ["arrived"])

    def test_two_systems_may_use_the_same_name(self, sprint, key):
        other = factories.make_key("Secours").key

        assert factories.arrive(key, external_id="a").pk != factories.arrive(other, external_id="a").pk

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"arrived_at": later(seconds=61)}, "arrived_at"),
            ({"arrived_at": later(-11)}, "arrived_at"),
            ({"number": "anonyme"}, "number"),
            ({"called": "x"}, "called"),
            ({"called": "01 23 45 67 89"}, "called"),
        ],
        ids=["in the future", "too long ago", "no number", "no line", "another line"],
    )
    def test_a_report_that_cannot_be_right_is_refused_and_nothing_is_kept(self, sprint, key, facts, field):
        with pytest.raises(services.BadArrival) as refusal:
            factories.arrive(key, **facts)

        assert refusal.value.field == field
        assert not Call.objects.exists()

    def test_a_clock_that_runs_a_little_ahead_wins_no_place(self, sprint, key):
        assert factories.arrive(key, arrived_at=later(seconds=59)).arrived_at == TEN


class TestBadCodes:
    def test_after_so_many_from_one_number_even_a_right_code_is_refused_unseen(self, care, bob, key):
        request = support.file(bob, at=support.paris(2, 9))
        bad = [factories.arrive(key, code="0" * 8, number="0612345678") for _ in range(defaults().codes.by_number)]

        locked = factories.arrive(key, code=request.call_code, number="0612345678")
        elsewhere = factories.arrive(key, code=request.call_code, number="0699999999")

        assert {call.refusal for call in bad} == {Reason.UNKNOWN_CODE}
        assert (locked.refusal, locked.request, elsewhere.state) == (Reason.TOO_MANY_CODES, None, "waiting")

    def test_the_lock_opens_after_its_time(self, care, bob, key):
        request = support.file(bob, at=support.paris(2, 9))
        for _ in range(defaults().codes.by_number):
            factories.arrive(key, code="0" * 8, number="0612345678")

        after = TEN + timedelta(seconds=defaults().codes.window_s)

        assert factories.arrive(key, code=request.call_code, number="0612345678", at=after).state == "waiting"

    def test_changing_numbers_does_not_lift_the_limit_of_the_system(self, care, bob, key):
        request = support.file(bob, at=support.paris(2, 9))
        for serial in range(defaults().codes.by_system):
            factories.arrive(key, code="0" * 8, number=f"06{serial:08}")

        assert factories.arrive(key, code=request.call_code, number="0788888888").refusal == Reason.TOO_MANY_CODES

    def test_a_lock_keeps_nobody_from_calling_without_a_code(self, sprint, key):
        for _ in range(defaults().codes.by_number):
            factories.arrive(key, code="0" * 8, number="0612345678")

        assert factories.arrive(key, number="0612345678").state == "waiting"

    @pytest.mark.parametrize("code", ["1234567", "123456789", "abcdefgh", "１２３４５６７８", "'; --"])
    def test_what_is_no_code_counts_as_unknown(self, care, key, code):
        assert factories.arrive(key, code=code).refusal == Reason.UNKNOWN_CODE
