"""Which mails a machine wrote: answering them, or threading them, is how loops begin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

MACHINES = re.compile(
    r"(mailer-daemon|postmaster|mail-?daemon|bounces?|no-?reply|do-?not-?reply|ne-?pas-?repondre|nepasrepondre|noreponse)"
    r"([+._-].*)?"
)
ABSENT = re.compile(
    r"(automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|r[ée]ponse automatique)\b.*"
)
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_LISTS = ("list-id", "list-post", "list-unsubscribe")
_REPLIERS = ("x-autoreply", "x-autorespond", "x-auto-reply")


class Machine(StrEnum):
    """Why a mail is taken for a machine's."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    BULK = "bulk"
    SENDER = "machine_sender"


def machine_of(headers: Mapping[str, str], *, content_type: str, sender: str, subject: str) -> Machine | None:
    """Return why the mail is a machine's, None for a person's. headers: names in lower case, each as first given.

    Source: RFC 3834 (Auto-Submitted, Return-Path), RFC 3462 (multipart/report), RFC 2919 and 2369 (List-*). Precedence,
    the X- headers, the senders and the subjects are what mail servers do without a standard.
    """
    if content_type == "multipart/report" or headers.get("return-path", "x").strip() == "<>":
        return Machine.BOUNCE
    if "x-failed-recipients" in headers:
        return Machine.BOUNCE
    submitted = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
    if submitted != "no" or any(name in headers for name in _REPLIERS) or ABSENT.fullmatch(subject.strip().lower()):
        return Machine.AUTO_REPLY
    if headers.get("precedence", "").strip().lower() in _BULK or any(name in headers for name in _LISTS):
        return Machine.BULK
    return Machine.SENDER if MACHINES.fullmatch(sender.partition("@")[0]) else None


def is_refused_by_the_mail_server(headers: Mapping[str, str]) -> bool:
    """Tell whether the last server that judged the sender found it forged (RFC 8601)."""
    return re.search(r"\bdmarc\s*=\s*fail\b", headers.get("authentication-results", ""), re.IGNORECASE) is not None
