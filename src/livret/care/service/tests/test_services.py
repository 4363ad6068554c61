"""Notice files and complaints: what opens them, what moves them, what ends them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from livret.care.service import services
from livret.care.service.models import Complaint, NoticeFile
from livret.care.service.tests import factories
from livret.care.service.tests.factories import AT, paris
from livret.care.support import services as support
from livret.care.support.models import Request
from livret.care.support.tests.factories import incoming
from livret.clients import services as clients
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people
from livret.clients.tests.acts import violates
from livret.core.mail.models import Message

CODES = date(2024, 1, 1)
SENT, RECEIVED = date(2026, 6, 30), date(2026, 7, 2)
IN_JULY = paris(6, 10, month=7)


@pytest.fixture
def coded(care):
    """Alice's contract under Care, whose access codes were handed over on 1 January 2024."""
    type(care).objects.filter(pk=care.pk).update(signed_on=CODES, starts_on=CODES)
    care.refresh_from_db()
    return clients.hand_over_codes(care, on=CODES, by=people.CLERK, at=people.NOW)


@pytest.fixture
def file(coded, alice):
    return factories.notice(alice, at=IN_JULY)


def kinds_of(file) -> list[str]:
    return list(file.events.order_by("sequence").values_list("kind", flat=True))


class TestFiling:
    @pytest.mark.parametrize("topic", ["termination", "contract_change"])
    def test_a_request_about_the_contract_opens_its_notice_file(self, coded, bob, topic):
        found = factories.file(bob, topic)

        assert (found.kind, found.topic, found.standing) == ("customer_service", topic, "open")
        assert (found.notice_file.kind, found.notice_file.contract) == (topic, coded)
        assert kinds_of(found.notice_file) == ["registered"]

    def test_the_deadlines_of_the_list_are_those_of_the_term_ahead(self, file):
        assert (file.safe_on, file.accepted_until) == (date(2027, 6, 30), date(2027, 6, 30))

    @pytest.mark.parametrize("topic", ["account", "administrative"])
    def test_other_topics_open_nothing(self, care, bob, topic):
        factories.file(bob, topic)

        assert (NoticeFile.objects.count(), Complaint.objects.count()) == (0, 0)

    def test_the_same_form_sent_again_files_nothing_more(self, care, bob):
        nonce = uuid4()
        first = factories.file(bob, nonce=nonce)

        with pytest.raises(support.AlreadyFiled) as refused:
            factories.file(bob, nonce=nonce)

        assert refused.value.request == first
        assert (Request.objects.count(), NoticeFile.objects.count()) == (1, 1)

    def test_a_refused_file_leaves_no_request_and_no_notice_file(self, care, bob):
        with pytest.raises(support.FilesRefused):
            factories.file(bob, files=[incoming("programme.exe", b"MZ")])

        assert (Request.objects.count(), NoticeFile.objects.count()) == (0, 0)

    def test_customer_service_opens_what_was_filed_as_something_else_once(self, care, bob, farid):
        found = factories.file(bob, "administrative")
        services.open_notice(found, "termination", by=actor_of(farid), now=AT)

        with pytest.raises(services.AlreadyBeside):
            services.open_notice(found, "termination", by=actor_of(farid), now=AT)


class TestLetter:
    def test_both_days_are_kept_and_the_sending_decides(self, file, alice, farid):
        factories.send(file, alice, SENT, at=IN_JULY, reference="1A 234 567 8901 2")
        found = factories.receive(file, farid, RECEIVED, at=IN_JULY)

        assert (found.sent_on, found.received_on, found.effect_on) == (SENT, RECEIVED, date(2026, 12, 31))
        assert kinds_of(found) == ["registered", "sent", "effect_computed", "received"]
        assert found.letter_reference == "1A 234 567 8901 2"

    def test_a_letter_one_day_late_costs_a_year(self, file, farid):
        found = factories.receive(file, farid, RECEIVED, at=IN_JULY, sent_on=date(2026, 7, 1))

        assert found.effect_on == date(2027, 12, 31)

    def test_a_postmark_read_later_brings_the_end_forward(self, file, farid):
        factories.receive(file, farid, RECEIVED, at=IN_JULY)
        found = factories.receive(file, farid, RECEIVED, at=IN_JULY, sent_on=SENT)

        assert found.effect_on == date(2026, 12, 31)
        assert kinds_of(found)[-2:] == ["received", "effect_computed"]

    def test_the_proof_of_posting_stands_in_the_timeline_of_the_request(self, file, alice):
        factories.send(file, alice, SENT, at=IN_JULY, files=[incoming("preuve.png")])

        event = file.events.get(kind="sent")
        assert [one.name for one in event.said.attachments.all()] == ["preuve.png"]
        assert event.said.request == file.request

    @pytest.mark.parametrize("day", [IN_JULY.date() + timedelta(1), date(2020, 1, 1)])
    def test_a_day_that_cannot_be_changes_nothing(self, file, alice, day):
        with pytest.raises(services.BadDay):
            factories.send(file, alice, day, at=IN_JULY)

        file.refresh_from_db()
        assert (file.sent_on, kinds_of(file)) == (None, ["registered"])

    def test_the_client_does_not_change_the_sending_once_the_letter_is_received(self, file, alice, farid):
        factories.receive(file, farid, RECEIVED, at=IN_JULY, sent_on=date(2026, 7, 1))

        with pytest.raises(services.NotTheirs):
            factories.send(file, alice, SENT, at=IN_JULY)

    def test_under_a_silent_booklet_the_days_are_kept_and_nothing_is_computed(self, sprint, alice, farid):
        found = factories.receive(factories.notice(alice), farid, date(2026, 10, 20), sent_on=date(2026, 10, 18))

        assert (found.effect_on, found.accepted_until) == (None, None)
        assert kinds_of(found) == ["registered", "received"]

    def test_before_the_access_codes_nothing_is_computed(self, care, alice):
        found = factories.send(factories.notice(alice), alice, date(2026, 10, 20))

        assert found.effect_on is None


