"""Remote sessions: proposed within hours and scope, agreed to, begun, ended with a report; each step is told."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.db import IntegrityError, transaction

from livret.care.assistance import queries, services
from livret.care.assistance.models import RemoteSessionEvent
from livret.care.assistance.rules.remote import Why, is_report_owed, state_of
from livret.care.assistance.tests import factories
from livret.care.assistance.tests.factories import MONDAY_10H
from livret.care.support import services as support_services
from livret.care.support.tests import factories as support
from livret.care.support.tests.factories import PUBLISHER, paris
from livret.clients.actors import actor_of
from livret.core.mail.models import Message
from livret.core.people import system_actor

JOB = system_actor("assistance.lapse")


def steps_of(request) -> list[str]:
    rows = request.events.filter(kind="remote").order_by("sequence")
    return [row.data["step"] for row in rows]


def refusal_to_propose(request, technician, *, at=MONDAY_10H):
    with pytest.raises(services.NotPossible) as refused:
        factories.propose(request, technician, at=at)
    return refused.value.obstacle


class TestWhole:
    def test_every_step_stands_in_the_timeline_of_the_request(self, request_, bob, denis):
        session = factories.propose(request_, denis)
        factories.consent(session, bob, at=paris(2, 10, 5))
        factories.start(session, denis, at=paris(2, 10, 10))
        factories.end(session, denis, at=paris(2, 10, 25))

        assert steps_of(request_) == ["proposed", "consented", "started", "ended"]
        assert request_.events.get(data__step="ended").data["lasted_s"] == 15 * 60
        assert request_.events.get(data__step="ended").text == "Filtre de période effacé."

    def test_the_agreement_keeps_who_when_and_to_which_words(self, request_, bob, denis):
        session = factories.propose(request_, denis)
        factories.consent(session, bob, at=paris(2, 10, 5))
        agreed = RemoteSessionEvent.objects.get(session=session, kind="consented")

        assert (agreed.by_id, agreed.by_kind, agreed.at) == (bob.pk, "client", paris(2, 10, 5))
        assert agreed.data == {"wording": factories.WORDING}

    def test_it_moves_no_clock_of_the_request(self, request_, denis):
        before = (request_.due_at, request_.next_due_at, request_.is_on_time)
        factories.propose(request_, denis)
        request_.refresh_from_db()

        assert (request_.due_at, request_.next_due_at, request_.is_on_time) == before

    def test_the_client_is_told_of_the_proposal_and_the_technician_of_the_answer(self, request_, bob, denis):
        Message.objects.all().delete()
        session = factories.propose(request_, denis)
        factories.consent(session, bob)

        assert list(Message.objects.order_by("pk").values_list("to", flat=True)) == [bob.email, denis.email]

    def test_the_address_is_made_of_the_tool_and_the_code(self, request_, denis):
        assert factories.propose(request_, denis, code="AB-12").address == "https://ecran.example/session/AB-12"

    def test_a_code_is_drawn_where_none_is_given(self, request_, denis):
        session = factories.propose(request_, denis)

        assert session.code.isdigit()
        assert len(session.code) == 9


class TestObstacles:
    def test_not_before_the_request_is_picked_up(self, bob, denis):
        assert refusal_to_propose(support.file(bob, at=paris(2, 9)), denis).why is Why.NOT_PICKED_UP

    def test_not_on_a_closed_request(self, request_, denis):
        support_services.close(request_, "answered", text="Fait.", by=actor_of(denis), now=paris(2, 9, 40))
        request_.refresh_from_db()

        assert refusal_to_propose(request_, denis).why is Why.CLOSED_REQUEST

    def test_not_for_customer_service(self, bob, denis):
        request = factories.taken(bob, denis, kind="customer_service", topic="administrative")

        assert refusal_to_propose(request, denis).why is Why.NOT_SUPPORT

    def test_not_outside_the_scope_of_support(self, request_, denis):
        support_services.qualify_out_of_scope(
            request_, "training", proposal="Une formation.", by=actor_of(denis), now=paris(2, 9, 40)
        )
        request_.refresh_from_db()
        found = refusal_to_propose(request_, denis)

        assert (found.why, found.clause) == (Why.OUT_OF_SCOPE, "S-13")

    def test_not_while_support_is_suspended(self, request_, denis, atelier):
        support_services.suspend_support(
            atelier, "no_remote_assistance", reason="Poste injoignable.", from_at=paris(2, 9, 45), by=PUBLISHER,
            now=paris(2, 9, 40),
        )  # fmt: skip
        found = refusal_to_propose(request_, denis)

        assert (found.why, found.clause) == (Why.SUSPENDED, "S-13")

    def test_not_without_a_tool(self, request_, denis):
        factories.tool(is_active=False, at=paris(2, 9, 50))

        assert refusal_to_propose(request_, denis).why is Why.NO_TOOL

    @pytest.mark.parametrize(
        ("at", "opens"),
        [
            (paris(2, 12, 30), paris(2, 13, 30)),
            (paris(2, 18), paris(3, 9)),
            (paris(10, 19), paris(12, 9)),  # The 11th is a public holiday.
        ],
    )
    def test_not_outside_the_hours_and_the_next_opening_is_said(self, request_, denis, at, opens):
        found = refusal_to_propose(request_, denis, at=at)

        assert (found.why, found.clause, found.next_open_at) == (Why.OUTSIDE_HOURS, "S-13", opens)

    @pytest.mark.parametrize(
        ("at", "opens_utc"),
        [(paris(23, 18, month=10), "2026-10-26T08:00"), (paris(24, 23, month=10), "2026-10-26T08:00")],
    )
    def test_over_the_night_when_the_clock_goes_back_support_opens_at_nine_on_the_wall(self, bob, denis, at, opens_utc):
        request = support.file(bob, at=paris(23, 10, month=10))
        support.pick_up(request, denis, at=paris(23, 11, month=10))
        found = refusal_to_propose(request, denis, at=at)

        assert f"{found.next_open_at.astimezone(UTC):%Y-%m-%dT%H:%M}" == opens_utc

    def test_under_care_the_hours_are_those_of_the_booklet(self, chloe, denis):
        request = factories.taken(chloe, denis)

        assert refusal_to_propose(request, denis, at=paris(2, 17)).next_open_at == paris(3, 9)
        assert factories.propose(request, denis, at=paris(2, 16, 59)).state == "proposed"


class TestProposal:
    @pytest.mark.parametrize("minutes", [4, 121])
    def test_a_length_outside_what_the_publisher_set_is_refused(self, request_, denis, minutes):
        with pytest.raises(services.OutOfRange):
            factories.propose(request_, denis, minutes=minutes)

    def test_a_proposal_without_purpose_is_refused(self, request_, denis):
        with pytest.raises(services.WordsMissing):
            factories.propose(request_, denis, purpose="  ")

    def test_two_live_sessions_are_refused(self, request_, denis):
        factories.propose(request_, denis)

        with pytest.raises(services.AlreadyLive):
            factories.propose(request_, denis)

    def test_a_lapsed_one_makes_room_for_the_next(self, request_, denis):
        first = factories.propose(request_, denis)
        second = factories.propose(request_, denis, at=paris(2, 10, 30))
        first.refresh_from_db()

        assert (first.state, second.state) == ("expired", "proposed")

    def test_the_database_keeps_one_live_session_by_request(self, request_, denis):
        session = factories.propose(request_, denis)
        session.pk = None

        with pytest.raises(IntegrityError, match="remote_session_one_live_by_request"), transaction.atomic():
            session.save(force_insert=True)


class TestConsent:
    def test_an_administrator_of_the_company_may_agree(self, request_, alice, denis):
        assert factories.consent(factories.propose(request_, denis), alice).state == "consented"

    def test_a_reader_it_is_shared_with_may_agree(self, request_, bob, paul, denis):
        support_services.share(request_, account=paul, by=actor_of(bob), now=paris(2, 9, 50))

        assert factories.consent(factories.propose(request_, denis), paul).state == "consented"

    @pytest.mark.parametrize("stranger", ["paul", "chloe", "denis"])
    def test_nobody_else_may(self, request_, denis, stranger, request):
        session = factories.propose(request_, denis)

        with pytest.raises(services.NotAReader):
            factories.consent(session, request.getfixturevalue(stranger))

    def test_words_that_changed_since_the_page_was_shown_are_not_agreed_to(self, request_, bob, denis):
        session = factories.propose(request_, denis)

        with pytest.raises(services.WordingChanged):
            factories.consent(session, bob, wording="2019")

    def test_it_comes_too_late_once_the_proposal_lapsed_though_no_job_ran(self, request_, bob, denis):
        session = factories.propose(request_, denis)

        with pytest.raises(services.NotTheStep):
            factories.consent(session, bob, at=paris(2, 10, 30))

    def test_it_is_given_once(self, request_, bob, alice, denis):
        session = factories.consent(factories.propose(request_, denis), bob)

        with pytest.raises(services.NotTheStep):
            factories.consent(session, alice)

    def test_a_refusal_ends_the_proposal(self, request_, bob, denis):
        session = factories.propose(request_, denis)
        refused = services.refuse(session, account=bob, words="Pas maintenant.", by=actor_of(bob), now=MONDAY_10H)

        assert (refused.state, steps_of(request_)) == ("refused", ["proposed", "refused"])

    def test_withdrawing_ends_a_running_session_at_once(self, request_, bob, denis):
        session = factories.start(factories.consent(factories.propose(request_, denis), bob), denis)
        over = factories.withdraw(session, bob, at=paris(2, 10, 7))

        assert (over.state, over.over_at, over.is_report_owed) == ("withdrawn", paris(2, 10, 7), True)
        assert steps_of(request_)[-2:] == ["withdrawn", "ended"]

    def test_withdrawn_before_the_beginning_nothing_begins(self, request_, bob, denis):
        session = factories.withdraw(factories.consent(factories.propose(request_, denis), bob), bob)

        with pytest.raises(services.NotTheStep):
            factories.start(session, denis)

    def test_the_database_takes_no_agreement_from_the_publisher(self, request_, denis):
        session = factories.propose(request_, denis)
        facts = {"session": session, "sequence": 2, "at": MONDAY_10H, "by_id": denis.pk, "by_name": "Denis"}

        with pytest.raises(IntegrityError, match="remote_event_consent_is_the_clients"), transaction.atomic():
            RemoteSessionEvent.objects.create(kind="consented", by_kind="staff", **facts)


class TestRunning:
    def test_nothing_begins_without_an_agreement(self, request_, denis):
        with pytest.raises(services.NotTheStep):
            factories.start(factories.propose(request_, denis), denis)

    def test_only_the_technician_named_begins(self, request_, bob, denis, emma):
        session = factories.consent(factories.propose(request_, denis), bob)

        with pytest.raises(services.NotYours):
            factories.start(session, emma)

    def test_an_agreement_that_nothing_followed_lapses(self, request_, bob, denis):
        session = factories.consent(factories.propose(request_, denis), bob, at=paris(2, 10, 5))

        with pytest.raises(services.NotTheStep):
            factories.start(session, denis, at=paris(2, 10, 35))

    def test_a_session_never_runs_past_the_closing_of_support(self, request_, bob, denis):
        session = factories.propose(request_, denis, at=paris(2, 12, 10), minutes=60)
        factories.consent(session, bob, at=paris(2, 12, 10))

        assert factories.start(session, denis, at=paris(2, 12, 15)).expires_at == paris(2, 12, 30)

    def test_an_end_wants_its_report(self, request_, bob, denis):
        session = factories.start(factories.consent(factories.propose(request_, denis), bob), denis)

        with pytest.raises(services.WordsMissing):
            factories.end(session, denis, text=" ")

    def test_a_report_may_follow_a_session_that_the_client_ended(self, request_, bob, denis):
        session = factories.start(factories.consent(factories.propose(request_, denis), bob), denis)
        factories.withdraw(session, bob)
        told = factories.end(session, denis, at=paris(2, 11))

        assert (told.state, told.has_report, steps_of(request_)[-1]) == ("withdrawn", True, "reported")

    def test_a_report_is_written_once(self, request_, bob, denis):
        session = factories.start(factories.consent(factories.propose(request_, denis), bob), denis)
        factories.end(session, denis)

        with pytest.raises(services.NotTheStep):
            factories.end(session, denis)

    def test_a_report_given_after_the_time_counts_the_time_agreed_only(self, request_, bob, denis):
        session = factories.start(factories.consent(factories.propose(request_, denis), bob), denis)
        factories.end(session, denis, at=paris(2, 11))

        assert steps_of(request_)[-3:] == ["expired", "ended", "reported"]
        assert request_.events.get(data__step="ended").data["lasted_s"] == 30 * 60


class TestLapse:
    def test_the_job_ends_what_holds_no_longer_and_once(self, request_, denis):
        session = factories.propose(request_, denis)
        ended = [services.lapse_sessions(by=JOB, now=paris(2, 10, 30)) for _ in range(2)]
        session.refresh_from_db()

        assert (ended, session.state) == ([1, 0], "expired")

    def test_what_still_holds_is_left(self, request_, denis):
        factories.propose(request_, denis)

        assert services.lapse_sessions(by=JOB, now=paris(2, 10, 29)) == 0

    def test_the_session_of_a_request_closed_meanwhile_ends(self, request_, bob, denis):
        session = factories.start(factories.consent(factories.propose(request_, denis), bob), denis)
        support_services.close(request_, "answered", text="Fait.", by=actor_of(denis), now=paris(2, 10, 5))
        services.lapse_sessions(by=JOB, now=paris(2, 10, 6))
        session.refresh_from_db()

        assert (session.state, session.is_report_owed) == ("expired", True)

    def test_what_the_events_say_is_what_the_row_caches(self, request_, bob, denis):
        session = factories.start(factories.consent(factories.propose(request_, denis), bob), denis)
        services.lapse_sessions(by=JOB, now=MONDAY_10H + timedelta(hours=1))
        row = queries.remote_sessions(request_).get()
        kinds = [event.kind for event in row.events.all()]

        assert (row.state, row.is_report_owed) == (state_of(kinds), is_report_owed(kinds))
        assert row.pk == session.pk
