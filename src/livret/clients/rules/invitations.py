"""Single-use invitation links."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

VALID_FOR = timedelta(days=7)
"""Our choice: long enough for a week's leave, short enough for a forgotten mailbox; it can always be issued again."""

TOKEN_BYTES = 32


def new_token() -> str:
    """Return 256 random bits, as text fit for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> str:
    """Return what is stored of a token: its SHA-256, in hexadecimal. A random token needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def expiry(issued_at: datetime) -> datetime:
    return issued_at + VALID_FOR
