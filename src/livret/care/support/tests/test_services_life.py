"""The life of a request after its filing: qualification, pauses, proposals, closing, contests, sharing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from livret.booklet.support import AnomalyLevel
from livret.care.support import queries, services
from livret.care.support.models import Request, RequestEvent, Team
from livret.care.support.services.timeline import CACHED, cached_of
from livret.care.support.tests import factories
from livret.care.support.tests.factories import PUBLISHER, paris
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people
from livret.core.audit.models import AuditEvent
from livret.core.mail.models import Message

AT = {"by": PUBLISHER, "now": paris(3, 10)}


@pytest.fixture
def taken(care, bob, denis):
    """A critical malfunction of Bob's, picked up by Denis on Monday at 16:00."""
    return factories.pick_up(factories.file(bob), denis, at=paris(2, 16))


def anomaly(request, level: int, *, now=None):
    facts = {"by": PUBLISHER, "now": now or paris(2, 16, 30)}
    return services.qualify_anomaly(
        request, AnomalyLevel(level), reproduction="Sur la version 1.", is_reproduced=True, **facts
    )


def by_client(account, now=None):
    return {"by": actor_of(account), "now": now or paris(4, 10)}


def last(request) -> RequestEvent:
    return request.events.order_by("-sequence").first()


def fresh(request) -> Request:
    return Request.objects.get(pk=request.pk)


def mails_to(account) -> list[str]:
    return list(Message.objects.filter(to=account.email).order_by("pk").values_list("subject", flat=True))


class TestQualifying:
    def test_a_level_opens_the_second_clock_and_the_client_is_told(self, taken, bob):
        anomaly(taken, 2)

        assert (fresh(taken).level, fresh(taken).second_due_at) == (2, paris(10, 17))
        assert fresh(taken).next_due_at == paris(10, 17)
        assert "Qualifiée" in mails_to(bob)[-1] or "niveau 2" in mails_to(bob)[-1]

    def test_out_of_scope_cites_the_clause_and_proposes_the_service(self, taken):
        services.qualify_out_of_scope(taken, "setup", proposal="Une demi-journée de paramétrage.", **AT)

        assert last(taken).data == {"outcome": "out_of_scope", "topic": "setup", "clause": "C-15"}
        assert fresh(taken).next_due_at is None

    def test_a_topic_that_the_booklet_does_not_sell_is_refused(self, taken):
        with pytest.raises(services.NotACause):
            services.qualify_out_of_scope(taken, "coffee", proposal="Un café.", **AT)

    def test_nothing_is_qualified_before_the_pick_up(self, care, bob):
        with pytest.raises(services.NotThisKind):
            anomaly(factories.file(bob), 1)

    def test_a_reproduction_has_to_be_written(self, taken):
        with pytest.raises(services.WordsMissing):
            services.qualify_anomaly(taken, AnomalyLevel.MINOR, reproduction="  ", is_reproduced=True, **AT)


class TestPausing:
    def test_a_pause_says_why_and_stops_the_clock(self, taken):
        anomaly(taken, 1)
        services.pause(taken, reason="Nous attendons votre sauvegarde.", **AT)

        assert (fresh(taken).is_paused, fresh(taken).next_due_at) == (True, None)
        assert last(taken).is_internal is False

    def test_resuming_gives_a_later_instant(self, taken):
        anomaly(taken, 1)
        before = fresh(taken).second_due_at
        services.pause(taken, reason="Nous attendons votre sauvegarde.", **AT)
        services.resume(taken, by=PUBLISHER, now=paris(3, 12))

        assert fresh(taken).second_due_at == before + timedelta(hours=2)

    @pytest.mark.parametrize("level", [None, 3])
    def test_there_is_nothing_to_pause_without_a_second_clock(self, taken, level):
        if level:
            anomaly(taken, level)

        with pytest.raises(services.NotTheClock) as refusal:
            services.pause(taken, reason="Attente", **AT)
        assert refusal.value.why == "none"

    def test_a_pause_needs_its_reason(self, taken):
        anomaly(taken, 1)

        with pytest.raises(services.WordsMissing):
            services.pause(taken, reason=" ", **AT)

    def test_nothing_is_paused_twice(self, taken):
        anomaly(taken, 1)
        services.pause(taken, reason="Attente", **AT)

        with pytest.raises(services.NotTheClock):
            services.pause(taken, reason="Encore", **AT)


