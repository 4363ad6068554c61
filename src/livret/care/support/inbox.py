"""What becomes of a mail that arrives: a message of the request that it answers, or a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from livret.care.support import access, mails, queries
from livret.care.support.models import Request
from livret.care.support.rules.numbers import is_request_number
from livret.care.support.rules.replies import MOST_TOLD_AN_HOUR, TOLD, NotThreaded
from livret.care.support.services.refusals import NothingSaid
from livret.care.support.services.replies import add_reply
from livret.clients import queries as clients
from livret.clients.models import AccessAccount
from livret.core.clock import PARIS
from livret.core.mail import incoming
from livret.core.mail import services as mail_box
from livret.core.mail.incoming import Outcome
from livret.core.mail.models import IncomingMail
from livret.core.mail.rules.addresses import is_signed, tag_in
from livret.core.mail.rules.reading import Mail
from livret.kernel.errors import Refusal

HOUR = timedelta(hours=1)


def thread(mail: Mail, *, row: IncomingMail, now: datetime) -> Outcome:
    """Return what became of *mail*; what it changes is in the transaction that runs now."""
    machine = _machine(mail)
    if machine:
        return Outcome(machine)
    account = clients.account_with_email(mail.sender)
    if account is None or not account.is_active:
        return Outcome(NotThreaded.CLOSED_ACCOUNT if account else NotThreaded.STRANGER)
    outcome = _threaded(mail, account, now)
    if outcome.reason in TOLD and _told_lately(mail.sender, now) < MOST_TOLD_AN_HOUR:
        mails.send_refusal(account, reason=outcome.reason, subject=mail.subject, about=row, now=now)
    return outcome


def _machine(mail: Mail) -> str:
    """Return why nobody is behind this mail, or not the one whom it names; empty for a person's."""
    if mail_box.is_own(message_id=mail.message_id, sender=mail.sender):
        return NotThreaded.OWN
    if mail.machine is not None:
        return mail.machine.value
    return NotThreaded.FORGED if mail.is_forged else ""


def _threaded(mail: Mail, account: AccessAccount, now: datetime) -> Outcome:
    request, reason = _request_of(mail, account)
    if request is None:
        return Outcome(reason)
    if not _may_write(account, request, now):
        return Outcome(NotThreaded.MAY_NOT_READ, request.number)
    if incoming.was_threaded(mail.message_id, mail.sender):
        return Outcome(NotThreaded.TWIN, about=request)
    if incoming.is_flooding(mail.sender, request, now=now):
        return Outcome(NotThreaded.FLOOD, about=request)
    try:
        add_reply(request, mail, account=account, now=now)
    except NothingSaid:
        return Outcome(NotThreaded.NO_WORDS, about=request)
    except Refusal as refusal:
        return Outcome(NotThreaded.NOT_TAKEN, str(refusal), about=request)
    return Outcome(about=request)


def _request_of(mail: Mail, account: AccessAccount) -> tuple[Request | None, str]:
    """Return the request that the mail answers, or why none is known.

    A person of the publisher is believed only at the address made for them: a client holds the address of its own
    mails and their Message-IDs, and could write a sender of the publisher above them.
    """
    tag, key = tag_in(mail.recipients, base=settings.MAIL_REPLIES), mails.key()
    if tag and is_request_number(tag.thread) and is_signed(tag, key=key, holder=mails.holder(account)):
        found = Request.objects.filter(number=tag.thread).first()
        return found, "" if found else NotThreaded.NO_REQUEST
    if account.is_of_publisher:
        return None, NotThreaded.BAD_ADDRESS if tag else NotThreaded.NO_REQUEST
    found = _answered(mail)
    return found, "" if found else NotThreaded.BAD_ADDRESS if tag else NotThreaded.NO_REQUEST


def _answered(mail: Mail) -> Request | None:
    """Return the request that the nearest mail of ours among those answered is about."""
    about = mail_box.about_of(mail.references, Request)
    return Request.objects.filter(pk=about).first() if about else None


def _may_write(account: AccessAccount, request: Request, now: datetime) -> bool:
    if account.is_of_publisher:
        return access.may_act(account, request)
    wide = access.reads_whole_company(account, day=now.astimezone(PARIS).date())
    return queries.requests_of(account, whole_company=wide).filter(pk=request.pk).exists()


def _told_lately(sender: str, now: datetime) -> int:
    refused = IncomingMail.objects.filter(sender=sender, reason__in=TOLD, handled_at__gt=now - HOUR)
    return refused.count()
