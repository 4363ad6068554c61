"""Who acts, for the services of every room."""

from __future__ import annotations

from livret.clients.models import AccessAccount
from livret.core.people import Actor


def actor_of(account: AccessAccount, *, address: str = "") -> Actor:
    """Return the actor that *account* is, coming from *address* (an IP address)."""
    return Actor(account.id, account.full_name, "staff" if account.is_of_publisher else "client", address)
