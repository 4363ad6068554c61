"""Mails that a job sends: invitations to the people of the clients concerned, reminders of the day before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from livret.care.assistance import mails, queries
from livret.care.assistance.models import Registration, WebInvitation, WebSession
from livret.care.assistance.rules.web import is_reminded
from livret.care.assistance.services.refusals import NotPlanned, TooLate, WordsMissing
from livret.care.assistance.services.registering import lock
from livret.core.audit import services as audit
from livret.core.clock import PARIS
from livret.core.jobs import queue
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

INVITING = "assistance.invite"
LONGEST_DAY = timedelta(hours=25)  # The day on which the clock goes back.


@transaction.atomic
def ask_invitations(
    session: WebSession, *, products: Collection[str], by: Actor, now: datetime, site: str = ""
) -> None:
    """Ask for a mail to the people of the clients whose contract holds one of *products*; nobody gets it twice.

    An empty product stands for every client that web assistance is open to. Raises NotPlanned, TooLate, WordsMissing.
    """
    mine = lock(session)
    if not mine.is_planned:
        raise NotPlanned(mine)
    if now >= mine.starts_at:
        raise TooLate(mine.starts_at)
    if not products:
        raise WordsMissing("products")
    chosen = sorted(products)
    audit.record("assistance.web.invited", mine, by=by, at=now, detail={"products": chosen})
    queue.defer(INVITING, session_id=mine.pk, products=chosen, site=site)


def send_invitations(session_id: int, *, products: Collection[str], now: datetime, site: str = "") -> int:
    """Invite whom the session is open to and nobody invited yet; return how many. Safe to run twice."""
    session = WebSession.objects.select_related("host").get(pk=session_id)
    if not session.is_planned or now >= session.starts_at:
        return 0
    known = set(WebInvitation.objects.filter(session=session).values_list("account_id", flat=True))
    known |= set(queries.standing_registrations(session).values_list("account_id", flat=True))
    day = now.astimezone(PARIS).date()
    concerned = queries.people_concerned(session, products=frozenset(products), day=day)
    return sum(_invite(session, account, now=now, site=site) for account in concerned if account.pk not in known)


@transaction.atomic
def _invite(session: WebSession, account: AccessAccount, *, now: datetime, site: str) -> bool:
    _, is_new = WebInvitation.objects.get_or_create(session=session, account=account, defaults={"at": now})
    if is_new:
        mails.send(session, mails.INVITATION, to=account, now=now, site=site)
    return is_new


def send_reminders(*, now: datetime) -> int:
    """Remind, from the day before, everybody with a place who was not reminded yet; return how many."""
    soon = WebSession.objects.filter(
        state=WebSession.State.PLANNED, starts_at__gt=now, starts_at__lte=now + LONGEST_DAY
    )
    rows = Registration.objects.filter(
        session__in=soon, cancelled_at=None, place__isnull=False, reminded_at=None
    ).select_related("session")
    return sum(_remind(row, now=now) for row in rows.order_by("session__starts_at", "pk"))


@transaction.atomic
def _remind(row: Registration, *, now: datetime) -> bool:
    session = lock(row.session)
    found = Registration.objects.select_related("account__client").get(pk=row.pk)
    told_at = found.seated_at or found.at
    is_due = is_reminded(starts_at=session.starts_at, registered_at=told_at, now=now)
    if not (is_due and session.is_planned and found.is_seated and found.reminded_at is None):
        return False
    found.reminded_at = now
    found.save(update_fields=["reminded_at"])
    if found.account.is_active:
        mails.send(session, mails.REMINDER, to=found.account, now=now, registration=found)
    return True
