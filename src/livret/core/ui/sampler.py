"""What the living page shows: one believable small world, fixed, fictional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from livret.core.ui.charts import HISTOGRAM, LINE, Chart, Series
from livret.core.ui.context import Link, LinkGroup, Shell, StaffSession
from livret.core.ui.steps import Step


@dataclass(frozen=True, slots=True)
class Line:
    """An invoice of the sample table."""

    number: str
    customer: str
    issued_on: date
    due_on: date | None
    total: Decimal
    state: Any
    tone: str


@dataclass(frozen=True, slots=True)
class Specimen:
    """One showing of all components: a theme, a density, and its name."""

    scheme: str
    density: str
    name: Any

    @property
    def id(self) -> str:
        return f"specimen-{self.scheme}-{self.density}"

    @property
    def charts(self) -> tuple[Chart, ...]:
        """One chart of each form, and one that has nothing to draw, named after this showing."""
        return tuple(replace(chart, title=f"{chart.title}, {self.name}") for chart in _charts())


class SampleForm(forms.Form):
    """One field of each kind."""

    subject = forms.CharField(label=_("Subject"), help_text=_("One sentence: what you expected and what happened."))
    siret = forms.CharField(label="SIRET", help_text=_("14 digits; spaces are accepted."))
    amount = forms.DecimalField(label=_("Amount excluding tax"), required=False, localize=True)
    since = forms.DateField(label=_("Since"), help_text=_("For example 31/03/2026."))
    module = forms.ChoiceField(
        label=_("Module"), choices=[("", "–"), ("finance", _("Finance")), ("payroll", _("Payroll"))]
    )
    criticality = forms.ChoiceField(
        label=_("Criticality"),
        widget=forms.RadioSelect,
        choices=[("blocking", _("Blocking")), ("major", _("Major")), ("minor", _("Minor"))],
    )
    context = forms.CharField(label=_("Context"), widget=forms.Textarea, required=False)
    attachment = forms.FileField(
        label=_("Attachment"), required=False, help_text=_("A picture or a document, 10 MB at most.")
    )
    is_copied = forms.BooleanField(label=_("Send me a copy by mail"), required=False)


def sampler(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of the living page; *query* may hold a page number."""
    wrong = SampleForm(
        {"subject": "", "siret": "123 456 789 000", "amount": "12,5O", "since": "31/02/2026", "is_copied": "on"}
    )
    wrong.is_valid()
    wrong.add_error("siret", _("A SIRET counts 14 digits; 12 received. It stands on the notice of the INSEE."))
    return {
        "form": SampleForm(prefix="fresh"),
        "wrong": wrong,
        "narrowing": SampleForm(prefix="narrowing"),
        "lines": LINES,
        "total": sum((line.total for line in LINES), Decimal(0)),
        "page": Paginator(range(1240), 50).get_page(query.get("page", 3)),
        "steps": STEPS,
        "shares": _shares(),
        "areas": LinkGroup(
            _("Accounts"), (Link(_("General ledger"), "#ledger", "book-open"), Link(_("Journals"), "#journals"))
        ),
        "written": gettext(
            "The import stops on **line 412**:\n\n- the account `6063` is not in the chart;\n- *two* others are closed."
        ),
        "now": NOW,
        "today": date(2026, 3, 31),
        "quarter": (date(2026, 1, 1), date(2026, 3, 31)),
        "wait": timedelta(hours=4),
        "rate": Decimal("0.98996"),
        "octets": 3_720_000_000,
        "specimens": SPECIMENS,
        "sample_shell": Shell(staff_session=StaffSession("Durand & Fils", "D-2026-0118", 58, "#"), clock=NOW),
    }


def _charts() -> tuple[Chart, ...]:
    months = ("10/2025", "11/2025", "12/2025", "01/2026", "02/2026", "03/2026")
    paid = Series(pgettext("invoices", "Paid"), (14, 18, 21, 12, 16, 9), "good", links=("#",) * 6)
    waiting = Series(gettext("Waiting"), (0, 1, 2, 2, 5, 11), "warn", "hatched")
    delays = Series(gettext("Invoices"), (4, 11, 19, 8, 3), "accent")
    this_year = Series(gettext("This year"), (41, 40, 38, 39, 36, None), "accent")
    last_year = Series(gettext("Last year"), (45, 44, 44, 47, 43, 42), "neutral", "dashed")
    nothing = replace(delays, values=(0,) * 5)
    month, days = pgettext("sample", "Month"), pgettext("sample", "Days")
    return (
        Chart(
            gettext("Invoices by month"), gettext("Most of March is still to be paid."), month, months, (paid, waiting)
        ),
        Chart(
            gettext("Days until payment"), gettext("Most are paid within a month."), days, DAYS, (delays,), HISTOGRAM
        ),
        Chart(
            gettext("Average delay"), gettext("It shortens since October."), month, months, (this_year, last_year), LINE
        ),
        Chart(gettext("Reminders"), gettext("None was sent."), days, DAYS, (nothing,), HISTOGRAM),
    )


def _shares() -> tuple[tuple[str, int, int, list[tuple[str, int, str, str]]], ...]:
    """Return customers with how many invoices they paid and how many they have to pay, as parts of a bar too."""
    counts = (("Menuiserie Aubrac", 24, 3), ("Cidrerie du Bocage", 11, 9), ("Atelier Vaugirard", 7, 0))
    return tuple(
        (
            name,
            paid,
            due,
            [(pgettext("invoices", "Paid"), paid, "good", "plain"), (gettext("Waiting"), due, "warn", "hatched")],
        )
        for name, paid, due in counts
    )


def _line(number: int, customer: str, issued_on: date, euros: str, state: Any, tone: str) -> Line:
    due_on = None if tone == "neutral" else issued_on + timedelta(days=30)
    return Line(f"FA-2026-{number:04d}", customer, issued_on, due_on, Decimal(euros), state, tone)


DAYS = ("0–15", "16–30", "31–45", "46–60", "> 60")
NOW = datetime(2026, 3, 31, 12, 5, tzinfo=UTC)
SPECIMENS = (
    Specimen("light", "compact", _("light, compact")),
    Specimen("light", "cosy", _("light, cosy")),
    Specimen("dark", "compact", _("dark, compact")),
    Specimen("dark", "cosy", _("dark, cosy")),
)
LINES = (
    _line(412, "Menuiserie Aubrac", date(2026, 3, 2), "1204.80", _("Paid"), "good"),
    _line(413, "Cidrerie du Bocage", date(2026, 3, 4), "18650.00", _("Late"), "bad"),
    _line(414, "Librairie des Halles", date(2026, 3, 11), "342.15", _("Due soon"), "warn"),
    _line(415, "Transports Kervella", date(2026, 3, 19), "-96.00", _("Sent"), "info"),
    _line(416, "Atelier Vaugirard", date(2026, 3, 27), "7480.50", _("Draft"), "neutral"),
)
STEPS = (
    Step(datetime(2026, 3, 27, 15, 10, tzinfo=UTC), datetime(2026, 3, 27, 17, 0, tzinfo=UTC), _("Friday, open hours")),
    Step(
        datetime(2026, 3, 27, 17, 0, tzinfo=UTC),
        datetime(2026, 3, 30, 6, 30, tzinfo=UTC),
        _("Closed: night and weekend"),
        is_counted=False,
    ),
    Step(datetime(2026, 3, 30, 6, 30, tzinfo=UTC), datetime(2026, 3, 30, 8, 40, tzinfo=UTC), _("Monday, open hours")),
)
