"""Replies by mail: the words and files of a person become a message of the request, as from a page."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from livret.care.support import mails, queries, wording
from livret.care.support.models import Request, RequestEvent
from livret.care.support.rules.defaults import defaults
from livret.care.support.rules.files import Accepted, FileRefusal, Incoming, Refused, check_file
from livret.care.support.services.closing import reopen
from livret.care.support.services.handling import add_message
from livret.care.support.services.refusals import NotThisKind, Suspended
from livret.clients.actors import actor_of
from livret.core.mail.rules.addresses import without_tags

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount
    from livret.core.mail.rules.reading import File, Mail
    from livret.core.people import Actor

VIA, MOST_CHARACTERS = "mail", 20_000  # As many as the form takes.


@transaction.atomic
def add_reply(request: Request, mail: Mail, *, account: AccessAccount, now: datetime) -> RequestEvent:
    """Add what *account* wrote by mail to *request*; a closed request that its client answers is opened again.

    Files that are not accepted are named in the message, and the sender is told by one mail. The same mail adds its
    message once. Raises NothingSaid.
    """
    taken, refused = _sorted_files(mail.files)
    by = actor_of(account, address=VIA)
    nonce = uuid5(NAMESPACE_URL, f"{mail.sender} {mail.message_id}") if mail.message_id else None
    with translation.override(account.language):
        fresh = without_tags(mail.fresh, base=settings.MAIL_REPLIES)  # A quote may name the author's own address.
        text, reasons = _words(fresh, refused), _reasons(refused)
        if text and request.is_closed and by.kind == "client":
            _reopen(request, by=by, now=now)
    event = add_message(request, text, account=account, by=by, now=now, files=taken, nonce=nonce, via=VIA)
    if reasons:
        mails.send_notice(request, kind="files_refused", to=account, facts={"lines": reasons}, now=now)
    return event


def _reopen(request: Request, *, by: Actor, now: datetime) -> None:
    """Open *request* again; one that was withdrawn before anybody took it, or of a client whose support is suspended,
    stays closed, and gets the words alone."""
    with contextlib.suppress(NotThisKind, Suspended):
        reopen(request, reason=_("Answered by mail."), by=by, now=now)


def _sorted_files(files: Sequence[File]) -> tuple[list[Incoming], list[FileRefusal]]:
    """Return the files to keep and those refused; each is judged alone, within what one message may carry."""
    limits, kinds = queries.attachment_limits(), defaults().kinds
    taken: list[Incoming] = []
    refused: list[FileRefusal] = []
    for file in files:
        one = Incoming(file.name, len(file.content), io.BytesIO(file.content))
        found = check_file(one, limits=limits, kinds=kinds)
        together = sum(kept.size for kept in taken) + one.size
        if not isinstance(found, Accepted):
            refused.append(found)
        elif len(taken) >= limits.max_files:
            refused.append(FileRefusal(found.name, Refused.TOO_MANY, size=len(files)))
        elif together > limits.max_total_bytes:
            refused.append(FileRefusal(found.name, Refused.TOO_LARGE_TOGETHER, size=together))
        else:
            taken.append(one)
    return taken, refused


def _words(fresh: str, refused: Sequence[FileRefusal]) -> str:
    text = fresh.strip()
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS].rstrip() + "\n\n" + _("[The mail is longer: support keeps it whole.]")
    names = ", ".join(file.name for file in refused)
    note = _("[Joined to the mail and not accepted: %(names)s]") % {"names": names} if refused else ""
    return f"{text}\n\n{note}".strip()


def _reasons(refused: Sequence[FileRefusal]) -> list[str]:
    limits = queries.attachment_limits()
    return list(dict.fromkeys(wording.file_refusal(file, limits) for file in refused))
