"""Answering, handing on and ending calls, by one technician or by two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from livret.care.phone import services
from livret.care.phone.models import Call, CallEvent
from livret.care.phone.tests import factories
from livret.care.support.tests import factories as support
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people

TEN = factories.MONDAY_10H


def told(request):
    """What the timeline of a request says of calls."""
    return [event.data["step"] for event in request.events.filter(kind="call").order_by("sequence")]


def later(minutes=0, **more):
    return TEN + timedelta(minutes=minutes, **more)


class TestAnswering:
    def test_the_request_is_told_who_answered_and_how_long_it_was_spoken(self, care, bob, denis, key):
        request = support.file(bob, at=support.paris(2, 9))
        call = factories.answer(factories.arrive(key, code=request.call_code), denis, at=later(2))

        ended = factories.end(call, at=later(9))

        assert (ended.state, ended.answered_by, ended.spoken_s) == ("ended", denis, 420)
        assert told(request) == ["arrived", "answered", "ended"]
        assert request.events.get(data__step="ended").data["spoken_s"] == 420

    def test_answering_a_call_picks_its_request_up_in_the_name_of_who_speaks(self, care, bob, denis, key):
        request = support.file(bob, at=support.paris(2, 9))

        call = factories.answer(factories.arrive(key, code=request.call_code), denis)

        request.refresh_from_db()
        assert (request.assigned_to, request.picked_up_at) == (denis, call.answered_at)
        assert request.events.get(kind="picked_up").data["means"] == "phone"

    def test_answering_again_leaves_the_request_to_who_has_it(self, care, bob, denis, emma, key):
        request = support.pick_up(support.file(bob, at=support.paris(2, 9)), emma, at=support.paris(2, 9, 5))

        factories.answer(factories.arrive(key, code=request.call_code), denis)

        request.refresh_from_db()
        assert request.assigned_to == emma

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
