"""What no act may do to the other side, and what no pair of acts may do to a request."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livret.booklet.support import AnomalyLevel
from livret.care.support import queries, services
from livret.care.support.models import Request, RequestShare, Team
from livret.care.support.tests import factories
from livret.care.support.tests.factories import PUBLISHER, paris
from livret.clients.actors import actor_of
from livret.clients.models import AccessAccount
from livret.core.mail.models import Message

AT = {"by": PUBLISHER, "now": paris(3, 10)}


@pytest.fixture
def taken(care, bob, denis):
    """A critical malfunction of Bob's, picked up by Denis on Monday at 16:00."""
    return factories.pick_up(factories.file(bob), denis, at=paris(2, 16))


def fresh(request) -> Request:
    return Request.objects.get(pk=request.pk)


def kinds_of(request) -> list[str]:
    return list(request.events.order_by("sequence").values_list("kind", flat=True))


def mails_to(account) -> int:
    return Message.objects.filter(to=account.email).count()


def close_account(account) -> None:
    AccessAccount.objects.filter(pk=account.pk).update(is_active=False, closed_at=paris(2, 8))


def anomaly(request, level: int, now):
    facts = {"reproduction": "Sur la version 1.", "is_reproduced": True, "by": PUBLISHER, "now": now}
    return services.qualify_anomaly(request, AnomalyLevel(level), **facts)


class TestContests:
    def test_a_criticality_that_is_taken_back_is_the_earlier_one_again(self, care, bob, denis):
        request = factories.file(bob)
        services.change_criticality(request, "moderee", reason="Contournable", by=PUBLISHER, now=paris(2, 15, 30))
        factories.pick_up(request, denis, at=paris(3, 14))
        services.contest(request, "criticality", reason="La paie est bloquée.", by=actor_of(bob), now=paris(3, 15))
        before = fresh(request)
        services.answer_contest(request, "criticality", is_accepted=True, words="Soit.", by=PUBLISHER, now=paris(3, 16))

        assert (before.criticality, before.is_on_time) == ("moderee", True)
        assert (fresh(request).criticality, fresh(request).is_on_time) == ("critique", False)

    def test_a_change_that_was_taken_back_is_not_contested_again(self, care, bob):
        request = factories.file(bob)
        services.change_criticality(request, "moderee", reason="Contournable", **AT)
        services.contest(request, "criticality", reason="Non.", by=actor_of(bob), now=paris(3, 11))
        services.answer_contest(request, "criticality", is_accepted=True, words="Soit.", by=PUBLISHER, now=paris(3, 12))

        with pytest.raises(services.NotThisKind):
            services.contest(request, "criticality", reason="Encore.", by=actor_of(bob), now=paris(3, 13))


class TestEnding:
    def test_nobody_is_closed_out_for_want_of_a_reply_that_they_gave(self, taken, bob, denis):
        factories.say(taken, denis, "Quelle version ?", at=paris(3, 9))
        factories.say(taken, bob, "La 1.", at=paris(3, 10))

        with pytest.raises(services.NotThisKind):
            services.close(taken, "no_reply", by=PUBLISHER, now=paris(3, 11))

    def test_a_client_who_was_asked_and_is_silent_may_be_closed_out(self, taken, denis):
        factories.say(taken, denis, "Quelle version ?", at=paris(3, 9))
        services.close(taken, "no_reply", by=PUBLISHER, now=paris(10, 9))

        assert fresh(taken).close_cause == "no_reply"

    def test_a_proposal_that_did_not_help_is_not_what_solved_it(self, taken, bob):
        services.propose(taken, "fix", text="Version 2.", **AT)
        services.reopen(taken, reason="Toujours pareil.", by=actor_of(bob), now=paris(3, 11))
        services.confirm(taken, by=actor_of(bob), now=paris(3, 12))

        assert fresh(taken).close_cause == "answered"

    def test_an_end_in_time_without_what_was_owed_is_no_success(self, taken):
        anomaly(taken, 1, paris(2, 16, 30))
        services.close(taken, "answered", by=PUBLISHER, now=paris(2, 16, 31))

        assert (fresh(taken).second_stopped_at, fresh(taken).second_is_kept) == (paris(2, 16, 31), None)


