"""Telling the technician and the team's lead, in business time, before a target is missed."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db import transaction

from livret.care.support import mails, queries
from livret.care.support.models import Request, RequestEvent
from livret.care.support.models.requests import IS_OPEN
from livret.care.support.rules.defaults import defaults
from livret.care.support.services.timeline import PICK_UP, SECOND, add_event, locked, refresh
from livret.core.people import Actor, system_actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

BATCH = 500


def send_alerts(*, now: datetime, site: str = "") -> int:
    """Alert on every open request of which a further share of the running target is consumed; return how many.

    Each share is told once, by a note on the timeline and a mail; of shares passed together, the largest one.
    A request that fails does not keep the others waiting: all failures climb together once the rest is told.
    """
    due = Request.objects.filter(IS_OPEN, next_alert_at__lte=now).order_by("next_alert_at", "pk")
    by, told, failures = system_actor("support.alerts"), 0, []
    for request in due[:BATCH]:
        try:
            told += _alert(request, by=by, now=now, site=site)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("alerts that could not be given", failures)
    return told


@transaction.atomic
def _alert(request: Request, *, by: Actor, now: datetime, site: str) -> bool:
    mine = locked(request)
    if mine.is_closed or mine.next_alert_at is None or mine.next_alert_at > now:
        return False
    clock, share = _passed(mine, now)
    if share is None:  # The hours changed with a release: what was to come now comes later.
        refresh(mine)
        return False
    percent = f"{share.numerator * 100 // share.denominator} %"
    facts = {"clock": clock, "share": str(share), "percent": percent}
    event = add_event(mine, RequestEvent.Kind.ALERTED, by=by, at=now, is_internal=True, data=facts)
    refresh(mine)
    for person in _told(mine):
        mails.send_event(mine, event, to=person, now=now, site=site)
    return True


def _passed(request: Request, now: datetime) -> tuple[str, Fraction | None]:
    """Return the clock that runs and the largest share of it that is consumed, None when none is."""
    events, book = queries.as_events(request.events.all()), queries.HoursBook()
    first = queries.clock_of(request, events, hours=book)
    second = queries.second_clock_of(request, events, hours=book)
    is_first = first is not None and first.stopped_at is None
    share_at = first.close_at if first is not None and is_first else second.share_at if second else None
    shares = defaults().alert_shares
    passed = [share for share in shares if share_at and (at := share_at(share)) is not None and at <= now]
    return PICK_UP if is_first else SECOND, max(passed, default=None)


def _told(request: Request) -> list[AccessAccount]:
    """Return whom an alert goes to: the technician in charge, else the whole team, and the lead of the team.

    A technician whose account is closed has nothing in charge any more.
    """
    team, mine = request.team, request.assigned_to
    told = [mine] if mine and mine.is_active else list(team.members.order_by("pk")) if team else []
    told += [team.lead] if team and team.lead else []
    return [person for person in dict.fromkeys(told) if person.is_active]
