"""The customer space: the form of a request, and what it says before anything is sent."""

from __future__ import annotations

from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from livret.care.support import services
from livret.care.support.models import Request
from livret.care.support.tests import factories
from livret.care.support.tests.factories import EXE, PNG, paris
from livret.clients.actors import actor_of
from livret.core import clock

NEW, PROMISE = reverse("support:new"), reverse("support:promise")


def typed(**changes):
    return {
        "nonce": str(uuid4()),
        "kind": "malfunction",
        "product": "finance",
        "criticality": "critique",
        "subject": "La balance ne s’affiche plus",
        "context": "J’ouvre la balance de mars.",
        **changes,
    }


def words_of(answer) -> str:
    return unescape(answer.content.decode())


class TestFiling:
    def test_the_form_shows_what_is_due_before_anything_is_sent(self, care, bob, page_of):
        shown = words_of(page_of(bob).get(NEW))

        assert "mardi 3\xa0novembre\xa02026 à 12\xa0h\xa000" in shown
        assert "Pourquoi cette heure" in shown
        assert "/livret/care/2023-09-18/#C-14" in shown

    def test_without_script_every_criticality_shows_its_own_hour(self, care, bob, page_of):
        shown = words_of(page_of(bob).get(NEW))

        assert shown.count("au plus tard le") == 3

    def test_out_of_hours_the_form_says_when_support_opens(self, care, bob, page_of, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: paris(7, 20))
        shown = words_of(page_of(bob).get(NEW))

        assert "Le support est fermé à cette heure. Il ouvre le lundi 9\xa0novembre\xa02026 à 9\xa0h\xa000" in shown

    def test_the_preview_follows_the_criticality_chosen(self, care, bob, page_of):
        shown = words_of(
            page_of(bob).get(reverse("support:promise"), {"kind": "malfunction", "criticality": "moderee"})
        )

        assert "mardi 3\xa0novembre\xa02026 à 16\xa0h\xa000" in shown
        assert shown.count("au plus tard le") == 1

    def test_the_preview_promises_nothing_for_customer_service(self, care, bob, page_of):
        shown = words_of(page_of(bob).get(reverse("support:promise"), {"kind": "customer_service"}))

        assert "sans délai de prise en charge garanti" in shown
        assert "#C-16" in shown

    def test_a_request_is_filed_and_shown(self, care, bob, page_of):
        answer = page_of(bob).post(NEW, {**typed(), "attachments": SimpleUploadedFile("capture.png", PNG)})
        request = Request.objects.get()

        assert answer["Location"] == reverse("support:request", args=[request.number])
        assert (request.filed_by, request.attachments.get().name) == (bob, "capture.png")

    def test_a_file_too_large_for_memory_is_kept_whole(self, care, bob, page_of):
        content = factories.PDF + b"x" * 2_000_000
        page_of(bob).post(NEW, {**typed(), "attachments": SimpleUploadedFile("releve.pdf", content)})
        file = Request.objects.get().attachments.get()

        assert (file.size, file.content_type) == (len(content), "application/pdf")

    def test_sending_twice_files_once(self, care, bob, page_of):
        form = typed()
        first, second = page_of(bob).post(NEW, form), page_of(bob).post(NEW, form)

        assert first["Location"] == second["Location"]
        assert Request.objects.count() == 1

    def test_a_disguised_file_files_nothing_and_keeps_what_was_typed(self, care, bob, page_of):
        answer = page_of(bob).post(NEW, {**typed(), "attachments": SimpleUploadedFile("facture.pdf", EXE)})

        assert answer.status_code == 422
        assert "ne contient pas ce que son nom annonce (contenu trouvé\xa0: EXE)" in words_of(answer)
        assert "J’ouvre la balance de mars." in words_of(answer)
        assert not Request.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"criticality": "apocalypse"}, "apocalypse"),
            ({"criticality": ""}, "Indiquez à quel point votre travail est gêné"),
            ({"kind": "operation"}, "operation"),
            ({"product": "hr"}, "hr"),
            ({"subject": ""}, "obligatoire"),
            ({"subject": "x" * 151}, "150"),
            ({"context": "x" * 20_001}, "20"),
            ({"context": "a\x00b"}, "nul"),
            ({"nonce": "x"}, "UUID"),
            ({"kind": "customer_service"}, "customer_service"),
            ({"kind": "question", "topic": "astrologie"}, "astrologie"),
            ({"channel": "phone"}, "phone"),
            ({"origin_page": "x" * 301}, "300"),
        ],
    )
    def test_bad_input_is_refused_with_its_reason(self, care, bob, page_of, changes, message):
        answer = page_of(bob).post(NEW, typed(**changes))

        assert answer.status_code == 422
        assert message in words_of(answer)
        assert not Request.objects.exists()

    def test_under_sprint_the_plan_decides_and_no_criticality_is_asked(self, sprint, bob, page_of):
        shown = words_of(page_of(bob).get(NEW))

        assert 'name="criticality"' not in shown
        assert "Formule Open" in shown
        assert "Horaires fixés par l’éditeur (version 1)" in shown

    def test_the_form_says_when_no_hours_are_published(self, atelier, alice, page_of):
        factories.make_contract(atelier, alice, "open")

        assert "n’a pas encore publié les horaires" in words_of(page_of(alice).get(NEW))

    def test_connect_says_that_it_holds_no_support_and_cites_the_clause(self, connect, bob, page_of):
        shown = words_of(page_of(bob).get(NEW))

        assert "Votre formule ne comprend pas le support" in shown
        assert "/livret/sprint/2019/#S-13" in shown
        assert 'name="subject"' not in shown
        assert f'href="{reverse("service:new")}"' in shown

    def test_connect_refuses_a_forged_support_request(self, connect, bob, page_of):
        assert page_of(bob).post(NEW, typed()).status_code == 422
        assert not Request.objects.exists()

    def test_without_a_contract_the_page_says_so(self, bob, page_of):
        assert "Aucun contrat en vigueur" in words_of(page_of(bob).get(NEW))
        assert page_of(bob).post(NEW, typed()).status_code == 422


