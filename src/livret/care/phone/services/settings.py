"""What the publisher sets of its telephone: the keys of systems, and the number where a booklet gives none."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction

from livret.care.phone.models import CtiKey, PhoneNumber
from livret.care.phone.rules.numbers import dialled
from livret.care.phone.services.refusals import NameTaken, NotANumber
from livret.core.audit import services as audit
from livret.core.people import Actor

SECRET_BYTES = 32
_NOBODY, _NO_UUID = sha256(b"no key").hexdigest(), UUID(int=0)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. token: what the system sends; it is kept nowhere."""

    key: CtiKey
    token: str


@transaction.atomic
def create_key(name: str, *, by: Actor, now: datetime) -> NewKey:
    """Make the key of a telephone system. Raises NameTaken when one in use has that name."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    try:
        with transaction.atomic():
            key = CtiKey.objects.create(
                name=name.strip(), digest=_digest(secret), created_at=now, created_by_name=by.name
            )
    except IntegrityError:
        raise NameTaken(f"a key in use is called {name.strip()!r}") from None
    audit.record("phone.key.created", key, by=by, at=now)
    return NewKey(key, f"{key.uuid.hex}.{secret}")


@transaction.atomic
def revoke_key(key: CtiKey, *, by: Actor, now: datetime) -> CtiKey:
    """Close a key for good; one that is closed stays as it is."""
    mine = CtiKey.objects.select_for_update().get(pk=key.pk)
    if mine.revoked_at is None:
        mine.revoked_at, mine.revoked_by_name = now, by.name
        mine.save(update_fields=["revoked_at", "revoked_by_name"])
        audit.record("phone.key.revoked", mine, by=by, at=now)
    return mine


def key_of(token: str) -> CtiKey | None:
    """Return the key in use that *token* opens; the secret is compared in constant time, known name or not."""
    name, _, secret = token.partition(".")
    key = CtiKey.objects.filter(uuid=_uuid(name) or _NO_UUID, revoked_at=None).first()
    is_right = hmac.compare_digest(_digest(secret), key.digest if key else _NOBODY)
    return key if is_right else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None


def _digest(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()


@transaction.atomic
def announce_number(number: str, *, by: Actor, now: datetime) -> PhoneNumber:
    """Announce the number of support for the booklets that give none. Raises NotANumber."""
    if not (kept := dialled(number)):
        raise NotANumber(number)
    made = PhoneNumber.objects.create(number=kept, set_by_id=by.id, set_by_name=by.name, set_at=now)
    audit.record("phone.number.announced", made, by=by, at=now, detail={"number": kept})
    return made
