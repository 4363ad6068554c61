"""What both sides show of a report, and its files as they were frozen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse

from livret.care.figures import wording
from livret.care.figures.models import HalfYearlyReport
from livret.care.figures.queries import booklet_of
from livret.care.figures.queries import reports as reads
from livret.kernel.periods import DayPeriod


def report_facts(report: HalfYearlyReport, *, now: datetime) -> dict[str, Any]:
    """Return what the page of a report shows."""
    content = reads.content_of(report)
    return {
        "report": report,
        "content": content,
        "days": wording.period_words(DayPeriod(report.first_on, report.last_on)),
        "changes": [(change, wording.field_words(change.field)) for change in reads.changed_since(report, now=now)],
        "deliveries": report.deliveries.select_related("account", "message").order_by("at", "pk"),
        "booklet": booklet_of(report.contract),
        "data_short": f"{report.data_digest[:16]}…",
        "pdf_short": f"{report.pdf_digest[:16]}…",
    }


def pdf_answer(report: HalfYearlyReport) -> HttpResponse:
    return _file(reads.pdf_of(report), "application/pdf", f"{report.file_stem}.pdf")


def data_answer(report: HalfYearlyReport) -> HttpResponse:
    return _file(reads.data_of(report), "application/json", f"{report.file_stem}.json")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
