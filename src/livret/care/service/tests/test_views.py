"""The pages: what a client reads and may do, what the console records."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from livret.care.service import services
from livret.care.service.models import ComplaintOutcome, NoticeFile, ServiceHours
from livret.care.service.rules.defaults import defaults
from livret.care.service.tests import factories
from livret.care.service.tests.factories import AT, paris, words_of
from livret.care.support import services as support
from livret.care.support.models import Request
from livret.care.support.tests.factories import PNG
from livret.clients import services as clients
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people
from livret.core import clock

HOME, NEW = reverse("service:home"), reverse("service:new")
HOSTILE = "<script>alert('x')</script>"


def typed(**changes):
    return {"nonce": str(uuid4()), "topic": "account", "subject": "Mon adresse", "text": "Nous déménageons.", **changes}


@pytest.fixture
def coded(care):
    """Alice's contract under Care, whose term began on 1 January 2026."""
    return clients.hand_over_codes(care, on=date(2026, 1, 1), by=people.CLERK, at=people.NOW)


class TestHours:
    @pytest.mark.parametrize(
        ("at", "said"),
        [
            (paris(2, 17, 30), "Le service client est ouvert en ce moment."),
            (paris(6, 17, 30), "Il ouvre le lundi 9\xa0novembre\xa02026 à 9\xa0h\xa000"),
            (paris(11, 10), "Il ouvre le jeudi 12\xa0novembre\xa02026 à 9\xa0h\xa000"),
        ],
    )
    def test_the_page_says_if_it_is_open_else_the_next_opening(self, care, bob, page_of, monkeypatch, at, said):
        monkeypatch.setattr(clock, "now", lambda: at)
        shown = words_of(page_of(bob).get(HOME))

        assert said in shown
        assert "0811 884 888" in shown
        assert "/livret/care/2023-09-18/#C-16" in shown
        assert "sans engagement de prise en charge" in shown

    def test_under_a_silent_booklet_no_hours_are_invented(self, sprint, bob, page_of):
        assert "n’en a pas encore publié" in words_of(page_of(bob).get(HOME))

    def test_the_hours_published_are_said_to_be_the_publisher_s(self, sprint, bob, gaelle, page_of):
        services.publish_hours(
            defaults().demonstration_hours, from_on=date(2026, 1, 1), by=actor_of(gaelle), now=people.NOW
        )

        assert "fixés par l’éditeur, version 1" in words_of(page_of(bob).get(HOME))

    def test_an_administrator_publishes_them_and_unreadable_ones_are_refused(self, gaelle, page_of):
        asked = {"from_on": "2026-11-03", "holidays": "closed"}
        url = reverse("service_console:hours")
        answers = [page_of(gaelle).post(url, {**asked, "mon": mon}).status_code for mon in ("09:00-12:00", "25:00-2")]

        assert answers == [302, 422]
        assert ServiceHours.objects.get().hours["week"] == {"mon": [["09:00", "12:00"]]}


class TestFiling:
    def test_a_termination_leads_to_its_notice_file_with_the_days(self, coded, bob, page_of):
        answer = page_of(bob).post(NEW, typed(topic="termination"), follow=True)

        shown = words_of(answer)
        assert answer.redirect_chain[-1][0] == NoticeFile.objects.get().get_absolute_url()
        assert "30/06/2028" in shown
        assert "31/12/2028" in shown
        assert "/livret/care/2023-09-18/#C-20" in shown

    def test_under_a_silent_booklet_the_file_says_that_the_contract_rules(self, sprint, bob, page_of):
        shown = words_of(page_of(bob).post(NEW, typed(topic="termination"), follow=True))

        assert "Votre livret de service est muet" in shown
        assert sprint.number in shown

    def test_a_complaint_wants_its_category(self, care, bob, page_of):
        answer = page_of(bob).post(NEW, typed(topic="complaint"))

        assert answer.status_code == 422
        assert "le registre est classé ainsi" in words_of(answer)
        assert "Nous déménageons." in words_of(answer)

    def test_a_complaint_leads_to_its_place_in_the_register(self, care, bob, page_of):
        answer = page_of(bob).post(NEW, typed(topic="complaint", category="billing"), follow=True)

        assert "R-2026-0001" in words_of(answer)

    def test_a_disguised_file_is_refused_and_nothing_is_lost(self, care, bob, page_of):
        file = SimpleUploadedFile("preuve.png", b"MZ" + b"\x00" * 64)
        answer = page_of(bob).post(NEW, typed(attachments=[file]))

        assert answer.status_code == 422
        assert "preuve.png" in words_of(answer)
        assert Request.objects.count() == 0

    def test_hostile_words_stay_words(self, care, bob, page_of):
        answer = page_of(bob).post(NEW, typed(topic="complaint", category="billing", text=HOSTILE), follow=True)

        assert HOSTILE not in answer.content.decode()