class TestElsewhere:
    @pytest.mark.parametrize(("who", "is_led"), [("alice", True), ("bob", False)])
    def test_only_an_administrator_is_led_to_operations_on_data(self, care, page_of, request, who, is_led):
        shown = words_of(page_of(request.getfixturevalue(who)).get(NEW))

        assert (f'href="{reverse("service:operation")}"' in shown) is is_led
        assert f'href="{reverse("service:new")}"' in shown


class TestStanding:
    def test_a_malfunction_is_within_the_commitments_by_the_clause(self, care, bob, page_of):
        shown = words_of(page_of(bob).get(PROMISE, {"kind": "malfunction"}))

        assert "Dans les engagements" in shown
        assert "#C-14" in shown

    def test_a_question_of_use_is_free_within_the_learning_phase(self, care, bob, page_of):
        shown = words_of(page_of(bob).get(PROMISE, {"kind": "question", "topic": ""}))

        assert "Sans frais, dans les engagements" in shown
        assert "#C-15" in shown
        assert "au plus tard le" in shown

    def test_a_paid_service_promises_no_hour_and_asks_for_a_tick(self, care, bob, page_of):
        shown = words_of(
            page_of(bob).get(PROMISE, {"kind": "question", "topic": "training", "criticality": "critique"})
        )

        assert "Prestation payante, sans délai engagé" in shown
        assert 'name="accepts_paid"' in shown
        assert "au plus tard le" not in shown

    def test_a_paid_service_is_not_filed_without_the_tick(self, care, bob, page_of):
        answer = page_of(bob).post(NEW, typed(kind="question", topic="training"))

        assert answer.status_code == 422
        assert "Cochez cette case pour l’envoyer comme prestation payante" in words_of(answer)
        assert 'name="accepts_paid"' in words_of(answer)
        assert not Request.objects.exists()

    def test_a_paid_service_that_was_ticked_is_filed_without_a_target(self, care, bob, page_of):
        page_of(bob).post(NEW, typed(kind="question", topic="training", criticality="", accepts_paid="on"))
        request = Request.objects.get()

        assert (request.standing, request.topic, request.due_at) == ("paid", "training", None)
        assert request.standing_clause == "C-15"

    def test_the_topic_of_a_malfunction_is_dropped(self, care, bob, page_of):
        page_of(bob).post(NEW, typed(topic="training"))

        assert (Request.objects.get().topic, Request.objects.get().standing) == ("", "committed")

    @pytest.mark.parametrize("topic", ["formation", "Réparation de fichiers", "Transfert de fichiers"])
    def test_the_topics_sold_apart_are_those_of_the_booklet(self, sprint, bob, page_of, topic):
        assert topic.lower() in words_of(page_of(bob).get(NEW)).lower()


