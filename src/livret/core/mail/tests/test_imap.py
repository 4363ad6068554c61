"""Mails fetched from a real server, Dovecot."""

import shutil
import socket

import pytest

from livret.core.blobs import store
from livret.core.mail import imap, incoming, jobs
from livret.core.mail.models import IncomingMail, Mailbox
from livret.core.mail.rules.limits import limits
from livret.core.mail.tests import dovecot
from livret.core.mail.tests.letters import letter
from livret.core.mail.tests.test_services import AT, LATER

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running():
    server = dovecot.start()
    yield server
    server.stop()


@pytest.fixture
def server(running, settings, tmp_path):
    """The server, its mail box empty, set as the one to fetch from."""
    shutil.rmtree(running.folder / "mail" / dovecot.USER, ignore_errors=True)
    settings.STATE_FOLDER = tmp_path
    settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_TLS = "127.0.0.1", running.port, False
    settings.IMAP_USER, settings.IMAP_PASSWORD = dovecot.USER, dovecot.PASSWORD
    return running


def test_each_mail_is_kept_as_it_came_and_moved_away(control, server):
    raw = letter("Été à Paris", subject="Une réponse")
    server.bring(raw)
    server.bring(letter(message_id="<2@atelier.example>"), flags="\\Seen")

    taken = imap.fetch(at=AT)

    first = IncomingMail.objects.earliest("pk")
    assert taken == IncomingMail.objects.count() == 2
    assert incoming.raw_of(first).replace(b"\r\n", b"\n") == raw
    assert (first.sender, first.subject, first.state) == ("alice@atelier.example", "Une réponse", "received")
    assert (server.held(), server.held("Livret")) == (0, 2)


def test_an_empty_mail_box_is_read_and_says_when(control, server):
    assert imap.fetch(at=AT) == 0

    box = Mailbox.objects.get()
    assert (box.name, box.read_at, box.error) == ("support@127.0.0.1/INBOX", AT, "")


def test_a_mail_that_was_kept_but_not_moved_is_known_again(control, server, monkeypatch):
    server.bring(letter())
    monkeypatch.setattr(imap.MailBoxUnencrypted, "move", stopped)
    with pytest.raises(KeyboardInterrupt):
        imap.fetch(at=AT)
    monkeypatch.undo()

    imap.fetch(at=LATER)

    assert IncomingMail.objects.get().received_at == AT
    assert (server.held(), server.held("Livret")) == (0, 1)


def stopped(*_arguments):
    raise KeyboardInterrupt


def test_a_mail_that_cannot_be_kept_stays_on_the_server(control, server, monkeypatch):
    server.bring(letter())
    monkeypatch.setattr(store, "put", no_space)

    assert imap.fetch(at=AT) == 0

    assert (server.held(), IncomingMail.objects.count()) == (1, 0)
    assert "No space left" in Mailbox.objects.get().error


def no_space(*_arguments, **_options):
    raise OSError(28, "No space left on device")


def test_of_a_mail_too_large_the_headers_are_kept_and_it_is_refused(control, server):
    server.bring(letter("x" * 70 + "\n", files=[("a.bin", b"a" * limits().bounds.raw_bytes)]))

    imap.fetch(at=AT)

    mail = IncomingMail.objects.get()
    assert (mail.state, mail.reason, mail.sender) == ("refused", "too_large", "alice@atelier.example")
    assert mail.size > limits().bounds.raw_bytes
    assert b"a.bin" not in incoming.raw_of(mail)
    assert server.held() == 0


def test_a_wrong_password_is_noted_and_said_again_gone_once_it_works(control, server, settings):
    settings.IMAP_PASSWORD = "faux"
    imap.fetch(at=AT)
    failed = Mailbox.objects.get()
    settings.IMAP_PASSWORD = dovecot.PASSWORD

    imap.fetch(at=LATER)

    worked = Mailbox.objects.get()
    assert (failed.failed_at, failed.read_at, "AUTHENTICATIONFAILED" in failed.error) == (AT, None, True)
    assert (worked.failed_at, worked.read_at, worked.error) == (None, LATER, "")


def test_a_server_that_is_down_is_noted(control, settings):
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_TLS = "127.0.0.1", unheard.getsockname()[1], False

        assert imap.fetch(at=AT) == 0

    assert "ConnectionRefusedError" in Mailbox.objects.get().error


def test_without_a_server_the_job_fetches_nothing(control, settings):
    settings.IMAP_HOST = ""

    assert jobs.fetch(timestamp=0) == 0
    assert not Mailbox.objects.exists()
