"""A request as the desk of a technician: its acts, their refusals, the facts beside it."""

from __future__ import annotations

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from livret.booklet.support import AnomalyLevel
from livret.care.support import services
from livret.care.support.models import Request
from livret.care.support.tests import factories
from livret.care.support.tests.factories import EXE, PNG, paris
from livret.clients.actors import actor_of


def words_of(answer) -> str:
    return unescape(answer.content.decode())


def url_of(name, request, *more) -> str:
    return reverse(f"support_console:{name}", args=[request.number, *more])


def told(account, *, at=None):
    return {"by": actor_of(account), "now": at or paris(2, 16)}


@pytest.fixture
def taken(care, bob, denis):
    """A critical request of Bob that Denis picked up in time."""
    return factories.pick_up(factories.file(bob), denis, at=paris(2, 15, 30))


@pytest.fixture
def anomaly(taken, denis):
    """The same, qualified level 2."""
    services.qualify_anomaly(
        taken, AnomalyLevel.INOPERATIVE, reproduction="Oui", is_reproduced=True, **told(denis, at=paris(2, 15, 40))
    )
    return Request.objects.get(pk=taken.pk)


def last(request):
    return request.events.order_by("-sequence").first()


class TestActs:
    def test_a_request_is_given_to_a_colleague(self, taken, denis, emma, page_of):
        answer = page_of(denis).post(url_of("assignment", taken), {"to": str(emma.pk), "reason": "Paie"})

        assert answer["Location"] == taken.get_console_url()
        assert Request.objects.get(pk=taken.pk).assigned_to == emma

    @pytest.mark.parametrize(
        ("outcome", "more", "stored"),
        [
            ("anomaly-1", {"reproduced": "yes"}, {"outcome": "anomaly", "level": 1, "is_reproduced": True}),
            ("anomaly-2", {"reproduced": "no"}, {"outcome": "anomaly", "level": 2, "is_reproduced": False}),
            ("anomaly-3", {"reproduced": "yes"}, {"outcome": "anomaly", "level": 3, "is_reproduced": True}),
            ("out_of_scope", {"topic": "setup"}, {"outcome": "out_of_scope", "topic": "setup", "clause": "C-15"}),
            ("not_reproduced", {}, {"outcome": "not_reproduced"}),
            ("no_anomaly", {}, {"outcome": "no_anomaly"}),
        ],
    )
    def test_what_a_technician_finds_is_recorded(self, taken, denis, page_of, outcome, more, stored):
        answer = page_of(denis).post(url_of("qualification", taken), {"outcome": outcome, "text": "Constat", **more})

        assert answer.status_code == 302
        assert (last(taken).kind, last(taken).data, last(taken).text) == ("qualified", stored, "Constat")

    def test_levels_are_said_with_the_booklet_s_own_figures(self, taken, denis, page_of):
        shown = words_of(page_of(denis).get(url_of("qualification", taken)))

        assert "plan d’action en 12 heures ouvrées" in shown
        assert "correction ou contournement en 6 jours ouvrés" in shown
        assert 'href="/livret/care/2023-09-18/#C-1"' in shown

    def test_the_clock_of_an_anomaly_pauses_and_runs_again_with_both_figures(self, anomaly, bob, denis, page_of):
        browser = page_of(denis)
        browser.post(url_of("pause", anomaly), {"reason": "Nous attendons votre fichier."})
        paused = words_of(browser.get(anomaly.get_console_url()))
        browser.post(url_of("resumption", anomaly))

        assert "Pas d’échéance tant que le décompte est suspendu" in paused
        assert "Sans les pauses\xa0: mardi 10\xa0novembre" in paused
        assert "Nous attendons votre fichier." in words_of(page_of(bob).get(anomaly.get_absolute_url()))
        assert not Request.objects.get(pk=anomaly.pk).is_paused

    @pytest.mark.parametrize("step", ["action_plan", "workaround", "fix"])
    def test_what_is_proposed_reaches_the_client(self, anomaly, denis, page_of, step):
        sent = {"step": step, "text": "Videz le filtre.", "seen": anomaly.last_sequence}

        assert page_of(denis).post(url_of("proposal", anomaly), sent).status_code == 302
        assert (last(anomaly).kind, last(anomaly).data["step"]) == ("proposed", step)

    def test_a_request_is_closed_then_reopened(self, taken, denis, page_of):
        browser = page_of(denis)
        browser.post(url_of("closing", taken), {"cause": "solved", "text": "Corrigé."})
        closed = Request.objects.get(pk=taken.pk)
        shown = words_of(browser.get(taken.get_console_url()))
        browser.post(url_of("reopening", taken), {"reason": "Le défaut est revenu."})

        assert (closed.state, closed.close_cause) == ("closed", "solved")
        assert url_of("reopening", taken) in shown
        assert url_of("closing", taken) not in shown
        assert Request.objects.get(pk=taken.pk).state == "in_progress"

    def test_a_criticality_is_changed_with_its_reason(self, taken, denis, page_of):
        page_of(denis).post(url_of("criticality", taken), {"to": "moderee", "reason": "Un autre menu marche."})

        assert (last(taken).data, last(taken).text) == ({"from": "critique", "to": "moderee"}, "Un autre menu marche.")

    def test_a_duplicate_is_shown_on_both_requests(self, taken, bob, denis, page_of):
        other = factories.file(bob, subject="Même panne")
        page_of(denis).post(url_of("duplicate", taken), {"number": f" {other.number.lower()} "})

        assert other.number in words_of(page_of(denis).get(taken.get_console_url()))
        assert "Même sujet" in words_of(page_of(denis).get(other.get_console_url()))

    def test_an_exclusion_keeps_its_clause_its_evidence_and_its_files(self, taken, denis, page_of):
        sent = {"clause": "C-14", "reason": "Poste non maintenu", "evidence": "Windows 7, journal joint"}
        file = SimpleUploadedFile("journal.png", PNG)
        answer = page_of(denis).post(url_of("exclusion", taken), {**sent, "attachments": file})

        assert answer.status_code == 302
        assert last(taken).data == {"clause": "C-14", "evidence": "Windows 7, journal joint"}
        assert last(taken).attachments.get().name == "journal.png"

    @pytest.mark.parametrize(("decision", "stands"), [("accepted", ""), ("upheld", "anomaly")])
    def test_a_contest_is_answered(self, anomaly, bob, denis, page_of, decision, stands):
        services.contest(anomaly, "qualification", reason="C’est bloquant.", **told(bob))
        browser = page_of(denis)
        shown = words_of(browser.get(anomaly.get_console_url()))
        url = url_of("contest_answer", anomaly, "qualification")
        browser.post(url, {"decision": decision, "words": "Revu avec l’équipe."})

        assert url in shown
        assert Request.objects.get(pk=anomaly.pk).qualification == stands

    def test_an_unknown_contest_is_no_page(self, taken, denis, page_of):
        assert page_of(denis).get(url_of("contest_answer", taken, "weather")).status_code == 404

    def test_the_desk_offers_only_what_the_state_allows(self, care, bob, denis, page_of):
        request = factories.file(bob)
        shown = words_of(page_of(denis).get(request.get_console_url()))

        assert url_of("assignment", request) in shown
        assert [url_of(name, request) in shown for name in ("closing", "pause", "reopening")] == [False] * 3

    def test_the_dialog_is_told_where_to_go_and_the_page_goes_there(self, taken, denis, page_of):
        sent = {"cause": "solved", "text": ""}
        answer = page_of(denis).post(url_of("closing", taken) + "?scope=mine", sent, headers={"HX-Request": "true"})

        assert answer["HX-Redirect"] == taken.get_console_url() + "?scope=mine"


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "sent", "message"),
        [
            ("assignment", {}, "Choisissez un technicien, une équipe, ou les deux."),
            ("criticality", {"to": "critique", "reason": "x"}, "Sélectionnez un choix valide"),
            ("criticality", {"to": "moderee", "reason": " "}, "Ce champ est obligatoire."),
            ("qualification", {"outcome": "anomaly-1", "text": "Tel quel"}, "Indiquez si vous l’avez reproduit"),
            ("qualification", {"outcome": "out_of_scope", "text": "Tel quel"}, "Choisissez de quoi il s’agit"),
            ("pause", {"reason": "Tel quel"}, "Aucun second délai ne court"),
            ("proposal", {"step": "fix", "text": ""}, "Ce champ est obligatoire."),
            ("closing", {"cause": "withdrawn"}, "Sélectionnez un choix valide"),
            ("reopening", {"reason": "Tel quel"}, "Cette action ne s’applique pas à"),
            ("duplicate", {"number": "Tel quel"}, "n’est pas un numéro de demande"),
            ("duplicate", {"number": "D-2026-999999"}, "Aucune demande ne porte le numéro D-2026-999999."),
            ("exclusion", {"clause": "S-99", "reason": "x", "evidence": "y"}, "Sélectionnez un choix valide"),
        ],
    )
    def test_bad_input_is_told_and_what_was_typed_stays(self, taken, denis, page_of, name, sent, message):
        before = taken.last_sequence
        answer = page_of(denis).post(url_of(name, taken), sent)

        assert answer.status_code == 422
        assert message in words_of(answer)
        assert ("Tel quel" in words_of(answer)) is ("Tel quel" in sent.values())
        assert Request.objects.get(pk=taken.pk).last_sequence == before

    def test_a_request_is_no_duplicate_of_itself(self, taken, denis, page_of):
        answer = page_of(denis).post(url_of("duplicate", taken), {"number": taken.number})

        assert answer.status_code == 422
        assert "Cette action ne s’applique pas" in words_of(answer)

    def test_what_was_not_picked_up_is_picked_up_first(self, care, bob, denis, page_of):
        answer = page_of(denis).post(url_of("closing", factories.file(bob)), {"cause": "solved"})

        assert "n’est pas encore prise en charge" in words_of(answer)

    def test_a_closed_request_is_reopened_first(self, taken, denis, page_of):
        services.close(taken, "solved", **told(denis))
        answer = page_of(denis).post(url_of("qualification", taken), {"outcome": "no_anomaly", "text": "Tel quel"})

        assert answer.status_code == 422
        assert "est close. Rouvrez-la" in words_of(answer)

    def test_a_program_is_no_evidence(self, taken, denis, page_of):
        sent = {"clause": "C-14", "reason": "Motif", "evidence": "Preuve"}
        files = {"attachments": SimpleUploadedFile("preuve.exe", EXE)}
        answer = page_of(denis).post(url_of("exclusion", taken), {**sent, **files})

        assert answer.status_code == 422
        assert "n’est pas accepté" in words_of(answer)
        assert not Request.objects.get(pk=taken.pk).is_excluded

    def test_customer_service_acts_on_no_support_request(self, taken, farid, page_of):
        assert page_of(farid).post(url_of("closing", taken), {"cause": "solved"}).status_code == 403