class TestNotice:
    def test_both_days_are_shown_with_what_each_brings(self, coded, alice, farid, page_of):
        notice = factories.notice(alice)
        proof = SimpleUploadedFile("preuve.png", PNG)
        sent = {"sent_on": "2026-10-20", "reference": "1A 234", "attachments": [proof]}
        received = {"received_on": "2026-10-22"}
        answers = [
            page_of(alice).post(reverse("service:posting", args=[notice.request.number]), sent).status_code,
            page_of(farid)
            .post(reverse("service_console:reception", args=[notice.request.number]), received)
            .status_code,
        ]

        shown = words_of(page_of(alice).get(notice.get_absolute_url()))
        assert answers == [302, 302]
        assert ["20/10/2026" in shown, "22/10/2026" in shown, "preuve.png" in shown] == [True, True, True]
        assert "Fait foi" in shown

    @pytest.mark.parametrize(
        ("day", "said"),
        [("2026-11-30", "n’est pas encore passé"), ("2020-01-01", "précède la signature"), ("", "obligatoire")],
    )
    def test_a_day_that_cannot_be_is_refused_with_its_value(self, coded, alice, page_of, day, said):
        notice = factories.notice(alice)
        answer = page_of(alice).post(reverse("service:posting", args=[notice.request.number]), {"sent_on": day})

        assert answer.status_code == 422
        assert said in words_of(answer)

    def test_a_reception_before_the_sending_is_refused(self, coded, alice, farid, page_of):
        notice = factories.send(factories.notice(alice), alice, date(2026, 10, 20))
        url = reverse("service_console:reception", args=[notice.request.number])
        answer = page_of(farid).post(url, {"received_on": "2026-10-19"})

        assert answer.status_code == 422
        assert "n’a pas pu être envoyée" in words_of(answer)

    def test_a_colleague_does_not_read_another_s_file(self, coded, alice, bob, page_of):
        assert page_of(bob).get(factories.notice(alice).get_absolute_url()).status_code == 404

    def test_the_soonest_deadline_comes_first_and_silent_contracts_after(self, coded, alice, chloe, farid, page_of):
        first, other = factories.notice(alice), factories.notice(chloe)
        shown = words_of(page_of(farid).get(reverse("service_console:notices")))

        assert 0 < shown.index(first.request.number) < shown.index(other.request.number)

    def test_a_termination_without_letter_is_not_closed(self, coded, alice, farid, page_of):
        url = reverse("service_console:notice_end", args=[factories.notice(alice).request.number])
        answer = page_of(farid).post(url, {"end": "closed", "text": "Clos."})

        assert answer.status_code == 422
        assert "Aucune lettre n’est encore connue" in words_of(answer)


class TestComplaints:
    def test_the_client_reads_the_outcome_and_the_measures(self, care, bob, farid, page_of):
        complaint = factories.complaint(bob)
        outcome = {"outcome": "upheld", "words": "Avoir émis.", "measures": "Contrôle ajouté."}
        page_of(farid).post(complaint.get_console_url(), outcome)

        shown = words_of(page_of(bob).get(complaint.get_absolute_url()))
        assert ["Fondée" in shown, "Avoir émis." in shown, "Contrôle ajouté." in shown] == [True, True, True]

    def test_a_second_outcome_is_refused(self, care, bob, farid, page_of):
        complaint = factories.complaint(bob)
        answers = [
            page_of(farid).post(complaint.get_console_url(), {"outcome": one, "words": "Dit."}).status_code
            for one in ("upheld", "rejected")
        ]

        assert answers == [302, 422]

    def test_the_register_goes_out_as_a_sheet_that_runs_nothing(self, care, bob, farid, page_of):
        factories.complaint(bob, subject="=1+1")
        answer = page_of(farid).get(reverse("service_console:complaints_csv"))

        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("Numéro;Demande;Client;")
        assert lines[1].split(";")[:1] + lines[1].split(";")[4:5] == ["R-2026-0001", "'=1+1"]

    def test_what_waits_for_an_outcome_comes_first(self, care, alice, bob, farid, page_of):
        first, second = factories.complaint(alice), factories.complaint(bob)
        services.answer_complaint(first, "upheld", words="Fait.", account=farid, by=actor_of(farid), now=AT)
        shown = words_of(page_of(farid).get(reverse("service_console:complaints")))

        assert shown.index(second.number) < shown.index(first.number)


@pytest.fixture
def zoe(atelier):
    return people.make_account(atelier, "Zoé")


class TestSharing:
    """A colleague with whom a request is shared reads what stands beside it, and takes nothing back."""

    def test_a_colleague_does_not_give_the_notice_up(self, coded, bob, zoe, page_of):
        file = factories.notice(bob)
        support.share(file.request, zoe, by=actor_of(bob), now=AT)

        answer = page_of(zoe).post(reverse("service:notice_withdrawal", args=[file.request.number]), {"text": "Non."})
        shown = words_of(page_of(zoe).get(file.get_absolute_url()))
        file.refresh_from_db()

        assert (answer.status_code, file.state, file.request.is_closed) == (403, "open", False)
        assert "Votre lettre" in shown
        assert "Retirer" not in shown

    def test_a_colleague_does_not_withdraw_the_complaint(self, care, bob, zoe, page_of):
        complaint = factories.complaint(bob)
        support.share(complaint.request, zoe, by=actor_of(bob), now=AT)

        answer = page_of(zoe).post(reverse("service:complaint_withdrawal", args=[complaint.number]), {"text": "Non."})
        shown = words_of(page_of(zoe).get(complaint.get_absolute_url()))

        assert answer.status_code == 403
        assert not ComplaintOutcome.objects.exists()
        assert "Retirer" not in shown

    def test_an_administrator_may_withdraw_for_the_company(self, care, alice, bob, page_of):
        complaint = factories.complaint(bob)

        page_of(alice).post(reverse("service:complaint_withdrawal", args=[complaint.number]), {"text": "Réglé."})

        assert ComplaintOutcome.objects.get().outcome == "withdrawn"