class TestEnding:
    def test_the_client_confirms_a_workaround_and_rates_it(self, taken, bob):
        anomaly(taken, 2)
        services.propose(taken, "workaround", text="Videz le filtre.", **AT)
        services.confirm(taken, **by_client(bob))
        services.rate(taken, 5, comment="Merci", **by_client(bob))
        found = fresh(taken)

        assert (found.state, found.close_cause, found.rating) == ("closed", "workaround", 5)
        assert (found.second_is_kept, found.next_due_at) == (True, None)

    def test_what_does_not_help_lets_the_clock_run_on(self, taken, bob):
        anomaly(taken, 2)
        services.propose(taken, "fix", text="Version 2.", **AT)
        services.reopen(taken, reason="Toujours pareil.", **by_client(bob))

        assert (fresh(taken).state, fresh(taken).second_stopped_at) == ("in_progress", None)
        assert fresh(taken).next_due_at is not None

    def test_a_request_taken_back_before_its_time_counts_nowhere(self, care, bob):
        request = factories.file(bob)
        services.withdraw(request, **by_client(bob, paris(2, 16)))

        assert (fresh(request).close_cause, fresh(request).is_on_time) == ("withdrawn", None)

    def test_a_request_taken_back_too_late_stays_missed(self, care, bob):
        request = factories.file(bob)
        services.withdraw(request, **by_client(bob, paris(4, 16)))

        assert fresh(request).is_on_time is False

    def test_the_publisher_closes_nothing_that_nobody_took(self, care, bob):
        with pytest.raises(services.NotThisKind):
            services.close(factories.file(bob), "solved", **AT)

    def test_nothing_happens_to_a_closed_request(self, taken):
        services.close(taken, "solved", **AT)

        with pytest.raises(services.ClosedRequest):
            anomaly(taken, 1)

    def test_an_open_request_is_not_rated(self, taken, bob):
        with pytest.raises(services.NotThisKind):
            services.rate(taken, 5, **by_client(bob))

    @pytest.mark.parametrize("score", [0, 6, -1])
    def test_a_rating_goes_from_1_to_5(self, taken, bob, score):
        services.close(taken, "solved", **AT)

        with pytest.raises(services.NotACause):
            services.rate(taken, score, **by_client(bob))


class TestContesting:
    def test_an_exclusion_needs_a_clause_of_the_booklet(self, taken):
        with pytest.raises(services.NotACause):
            services.exclude(taken, "S-13", reason="Prérequis", evidence="Courriel du 2", **AT)

    @pytest.mark.parametrize("missing", ["reason", "evidence"])
    def test_an_exclusion_needs_its_reason_and_its_evidence(self, taken, missing):
        facts = {"reason": "Téléassistance refusée", "evidence": "Courriel du 2 novembre", missing: ""}

        with pytest.raises(services.WordsMissing) as refusal:
            services.exclude(taken, "C-14", **facts, **AT)
        assert refusal.value.field == missing

    def test_the_client_contests_and_the_accepted_contest_undoes(self, taken, bob, denis):
        services.exclude(taken, "C-14", reason="Téléassistance refusée", evidence="Courriel", **AT)
        services.contest(taken, "exclusion", reason="Elle a été acceptée.", **by_client(bob))
        contested = (fresh(taken).is_excluded, fresh(taken).is_contested)
        services.answer_contest(taken, "exclusion", is_accepted=True, words="C’est juste.", **AT)

        assert contested == (True, True)
        assert (fresh(taken).is_excluded, fresh(taken).is_contested) == (False, False)

    def test_an_upheld_exclusion_stands(self, taken, bob):
        services.exclude(taken, "C-14", reason="Téléassistance refusée", evidence="Courriel", **AT)
        services.contest(taken, "exclusion", reason="Non.", **by_client(bob))
        services.answer_contest(taken, "exclusion", is_accepted=False, words="La session a été refusée.", **AT)

        assert (fresh(taken).is_excluded, fresh(taken).is_contested) == (True, False)

    @pytest.mark.parametrize("what", ["qualification", "exclusion", "criticality", "price"])
    def test_what_does_not_stand_is_not_contested(self, taken, bob, what):
        with pytest.raises(services.NotThisKind):
            services.contest(taken, what, reason="Non.", **by_client(bob))


