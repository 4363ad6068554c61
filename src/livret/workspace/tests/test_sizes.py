"""What is too large is refused before it is read."""

import pytest
from django.http import HttpResponse
from django.urls import resolve, reverse

from livret.core.ui.sizes import SizeMiddleware
from livret.core.ui.uploads import SPARE_BYTES

TOO_LARGE, OF = 64_000_001, {"siren": "732829320"}


def send(client, path, length):
    return client.generic("POST", path, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=length)


@pytest.mark.parametrize("path", ["/api/fec/check", "/compte/connexion/", "/espace/demandes/nouvelle/", "/nowhere/"])
def test_a_stranger_sends_no_more_than_the_attachments_of_a_request(client, control, path):
    answer = send(client, path, str(TOO_LARGE))

    assert answer.status_code == 413
    assert "64" in answer.content.decode() or "61" in answer.content.decode()


def test_an_accounting_file_may_be_larger_in_a_room(client, control):
    assert send(client, "/e/client-a/comptabilite/fec/", str(TOO_LARGE)).status_code == 302  # To the sign-in page.


def test_even_there_it_has_an_end(client, control):
    assert send(client, "/e/client-a/comptabilite/fec/", "4600000001").status_code == 413


@pytest.mark.parametrize("length", ["-1", "many", "9" * 40])
def test_a_length_that_is_none_is_refused(client, control, length):
    assert send(client, "/api/fec/check", length).status_code == 413


@pytest.mark.parametrize(
    ("page", "most"),
    [
        (("finance:fec", {}), 4_500_000_000),
        (("setup:takeover", OF), 4_500_000_000),
        (("bank:files", OF), 512_000_000),
        (("entry:files", OF), 30_000_000),
        (("entry:entry_documents", {**OF, "entry": 1}), 50_000_000),
        (("entry:draft_documents", {**OF, "draft": 1}), 50_000_000),
        (("finance:draft_new", OF), 63_900_000),
    ],
)
class TestPagesOfFiles:
    def test_each_refuses_what_is_larger_than_it_says_before_reading_it(self, page, most, inside_a_room):
        assert inside_a_room(page, most + SPARE_BYTES + 1).status_code == 413

    def test_each_takes_what_it_says(self, page, most, inside_a_room):
        assert inside_a_room(page, most).status_code != 413


def test_a_browser_is_told_the_limit_and_what_it_sent(inside_a_room):
    answer = inside_a_room(("entry:files", OF), 31_000_000)

    assert ["31\u00a0Mo" in answer.content.decode(), "30\u00a0Mo" in answer.content.decode()] == [True, True]


@pytest.fixture
def inside_a_room(rf):
    """Answer a form sent to a page of a room, as far as its size is concerned."""

    def send(page, length):
        address = reverse(page[0], kwargs={"environment": "client-a", **page[1]})
        request = rf.generic("POST", address, b"", content_type="multipart/form-data", HTTP_ACCEPT="text/html")
        request.META["CONTENT_LENGTH"] = str(length)
        found = resolve(address)
        return (
            SizeMiddleware(lambda _request: HttpResponse()).process_view(request, found.func, (), {}) or HttpResponse()
        )

    return send
