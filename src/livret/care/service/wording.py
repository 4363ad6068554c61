"""The words of customer service and of operations on data, in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from livret.booklet.readings import NoticeDay
from livret.booklet.restore import RestorePoints
from livret.care.service.rules import operations as ops
from livret.care.service.rules.notice import BadDay, Counts
from livret.care.support.wording import Mark, instant, language
from livret.core.ui import figures

if TYPE_CHECKING:
    from livret.care.service.models import DataOperation
    from livret.care.service.queries import Desk

Words = str | Promise

TOPICS: dict[str, tuple[Words, Words]] = {
    "account": (
        gettext_lazy("My account and access"),
        gettext_lazy("Signing in, your details, who may come in."),
    ),
    "administrative": (
        gettext_lazy("An administrative question"),
        gettext_lazy("An invoice, a certificate, a change of address."),
    ),
    "termination": (
        gettext_lazy("Termination of the contract"),
        gettext_lazy("Opens a notice file, with the days that count."),
    ),
    "contract_change": (
        gettext_lazy("Change of the contract"),
        gettext_lazy("Opens a file too: what you want to add, remove or transfer."),
    ),
    "complaint": (
        gettext_lazy("A complaint"),
        gettext_lazy("Enters the register of complaints; you see what becomes of it."),
    ),
}
CATEGORIES: dict[str, Words] = {
    "service_quality": gettext_lazy("Quality or availability of the service"),
    "support": gettext_lazy("Handling of a support request"),
    "billing": pgettext_lazy("complaint", "Billing"),
    "contract": pgettext_lazy("complaint", "The contract and its clauses"),
    "personal_data": pgettext_lazy("complaint", "Personal data"),
    "other": pgettext_lazy("complaint", "Something else"),
}
READINGS: dict[NoticeDay, Words] = {
    NoticeDay.SAME_DAY_NUMBER: gettext_lazy("The months run from the notice and end by the end of the term"),
    NoticeDay.BILLING_PERIODS: gettext_lazy("Whole billing periods before the end of the term"),
    NoticeDay.END_MINUS_MONTHS: gettext_lazy("The months counted backwards from the end of the term"),
    NoticeDay.LATEST_READING: gettext_lazy("The latest of the readings"),
    NoticeDay.EARLIEST_READING: gettext_lazy("The earliest of the readings"),
}
COUNTED: dict[str, Words] = {
    Counts.SENT: gettext_lazy("the day the letter was sent"),
    Counts.RECEIVED: gettext_lazy("the day the letter was received"),
}
NOTICE_STATES: dict[str, Mark] = {
    "open": Mark(pgettext_lazy("notice file", "Open"), "info", "mail-open"),
    "withdrawn": Mark(pgettext_lazy("notice file", "Withdrawn"), "neutral", "undo-2"),
    "closed": Mark(pgettext_lazy("notice file", "Closed"), "good", "circle-check"),
}
OUTCOMES: dict[str, Mark] = {
    "upheld": Mark(pgettext_lazy("complaint", "Upheld"), "good", "circle-check"),
    "partly": Mark(pgettext_lazy("complaint", "Upheld in part"), "info", "circle-check"),
    "rejected": Mark(pgettext_lazy("complaint", "Rejected"), "bad", "circle-x"),
    "withdrawn": Mark(pgettext_lazy("complaint", "Withdrawn by the client"), "neutral", "undo-2"),
}
UNANSWERED = Mark(pgettext_lazy("complaint", "Waiting for an outcome"), "warn", "hourglass")
OPERATION_STATES: dict[str, Mark] = {
    "asked": Mark(pgettext_lazy("operation", "Asked"), "info", "inbox"),
    "started": Mark(pgettext_lazy("operation", "Started"), "accent", "loader"),
    "done": Mark(pgettext_lazy("operation", "Done"), "good", "circle-check"),
    "refused": Mark(pgettext_lazy("operation", "Refused"), "bad", "circle-x"),
    "withdrawn": Mark(pgettext_lazy("operation", "Withdrawn by the client"), "neutral", "undo-2"),
    "failed": Mark(pgettext_lazy("operation", "Attempt failed"), "bad", "triangle-alert"),
}
OPERATIONS: dict[str, tuple[Words, Words, str]] = {
    ops.RESTORE: (
        gettext_lazy("Restore"),
        gettext_lazy("Put an environment back as it was on a day; what was written since is no longer seen."),
        "history",
    ),
    ops.PURGE: (
        gettext_lazy("Purge"),
        gettext_lazy("Remove closed fiscal years from an environment, for good."),
        "trash-2",
    ),
    ops.EXPORT: (
        gettext_lazy("Export of data"),
        gettext_lazy("Receive your accounting files, or the whole database."),
        "package-open",
    ),
    ops.ACCOUNT_CHANGE: (
        gettext_lazy("Change of accounts"),
        gettext_lazy("Have an access account opened or closed."),
        "user-cog",
    ),
}
FORMATS: dict[str, Words] = {
    ops.FEC: gettext_lazy("The FEC of each company and fiscal year"),
    ops.DATABASE: gettext_lazy("Everything: a dump of the PostgreSQL database"),
}
ACTS: dict[str, Words] = {
    ops.OPEN: gettext_lazy("Open an access account"),
    ops.CLOSE: gettext_lazy("Close an access account"),
}


def topic_label(topic: str) -> Words:
    return TOPICS[topic][0] if topic in TOPICS else topic.replace("_", " ").capitalize()


def category_label(category: str) -> Words:
    return CATEGORIES.get(category, category.replace("_", " ").capitalize())


def operation_label(kind: str) -> Words:
    return OPERATIONS[kind][0]


def opening_words(desk: Desk) -> str:
    """Return whether customer service is open now, else the exact next opening; empty where no hours are known."""
    if desk.opening is None:
        return ""
    if desk.opening.is_open:
        return _("Customer service is open now.")
    if desk.opening.next_open_at is None:
        return _("Customer service does not open again under the hours published.")
    return _("Customer service is closed now. It opens on %(at)s.") % {"at": instant(desk.opening.next_open_at)}


def parameters_words(kind: str, plain: dict[str, object]) -> str:
    """Return what is asked, in a few words."""
    asked = ops.from_plain(kind, plain)
    if isinstance(asked, ops.Restore):
        return _("to its state of %(day)s") % {"day": figures.day_text(asked.day)}
    if isinstance(asked, ops.Purge):
        years = ", ".join(str(year) for year in asked.years)
        said = ngettext("fiscal year %(years)s", "fiscal years %(years)s", len(asked.years)) % {"years": years}
        return f"{said} ({asked.company})" if asked.company else said
    if isinstance(asked, ops.Export):
        return str(FORMATS[asked.format])
    return f"{ACTS[asked.act]}{_colon()}{asked.name} ({asked.email})"


def operation_title(kind: str, plain: dict[str, object], place: str) -> str:
    """Return the subject of the request: Restore – Production, to its state of 12/11/2026."""
    where = f"{place}, " if place else ""
    return f"{operation_label(kind)} – {where}{parameters_words(kind, plain)}"


def place_of(operation: DataOperation) -> str:
    """Return what the client calls the environment, empty without one."""
    environment = operation.environment
    return environment.ownership.label if environment else ""


def external_words(name: str, company: str, clause: str) -> str:
    """Return by which clause an external administrator's request is carried out without asking the client again."""
    facts = {"name": name, "company": company, "clause": clause}
    if not clause:
        return (
            _("Asked by %(name)s of %(company)s, external administrator: carried out without asking the client again.")
            % facts
        )
    return (
        _(
            "Asked by %(name)s of %(company)s, external administrator: carried out without asking the client again "
            "(clause %(clause)s)."
        )
        % facts
    )


