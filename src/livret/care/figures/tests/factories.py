"""Requests that were picked up in time or not, as rows, and a frozen report."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from uuid import uuid4

from livret.care.figures import services
from livret.care.figures.models import HalfYearlyReport
from livret.care.figures.rules import periods
from livret.care.support.models import Request
from livret.care.support.tests.factories import PUBLISHER, paris
from livret.kernel.periods import nth_period

FROZEN_AT = datetime(2026, 11, 20, 9, 0, tzinfo=paris(1, 0).tzinfo)
_NUMBERS = count(1)


def row(contract, author, **changes) -> Request:
    """A request as its row alone: closed, with a pick-up judged, unless said otherwise."""
    number = next(_NUMBERS)
    at = changes.pop("registered_at", paris(2, 15))
    is_on_time = changes.pop("is_on_time", True)
    facts = {
        "number": f"D-2026-{700_000 + number}",
        "client": contract.client,
        "contract": contract,
        "booklet": contract.booklet,
        "booklet_version": contract.booklet_version,
        "plan": contract.plan,
        "kind": "malfunction",
        "product": "finance",
        "subject": "Sujet",
        "context": "Contexte",
        "filed_by": author,
        "registered_at": at,
        "last_event_at": at,
        "call_code": f"{number:08}",
        "nonce": uuid4(),
        "hours": "publisher/1",
        "state": "closed",
        "picked_up_at": at,
        "assigned_to": author,
        "closed_at": at,
        "close_cause": "solved",
        "is_on_time": is_on_time,
        "elapsed_s": 600 if is_on_time else 40_000,
    }
    return Request.objects.create(**{**facts, **changes})


def waiting(contract, author, *, late_at: datetime, **changes) -> Request:
    """A request that nobody picked up yet."""
    stopped = {"state": "waiting", "picked_up_at": None, "assigned_to": None, "closed_at": None, "close_cause": ""}
    judged = {"is_on_time": None, "elapsed_s": None, "late_at": late_at, "next_due_at": late_at, "close_at": late_at}
    return row(contract, author, **{**stopped, **judged, **changes})


def noon(day: date) -> datetime:
    return periods.start_of(day).replace(hour=12)


def frozen(contract, *, index: int = 0, months: int = 6, at: datetime = FROZEN_AT) -> HalfYearlyReport:
    """The report of a period of *contract*, frozen."""
    period = nth_period(contract.support_start_on, months=months, index=index)
    report = services.freeze_report(contract, index, period, by=PUBLISHER, now=at)
    assert report is not None
    return report
