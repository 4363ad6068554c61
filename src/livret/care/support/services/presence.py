"""Who of the publisher is on a request right now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from livret.care.support.models import Presence, Request

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount


def note_presence(request: Request, account: AccessAccount, *, is_writing: bool, now: datetime) -> None:
    """Say that *account* has the page of *request* open, and whether words wait in its form."""
    row = Presence(request=request, account=account, is_writing=is_writing, seen_at=now)
    Presence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["request", "account"],
        update_fields=["is_writing", "seen_at"],
    )
