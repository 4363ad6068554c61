"""What happens at the door."""

from __future__ import annotations

from datetime import datetime

from livret.clients.models import AccessAccount, AccessEvent


def record_event(
    account: AccessAccount, kind: AccessEvent.Kind, *, at: datetime, address: str = "", device: str = ""
) -> AccessEvent:
    """Add a line to the account's door log. address: an IP address or nothing; device: the browser's own words."""
    return AccessEvent.objects.create(account=account, kind=kind, at=at, address=address or None, device=device[:200])
