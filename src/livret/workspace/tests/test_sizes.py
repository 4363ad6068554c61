"""What is too large is refused before it is read."""

import pytest

TOO_LARGE = 64_000_001


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
    assert send(client, "/e/client-a/comptabilite/fec/", "2000000001").status_code == 413


@pytest.mark.parametrize("length", ["-1", "many", "9" * 40])
def test_a_length_that_is_none_is_refused(client, control, length):
    assert send(client, "/api/fec/check", length).status_code == 413