def bad_day(refusal: BadDay) -> str:
    """Return what is wrong with the day of a letter, with its value, and what to do."""
    day, other = figures.day_text(refusal.day), figures.day_text(refusal.other)
    if refusal.why == "in_future":
        return _("%(day)s is still to come: give the day on the postmark or on the receipt.") % {"day": day}
    if refusal.why == "before_contract":
        return _("%(day)s is before the contract was signed, on %(other)s: read the year again.") % {
            "day": day,
            "other": other,
        }
    return _("A letter received on %(day)s cannot have been sent on %(other)s: read both days again.") % {
        "day": day,
        "other": other,
    }


def bad_parameter(refusal: ops.BadParameter, points: RestorePoints | None = None) -> str:
    """Return what is wrong with a value of an operation, and what to do."""
    if refusal.why == "no_copy" and points is not None and isinstance(refusal.value, date):
        facts = {
            "day": figures.day_text(refusal.value),
            "oldest": figures.day_text(points.oldest_daily),
            "newest": figures.day_text(points.newest_daily),
        }
        return _("No copy of %(day)s is kept: choose a day from %(oldest)s to %(newest)s.") % facts + _monthly(points)
    if refusal.why == "unreadable":
        return _("“%(typed)s” is not a year: write years with four digits, such as 2019, 2020.") % {
            "typed": refusal.value
        }
    if refusal.why == "not_over":
        return _("Fiscal year %(year)s cannot be purged: only closed years can.") % {"year": refusal.value}
    return _("Give at least one fiscal year.")


def _monthly(points: RestorePoints) -> str:
    if not points.monthly:
        return ""
    days = ", ".join(figures.day_text(day) for day in points.monthly)
    return " " + _("The monthly copies of %(days)s can be put back too.") % {"days": days}


def _colon() -> str:
    return "\u00a0: " if language() == "fr" else ": "