class TestCriticality:
    def test_a_change_moves_the_due_instant_and_tells_the_client(self, care, bob):
        request = factories.file(bob, criticality="moderee")
        before = request.due_at
        services.change_criticality(request, "critique", reason="La paie est bloquée.", by=PUBLISHER, now=paris(2, 16))

        assert fresh(request).due_at < before
        assert len(mails_to(bob)) == 2

    def test_the_plan_leaves_nothing_to_change(self, sprint, bob):
        with pytest.raises(services.NotThisKind):
            services.change_criticality(factories.file(bob, criticality=""), "critique", reason="Urgent", **AT)


class TestSharing:
    def test_a_colleague_reads_what_is_shared(self, taken, alice, bob, atelier):
        carla = people.make_account(atelier, "Carla")
        before = list(queries.requests_of(carla, whole_company=False))
        services.share(taken, carla, **by_client(bob))

        assert (before, list(queries.requests_of(carla, whole_company=False))) == ([], [taken])

    def test_nobody_else_reads_it(self, taken, bob, chloe):
        with pytest.raises(services.NotAReader):
            services.share(taken, chloe, **by_client(bob))

    def test_what_is_taken_back_is_read_no_more(self, taken, bob, atelier):
        carla = people.make_account(atelier, "Carla")
        services.share(taken, carla, **by_client(bob))
        services.unshare(taken, carla, **by_client(bob))

        assert list(queries.requests_of(carla, whole_company=False)) == []


class TestTeams:
    def test_a_request_goes_to_the_first_team_that_takes_it(self, care, bob):
        Team.objects.create(name="Paie", products=["hr"], rank=1)
        other = Team.objects.create(name="Gestion", rank=2)

        assert factories.file(bob).team == other

    def test_an_assignment_leaves_the_clock_running(self, care, bob, denis):
        request = factories.file(bob)
        services.assign(request, to=denis, **AT)

        assert (fresh(request).assigned_to, fresh(request).state) == (denis, "waiting")

    def test_nothing_is_assigned_to_somebody_of_a_client(self, care, bob, alice):
        with pytest.raises(services.NotAReader):
            services.assign(factories.file(bob), to=alice, **AT)


class TestSuspension:
    def test_support_is_refused_and_customer_service_stays(self, care, alice, bob):
        services.suspend_support(
            care.client,
            "untrained_users",
            reason="Aucune formation suivie.",
            from_at=paris(2, 9),
            by=PUBLISHER,
            now=paris(2, 9),
        )
        with pytest.raises(services.Suspended):
            factories.file(bob)

        assert factories.file(bob, kind="customer_service", criticality="", topic="account").state == "waiting"
        assert mails_to(alice)

    def test_a_cause_that_the_booklet_does_not_name_is_refused(self, care):
        with pytest.raises(services.NotACause):
            services.suspend_support(care.client, "unpaid", reason="Impayé", from_at=paris(2, 9), **AT)

    def test_lifted_it_opens_again(self, care, bob):
        made = services.suspend_support(
            care.client, "untrained_users", reason="Formation", from_at=paris(2, 9), by=PUBLISHER, now=paris(2, 9)
        )
        services.lift_suspension(made, reason="Formation suivie.", by=PUBLISHER, now=paris(2, 14))

        assert factories.file(bob).state == "waiting"

    def test_one_suspension_at_a_time(self, care):
        services.suspend_support(care.client, "untrained_users", reason="Formation", from_at=paris(2, 9), **AT)

        with pytest.raises(services.Suspended):
            services.suspend_support(care.client, "no_remote_assistance", reason="Refus", from_at=paris(2, 9), **AT)


