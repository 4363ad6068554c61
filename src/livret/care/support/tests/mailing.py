"""Answering the mails of support, as people's mail programs do."""

from __future__ import annotations

from livret.care.support.tests import factories
from livret.core.mail import incoming
from livret.core.mail.models import Message
from livret.core.mail.tests.letters import letter

SUPPORT = "support@publisher.example"
AT = factories.paris(2, 16)
WORDS = "Toujours la même erreur."


def latest_mail(to, about=None):
    found = Message.objects.filter(to=to.email)
    return (found.filter(about_id=str(about.pk)) if about else found).latest("pk")


def arrive(text=WORDS, *, at=AT, **options):
    return incoming.thread(incoming.receive(letter(text, **options), at=at).pk, at=at)


def reply(account, request, text=WORDS, **options):
    """A reply of *account* to the latest mail about *request*, at the address for answers that it names."""
    answered = Message.objects.filter(about_id=str(request.pk)).exclude(reply_to="").latest("pk")
    return arrive(text, **{"sender": account.email, "to": answered.reply_to, **options})


def said(request):
    return list(request.events.filter(kind="message").order_by("sequence"))
