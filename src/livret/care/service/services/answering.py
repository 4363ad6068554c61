"""Ending the request that a file, a complaint or an operation stands beside."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from livret.care.support import services as support
from livret.care.support.models import Request
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

ANSWERED, SOLVED = "answered", "solved"


def take(request: Request, account: AccessAccount, *, by: Actor, now: datetime) -> Request:
    """Pick up *request* for *account* unless somebody has it, or it is closed."""
    request.refresh_from_db()
    if request.is_picked_up or request.is_closed:
        return request
    return support.pick_up(request, technician=account, by=by, now=now)


def end(
    request: Request, account: AccessAccount, text: str, *, cause: str, by: Actor, now: datetime, site: str = ""
) -> None:
    """Close *request* with these words, which its author gets by mail; one that is closed is left as it is."""
    mine = take(request, account, by=by, now=now)
    if not mine.is_closed:
        support.close(mine, cause, by=by, now=now, text=text, site=site)