class TestSuspension:
    @pytest.fixture
    def suspended(self, care, atelier, gaelle):
        return services.suspend_support(
            atelier,
            "untrained_users",
            reason="Trois utilisateurs n’ont pas suivi la formation.",
            by=actor_of(gaelle),
            now=paris(2, 9),
            from_at=paris(2, 9),
        )

    def test_the_form_says_since_when_why_and_by_which_clause(self, suspended, bob, page_of):
        shown = words_of(page_of(bob).get(NEW))

        assert "Le support est suspendu pour votre entreprise" in shown
        assert "lundi 2\xa0novembre\xa02026 à 9\xa0h\xa000" in shown
        assert "utilisateurs non formés" in shown
        assert "Trois utilisateurs n’ont pas suivi la formation." in shown
        assert f"#{suspended.clause}" in shown
        assert 'name="subject"' not in shown

    def test_a_form_opened_before_is_refused_and_keeps_what_was_typed(self, suspended, bob, page_of):
        answer = page_of(bob).post(NEW, typed())

        assert answer.status_code == 422
        assert "Rien n’a été envoyé\xa0: le support est suspendu" in words_of(answer)
        assert "J’ouvre la balance de mars." in words_of(answer)
        assert not Request.objects.exists()

    def test_lifted_the_form_is_open_again(self, suspended, bob, gaelle, page_of):
        services.lift_suspension(suspended, reason="Formation suivie", by=actor_of(gaelle), now=paris(2, 15))

        assert 'name="subject"' in words_of(page_of(bob).get(NEW))


class TestOrigin:
    FROM = {
        "page": "/e/atelier/comptabilite/fec/",
        "title": "Importer un FEC",
        "product": "finance",
        "menu": "Finance › Importer un FEC",
    }

    def test_the_page_it_came_from_is_shown_before_sending(self, care, bob, page_of):
        shown = words_of(page_of(bob).get(NEW, self.FROM))

        assert 'value="Importer un FEC – /e/atelier/comptabilite/fec/"' in shown
        assert 'value="Finance › Importer un FEC"' in shown
        assert 'name="channel" value="module"' in shown

    @pytest.mark.parametrize(
        ("slug", "page"), [("importer-un-fec", "/espace/connaissances/importer-un-fec/"), ("../x", ""), ("", "")]
    )
    def test_the_article_that_did_not_answer_is_told(self, care, bob, page_of, slug, page):
        form = page_of(bob).get(NEW, {"article": slug}).context["form"]

        assert form["origin_page"].value() == page

    def test_what_travels_is_what_was_left_in_the_form(self, care, bob, page_of):
        sent = typed(channel="module", origin_sent="on", origin_page="Import", origin_version="0.1.0", origin_error="")
        page_of(bob).post(NEW, sent)

        assert Request.objects.get().origin == {"page": "Import", "version": "0.1.0"}
        assert Request.objects.get().channel == "module"

    def test_nothing_travels_when_the_box_is_not_ticked(self, care, bob, page_of):
        page_of(bob).post(NEW, typed(origin_page="Import", origin_version="0.1.0", origin_error="Erreur 500"))

        assert (Request.objects.get().origin, Request.objects.get().channel) == ({}, "space")

    @pytest.mark.parametrize("page", ["<script>alert(1)</script>", "x" * 5000, "a\x00b"])
    def test_a_hostile_address_is_only_text_of_the_form(self, care, bob, page_of, page):
        answer = page_of(bob).get(NEW, {**self.FROM, "page": page})

        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content
