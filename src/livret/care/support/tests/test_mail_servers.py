"""The whole circle through real servers: a mail leaves by aiosmtpd, its answer arrives by Dovecot, and is threaded."""

import email
import email.policy
import socket
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from livret.care.support.tests import factories
from livret.core.mail import imap, incoming
from livret.core.mail import services as mail_box
from livret.core.mail.models import IncomingMail, Message
from livret.core.mail.tests import dovecot

AT = factories.paris(2, 16)


class Kept:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 kept"


@pytest.fixture
def sent(settings):
    """What a mail server is given."""
    kept = Kept()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.MAIL_REPLIES = "support@publisher.example"
    yield kept.mails
    controller.stop()


@pytest.fixture
def mail_box_of_support(settings):
    server = dovecot.start()
    settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_TLS = "127.0.0.1", server.port, False
    settings.IMAP_USER, settings.IMAP_PASSWORD = dovecot.USER, dovecot.PASSWORD
    yield server
    server.stop()


def answer_to(mail, text):
    """The bytes that a mail program sends when a person answers *mail*."""
    answer = EmailMessage(policy=email.policy.SMTP)
    answer["From"], answer["To"], answer["Subject"] = mail["To"], mail["Reply-To"], f"RE: {mail['Subject']}"
    answer["Message-ID"], answer["In-Reply-To"], answer["References"] = (
        "<1@a.example>",
        mail["Message-ID"],
        mail["Message-ID"],
    )
    quoted = "\n".join(f"> {line}" for line in mail.get_body(("plain",)).get_content().splitlines())
    answer.set_content(f"{text}\n\nLe 02/11/2026 à 15:00, Support a écrit :\n{quoted}\n")
    answer.add_attachment(factories.PDF, maintype="application", subtype="pdf", filename="écran.pdf")
    return answer.as_bytes()


@pytest.mark.slow
def test_an_answer_to_the_acknowledgement_comes_back_into_its_request(care, bob, sent, mail_box_of_support):
    filed = factories.file(bob)
    mail_box.deliver(Message.objects.get(about_id=str(filed.pk)).pk, at=AT)
    mail_box_of_support.bring(answer_to(sent[0], "Voici l’écran."))

    imap.fetch(at=AT)
    threaded = incoming.thread(IncomingMail.objects.get().pk, at=AT)

    event = filed.events.latest("sequence")
    assert (threaded.state, event.text, event.actor_id) == ("threaded", "Voici l’écran.", bob.pk)
    assert [file.name for file in event.attachments.all()] == ["écran.pdf"]
    assert mail_box_of_support.held() == 0
