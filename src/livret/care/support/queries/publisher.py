"""What the publisher set: opening hours by name, and the limits of attachments."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from json import dumps, loads

from django.db.models import QuerySet

from livret.booklet import Booklet, library
from livret.booklet.calendar import Calendar
from livret.care.support.models import AttachmentLimits, SupportHours
from livret.care.support.rules import commitment
from livret.care.support.rules.commitment import OpeningHours
from livret.care.support.rules.defaults import FileLimits, defaults

PUBLISHER = "publisher"


class HoursBook:
    """Opening hours by name; the versions of the publisher are read once, when one is needed."""

    def __init__(self) -> None:
        self._versions: list[SupportHours] | None = None

    def named(self, name: str, booklet: Booklet) -> OpeningHours:
        """Return the hours called *name*, as *booklet* cites them. Raises KeyError on an unknown name."""
        source, _, version = name.partition("/")
        if source != PUBLISHER:
            stated = commitment.booklet_hours(library()[source, version])
            if stated is None:
                raise KeyError(f"booklet {name} states no opening hours of support")
            return stated
        return _published({str(row.version): row for row in self._all()}[version], booklet)

    def on(self, day: date, booklet: Booklet) -> OpeningHours | None:
        """Return the hours of a request filed on *day*: those of the booklet, else the publisher's latest then.

        Before the first version begins, that one: requests filed before any was published get it too.
        """
        stated = commitment.booklet_hours(booklet)
        if stated is not None:
            return stated
        begun = [row for row in self._all() if row.from_on <= day] or self._all()[:1]
        return _published(begun[-1], booklet) if begun else None

    def _all(self) -> list[SupportHours]:
        if self._versions is None:
            self._versions = list(SupportHours.objects.order_by("from_on", "version"))
        return self._versions


def _published(row: SupportHours, booklet: Booklet) -> OpeningHours:
    clause = commitment.silent_clause(booklet)
    return OpeningHours(str(row), _calendar(dumps(row.hours, sort_keys=True)), clause, set_by_publisher=True)


@lru_cache(maxsize=64)
def _calendar(written: str) -> Calendar:
    return commitment.calendar_from(loads(written))


def hours_versions() -> QuerySet[SupportHours]:
    """Return the versions of the publisher's hours, the latest first."""
    return SupportHours.objects.order_by("-version")


def attachment_limits() -> FileLimits:
    """Return the limits that the publisher set last, else those it starts with."""
    row = AttachmentLimits.objects.order_by("-set_at", "-pk").first()
    return FileLimits(row.max_files, row.max_file_bytes, row.max_total_bytes) if row else defaults().limits