class TestAlerts:
    def test_each_share_is_told_once_to_technician_and_lead(self, care, bob, denis, gaelle):
        Team.objects.create(name="Gestion", lead=gaelle)
        request = factories.file(bob)
        services.assign(request, to=denis, by=PUBLISHER, now=paris(2, 15))

        told = [services.send_alerts(now=paris(3, 9, 30)), services.send_alerts(now=paris(3, 9, 31))]

        assert told == [1, 0]
        assert (len(mails_to(denis)), len(mails_to(gaelle))) == (1, 1)
        assert last(request).is_internal is True

    def test_shares_passed_together_are_told_as_one(self, care, bob):
        request = factories.file(bob)
        services.send_alerts(now=paris(9, 12))

        assert (last(request).data["share"], services.send_alerts(now=paris(10, 12))) == ("1", 0)

    def test_what_is_picked_up_is_told_no_more(self, taken):
        assert services.send_alerts(now=paris(20, 12)) == 0

    def test_one_that_fails_does_not_keep_the_others_waiting(self, care, bob):
        broken, other = factories.file(bob), factories.file(bob)
        Request.objects.filter(pk=broken.pk).update(booklet_version="1900-01-01")

        with pytest.raises(ExceptionGroup):
            services.send_alerts(now=paris(9, 12))

        assert (last(other).kind, last(broken).kind) == ("alerted", "acknowledged")


class TestCalendars:
    def test_new_hours_tell_which_requests_would_move_and_move_none(self, sprint, bob):
        request = factories.file(bob)
        calendar = factories.calendar_of({"tue": [["09:00", "10:00"]]})
        (move,) = services.moves_under(calendar, now=paris(2, 15))

        assert (move.request, move.before) == (request, request.next_due_at)
        assert move.after > move.before
        assert fresh(request).next_due_at == request.next_due_at

    def test_hours_given_to_open_requests_are_an_event_with_both_instants(self, sprint, bob):
        request = factories.file(bob)
        version = factories.publish_hours(week={"tue": [["09:00", "10:00"]]}, at=paris(2, 15))

        moved = services.move_requests(version, by=PUBLISHER, now=paris(2, 16))

        assert (moved, last(request).kind) == (1, "hours_set")
        assert datetime.fromisoformat(last(request).data["due_before"]) == request.next_due_at
        assert fresh(request).hours == str(version)

    def test_other_holidays_are_noticed_and_written(self, care, bob):
        request = factories.file(bob)
        Request.objects.filter(pk=request.pk).update(
            calendar_version="care/2023-09-18+000000000000", next_due_at=paris(9, 9)
        )

        (move,) = services.recheck_calendars(now=paris(2, 16))

        assert (move.before, move.after) == (paris(9, 9), request.next_due_at)
        assert (last(request).kind, services.recheck_calendars(now=paris(2, 17))) == ("hours_set", [])


def test_every_act_leaves_its_trace(taken, bob):
    anomaly(taken, 2)
    services.propose(taken, "fix", text="Version 2.", **AT)
    services.confirm(taken, **by_client(bob))
    acts = AuditEvent.objects.filter(object_type="support.request").order_by("pk").values_list("action", flat=True)

    assert [act.rpartition(".")[2] for act in acts] == ["filed", "picked_up", "qualified", "proposed", "closed"]


def test_what_a_row_caches_is_what_its_events_say_after_a_long_life(taken, bob):
    anomaly(taken, 1)
    services.pause(taken, reason="Attente", **AT)
    services.resume(taken, by=PUBLISHER, now=paris(3, 14))
    services.propose(taken, "action_plan", text="Correctif jeudi.", by=PUBLISHER, now=paris(4, 10))
    services.reopen(taken, reason="Le plan ne convient pas.", **by_client(bob, paris(4, 12)))
    found = fresh(taken)

    assert {name: getattr(found, name) for name in CACHED} == cached_of(found)


def test_a_message_over_another_one_is_held_back(taken, bob, denis):
    seen = fresh(taken).last_sequence
    factories.say(taken, denis, "Premier")

    with pytest.raises(services.Changed):
        factories.say(taken, denis, "Second", seen=seen)


class TestTurns:
    def test_an_anomaly_found_after_an_answer_is_the_publishers_to_mend(self, taken, denis):
        factories.say(taken, denis, "Nous regardons.")
        anomaly(taken, 2, now=paris(3, 11))

        assert fresh(taken).state == "in_progress"

    def test_a_pause_waits_for_the_client_until_the_clock_runs_again(self, taken):
        anomaly(taken, 1)
        services.pause(taken, reason="Nous attendons votre sauvegarde.", **AT)
        paused = fresh(taken).state
        services.resume(taken, by=PUBLISHER, now=paris(3, 12))

        assert (paused, fresh(taken).state) == ("answered", "in_progress")
