"""Writing to people in their own language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import override

from livret.clients.models import AccessAccount
from livret.core.mail.services import send


def write_to(
    account: AccessAccount, *, subject: Promise, text: Promise, facts: Mapping[str, str], about: Model, at: datetime
) -> None:
    """Mail *subject* and *text*, lazy messages that hold the names of *facts*; nothing to a closed account."""
    if account.is_active:
        with override(account.language):
            send(to=account.email, subject=str(subject) % facts, text=str(text) % facts, about=about, at=at)
