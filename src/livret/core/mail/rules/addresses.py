"""Addresses that name what a reply is about: `support+D-2026-000123.0f3a…@publisher.example`."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

SIGNATURE_LENGTH = 20  # 80 bits in hexadecimal; a local part holds 64 characters (RFC 5321, 4.5.3.1.1).
_TAG = re.compile(r"(?P<thread>[a-z0-9-]{1,40})\.(?P<signature>[0-9a-f]{20})")


@dataclass(frozen=True, slots=True)
class Tag:
    """What an address says: the thread, in capitals, and its signature."""

    thread: str
    signature: str


def thread_address(base: str, thread: str, *, key: str, holder: str = "") -> str:
    """Return the address for replies about *thread*, empty when there is no *base*.

    holder: whoever alone may write to it; empty for an address that the readers of the thread may share.
    """
    local, at, domain = base.rpartition("@")
    return f"{local}+{thread}.{signature(thread, key=key, holder=holder)}@{domain}" if at else ""


def signature(thread: str, *, key: str, holder: str = "") -> str:
    """Return the signature of *thread* for *holder*; capitals do not count, which mail servers may change."""
    said = f"{thread.upper()}\n{holder.lower()}".encode()
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()[:SIGNATURE_LENGTH]


def tag_in(recipients: Iterable[str], *, base: str) -> Tag | None:
    """Return the tag of the first recipient that is *base* with one, None when none is."""
    local, at, domain = base.lower().rpartition("@")
    for recipient in recipients if at else ():
        found_local, _at, found_domain = recipient.lower().rpartition("@")
        name, plus, tag = found_local.partition("+")
        if plus and (name, found_domain) == (local, domain) and (read := _TAG.fullmatch(tag)):
            return Tag(read["thread"].upper(), read["signature"])
    return None


def without_tags(text: str, *, base: str) -> str:
    """Return *text* with every address made from *base* brought back to it: who reads one could write as its holder."""
    return _tagged(base).sub(base, text) if "@" in base else text


def masked(address: str, *, base: str) -> str:
    """Return an address made from *base* with its thread and without its signature; any other as it is."""
    return _tagged(base).sub(r"\1…\2", address) if "@" in base else address


def _tagged(base: str) -> re.Pattern[str]:
    local, _at, domain = base.rpartition("@")
    tag = rf"({re.escape(local)}\+[a-z0-9-]{{1,40}}\.)[0-9a-f]{{{SIGNATURE_LENGTH}}}(@{re.escape(domain)})"
    return re.compile(tag, re.IGNORECASE)


def is_signed(tag: Tag, *, key: str, holder: str = "") -> bool:
    return hmac.compare_digest(tag.signature, signature(tag.thread, key=key, holder=holder))
