"""Registering for a web session and leaving it: places, and the waiting list in order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from livret.care.assistance import mails, queries
from livret.care.assistance.models import Registration, WebSession
from livret.care.assistance.rules.web import seated
from livret.care.assistance.services.refusals import NotOpen, NotPlanned, NotRegistered, TooLate
from livret.core.audit import services as audit
from livret.core.clock import PARIS
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount


def lock(session: WebSession) -> WebSession:
    """Return *session* read again under its lock: places are given by one transaction at a time."""
    return WebSession.objects.select_for_update(of=("self",)).select_related("host").get(pk=session.pk)


@transaction.atomic
def register(session: WebSession, *, account: AccessAccount, by: Actor, now: datetime, site: str = "") -> Registration:
    """Give *account* a place, or one on the waiting list once it is full; they are told by mail, with an agenda file.

    Who is registered already stays so. Raises NotPlanned, TooLate, NotOpen.
    """
    mine = lock(session)
    if not mine.is_planned:
        raise NotPlanned(mine)
    if now >= mine.ends_at:
        raise TooLate(mine.ends_at)
    opening = queries.opening_for(account, day=now.astimezone(PARIS).date())
    if opening is None or not opening.holds(mine.product) or not account.is_active:
        raise NotOpen(f"{mine} is not open to {account}")
    held = Registration.objects.filter(session=mine, account=account, cancelled_at=None).first()
    if held is not None:
        return held
    made = Registration.objects.create(session=mine, account=account, at=now)
    audit.record("assistance.web.registered", mine, by=by, at=now, detail={"registration": made.pk})
    seat_waiting(mine, now=now, site=site)
    made.refresh_from_db()
    if not made.is_seated:
        mails.send(mine, mails.WAITING, to=account, now=now, site=site, registration=made)
    return made


@transaction.atomic
def cancel_registration(
    session: WebSession, *, account: AccessAccount, by: Actor, now: datetime, site: str = ""
) -> Registration:
    """Give a place back: the first who waits gets it and is told. Raises NotRegistered, NotPlanned, TooLate."""
    mine = lock(session)
    if not mine.is_planned:
        raise NotPlanned(mine)
    if now >= mine.starts_at:
        raise TooLate(mine.starts_at)
    held = Registration.objects.filter(session=mine, account=account, cancelled_at=None).first()
    if held is None:
        raise NotRegistered(f"{account} is not registered for {mine}")
    held.cancelled_at, held.place = now, None
    held.save(update_fields=["cancelled_at", "place"])
    audit.record("assistance.web.left", mine, by=by, at=now, detail={"registration": held.pk})
    seat_waiting(mine, now=now, site=site)
    return held


def seat_waiting(session: WebSession, *, now: datetime, site: str) -> None:
    """Give the free places of a locked *session* to those who wait, in their order, and tell them."""
    standing = queries.standing_registrations(session)
    rows = {row.pk: row for row in standing.filter(place=None).order_by("at", "pk")}
    taken = list(standing.filter(place__isnull=False).values_list("place", flat=True))
    for pk, place in seated(list(rows), [number for number in taken if number], capacity=session.capacity):
        row = rows[pk]
        row.place, row.seated_at = place, now
        row.save(update_fields=["place", "seated_at"])
        mails.send(session, mails.SEATED, to=row.account, now=now, site=site, registration=row)
