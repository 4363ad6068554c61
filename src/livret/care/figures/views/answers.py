"""What both sides' dashboards answer with: the list behind a figure, as a page or as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from livret.care.figures import queries, wording
from livret.care.figures.forms import EVERYTHING, PeriodForm
from livret.care.figures.queries import Listed, Wanted
from livret.care.support.queries import behind
from livret.core.ui import figures

if TYPE_CHECKING:
    from livret.care.support.models import Request

PAGE_SIZE = 50
MOST_ROWS = 50_000
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows_asked(
    request: HttpRequest, found: QuerySet[Request], form: PeriodForm, *, now: datetime
) -> tuple[Wanted, QuerySet[Request]]:
    """Return what the address asks for and the requests behind it. Raises Http404 on an unknown figure or value."""
    wanted = queries.wanted_from({name: value for name, value in request.GET.items() if isinstance(value, str)})
    if wanted is None:
        raise Http404
    period = None if request.GET.get("period") == EVERYTHING else form.chosen
    return wanted, queries.requests_behind(found, wanted, period, now=now)


def list_page(
    request: HttpRequest, template: str, found: QuerySet[Request], form: PeriodForm, *, now: datetime, is_staff: bool
) -> HttpResponse:
    """Show the requests that a figure counts."""
    wanted, rows = rows_asked(request, found, form, now=now)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = [(row, wording.STANDINGS[row.standing], _facts(row, is_staff=is_staff)) for row in queries.listed(page)]
    is_all = request.GET.get("period") == EVERYTHING
    facts = {
        "page": page,
        "rows": shown,
        "title": wording.FIGURES[wanted.figure],
        "by": _by(wanted, found),
        "days": "" if is_all else wording.period_words(form.chosen),
        "query": request.GET.urlencode(),
        "period": form.key,
    }
    return render(request, template, facts)


def _facts(row: Listed, *, is_staff: bool) -> dict[str, Any]:
    one = row.request
    return {
        "url": one.get_console_url() if is_staff else one.get_absolute_url(),
        "kind": behind.kind_label(one.kind),
        "state": behind.state_of(one, is_staff=is_staff),
        "consumed": wording.duration(row.elapsed_s) if row.elapsed_s is not None else "",
        "target": wording.duration(row.target_s) if row.target_s is not None else "",
    }


def _by(wanted: Wanted, found: QuerySet[Request]) -> list[str]:
    """Return what a list is narrowed to, in words; by its key where no request that the person reads holds it."""
    named, words = queries.values_held(found, wanted), []
    for name, value in wanted.by.items():
        if name in wording.DIMENSIONS:
            names = behind.names_of(name, [value] if name in named and value != "none" else [])
            label = wording.name_of(name, None, "") if value == "none" else names.get(value, value)
            words.append(f"{wording.DIMENSIONS[name]} · {label}")
        else:
            words.append(_by_number(name, value))
    return words


def _by_number(name: str, value: str) -> str:
    if name == "level":
        return str(wording.STEPS.get(int(value), value))
    if name == "rating":
        return _("Score: %(score)s") % {"score": value}
    if name == "bucket" and value.isdigit():
        bounds = wording.bounds()
        return wording.bucket_words(bounds, int(value) - 1) if 1 <= int(value) <= len(bounds) else value
    return value


def csv_file(
    request: HttpRequest, found: QuerySet[Request], form: PeriodForm, *, now: datetime, is_staff: bool
) -> HttpResponse:
    """Give the same list as a file for spreadsheets: semicolons, UTF-8 with its mark, French as they read it."""
    wanted, rows = rows_asked(request, found, form, now=now)
    written = StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(_headings())
    writer.writerows(_cells(row) for row in queries.listed(rows[:MOST_ROWS]))
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{wanted.figure}.csv"'
    return answer


def _headings() -> list[str]:
    return [
        _("Number"),
        pgettext("figures", "Client"),
        _("Subject"),
        pgettext("figures", "Kind"),
        pgettext("figures", "Product"),
        _("Filed by"),
        pgettext("figures", "Technician"),
        _("Registered"),
        pgettext("figures", "Due"),
        pgettext("figures", "Picked up"),
        _("Business time consumed (s)"),
        _("Target (s)"),
        _("Clause"),
        _("In the share"),
    ]


def _cells(row: Listed) -> Iterable[str]:
    one = row.request
    return [
        one.number,
        _plain(one.client.name),
        _plain(one.subject),
        str(behind.kind_label(one.kind)),
        str(behind.product_label(one.product)),
        _plain(one.filed_by.full_name),
        _plain(one.assigned_to.full_name) if one.assigned_to else "",
        _moment(one.registered_at),
        _moment(one.due_at),
        _moment(one.picked_up_at),
        "" if row.elapsed_s is None else str(row.elapsed_s),
        "" if row.target_s is None else str(row.target_s),
        row.clause,
        str(wording.STANDINGS[row.standing].label),
    ]


def _plain(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _moment(at: datetime | None) -> str:
    return f"{figures.in_paris(at):%d/%m/%Y %H:%M:%S}" if at else ""
