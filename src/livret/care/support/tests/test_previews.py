"""What a file shows at a glance, and who may see it."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from PIL import Image

from livret.care.support import previews
from livret.care.support.tests import factories
from livret.care.support.tests.factories import PDF, PNG, incoming, paris


def image(size=(1600, 1200), kind="PNG", **options) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", size, "navy").save(held, kind, **options)
    return held.getvalue()


def preview_of(request, name):
    return reverse(name, args=[request.number, request.attachments.get().pk])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_an_image_is_made_smaller_and_written_anew(kind):
    shown = previews.image_preview(image(kind=kind))
    found = Image.open(io.BytesIO(shown.content))

    assert (shown.content_type, found.format, found.size) == ("image/webp", "WEBP", (960, 720))


def test_nothing_of_the_original_bytes_is_left():
    shown = previews.image_preview(image() + b"<script>alert(1)</script>")

    assert b"script" not in shown.content


def test_a_photograph_stands_upright_and_loses_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Atelier"
    shown = previews.image_preview(image((400, 200), "JPEG", exif=exif))
    found = Image.open(io.BytesIO(shown.content))

    assert found.size == (200, 400)
    assert dict(found.getexif()) == {}


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(64), image()[:200], b"GIF89a", PDF])
def test_what_cannot_be_decoded_shows_nothing(content):
    assert previews.image_preview(content) is None


@pytest.mark.parametrize("size", [(20_001, 1), (1, 20_001)])
def test_an_image_of_a_line_drawn_out_shows_nothing(size):
    assert previews.image_preview(image(size)) is None


def test_an_image_of_too_many_pixels_shows_nothing(monkeypatch):
    monkeypatch.setattr(previews, "MOST_PIXELS", 1000)

    assert previews.image_preview(image()) is None


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        ("é\nè".encode(), "é\nè"),
        ("é".encode("cp1252"), "é"),
        ("é".encode("utf-16"), "é"),
        ("\ufeffé".encode(), "é"),
        (("a" * (previews.HEAD_BYTES - 1) + "é").encode()[: previews.HEAD_BYTES], "a" * (previews.HEAD_BYTES - 1)),
    ],
)
def test_a_text_is_read_in_its_encoding(head, shown):
    assert previews.text_preview(head).content.decode() == shown


def test_a_long_text_shows_its_first_lines():
    head = "\n".join(f"ligne {n}" for n in range(100)).encode()

    assert previews.text_preview(head).content.decode().splitlines()[-1] == "ligne 39"


@pytest.mark.parametrize("name", ["support:preview", "support_console:preview"])
def test_a_preview_runs_nothing_and_is_not_guessed(care, alice, denis, page_of, name):
    request = factories.file(alice, files=[incoming("capture.png", PNG)])
    reader = alice if name == "support:preview" else denis
    answer = page_of(reader).get(preview_of(request, name))

    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_html_called_a_text_is_shown_as_text(care, bob, denis, page_of):
    request = factories.file(bob, files=[incoming("journal.log", b"<script>alert(1)</script>")])
    answer = page_of(denis).get(preview_of(request, "support_console:preview"))

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content == b"<script>alert(1)</script>"


def test_a_kind_that_shows_nothing_has_no_preview(care, bob, denis, page_of):
    request = factories.file(bob, files=[incoming("contrat.pdf", PDF)])

    assert page_of(denis).get(preview_of(request, "support_console:preview")).status_code == 404
    assert "Aperçu de contrat.pdf" not in page_of(denis).get(request.get_console_url()).content.decode()


def test_the_client_sees_no_preview_of_a_note_s_file(care, bob, denis, page_of):
    request = factories.file(bob)
    factories.say(request, denis, "Note", at=paris(2, 16), files=[incoming()], is_internal=True)

    assert page_of(bob).get(preview_of(request, "support:preview")).status_code == 404
