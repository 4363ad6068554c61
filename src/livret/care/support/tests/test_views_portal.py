"""The customer space: following and answering."""

from __future__ import annotations

from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from livret.care.support.tests import factories
from livret.care.support.tests.factories import EXE, PNG, incoming

LIST = reverse("support:requests")
HOSTILE = "<script>alert('x')</script>"


def said():
    return {"nonce": str(uuid4())}


def words_of(answer) -> str:
    return unescape(answer.content.decode())


class TestReading:
    def test_bob_sees_his_requests_and_alice_those_of_the_company(self, care, alice, bob, page_of):
        own, hers = factories.file(bob), factories.file(alice)
        his_list, her_list = words_of(page_of(bob).get(LIST)), words_of(page_of(alice).get(LIST))

        assert (own.number in his_list, hers.number in his_list) == (True, False)
        assert (own.number in her_list, hers.number in her_list) == (True, True)

    def test_a_request_of_another_client_does_not_exist(self, care, bob, chloe, page_of):
        request = factories.file(bob)

        assert page_of(chloe).get(request.get_absolute_url()).status_code == 404

    def test_a_request_of_a_colleague_does_not_exist_for_a_plain_user(self, care, alice, bob, page_of):
        assert page_of(bob).get(factories.file(alice).get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("number", ["D-2026-999999", "x", "D-2026-000001%20", "nouvelles"])
    def test_an_unknown_number_is_not_found(self, care, bob, page_of, number):
        assert page_of(bob).get(f"{LIST}{number}/").status_code == 404

    def test_the_publishers_people_are_sent_to_the_console(self, denis, page_of):
        assert page_of(denis).get(LIST).status_code == 403

    def test_a_visitor_is_asked_to_sign_in(self, control, client):
        assert client.get(LIST).status_code == 302

    def test_hostile_words_are_shown_as_words(self, care, bob, page_of):
        request = factories.file(bob, subject=HOSTILE, context=HOSTILE, error_message=HOSTILE, menu_path=HOSTILE)
        factories.say(request, bob, HOSTILE)
        page, listing = page_of(bob).get(request.get_absolute_url()), page_of(bob).get(LIST)

        assert HOSTILE not in page.content.decode() + listing.content.decode()
        assert words_of(page).count(HOSTILE) >= 5

    def test_the_page_shows_why_it_is_due_at_that_hour(self, care, bob, page_of):
        shown = words_of(page_of(bob).get(factories.file(bob).get_absolute_url()))

        assert "3\xa0novembre\xa02026 à 11\xa0h\xa000" in shown
        assert "Hors horaires d’ouverture" in shown
        assert "Temps ouvré restant" in shown

    def test_the_phone_number_comes_from_the_booklet(self, care, bob, page_of):
        assert "0826 888 488" in words_of(page_of(bob).get(factories.file(bob).get_absolute_url()))

    def test_a_booklet_without_a_number_shows_none(self, sprint, bob, page_of):
        assert "Au téléphone" not in words_of(page_of(bob).get(factories.file(bob).get_absolute_url()))

    def test_internal_notes_stay_with_the_publisher(self, care, bob, denis, page_of):
        request = factories.file(bob)
        factories.say(request, denis, "Client pénible", is_internal=True)

        assert "Client pénible" not in words_of(page_of(bob).get(request.get_absolute_url()))

    def test_a_list_of_any_length_costs_two_queries(self, care, bob, page_of, support_queries):
        browser, _ = page_of(bob), [factories.file(bob) for _ in range(8)]

        assert support_queries(lambda: browser.get(LIST)) == 2

    def test_a_page_of_any_length_costs_five_queries(self, care, bob, page_of, support_queries):
        request = factories.file(bob, files=[incoming(), incoming("b.png")])
        browser, _ = page_of(bob), [factories.say(request, bob, files=[incoming()]) for _ in range(8)]

        assert support_queries(lambda: browser.get(request.get_absolute_url())) == 5


class TestMessages:
    def test_words_and_files_join_the_timeline(self, care, bob, page_of):
        request = factories.file(bob)
        sent = {**said(), "text": "Voici la capture", "attachments": SimpleUploadedFile("b.png", PNG)}
        answer = page_of(bob).post(reverse("support:messages", args=[request.number]), sent)
        shown = words_of(page_of(bob).get(request.get_absolute_url()))

        assert answer.status_code == 302
        assert "Voici la capture" in shown
        assert "b.png" in shown

    @pytest.mark.parametrize(
        ("sent", "message"),
        [
            ({**said(), "text": " "}, "il n’y a rien à envoyer"),
            ({**said(), "text": "Gardé", "attachments": SimpleUploadedFile("a.exe", EXE)}, "Gardé"),
            ({**said(), "text": "x" * 20_001}, "20"),
        ],
    )
    def test_a_refused_message_is_kept_on_the_page(self, care, bob, page_of, sent, message):
        request = factories.file(bob)
        answer = page_of(bob).post(reverse("support:messages", args=[request.number]), sent)

        assert answer.status_code == 422
        assert message in words_of(answer)
        assert request.events.count() == 2

    def test_another_client_writes_nothing(self, care, bob, chloe, page_of):
        url = reverse("support:messages", args=[factories.file(bob).number])

        assert page_of(chloe).post(url, {**said(), "text": "x"}).status_code == 404

    def test_reading_is_no_way_to_write(self, care, bob, page_of):
        assert page_of(bob).get(reverse("support:messages", args=[factories.file(bob).number])).status_code == 405


class TestFiles:
    def test_a_file_is_a_download_that_no_browser_runs(self, care, bob, page_of):
        request = factories.file(bob, files=[incoming()])
        url = reverse("support:attachment", args=[request.number, request.attachments.get().pk])
        answer = page_of(bob).get(url)

        assert b"".join(answer.streaming_content) == PNG
        assert answer["Content-Disposition"] == 'attachment; filename="capture.png"'
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_a_file_of_another_client_does_not_exist(self, care, bob, chloe, page_of):
        request = factories.file(bob, files=[incoming()])
        url = reverse("support:attachment", args=[request.number, request.attachments.get().pk])

        assert page_of(chloe).get(url).status_code == 404

    def test_a_file_of_an_internal_note_stays_with_the_publisher(self, care, bob, denis, page_of):
        request = factories.file(bob)
        event = factories.say(request, denis, "Note", is_internal=True, files=[incoming()])
        url = [request.number, event.attachments.get().pk]

        assert page_of(bob).get(reverse("support:attachment", args=url)).status_code == 404
        assert page_of(denis).get(reverse("support_console:attachment", args=url)).status_code == 200