class TestFacts:
    def test_other_open_requests_of_the_client_are_near(self, taken, bob, chloe, denis, page_of):
        near, far = factories.file(bob, subject="Voisine"), factories.file(chloe, subject="Étrangère")
        shown = words_of(page_of(denis).get(taken.get_console_url())).partition("desk__facts")[2]

        assert near.number in shown
        assert far.subject not in shown

    def test_where_it_came_from_is_shown(self, care, bob, denis, page_of):
        request = factories.file(bob, origin={"page": "/e/atelier/finance/", "error": "E-42 <b>"})
        shown = page_of(denis).get(request.get_console_url()).content.decode()

        assert "/e/atelier/finance/" in shown
        assert "E-42 &lt;b&gt;" in shown

    def test_the_next_and_the_previous_of_the_queue_are_one_key_away(self, care, bob, denis, page_of):
        first, second, third = (factories.file(bob, at=paris(2, 14, minute)) for minute in (0, 10, 20))
        shown = words_of(page_of(denis).get(second.get_console_url(), {"scope": "all", "order": "left", "junk": "1"}))

        assert f'href="{first.get_console_url()}?scope=all&order=left"' in shown
        assert f'href="{third.get_console_url()}?scope=all&order=left"' in shown

    def test_a_suspended_client_is_told_with_its_clause(self, care, atelier, taken, farid, denis, page_of):
        services.suspend_support(
            atelier, "untrained_users", reason="Formation à suivre", from_at=paris(2, 16), **told(farid)
        )

        assert "Le support est suspendu pour ce client" in words_of(page_of(denis).get(taken.get_console_url()))
