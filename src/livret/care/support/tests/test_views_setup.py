"""What the publisher sets: teams, canned answers, suspensions, and hours with what they would move."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.care.support import jobs, services
from livret.care.support.models import CannedAnswer, Request, SupportHours, Suspension, Team
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris

TEAMS, TEAM_NEW, CANNED, CANNED_NEW, SUSPENSIONS, SUSPENSION_NEW, HOURS = (
    reverse(f"support_console:{name}")
    for name in (
        "teams",
        "team_new",
        "canned_answers",
        "canned_answer_new",
        "suspensions",
        "suspension_new",
        "hours",
    )
)
WEEK = {"mon": "10:00-12:00", "tue": "10:00-12:00", "holidays": "closed", "from_on": "2026-11-03"}


def shown_for(answer) -> str:
    """The fingerprint of the hours whose effect a page shows."""
    return re.search(r'name="moves_shown" value="([0-9a-f]{64})"', answer.content.decode()).group(1)


def words_of(answer) -> str:
    return unescape(answer.content.decode())


class TestTeams:
    def test_a_team_is_created_and_takes_what_it_says(self, care, bob, denis, emma, gaelle, page_of):
        sent = {"name": "Paie", "rank": "10", "lead": str(emma.pk), "members": [str(denis.pk), str(emma.pk)]}
        page_of(gaelle).post(TEAM_NEW, {**sent, "products": ["hr"], "kinds": ["question"], "is_active": "on"})
        request = factories.file(bob, product="hr", kind="question")

        assert request.team.name == "Paie"
        assert set(request.team.members.all()) == {denis, emma}
        assert "Paie" in words_of(page_of(gaelle).get(TEAMS))

    def test_a_team_is_changed_from_what_it_was(self, denis, gaelle, page_of):
        team = Team.objects.create(name="Paie", products=["hr"], rank=5)
        url = reverse("support_console:team", args=[team.pk])
        shown = words_of(page_of(gaelle).get(url))
        page_of(gaelle).post(url, {"name": "Paie et DSN", "rank": "7"})
        team.refresh_from_db()

        assert 'value="Paie"' in shown
        assert (team.name, team.products, team.rank, team.is_active) == ("Paie et DSN", [], 7, False)

    @pytest.mark.parametrize(
        ("sent", "message"),
        [
            ({"name": "Finance", "rank": "1"}, "Ce nom est pris."),
            ({"name": " ", "rank": "1"}, "Ce champ est obligatoire."),
            ({"name": "Paie", "rank": "0"}, "supérieure ou égale à 1"),
            ({"name": "Paie", "rank": "1", "members": ["x"]}, "n’en fait pas partie"),
        ],
    )
    def test_a_team_that_cannot_be_is_refused(self, gaelle, page_of, sent, message):
        Team.objects.create(name="Finance")
        answer = page_of(gaelle).post(TEAM_NEW, sent)

        assert answer.status_code == 422
        assert message in words_of(answer)
        assert Team.objects.count() == 1


class TestCannedAnswers:
    def test_a_canned_answer_is_written_changed_and_put_away(self, denis, page_of):
        browser = page_of(denis)
        browser.post(CANNED_NEW, {"title": "Accueil", "body": "Bonjour {{prenom}}", "product": ""})
        answer = CannedAnswer.objects.get()
        url = reverse("support_console:canned_answer", args=[answer.pk])
        browser.post(url, {"title": "Accueil", "body": "Bonjour {{prenom}} {{nom}}", "product": "hr"})
        listed = words_of(browser.get(CANNED))
        browser.post(reverse("support_console:canned_answer_withdrawal", args=[answer.pk]))
        answer.refresh_from_db()

        assert "Bonjour {{prenom}} {{nom}}" in listed
        assert (answer.product, answer.is_active) == ("hr", False)
        assert browser.get(url).status_code == 404

    @pytest.mark.parametrize(
        ("sent", "message"),
        [
            ({"title": "A", "body": "Cher {{prénom}}"}, "Rien ne remplit {{prénom}}. Les emplacements remplis"),
            ({"title": "Pris", "body": "Cher client"}, "Ce nom est pris."),
            ({"title": "", "body": "Cher client"}, "Ce champ est obligatoire."),
        ],
    )
    def test_a_canned_answer_that_would_show_its_braces_is_refused(self, denis, page_of, sent, message):
        CannedAnswer.objects.create(title="Pris", body="x", written_by=denis, written_at=paris(1, 9))
        answer = page_of(denis).post(CANNED_NEW, sent)

        assert answer.status_code == 422
        assert message in words_of(answer)
        assert sent["body"] in words_of(answer)
        assert CannedAnswer.objects.count() == 1

    def test_the_picker_offers_those_of_the_product(self, care, bob, denis, page_of):
        kept = {"body": "x", "written_by": denis, "written_at": paris(1, 9)}
        CannedAnswer.objects.create(title="Pour la paie", product="hr", **kept)
        CannedAnswer.objects.create(title="Pour tous", **kept)
        url = reverse("support_console:picker", args=[factories.file(bob).number])
        shown = words_of(page_of(denis).get(url))

        assert ("Pour tous" in shown, "Pour la paie" in shown) == (True, False)


class TestSuspensions:
    sent = {"client_slug": "atelier", "cause": "untrained_users", "reason": "Formation refusée", "from_at": ""}

    def test_support_is_suspended_and_opened_again(self, care, farid, page_of):
        browser = page_of(farid)
        browser.post(SUSPENSION_NEW, self.sent)
        found = Suspension.objects.get()
        running = words_of(browser.get(SUSPENSIONS))
        browser.post(reverse("support_console:suspension_lift", args=[found.pk]), {"reason": "Formée le 10"})

        assert (found.clause, found.from_at) == ("C-14", paris(2, 16))
        assert "En cours" in running
        assert "Formée le 10" in words_of(browser.get(SUSPENSIONS))

    def test_a_suspension_may_begin_later(self, care, farid, page_of):
        page_of(farid).post(SUSPENSION_NEW, {**self.sent, "from_at": "2026-12-01T09:00"})

        assert Suspension.objects.get().from_at == paris(1, 9, month=12)
        assert "À venir" in words_of(page_of(farid).get(SUSPENSIONS))

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"cause": "weather"}, "n’en fait pas partie"),
            ({"reason": " "}, "Ce champ est obligatoire."),
            ({"client_slug": "inconnu"}, "n’en fait pas partie"),
            ({"from_at": "hier"}, "valide"),
        ],
    )
    def test_a_suspension_without_cause_or_reason_is_refused(self, care, farid, page_of, changes, message):
        answer = page_of(farid).post(SUSPENSION_NEW, {**self.sent, **changes})

        assert answer.status_code == 422
        assert message in words_of(answer)
        assert not Suspension.objects.exists()

    def test_support_is_suspended_once(self, care, farid, page_of):
        page_of(farid).post(SUSPENSION_NEW, self.sent)
        answer = page_of(farid).post(SUSPENSION_NEW, self.sent)

        assert answer.status_code == 422
        assert "Le support est déjà suspendu pour ce client depuis le" in words_of(answer)

    def test_a_client_without_contract_has_no_support_to_suspend(self, atelier, farid, page_of):
        answer = page_of(farid).post(SUSPENSION_NEW, self.sent)

        assert "Ce client n’a pas de contrat en vigueur" in words_of(answer)

    def test_a_technician_reads_them_and_decides_nothing(self, care, denis, page_of):
        shown = words_of(page_of(denis).get(SUSPENSIONS))

        assert SUSPENSION_NEW not in shown
        assert page_of(denis).post(SUSPENSION_NEW, self.sent).status_code == 403


class TestHours:
    def test_what_would_move_is_shown_before_anything_is_published(self, sprint, bob, gaelle, page_of):
        request = factories.file(bob, criticality="")
        before = SupportHours.objects.count()
        answer = page_of(gaelle).post(HOURS, WEEK)
        shown = words_of(answer)

        assert answer.status_code == 200
        assert "L’échéance de 1 demande ouverte changerait" in shown
        assert request.number in shown
        assert 'name="moves_open"' in shown
        assert 'value="10:00-12:00"' in shown
        assert SupportHours.objects.count() == before

    @pytest.mark.parametrize("moves_open", [False, True])
    def test_open_requests_move_only_when_somebody_says_so(self, sprint, bob, gaelle, page_of, moves_open):
        request = factories.file(bob, criticality="")
        ticked = {"moves_open": "on"} if moves_open else {}
        seen = shown_for(page_of(gaelle).post(HOURS, WEEK))
        answer = page_of(gaelle).post(HOURS, {**WEEK, "moves_shown": seen, **ticked})
        asked = ProcrastinateJob.objects.filter(task_name=services.MOVING)
        moved = [jobs.move_requests(**job.args) for job in asked]
        after = Request.objects.get(pk=request.pk)

        assert answer.status_code == 302
        assert moved == [1] * moves_open
        assert (after.due_at != request.due_at) is moves_open
        assert request.events.filter(kind="hours_set").exists() is moves_open

    def test_what_was_shown_for_other_hours_was_not_shown_for_these(self, sprint, bob, gaelle, page_of):
        factories.file(bob, criticality="")
        seen, before = shown_for(page_of(gaelle).post(HOURS, WEEK)), SupportHours.objects.count()
        answer = page_of(gaelle).post(HOURS, {**WEEK, "tue": "15:00-16:00", "moves_shown": seen})

        assert "changerait" in words_of(answer)
        assert SupportHours.objects.count() == before

    def test_hours_that_move_nothing_are_published_at_once(self, sprint, gaelle, page_of):
        assert page_of(gaelle).post(HOURS, WEEK).status_code == 302

    def test_hours_that_never_open_are_refused_before_anything_is_shown(self, sprint, bob, gaelle, page_of):
        factories.file(bob, criticality="")
        answer = page_of(gaelle).post(HOURS, {"from_on": "2026-11-03", "holidays": "closed"})

        assert answer.status_code == 422
        assert "changerait" not in words_of(answer)
