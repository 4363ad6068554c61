"""What the publisher sets: the opening hours of support where booklets are silent, the limits of attachments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from livret.booklet.calendar import Calendar
from livret.care.support.models import AttachmentLimits, Request, RequestEvent, SupportHours
from livret.care.support.rules.commitment import calendar_from
from livret.care.support.rules.defaults import FileLimits
from livret.care.support.rules.standing import COMMITTED, FREE
from livret.care.support.services.calendars import MOVING
from livret.care.support.services.refusals import HoursRefused
from livret.care.support.services.timeline import add_event, locked, refresh
from livret.core.audit import services as audit
from livret.core.jobs import queue
from livret.core.people import Actor


@transaction.atomic
def publish_hours(
    hours: Mapping[str, Any], *, from_on: date, by: Actor, now: datetime, moves_open: bool = False
) -> SupportHours:
    """Publish a new version of the opening hours, for requests filed from *from_on*; *moves_open*: for open ones too.

    hours: zone, week, holidays, exceptions, as `livret.booklet` writes a calendar. Requests that wait for hours to be
    published get them, each by an event. A request keeps the hours it was promised; open ones are moved by a job, each
    in its own transaction. Raises HoursRefused.
    """
    try:
        calendar = calendar_from(hours)
    except (KeyError, TypeError, ValueError) as error:
        raise HoursRefused(str(error)) from error
    version = _next_version(from_on, calendar, by=by, now=now)
    audit.record("support.hours.published", version, by=by, at=now, detail={"from": from_on.isoformat()})
    _give_to_those_without(version, by=by, now=now)
    if moves_open:
        queue.defer(MOVING, version_id=version.pk)
    return version


def _next_version(from_on: date, calendar: Calendar, *, by: Actor, now: datetime) -> SupportHours:
    """Add the version after the latest; of two people at once, the unique number lets one through."""
    latest = SupportHours.objects.aggregate(last=Max("version"))["last"] or 0
    try:
        with transaction.atomic():
            return SupportHours.objects.create(
                version=latest + 1,
                from_on=from_on,
                hours=calendar.as_plain(),
                set_by_id=by.id,
                set_by_name=by.name,
                set_at=now,
            )
    except IntegrityError as error:
        raise HoursRefused(f"version {latest + 1} was published at the same moment: read it first") from error


def _give_to_those_without(version: SupportHours, *, by: Actor, now: datetime) -> None:
    """Start the clocks of the waiting requests that were registered before any hours were published."""
    bare = Request.objects.filter(state=Request.State.WAITING, hours="", standing__in=[COMMITTED, FREE]).order_by("pk")
    for found in bare:
        request = locked(found)
        start = request.events.get(kind=RequestEvent.Kind.REGISTERED)
        if not start.data["level"]:
            continue
        add_event(request, RequestEvent.Kind.HOURS_SET, by=by, at=now, data={"hours": str(version)})
        refresh(request)


@transaction.atomic
def set_attachment_limits(limits: FileLimits, *, by: Actor, now: datetime) -> AttachmentLimits:
    """Replace the limits of attachments from now on."""
    row = AttachmentLimits.objects.create(
        max_files=limits.max_files,
        max_file_bytes=limits.max_file_bytes,
        max_total_bytes=limits.max_total_bytes,
        set_by_id=by.id,
        set_by_name=by.name,
        set_at=now,
    )
    audit.record("support.attachment_limits.set", row, by=by, at=now)
    return row
