"""The console: the queue, the pick-up, answers and notes, opening hours."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from livret.care.support.models import SupportHours
from livret.care.support.tests import factories
from livret.care.support.tests.factories import EXE, PNG, incoming, paris
from livret.clients.tests.factories import make_staff

QUEUE, HOURS = reverse("support_console:queue"), reverse("support_console:hours")


def said():
    return {"nonce": str(uuid4())}


def words_of(answer) -> str:
    return unescape(answer.content.decode())


def url_of(name, request) -> str:
    return reverse(f"support_console:{name}", args=[request.number])


class TestQueue:
    def test_the_one_due_first_stands_on_top(self, care, bob, denis, page_of):
        moderate, critical = factories.file(bob, criticality="moderee"), factories.file(bob)
        shown = words_of(page_of(denis).get(QUEUE))

        assert shown.index(critical.number) < shown.index(moderate.number)

    @pytest.mark.parametrize(
        ("filed_at", "words", "left"),
        [
            (paris(2, 15), "Dans les temps", "reste 3\xa0h ouvrées"),
            (paris(2, 12, 30), "Échéance proche", "reste 30\xa0min ouvrées"),
            (paris(2, 11, 30), "En retard", "dépassée de 30\xa0min ouvrées"),
        ],
    )
    def test_a_target_is_said_in_words_with_its_business_time(self, care, bob, denis, page_of, filed_at, words, left):
        factories.file(bob, at=filed_at)
        shown = words_of(page_of(denis).get(QUEUE))

        assert words in shown
        assert left in shown

    @pytest.mark.parametrize(
        ("query", "is_there"),
        [
            ({"scope": "mine"}, False),
            ({"scope": "unassigned"}, True),
            ({"urgency": "late"}, False),
            ({"kind": "malfunction"}, True),
            ({"kind": "question"}, False),
            ({"q": "balance"}, True),
            ({"q": "introuvable"}, False),
            ({"scope": "<script>", "urgency": "x", "page": "no"}, True),
        ],
    )
    def test_filters_stand_in_the_address(self, care, bob, denis, page_of, query, is_there):
        request = factories.file(bob)

        assert (request.number in words_of(page_of(denis).get(QUEUE, query))) is is_there

    def test_a_queue_of_any_length_costs_five_queries(self, sprint, bob, denis, page_of, support_queries):
        browser, _ = page_of(denis), [factories.file(bob) for _ in range(8)]

        assert support_queries(lambda: browser.get(QUEUE)) == 5

    def test_long_queues_come_in_pages(self, care, bob, denis, page_of, monkeypatch):
        monkeypatch.setattr("livret.care.support.views.console.queue.PAGE_SIZE", 2)
        numbers = [factories.file(bob).number for _ in range(3)]
        shown = words_of(page_of(denis).get(QUEUE, {"page": 2}))

        assert [number in shown for number in numbers] == [False, False, True]

    def test_a_client_finds_no_console(self, care, bob, page_of):
        assert page_of(bob).get(QUEUE).status_code == 404

    def test_another_role_of_the_publisher_is_refused(self, control, page_of):
        assert page_of(make_staff("Hugo", "billing")).get(QUEUE).status_code == 403


class TestPickUp:
    def test_a_technician_takes_a_request(self, care, bob, denis, page_of):
        request = factories.file(bob)
        answer = page_of(denis).post(url_of("pick_up", request))
        request.refresh_from_db()

        assert answer["Location"] == request.get_console_url()
        assert (request.assigned_to, request.picked_up_at) == (denis, paris(2, 16))

    def test_both_sides_read_the_same_verdict(self, care, bob, denis, page_of):
        request = factories.file(bob)
        page_of(denis).post(url_of("pick_up", request))
        verdict = "Après 1\xa0h ouvrées\xa0: le délai de 4\xa0h est tenu."

        assert verdict in words_of(page_of(denis).get(request.get_console_url()))
        assert verdict in words_of(page_of(bob).get(request.get_absolute_url()))

    @pytest.mark.parametrize(
        ("filed_at", "is_immediate"), [(paris(2, 16), True), (paris(2, 15, 59, 30), False), (paris(2, 15), False)]
    )
    def test_a_pick_up_at_once_is_said_in_words(self, care, bob, denis, page_of, filed_at, is_immediate):
        request = factories.file(bob, at=filed_at)
        page_of(denis).post(url_of("pick_up", request))
        shown = words_of(page_of(denis).get(request.get_console_url()))

        assert ("Immédiatement\xa0: le délai de 4\xa0h est tenu." in shown) is is_immediate
        assert (">immédiatement<" in shown) is is_immediate
        assert "0\xa0s" not in shown.replace("30\xa0s", "")

    def test_hours_waited_while_support_is_closed_are_not_called_immediate(self, care, bob, denis, page_of):
        request = factories.file(bob, at=paris(1, 9))
        factories.pick_up(request, denis, at=paris(1, 11))
        shown = words_of(page_of(denis).get(request.get_console_url()))

        assert "immédiatement" not in shown.lower()

    def test_the_second_technician_is_told_who_was_first(self, care, bob, denis, emma, page_of):
        request = factories.file(bob)
        factories.pick_up(request, denis, at=paris(2, 15, 30))
        answer = page_of(emma).post(url_of("pick_up", request))

        assert answer.status_code == 409
        assert "Denis a pris cette demande en charge le 02/11/2026\xa015:30" in words_of(answer)

    def test_customer_service_takes_no_support_request(self, care, bob, farid, gaelle, page_of):
        request = factories.file(bob)
        answer = page_of(farid).post(url_of("pick_up", request))

        assert answer.status_code == 403
        assert "Les demandes au support sont prises en charge par les techniciens." in words_of(answer)

    def test_customer_service_takes_its_own(self, care, bob, farid, page_of):
        request = factories.file(bob, kind="customer_service")

        assert page_of(farid).post(url_of("pick_up", request)).status_code == 302

    def test_reading_is_no_way_to_take(self, care, bob, denis, page_of):
        assert page_of(denis).get(url_of("pick_up", factories.file(bob))).status_code == 405


class TestMessages:
    def test_an_answer_reaches_both_timelines(self, care, bob, denis, page_of):
        request = factories.file(bob)
        page_of(denis).post(url_of("messages", request), {**said(), "text": "Essayez ceci.", "audience": "client"})

        assert "Essayez ceci." in words_of(page_of(denis).get(request.get_console_url()))
        assert "Essayez ceci." in words_of(page_of(bob).get(request.get_absolute_url()))

    def test_an_internal_note_is_marked_as_such(self, care, bob, denis, page_of):
        request = factories.file(bob)
        page_of(denis).post(url_of("messages", request), {**said(), "text": "À reproduire.", "audience": "internal"})
        shown = words_of(page_of(denis).get(request.get_console_url()))

        assert "Note interne" in shown
        assert "À reproduire." in shown

    def test_customer_service_may_note_but_not_answer_a_support_request(self, care, bob, farid, page_of):
        request = factories.file(bob)
        url = url_of("messages", request)

        assert page_of(farid).post(url, {**said(), "text": "Note", "audience": "internal"}).status_code == 302
        assert page_of(farid).post(url, {**said(), "text": "Réponse", "audience": "client"}).status_code == 403
        assert list(request.events.filter(kind="message").values_list("text", "is_internal")) == [("Note", True)]

    def test_a_forbidden_answer_is_kept_on_the_page(self, care, bob, farid, page_of):
        request = factories.file(bob)
        sent = {
            **said(),
            "text": "Réponse longue",
            "audience": "client",
            "attachments": SimpleUploadedFile("a.png", PNG),
        }
        shown = words_of(page_of(farid).post(url_of("messages", request), sent))

        assert "Réponse longue</textarea>" in shown
        assert "Rien n’a été envoyé. Votre texte est conservé ci-dessous" in shown
        assert "Choisissez de nouveau les fichiers." in shown

    def test_who_may_not_answer_is_told_who_can_and_offered_a_note(self, care, bob, farid, gaelle, page_of):
        shown = words_of(page_of(farid).get(factories.file(bob).get_console_url()))

        assert "Les demandes au support sont prises en charge par les techniciens." in shown
        assert shown.count("Un administrateur peut vous donner ce rôle\xa0: Gaëlle.") == 1
        assert '<input type="hidden" name="audience" value="internal">' in shown
        assert "Ajouter la note interne" in shown
        assert "Répondre au client" not in shown

    @pytest.mark.parametrize(("asked", "chosen"), [("", "client"), ("internal", "internal"), ("world", "client")])
    def test_the_page_keeps_the_choice_of_who_reads(self, care, bob, denis, page_of, asked, chosen):
        shown = words_of(page_of(denis).get(factories.file(bob).get_console_url(), {"audience": asked}))

        assert re.findall(r'name="audience" value="(\w+)"[^>]* checked', shown) == [chosen]
        assert "Répondre au client" in shown
        assert "Ajouter la note interne" in shown

    @pytest.mark.parametrize(("audience", "end"), [("internal", "/?audience=internal#fin"), ("client", "/#fin")])
    def test_after_a_note_the_page_comes_back_to_notes(self, care, bob, denis, page_of, audience, end):
        request = factories.file(bob)
        answer = page_of(denis).post(url_of("messages", request), {**said(), "text": "Dit", "audience": audience})

        assert answer["Location"] == request.get_console_url().rstrip("/") + end

    @pytest.mark.parametrize(
        ("sent", "message"),
        [
            ({**said(), "text": "", "audience": "client"}, "il n’y a rien à envoyer"),
            ({**said(), "text": "Gardé", "audience": "world"}, "Gardé"),
            (
                {**said(), "text": "Gardé", "audience": "client", "attachments": SimpleUploadedFile("a.exe", EXE)},
                "Gardé",
            ),
        ],
    )
    def test_a_refused_answer_is_kept_on_the_page(self, care, bob, denis, page_of, sent, message):
        request = factories.file(bob)
        answer = page_of(denis).post(url_of("messages", request), sent)

        assert answer.status_code == 422
        assert message in words_of(answer)
        assert request.events.count() == 2


class TestTrail:
    def test_the_audit_trail_of_a_request_is_one_link_away(self, care, bob, denis, page_of):
        request = factories.file(bob, files=[incoming()])

        assert url_of("trail", request) in words_of(page_of(denis).get(request.get_console_url()))
        assert "support.request.filed" in words_of(page_of(denis).get(url_of("trail", request)))


class TestHours:
    WEEK = {"mon": "09:00-12:00, 14:00-18:00", "from_on": "2026-12-01", "holidays": "closed"}

    def test_an_administrator_publishes_hours(self, gaelle, page_of):
        answer = page_of(gaelle).post(HOURS, {**self.WEEK, "exceptions": "2026-12-24\n2026-12-28 09:00-12:00"})
        version = SupportHours.objects.get()

        assert answer.status_code == 302
        assert version.hours["week"] == {"mon": [["09:00", "12:00"], ["14:00", "18:00"]]}
        assert version.hours["exceptions"] == {"2026-12-24": [], "2026-12-28": [["09:00", "12:00"]]}

    def test_versions_are_listed_in_words(self, gaelle, page_of):
        page_of(gaelle).post(HOURS, {**self.WEEK, "exceptions": "2026-12-24"})
        shown = words_of(page_of(gaelle).get(HOURS))

        assert "Lundi 09:00–12:00, 14:00–18:00" in shown
        assert "24/12/2026 fermé" in shown

    def test_a_new_version_starts_from_the_hours_in_force(self, gaelle, page_of):
        page_of(gaelle).post(HOURS, {**self.WEEK, "exceptions": "2026-12-24\n2026-12-28 09:00-12:00"})
        shown = words_of(page_of(gaelle).get(HOURS))

        assert 'value="09:00-12:00, 14:00-18:00"' in shown
        assert "2026-12-24\n2026-12-28 09:00-12:00" in shown

    @pytest.mark.parametrize(
        "changes", [{"mon": "9h-12h"}, {"mon": "12:00-09:00"}, {"mon": ""}, {"exceptions": "demain"}, {"from_on": ""}]
    )
    def test_unreadable_hours_are_refused(self, gaelle, page_of, changes):
        assert page_of(gaelle).post(HOURS, {**self.WEEK, **changes}).status_code == 422
        assert not SupportHours.objects.exists()

    def test_a_technician_may_not_publish_hours(self, denis, page_of):
        assert page_of(denis).post(HOURS, self.WEEK).status_code == 403
