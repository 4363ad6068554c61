"""The address of the external tool: a template that the publisher sets, and the code of one session in it."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import quote, urlsplit

PLACE = "{code}"
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{3,39}")


class BadTemplate(StrEnum):
    """Why an address cannot be that of the tool."""

    NOT_HTTPS = "not_https"
    NO_CODE = "no_code"
    HAS_PASSWORD = "has_password"  # noqa: S105 - a reason, no password.
    UNREADABLE = "unreadable"


def template_fault(template: str) -> BadTemplate | None:
    """Return what is wrong with the template of an address, None when it can be used.

    It is under https, names a host that the code is no part of, carries no user or password, and holds {code} once.
    """
    if re.search(r"[\s\x00-\x20<>\"\\]", template) or re.search(r"[{}]", template.replace(PLACE, "")):
        return BadTemplate.UNREADABLE
    try:
        parts = urlsplit(template)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return BadTemplate.UNREADABLE
    if parts.scheme != "https":
        return BadTemplate.NOT_HTTPS
    if parts.username is not None or parts.password is not None:
        return BadTemplate.HAS_PASSWORD
    if not host or PLACE in parts.netloc:
        return BadTemplate.UNREADABLE
    return None if template.count(PLACE) == 1 else BadTemplate.NO_CODE


def is_code(code: str) -> bool:
    """Tell whether *code* may name a session of the tool: 4 to 40 letters, digits and hyphens."""
    return CODE.fullmatch(code) is not None


def address_of(template: str, code: str) -> str:
    """Return the address of one session. Raises ValueError on a template or a code that cannot be used."""
    if (fault := template_fault(template)) is not None:
        raise ValueError(f"{template!r} is not the address of a tool: {fault}")
    if not is_code(code):
        raise ValueError(f"{code!r} is not a code of the tool")
    return template.replace(PLACE, quote(code, safe=""))


def is_safe_link(address: str) -> bool:
    """Tell whether *address* may stand as a link: https, a host, no user or password."""
    return template_fault(f"{address}#{PLACE}") is None and PLACE not in address
