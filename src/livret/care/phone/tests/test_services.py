"""Calls from arrival to end, what the request is told, and what bounds the guessing of codes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from livret.care.phone import queries, services
from livret.care.phone.models import Call, CallEvent
from livret.care.phone.rules.admission import Reason
from livret.care.phone.rules.defaults import defaults
from livret.care.phone.tests import factories
from livret.care.support import services as desk
from livret.care.support.models import Request
from livret.care.support.tests import factories as support
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people

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


class TestAnswering:
    def test_the_request_is_told_who_answered_and_how_long_it_was_spoken(self, care, bob, denis, key):
        request = support.file(bob, at=support.paris(2, 9))
        call = factories.answer(factories.arrive(key, code=request.call_code), denis, at=later(2))

        ended = factories.end(call, at=later(9))

        assert (ended.state, ended.answered_by, ended.spoken_s) == ("ended", denis, 420)
        assert told(request) == ["arrived", "answered", "ended"]
        assert request.events.get(data__step="ended").data["spoken_s"] == 420

    def test_answering_a_call_stops_no_clock(self, care, bob, denis, key):
        request = support.file(bob, at=support.paris(2, 9))
        due = request.due_at

        factories.answer(factories.arrive(key, code=request.call_code), denis)

        request.refresh_from_db()
        assert (request.due_at, request.picked_up_at) == (due, None)

    def test_hanging_up_before_the_answer_is_giving_up(self, care, bob, key):
        request = support.file(bob, at=support.paris(2, 9))

        call = factories.end(factories.arrive(key, code=request.call_code), at=later(3))

        assert (call.state, call.spoken_s, told(request)) == ("given_up", None, ["arrived", "given_up"])

    def test_the_second_technician_is_told_who_was_faster(self, sprint, denis, emma, key):
        call = factories.arrive(key)
        factories.answer(call, denis)

        with pytest.raises(services.AlreadyAnswered) as refusal:
            factories.answer(call, emma)

        assert refusal.value.call.answered_by == denis

    def test_answering_or_ending_twice_changes_nothing(self, sprint, denis, key):
        call = factories.arrive(key)
        for _ in range(2):
            factories.answer(call, denis, at=later(1))
        for _ in range(2):
            factories.end(call, at=later(2))

        kinds = CallEvent.objects.filter(call=call).order_by("sequence").values_list("kind", flat=True)
        assert list(kinds) == ["arrived", "answered", "ended"]

    def test_a_call_that_is_over_is_not_answered(self, sprint, denis, key):
        with pytest.raises(services.CallOver):
            factories.answer(factories.end(factories.arrive(key)), denis)

    @pytest.mark.parametrize("name", ["bob", "farid"])
    def test_only_a_technician_answers(self, sprint, key, name, request):
        with pytest.raises(services.NotATechnician):
            factories.answer(factories.arrive(key), request.getfixturevalue(name))

    def test_a_call_is_handed_on_while_it_is_spoken(self, sprint, denis, emma, key):
        call = factories.answer(factories.arrive(key), denis)

        handed = services.transfer_call(call, to=emma, by=factories.PROGRAM, now=later(4))

        assert (handed.answered_by, handed.state) == (emma, "answered")
        with pytest.raises(services.NotAnswered):
            services.transfer_call(factories.arrive(key), to=emma, by=factories.PROGRAM, now=later(4))

    def test_a_call_that_no_system_reported_is_written_down_answered(self, denis):
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=TEN)

        assert (call.state, call.answered_by, call.key) == ("answered", denis, None)


class TestRace:
    def test_of_two_technicians_at_once_one_wins_and_the_other_is_told(self, committed_control):
        denis, emma = (people.make_staff(name, "technician") for name in ("Denis", "Emma"))
        call = factories.arrive(factories.make_key().key)
        together = Barrier(2)

        def answered(technician):
            try:
                together.wait(10)
                return factories.answer(call, technician).answered_by_id
            except services.AlreadyAnswered as refusal:
                return refusal.call.answered_by_id
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            told_to = list(pool.map(answered, [denis, emma]))

        winner = Call.objects.get().answered_by_id
        assert told_to == [winner, winner]
        assert CallEvent.objects.filter(kind="answered").count() == 1

    def test_the_same_report_sent_by_two_threads_makes_one_call(self, committed_control):
        key = factories.make_key().key
        together = Barrier(2)

        def reported(_turn):
            try:
                together.wait(10)
                return factories.arrive(key, external_id="a").pk
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            found = set(pool.map(reported, range(2)))

        assert found == set(Call.objects.values_list("pk", flat=True))
        assert len(found) == 1


class TestNaming:
    def test_a_caller_named_while_they_wait_takes_the_class_of_their_plan(self, open_and_private, vigie, key, denis):
        ahead, unknown = factories.arrive(key), factories.arrive(key)

        services.name_caller(unknown, vigie, by=actor_of(denis), now=later(1))

        assert [call.pk for call in queries.waiting_calls()] == [unknown.pk, ahead.pk]

    def test_a_call_registers_a_request_whose_clock_starts_then(self, sprint, alice, denis, key):
        call = factories.answer(factories.arrive(key), denis, at=later(2))

        request = self.registered(call, alice, denis, at=later(6))

        assert (request.channel, request.filed_by, request.registered_at) == ("phone", alice, later(6))
        assert (request.is_picked_up, request.due_at > later(6)) == (False, True)
        call.refresh_from_db()
        assert (call.request, call.account, told(request)) == (request, alice, ["answered"])

    def test_the_form_sent_twice_registers_once(self, sprint, alice, denis, key):
        call, nonce = factories.answer(factories.arrive(key), denis), uuid4()

        both = [self.registered(call, alice, denis, nonce=nonce) for _ in range(2)]

        assert both[0] == both[1]
        assert Request.objects.count() == 1

    def test_under_care_the_request_comes_first(self, care, alice, denis, key):
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=TEN)

        with pytest.raises(services.NeedsRequest) as refusal:
            self.registered(call, alice, denis)

        assert refusal.value.clause == "C-14"
        assert not Request.objects.exists()

    def test_the_plan_connect_registers_nothing_by_phone(self, connect, alice, denis):
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=TEN)

        with pytest.raises(services.NoPhone) as refusal:
            self.registered(call, alice, denis)

        assert (refusal.value.plan, refusal.value.clause) == ("connect", "S-13")

    def test_a_suspended_client_registers_nothing_by_phone(self, sprint, alice, denis):
        desk.suspend_support(
            alice.client, "untrained_users", reason="Non formés.", from_at=TEN, by=support.PUBLISHER, now=TEN
        )
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=TEN)

        with pytest.raises(desk.Suspended):
            self.registered(call, alice, denis)

        assert not Request.objects.exists()

    def test_a_code_given_during_the_call_opens_its_request(self, care, bob, denis):
        request = support.file(bob, at=support.paris(2, 9))
        call = services.write_call_down(technician=denis, by=actor_of(denis), now=TEN)

        linked = services.open_by_code(call, request.call_code_shown, by=actor_of(denis), now=TEN)

        assert (linked.request, linked.client, told(request)) == (request, bob.client, ["answered"])
        with pytest.raises(services.UnknownCode):
            services.open_by_code(call, "00000000", by=actor_of(denis), now=TEN)

    def registered(self, call, account, technician, *, at=TEN, nonce=None):
        wanted = support.wanted(channel="phone")
        by = actor_of(technician)
        return services.file_request_from(call, account, wanted, nonce=nonce or uuid4(), by=by, now=at)


class TestWait:
    def test_it_is_read_from_the_latest_calls_of_the_same_class(self, open_and_private, denis, key):
        plain, private = open_and_private
        for serial in range(5):
            self.spoken(key, denis, plain, at=later(10 * serial), minutes=4)
        for serial in range(4):
            self.spoken(key, denis, private, at=later(10 * serial), minutes=8)

        waits = [queries.place_of(factories.arrive(key, code=one.call_code, at=later(50)), now=later(50)) for one in
                 (plain, private)]  # fmt: skip

        assert [place.expected_wait_s for place in waits] == [240, None]

    def test_nothing_is_told_when_no_technician_was_on_the_phone_lately(self, open_and_private, denis, key):
        for serial in range(5):
            self.spoken(key, denis, open_and_private[0], at=later(serial), minutes=1)
        soon, late = (later(6, seconds=shift * defaults().wait.present_s) for shift in (0, 1))

        assert queries.wait_at(1, is_priority=False, now=soon) == 60
        assert queries.wait_at(1, is_priority=False, now=late) is None

    def test_a_call_whose_end_was_never_told_lengthens_no_wait(self, sprint, denis, key):
        factories.answer(factories.arrive(key), denis)
        services.end_lost_calls(now=TEN + timedelta(days=1))

        assert queries.handling_times(is_priority=False, most=20) == []

    def spoken(self, key, technician, request, *, at, minutes):
        call = factories.answer(factories.arrive(key, code=request.call_code, at=at), technician, at=at)
        factories.end(call, at=at + timedelta(minutes=minutes))


class TestKeeping:
    def test_the_number_is_erased_after_its_time_and_not_before(self, sprint, key):
        call = factories.arrive(key, number="0612345678")
        kept = TEN + timedelta(days=defaults().calls.number_kept_days)

        assert (services.erase_numbers(now=kept), services.erase_numbers(now=kept + timedelta(seconds=1))) == (0, 1)

        call.refresh_from_db()
        assert call.number == ""

    def test_calls_whose_end_was_never_told_are_over_after_their_time(self, sprint, denis, key):
        waits = factories.arrive(key)
        speaks = factories.answer(factories.arrive(key), denis)
        limits = defaults().calls
        moments = [TEN + timedelta(seconds=most + 1) for most in (limits.longest_wait_s, limits.longest_call_s)]

        assert [services.end_lost_calls(now=at) for at in moments] == [1, 1]

        assert [Call.objects.get(pk=call.pk).state for call in (waits, speaks)] == ["given_up", "ended"]

    @pytest.mark.parametrize("statement", ["UPDATE phone_callevent SET kind = 'ended'", "DELETE FROM phone_callevent"])
    def test_what_happened_to_a_call_is_never_rewritten(self, sprint, key, statement):
        factories.arrive(key)

        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)

    @pytest.mark.parametrize(
        "change",
        [{"state": "answered"}, {"is_priority": True, "clause": ""}, {"refusal": "closed"}, {"state": "gone"}],
        ids=str,
    )
    def test_a_call_cannot_say_two_things_at_once(self, sprint, key, change):
        call = factories.arrive(key)

        with pytest.raises(IntegrityError), transaction.atomic():
            Call.objects.filter(pk=call.pk).update(**change)


class TestKeys:
    def test_the_token_opens_its_key_until_it_is_revoked(self, made):
        before = services.key_of(made.token)
        services.revoke_key(made.key, by=factories.PUBLISHER, now=TEN)

        assert (before, services.key_of(made.token)) == (made.key, None)

    def test_the_secret_is_kept_nowhere(self, made):
        secret = made.token.partition(".")[2]

        assert secret not in str(vars(made.key))

    @pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: t.partition(".")[0], lambda t: f"{'0' * 32}{t[32:]}",
                                       lambda t: "", lambda t: "x.y", lambda t: t + "\0"])  # fmt: skip
    def test_no_other_token_opens_it(self, made, spoil):
        assert services.key_of(spoil(made.token)) is None

    def test_two_keys_in_use_have_two_names(self, made):
        with pytest.raises(services.NameTaken):
            factories.make_key()
        services.revoke_key(made.key, by=factories.PUBLISHER, now=TEN)

        assert factories.make_key().key.pk != made.key.pk

    def test_the_latest_number_announced_counts_where_the_booklet_gives_none(self, control):
        for number in ("01 99 00 00 00", factories.SPRINT_LINE):
            factories.announce(number)
        lines = {booklet: queries.line_of(queries.library()[booklet]) for booklet in queries.library()}

        assert {key[0]: (line.number, line.set_by_publisher) for key, line in lines.items()} == {
            "care": ("0826 888 488", False),
            "sprint": ("0199001234", True),
        }

    def test_what_cannot_be_dialled_is_not_announced(self, control):
        with pytest.raises(services.NotANumber):
            factories.announce("bientôt")
