"""Mails handed to a real mail server, aiosmtpd: as they leave, refused, and while it is down."""

import email
import email.policy
import socket
import uuid

import pytest
from aiosmtpd.controller import Controller

from livret.core.blobs import store
from livret.core.mail import services
from livret.core.mail.services import Joined
from livret.core.mail.tests.test_services import AT, LATER, write

OWNER = uuid.UUID(int=7)


class Taken:
    """Keeps what the server is given, or answers DATA with `refusal`."""

    def __init__(self):
        self.mails, self.refusal = [], ""

    async def handle_DATA(self, _server, _session, envelope):
        if self.refusal:
            return self.refusal
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 taken"


@pytest.fixture
def taken(settings):
    handler = Taken()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = "Éditions du Livret <no-reply@livret.example>"
    yield handler
    controller.stop()


def test_a_mail_keeps_its_message_id_and_asks_programs_not_to_answer(control, taken):
    message = write()

    services.deliver(message.pk, at=LATER)

    sent = taken.mails[0]
    assert sent["Message-ID"] == message.message_id
    assert message.message_id.endswith(".livret@livret.example>")
    assert (sent["Auto-Submitted"], sent["X-Auto-Response-Suppress"]) == ("auto-generated", "OOF, AutoReply")
    assert (sent["Reply-To"], sent["References"]) == (None, None)


def test_an_answer_goes_to_its_own_address_and_joins_the_conversation(control, taken):
    message = write(reply_to="support+D-2026-000001.0f@publisher.example", references=["<1@x>", "<2@x>"])

    services.deliver(message.pk, at=LATER)

    sent = taken.mails[0]
    assert sent["Reply-To"] == "support+D-2026-000001.0f@publisher.example"
    assert (sent["References"], sent["In-Reply-To"]) == ("<1@x> <2@x>", "<2@x>")


def test_a_file_is_read_from_the_store_when_the_mail_leaves(control, taken, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    blob = store.put([b"%PDF-1.7 rapport"], owner=str(OWNER))
    message = write(html="<p>Voici</p>", files=[Joined("Rapport été.pdf", "application/pdf", OWNER, blob.digest)])

    services.deliver(message.pk, at=LATER)

    file = next(taken.mails[0].iter_attachments())
    assert (file.get_filename(), file.get_content_type()) == ("Rapport été.pdf", "application/pdf")
    assert file.get_content() == b"%PDF-1.7 rapport"


def test_a_mail_whose_file_is_missing_waits_and_says_so(control, taken, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    message = write(files=[Joined("a.pdf", "application/pdf", OWNER, "0" * 64)])

    with pytest.raises(FileNotFoundError):
        services.deliver(message.pk, at=LATER)

    message.refresh_from_db()
    assert (message.state, "FileNotFoundError" in message.error, taken.mails) == ("waiting", True, [])


@pytest.mark.parametrize("refusal", ["451 come back later", "550 no such user"])
def test_a_refusal_is_kept_on_the_row_and_a_later_try_sends_it_once(control, taken, refusal):
    message = write()
    taken.refusal = refusal
    with pytest.raises(OSError, match=refusal[4:]):
        services.deliver(message.pk, at=AT)
    message.refresh_from_db()
    taken.refusal = ""

    services.deliver(message.pk, at=LATER)

    assert (message.state, refusal[:3] in message.error) == ("waiting", True)
    assert [sent["Message-ID"] for sent in taken.mails] == [message.message_id]


def test_a_server_that_is_down_leaves_the_mail_waiting(control, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unheard.getsockname()[1]
        message = write()

        with pytest.raises(ConnectionRefusedError):
            services.deliver(message.pk, at=LATER)

    message.refresh_from_db()
    assert (message.state, "ConnectionRefusedError" in message.error) == ("waiting", True)


@pytest.mark.parametrize(
    ("message_id", "sender", "is_own"),
    [
        ("<0f.livret@livret.example>", "alice@atelier.example", True),
        ("<0f@livret.example>", "alice@atelier.example", False),
        ("<0f@atelier.example>", "NO-REPLY@livret.example", True),
        ("", "support@publisher.example", True),
        ("", "alice@atelier.example", False),
    ],
)
def test_a_mail_of_ours_that_comes_back_is_known(settings, message_id, sender, is_own):
    settings.DEFAULT_FROM_EMAIL = "Livret <no-reply@livret.example>"
    settings.MAIL_REPLIES = "support@publisher.example"

    assert services.is_own(message_id=message_id, sender=sender) is is_own


@pytest.mark.parametrize(
    ("address", "page", "start"),
    [("https://livret.example", "http://x", "https://livret.example"), ("", "http://x", "http://x"), ("", "", "")],
)
def test_links_begin_with_the_address_that_is_set(settings, address, page, start):
    settings.SITE_ADDRESS = address

    assert services.site_address(page) == start


def test_a_conversation_lists_its_latest_mails_in_order(control):
    about = write()
    written = [write(about=about).message_id for _number in range(3)]
    write()

    assert services.thread_of(about) == written
    assert services.thread_of(about, most=2) == written[1:]
    assert services.about_of(["<x@y>", written[1]], type(about)) == str(about.pk)
    assert services.about_of(["<x@y>"], type(about)) is None