class TestSharing:
    def test_sharing_with_its_author_changes_nothing(self, taken, bob):
        services.share(taken, bob, by=actor_of(bob), now=paris(3, 9))
        before = mails_to(bob)
        services.propose(taken, "fix", text="Version 2.", **AT)

        assert (RequestShare.objects.count(), mails_to(bob) - before) == (0, 1)

    def test_a_closed_account_is_told_nothing(self, taken, alice, bob):
        services.share(taken, alice, by=actor_of(bob), now=paris(3, 9))
        before = mails_to(alice)
        close_account(alice)
        services.propose(taken, "fix", text="Version 2.", **AT)

        assert mails_to(alice) == before


class TestDuplicates:
    def test_three_requests_make_no_circle(self, care, bob):
        one, two, three = (factories.file(bob) for _ in range(3))
        services.link_duplicate(one, two, **AT)
        services.link_duplicate(two, three, **AT)

        with pytest.raises(services.NotThisKind):
            services.link_duplicate(three, one, **AT)

    def test_the_number_of_another_client_stays_with_the_publisher(self, taken, chloe):
        services.link_duplicate(taken, factories.file(chloe), **AT)

        assert "duplicate_linked" not in queries.timeline(taken, is_staff=False).values_list("kind", flat=True)


class TestOrder:
    def test_who_waited_for_the_lock_comes_after_who_had_it(self, taken):
        anomaly(taken, 1, paris(2, 16, 30))
        services.pause(taken, reason="Attente de votre sauvegarde.", by=PUBLISHER, now=paris(3, 10, 0, 1))
        event = services.resume(taken, by=PUBLISHER, now=paris(3, 10))

        assert event.at == paris(3, 10, 0, 1)

    def test_a_clock_set_back_never_picks_up_before_the_registration(self, care, bob, denis):
        request = factories.pick_up(factories.file(bob), denis, at=factories.MONDAY_15H - timedelta(seconds=3))

        assert (request.picked_up_at, request.elapsed_s) == (factories.MONDAY_15H, 0)


class TestWords:
    def test_a_character_that_no_database_keeps_is_left_out(self, taken, bob):
        assert factories.say(taken, bob, "Bon\0jour", at=paris(3, 9)).text == "Bonjour"

    def test_a_message_of_nothing_else_says_nothing(self, taken, bob):
        with pytest.raises(services.NothingSaid):
            factories.say(taken, bob, "\0", at=paris(3, 9))


class TestSuspension:
    @pytest.mark.parametrize("first_on", [2, 20])
    def test_one_that_is_planned_leaves_no_room_for_another(self, care, first_on):
        facts = {"reason": "Formation", "by": PUBLISHER, "now": paris(2, 9)}
        services.suspend_support(care.client, "untrained_users", from_at=paris(first_on, 9), **facts)

        with pytest.raises(services.Suspended):
            services.suspend_support(care.client, "no_remote_assistance", from_at=paris(3, 9), **facts)

    def test_what_is_lifted_twice_is_told_once(self, care, alice):
        facts = {"by": PUBLISHER, "now": paris(2, 9)}
        made = services.suspend_support(
            care.client, "untrained_users", reason="Formation", from_at=paris(2, 9), **facts
        )
        services.lift_suspension(made, reason="Formation suivie.", **facts)
        told = mails_to(alice)
        services.lift_suspension(made, reason="Formation suivie.", **facts)

        assert mails_to(alice) == told


