"""The kinds of cases about availability and maintenance windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from livret.booklet.availability import Cause, Outage, month_availability
from livret.booklet.casefile import Fields, Malformed
from livret.booklet.model import Booklet
from livret.booklet.readings import Downtime
from livret.booklet.windows import window_state

Answer = Mapping[str, object]

# Case files name the systems outside the service, and a service that is slow but reachable, in several ways.
_OTHER_NAMES = {
    **dict.fromkeys(
        (
            "client_network",
            "external",
            "external_network",
            "external_systems",
            "network",
            "out_of_perimeter",
            "out_of_scope",
            "outside_scope",
            "outside_service",
            "outside_systems",
            "telecom",
            "third_party",
        ),
        Cause.OUTSIDE_PERIMETER,
    ),
    **dict.fromkeys(("client", "client_supplier", "client_supplier_equipment"), Cause.CLIENT_EQUIPMENT),
    **dict.fromkeys(("degradation", "degraded_service", "slow", "slowdown"), Cause.DEGRADED),
    "planned": Cause.PLANNED_MAINTENANCE,
    "urgent": Cause.URGENT_MAINTENANCE,
}


def _td(case: Fields, booklet: Booklet | None) -> Answer:
    found = month_availability(
        _named(booklet),
        _month(case.text("month")),
        [_outage(row) for row in case.tables("outages")],
        as_of=case.instant_or_none("as_of"),
    )
    return {
        "prt_s": found.reference_s,
        "ti_s": found.downtime_by_reading[Downtime.CAUSE_DECIDES],
        "ti_s_excluded_wins": found.downtime_by_reading[Downtime.EXCLUDED_WINS],
        "ti_s_window_by_clock": found.downtime_by_reading[Downtime.WINDOW_BY_CLOCK],
        "td": found.rate,
        "td_pct_4dp": found.displayed_percent,
        "meets_99": found.is_met,
        "prt_month_s": found.month_reference_s,
        "downtime_left_s": found.downtime_left_s,
        "can_still_meet_99": found.can_still_meet,
    }


def _window(case: Fields, booklet: Booklet | None) -> Answer:
    found = window_state(_named(booklet), case.instant("at"))
    return {
        "in_window": found.is_in_window,
        "blocking_allowed": found.is_blocking_allowed,
        "blocking_allowed_if_22h_means_CET": found.is_blocking_allowed_by_cet,
    }


def _outage(row: Fields) -> Outage:
    kind = row.text("kind")
    known = set(Cause)
    if kind not in known and kind not in _OTHER_NAMES:
        raise Malformed("kind", f"unknown outage {kind!r}; known are {', '.join(sorted(known))}")
    return Outage(
        _OTHER_NAMES[kind] if kind in _OTHER_NAMES else Cause(kind),
        row.instant("from"),
        row.instant_or_none("to"),
        row.instant_or_none("announced_at"),
        row.text("environment") if row.has_value("environment") else "production",
    )


def _month(written: str) -> date:
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError as error:
        raise Malformed("month", f"wants YYYY-MM, got {written!r}") from error


def _named(booklet: Booklet | None) -> Booklet:
    if booklet is None:
        raise Malformed("booklet", "is missing")
    return booklet


MONTH_KINDS: Mapping[str, Callable[[Fields, Booklet | None], Answer]] = {"td": _td, "window": _window}