class TestEnd:
    def end(self, act, file, account, **options):
        return act(file, account=account, by=actor_of(account), now=IN_JULY, **options)

    def test_closing_a_termination_ends_the_contract_on_the_day_computed(self, file, farid):
        factories.receive(file, farid, RECEIVED, at=IN_JULY, sent_on=SENT)
        self.end(services.close_notice, file, farid, words="Votre contrat prend fin le 31 décembre.")

        file.refresh_from_db()
        assert file.contract.ends_until == date(2027, 1, 1)
        assert (file.state, file.request.state) == ("closed", "closed")

    def test_a_termination_without_letter_is_not_closed(self, file, farid):
        with pytest.raises(services.NoLetter):
            self.end(services.close_notice, file, farid, words="Clos.")

        file.contract.refresh_from_db()
        assert file.contract.ends_until is None

    def test_a_change_closes_without_ending_the_contract(self, coded, alice, farid):
        change = factories.notice(alice, topic="contract_change", at=IN_JULY)
        self.end(services.close_notice, change, farid, words="Deux utilisateurs de moins.")

        coded.refresh_from_db()
        assert coded.ends_until is None

    def test_under_a_silent_booklet_closing_leaves_the_contract_to_its_own_act(self, sprint, alice, farid):
        silent = factories.notice(alice, at=IN_JULY)
        self.end(services.close_notice, silent, farid, words="Voir l’article 12 du contrat.")

        sprint.refresh_from_db()
        assert sprint.ends_until is None

    def test_the_client_gives_its_notice_up_until_the_letter_is_received(self, file, alice, farid):
        factories.receive(file, farid, RECEIVED, at=IN_JULY)

        with pytest.raises(services.NotTheirs):
            self.end(services.withdraw_notice, file, alice, reason="Nous restons.")

    def test_a_notice_given_up_leaves_its_request_withdrawn(self, file, alice):
        self.end(services.withdraw_notice, file, alice, reason="Nous restons.")

        file.refresh_from_db()
        assert (file.state, file.request.close_cause) == ("withdrawn", "withdrawn")

    def test_nothing_moves_in_a_file_that_ended(self, file, alice, farid):
        self.end(services.withdraw_notice, file, alice, reason="Nous restons.")

        with pytest.raises(services.NotOpen):
            factories.receive(file, farid, RECEIVED, at=IN_JULY)

    def test_an_end_without_words_is_refused(self, file, alice):
        with pytest.raises(services.WordsMissing):
            self.end(services.withdraw_notice, file, alice, reason="  ")


class TestComplaints:
    def answer(self, complaint, farid, outcome="partly", words="Facture corrigée.", **options):
        return services.answer_complaint(
            complaint, outcome, words=words, account=farid, by=actor_of(farid), now=AT, **options
        )

    def test_complaints_are_numbered_without_gap(self, care, alice, bob):
        numbers = [factories.complaint(account).number for account in (alice, bob, alice)]

        assert numbers == ["R-2026-0001", "R-2026-0002", "R-2026-0003"]

    def test_a_number_is_not_lost_by_a_filing_that_fails(self, care, alice):
        with pytest.raises(support.FilesRefused):
            factories.complaint(alice, files=[incoming("programme.exe", b"MZ")])

        assert factories.complaint(alice).number == "R-2026-0001"

    def test_the_author_gets_the_outcome_by_mail_and_the_request_ends(self, care, bob, farid):
        complaint = factories.complaint(bob)
        self.answer(complaint, farid, measures="Contrôle ajouté.")

        complaint.request.refresh_from_db()
        assert (complaint.request.state, complaint.outcome.by_name) == ("closed", "Farid")
        assert "Facture corrigée." in Message.objects.filter(to=bob.email).latest("pk").text

    def test_an_outcome_is_given_once(self, care, bob, farid):
        complaint = factories.complaint(bob)
        self.answer(complaint, farid)

        with pytest.raises(services.Answered):
            self.answer(complaint, farid, outcome="rejected")

    def test_the_client_withdraws_what_has_no_outcome(self, care, bob):
        complaint = factories.complaint(bob)
        made = services.withdraw_complaint(complaint, reason="Réglé.", by=actor_of(bob), now=AT)

        assert (made.outcome, made.by_kind) == ("withdrawn", "client")

    def test_the_publisher_does_not_withdraw_in_the_client_s_place(self, care, bob, farid):
        with pytest.raises(ValueError, match="by the client"):
            self.answer(factories.complaint(bob), farid, outcome="withdrawn")

    def test_an_outcome_without_words_is_refused(self, care, bob, farid):
        with pytest.raises(services.WordsMissing):
            self.answer(factories.complaint(bob), farid, words=" ")


class TestConstraints:
    def test_a_letter_is_not_received_before_it_was_sent(self, file):
        violates(
            "notice_file_received_after_sent",
            lambda: NoticeFile.objects.filter(pk=file.pk).update(sent_on=RECEIVED, received_on=SENT),
        )

    def test_a_contract_does_not_end_without_a_letter(self, file):
        violates(
            "notice_file_effect_has_a_letter",
            lambda: NoticeFile.objects.filter(pk=file.pk).update(effect_on=date(2026, 12, 31)),
        )
