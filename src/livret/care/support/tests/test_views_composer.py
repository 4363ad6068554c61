"""The composer of the desk: two people at once, Markdown and its preview, canned answers."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from livret.booklet.support import AnomalyLevel
from livret.care.support import services
from livret.care.support.models import CannedAnswer, Presence, Request
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris
from livret.clients.actors import actor_of
from livret.core import clock


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


class TestTwoAtOnce:
    def test_an_answer_to_an_older_page_waits_and_keeps_its_words(self, taken, bob, denis, page_of):
        seen = taken.last_sequence
        factories.say(taken, bob, "En fait, **cela remarche**.", at=paris(2, 15, 50))
        sent = {"nonce": str(uuid4()), "text": "Je regarde.", "audience": "client", "seen": seen}
        answer = page_of(denis).post(url_of("messages", taken), sent)
        shown = words_of(answer)

        assert answer.status_code == 409
        assert "<strong>cela remarche</strong>" in shown
        assert "Je regarde.</textarea>" in shown
        assert "Envoyer quand même" in shown
        assert not taken.events.filter(text="Je regarde.").exists()

    def test_it_is_sent_once_what_was_written_is_seen(self, taken, bob, denis, page_of):
        factories.say(taken, bob, "Un mot", at=paris(2, 15, 50))
        seen = Request.objects.get(pk=taken.pk).last_sequence
        sent = {"nonce": str(uuid4()), "text": "Je regarde.", "audience": "client", "seen": seen}

        assert page_of(denis).post(url_of("messages", taken), sent).status_code == 302
        assert taken.events.filter(text="Je regarde.").exists()

    def test_a_note_for_colleagues_never_waits(self, taken, bob, denis, page_of):
        seen = taken.last_sequence
        factories.say(taken, bob, "Un mot", at=paris(2, 15, 50))
        sent = {"nonce": str(uuid4()), "text": "À suivre", "audience": "internal", "seen": seen}

        assert page_of(denis).post(url_of("messages", taken), sent).status_code == 302

    @pytest.mark.parametrize(("headers", "status"), [({}, 409), ({"HX-Request": "true"}, 422)])
    def test_a_proposal_to_an_older_page_waits_too(self, anomaly, bob, denis, page_of, headers, status):
        seen = anomaly.last_sequence
        factories.say(anomaly, bob, "Un mot de plus", at=paris(2, 15, 50))
        sent = {"step": "fix", "text": "Corrigé en 12.4.", "seen": seen}
        answer = page_of(denis).post(url_of("proposal", anomaly), sent, headers=headers)

        assert answer.status_code == status
        assert "Un mot de plus" in words_of(answer)
        assert "Corrigé en 12.4.</textarea>" in words_of(answer)
        assert f'name="seen" value="{seen + 1}"' in words_of(answer)

    @pytest.mark.parametrize(
        ("is_writing", "words"), [("1", "Emma écrit sur cette demande"), ("", "Emma consulte cette demande")]
    )
    def test_a_colleague_on_the_same_request_is_shown(self, taken, denis, emma, page_of, is_writing, words):
        page_of(emma).post(url_of("presence", taken), {"is_writing": is_writing})
        answer = page_of(denis).post(url_of("presence", taken), {"is_writing": ""})

        assert words in words_of(answer)
        assert "Denis" not in words_of(answer)

    @pytest.mark.parametrize(("seconds", "is_there"), [(39, True), (40, False)])
    def test_a_page_that_says_nothing_any_more_is_forgotten(
        self, taken, denis, emma, page_of, monkeypatch, seconds, is_there
    ):
        page_of(emma).post(url_of("presence", taken))
        monkeypatch.setattr(clock, "now", lambda: paris(2, 16) + timedelta(seconds=seconds))

        assert ("Emma" in words_of(page_of(denis).post(url_of("presence", taken)))) is is_there

    def test_a_page_that_is_open_holds_one_row(self, taken, denis, page_of):
        page_of(denis).post(url_of("presence", taken), {"is_writing": "1"})
        page_of(denis).post(url_of("presence", taken), {"is_writing": ""})

        assert [row.is_writing for row in Presence.objects.all()] == [False]

    def test_words_added_meanwhile_are_told(self, taken, bob, denis, page_of):
        seen = taken.last_sequence
        factories.say(taken, bob, "Du nouveau", at=paris(2, 15, 55))
        answer = page_of(denis).post(url_of("presence", taken), {"seen": seen})

        assert "Bob a écrit le " in words_of(answer)


class TestComposer:
    def test_markdown_of_both_sides_is_shown_and_nothing_else(self, taken, bob, denis, page_of):
        factories.say(taken, bob, "**Urgent** <img src=x onerror=alert(1)>", at=paris(2, 15, 50))
        pages = [page_of(denis).get(taken.get_console_url()), page_of(bob).get(taken.get_absolute_url())]

        assert ["<strong>Urgent</strong>" in page.content.decode() for page in pages] == [True, True]
        assert ["<img src=x" in page.content.decode() for page in pages] == [False, False]

    def test_the_words_are_seen_before_they_are_sent(self, taken, denis, page_of):
        sent = {"text": "**Bonjour** <b>x</b>"}
        part = page_of(denis).post(url_of("message_preview", taken), sent, headers={"HX-Request": "true"})
        whole = words_of(page_of(denis).post(url_of("message_preview", taken), {**sent, "nonce": str(uuid4())}))

        assert "<strong>Bonjour</strong> &lt;b&gt;" in part.content.decode()
        assert "<strong>Bonjour</strong>" in whole
        assert "**Bonjour** <b>x</b></textarea>" in whole
        assert taken.last_sequence == Request.objects.get(pk=taken.pk).last_sequence

    def test_a_canned_answer_comes_filled(self, taken, denis, page_of):
        body = "Bonjour {{prenom}}, {{numero}} chez {{client}} : {{objet}}. {{technicien}}"
        answer = CannedAnswer.objects.create(title="Accueil", body=body, written_by=denis, written_at=paris(1, 9))
        picker = words_of(page_of(denis).get(url_of("picker", taken)))
        shown = words_of(page_of(denis).get(taken.get_console_url(), {"canned": answer.pk}))
        filled = f"Bonjour Bob, {taken.number} chez Atelier : La balance ne s’affiche plus. Denis"

        assert f'data-insert="{filled}"' in picker
        assert f"{filled}</textarea>" in shown

    @pytest.mark.parametrize("asked", ["0", "x", "99999999999999999999", ""])
    def test_a_canned_answer_that_is_not_there_leaves_the_form_empty(self, taken, denis, page_of, asked):
        answer = page_of(denis).get(taken.get_console_url(), {"canned": asked})

        assert answer.status_code == 200
        assert "\n</textarea>" in words_of(answer)


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5000])
def test_a_number_that_no_row_can_have_is_none(taken, denis, page_of, number):
    page = page_of(denis)

    assert page.post(url_of("presence", taken), {"seen": number}).status_code == 200
    assert page.get(taken.get_console_url(), {"canned": number}).status_code == 200
