"""Fetching mails by IMAP: each is kept here first, and only then moved away on the server.

Whatever stands in the folder is fetched, read by somebody or not: it leaves the folder once it is kept. A mail that was
kept but not moved, because something stopped in between, is fetched again and known by its bytes.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from livret.core.mail import incoming
from livret.core.mail.models import Mailbox
from livret.core.mail.rules.limits import limits

Failure = (OSError, imaplib.IMAP4.error, ImapToolsError)


def fetch(*, at: datetime) -> int:
    """Take in the mails that wait in the folder; return how many. A server that fails is noted on the Mailbox row."""
    try:
        with _mailbox() as box:
            taken = _take(box, at)
    except Failure as error:
        failed = {"failed_at": at, "error": f"{type(error).__name__}: {error}"[:1000]}
        Mailbox.objects.update_or_create(name=_name(), defaults=failed)
        return 0
    Mailbox.objects.update_or_create(name=_name(), defaults={"read_at": at, "failed_at": None, "error": ""})
    return taken


def _name() -> str:
    return f"{settings.IMAP_USER}@{settings.IMAP_HOST}/{settings.IMAP_FOLDER}"[:255]


@contextmanager
def _mailbox() -> Iterator[BaseMailBox]:
    timeout = limits().timeout_s
    box = (
        MailBox(settings.IMAP_HOST, settings.IMAP_PORT, timeout=timeout, ssl_context=ssl.create_default_context())
        if settings.IMAP_TLS
        else MailBoxUnencrypted(settings.IMAP_HOST, settings.IMAP_PORT, timeout=timeout)
    )
    with box.login(settings.IMAP_USER, settings.IMAP_PASSWORD, initial_folder=settings.IMAP_FOLDER):
        yield box


def _take(box: BaseMailBox, at: datetime) -> int:
    uids = box.uids()[: limits().mails_per_run]
    if uids and not box.folder.exists(settings.IMAP_KEPT_FOLDER):
        box.folder.create(settings.IMAP_KEPT_FOLDER)
    for uid in uids:
        _keep(box, uid, at)
        box.move(uid, settings.IMAP_KEPT_FOLDER)
    return len(uids)


def _keep(box: BaseMailBox, uid: str, at: datetime) -> None:
    """Keep one mail, committed when this returns; of one too large, its headers."""
    size = _size(box, uid)
    if size > limits().bounds.raw_bytes:
        incoming.receive_head(_section(box, uid, "BODY.PEEK[HEADER]"), size=size, at=at)
    else:
        incoming.receive(_section(box, uid, "BODY.PEEK[]"), at=at)


def _size(box: BaseMailBox, uid: str) -> int:
    _status, answer = box.client.uid("FETCH", uid, "(RFC822.SIZE)")
    found = re.search(rb"RFC822\.SIZE (\d+)", answer[0] if answer and isinstance(answer[0], bytes) else b"")
    if found is None:
        raise imaplib.IMAP4.error(f"no size of mail {uid}: {answer!r}"[:300])
    return int(found[1])


def _section(box: BaseMailBox, uid: str, section: str) -> bytes:
    """Return a section of a mail as it stands on the server, not marked as read."""
    _status, answer = box.client.uid("FETCH", uid, f"({section})")
    held = next((part[1] for part in answer or () if isinstance(part, tuple)), None)
    if not isinstance(held, bytes):
        raise imaplib.IMAP4.error(f"no {section} of mail {uid}: {answer!r}"[:300])
    return held
