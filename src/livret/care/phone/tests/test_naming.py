"""Who calls and about what, said during the call, and the expected wait."""

from datetime import timedelta
from uuid import uuid4

import pytest

from livret.care.phone import queries, services
from livret.care.phone.rules.defaults import defaults
from livret.care.phone.tests import factories
from livret.care.support import services as desk
from livret.care.support.models import Request
from livret.care.support.tests import factories as support
from livret.clients.actors import actor_of

TEN = factories.MONDAY_10H


def told(request):
    """What the timeline of a request says of calls."""
    return [event.data["step"] for event in request.events.filter(kind="call").order_by("sequence")]


def later(minutes=0, **more):
    return TEN + timedelta(minutes=minutes, **more)


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
