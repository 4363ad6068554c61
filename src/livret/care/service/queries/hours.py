"""When customer service is open: by the booklet, else by what the publisher published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from livret.booklet import Booklet, Stated
from livret.booklet.calendar import Calendar
from livret.booklet.clock import Opening, opening
from livret.care.service.models import ServiceHours
from livret.care.support.rules.commitment import calendar_from
from livret.core.clock import PARIS


@dataclass(frozen=True, slots=True)
class Desk:
    """Customer service as a contract has it on a day.

    calendar: None while no hours are published. version: of the publisher's hours, None when the booklet states them.
    clause, phone_clause, promise_clause: empty where the booklet has none. opening: now, None without hours.
    """

    calendar: Calendar | None
    clause: str
    version: int | None
    phone: str
    phone_clause: str
    promises_pick_up: bool | None
    promise_clause: str
    opening: Opening | None


def desk_of(booklet: Booklet, *, now: datetime) -> Desk:
    """Return the hours, number and promise of customer service under *booklet* at that instant."""
    service = booklet.customer_service
    calendar, clause, version = _hours(booklet, now.astimezone(PARIS).date())
    phone, promise = service.phone, service.has_pick_up_commitment
    return Desk(
        calendar,
        clause,
        version,
        phone.value if isinstance(phone, Stated) else "",
        phone.clause if isinstance(phone, Stated) else "",
        promise.value if isinstance(promise, Stated) else None,
        promise.clause or "",
        opening(calendar, now) if calendar else None,
    )


def _hours(booklet: Booklet, day: date) -> tuple[Calendar | None, str, int | None]:
    stated = booklet.customer_service.hours
    if isinstance(stated, Stated):
        return stated.value, stated.clause, None
    row = ServiceHours.objects.filter(from_on__lte=day).order_by("-from_on", "-version").first()
    return (calendar_from(row.hours), stated.clause or "", row.version) if row else (None, stated.clause or "", None)


def hours_versions() -> QuerySet[ServiceHours]:
    """Return the versions of the publisher's hours, the latest first."""
    return ServiceHours.objects.order_by("-version")