class TestTelling:
    def test_the_lead_stands_in_for_a_technician_who_left(self, taken, bob, denis, gaelle):
        services.assign(taken, team=Team.objects.create(name="Gestion", lead=gaelle), **AT)
        close_account(denis)
        factories.say(taken, bob, "Et maintenant ?", at=paris(3, 11))

        assert (mails_to(denis), mails_to(gaelle)) == (0, 1)

    def test_the_team_is_alerted_of_what_a_technician_who_left_had(self, care, bob, denis, emma):
        team = Team.objects.create(name="Gestion")
        team.members.add(emma)
        request = factories.file(bob)
        services.assign(request, to=denis, team=team, by=PUBLISHER, now=paris(2, 15))
        close_account(denis)
        services.send_alerts(now=paris(3, 9, 30))

        assert (mails_to(denis), mails_to(emma)) == (0, 1)


class TestAlerts:
    def test_a_share_that_lies_ahead_again_is_told_again(self, care, bob):
        request = factories.file(bob)
        services.send_alerts(now=paris(3, 10, 30))  # Three and a half hours of four.
        services.change_criticality(request, "moderee", reason="Contournable", by=PUBLISHER, now=paris(3, 10, 31))

        assert [services.send_alerts(now=paris(3, hour, 1)) for hour in (11, 12, 13)] == [1, 0, 1]
        assert request.events.filter(kind="alerted").latest("sequence").data["share"] == "3/4"

    def test_hours_that_a_release_moved_alert_of_nothing_too_early(self, care, bob):
        request = factories.file(bob)
        Request.objects.filter(pk=request.pk).update(next_alert_at=paris(2, 15), calendar_version="care/2023-09-18+0")

        assert (services.send_alerts(now=paris(2, 15, 1)), kinds_of(request)[-1]) == (0, "hours_set")
        assert fresh(request).next_alert_at == paris(3, 9)


class TestHours:
    def test_an_act_that_comes_before_the_hourly_reading_says_that_the_hours_moved(self, care, bob):
        request = factories.file(bob)
        Request.objects.filter(pk=request.pk).update(calendar_version="care/2023-09-18+0", next_due_at=paris(9, 9))
        factories.say(request, bob, "Une précision.", at=paris(2, 16))

        moved = request.events.latest("sequence")
        assert (moved.kind, moved.data["due_before"]) == ("hours_set", "2026-11-09T08:00:00+00:00")
        assert services.recheck_calendars(now=paris(2, 17)) == []

    def test_hours_that_begin_later_are_those_of_who_filed_before(self, atelier, alice, bob):
        factories.publish_hours(from_on=date(2026, 12, 1))
        factories.make_contract(atelier, alice, "open")

        assert factories.file(bob, criticality="").hours == "publisher/1"

    def test_hours_given_to_open_requests_reach_those_whose_clock_stands_still(self, sprint, bob, denis):
        request = factories.pick_up(factories.file(bob, criticality=""), denis, at=paris(2, 16))
        version = factories.publish_hours(week={"tue": [["09:00", "10:00"]]}, at=paris(2, 17))
        services.move_requests(version, by=PUBLISHER, now=paris(2, 17))
        anomaly(request, 1, paris(3, 9))

        assert queries.second_clock_of(request, queries.as_events(request.events.all())).hours.name == "publisher/2"

    def test_the_preview_of_a_move_reads_the_hours_once(self, sprint, bob):
        filed = [factories.file(bob, criticality="") for _ in range(4)]
        with CaptureQueriesContext(connection) as captured:
            moves = services.moves_under(factories.calendar_of({"tue": [["09:00", "10:00"]]}), now=paris(2, 16))

        assert (len(moves), sum("supporthours" in query["sql"] for query in captured)) == (len(filed), 1)


def test_a_late_request_whose_criticality_was_lowered_stays_late_in_the_queue(care, bob, denis):
    request = factories.file(bob)
    services.change_criticality(request, "moderee", reason="Contournable", by=PUBLISHER, now=paris(3, 12))
    urgent = {
        urgency: list(queries.queue(queries.QueueFilter("all", urgency), account=denis, now=paris(3, 12, 1)))
        for urgency in ("late", "close", "on_time")
    }

    assert urgent == {"late": [request], "close": [], "on_time": []}
