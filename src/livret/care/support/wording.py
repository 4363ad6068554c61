"""The words of support, in the reader's language: why a stretch counts, what is promised, why something is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from livret.booklet import Booklet
from livret.booklet.calendar import DAY_NAMES
from livret.booklet.holidays import public_holidays
from livret.booklet.readings import TargetEnd
from livret.booklet.working import Segment, Why
from livret.care.support.rules import clock as clocks
from livret.care.support.rules.clock import PickUpClock
from livret.care.support.rules.commitment import OpeningHours
from livret.care.support.rules.defaults import FileLimits, defaults
from livret.care.support.rules.files import FileRefusal, Refused
from livret.core.last_error import LastError
from livret.core.ui import figures
from livret.core.ui.steps import Step

Words = str | Promise

DAYS: tuple[Words, ...] = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
KINDS: dict[str, tuple[Words, Words]] = {
    "malfunction": (
        gettext_lazy("Malfunction"),
        gettext_lazy("Something does not work as it should, and you can make it happen again."),
    ),
    "question": (
        gettext_lazy("Question of use"),
        gettext_lazy("You want to know how to do something in the software."),
    ),
    "customer_service": (
        gettext_lazy("Customer service"),
        gettext_lazy("Your account, an invoice, your contract, or a complaint."),
    ),
    "operation": (
        gettext_lazy("Operation on data"),
        gettext_lazy("Restore, purge, export, or a change of accounts: asked by a SaaS administrator."),
    ),
}
# The booklet names the levels and gives no definition of them; these definitions are ours.
LEVELS: dict[str, tuple[Words, Words]] = {
    "critique": (
        pgettext_lazy("criticality", "Critical"),
        gettext_lazy("Essential work is stopped and there is no other way to do it."),
    ),
    "elevee": (
        pgettext_lazy("criticality", "High"),
        gettext_lazy("A function does not work; the work goes on, slowly or by another way."),
    ),
    "moderee": (pgettext_lazy("criticality", "Moderate"), gettext_lazy("A nuisance or a question; the work goes on.")),
    "open": (gettext_lazy("Plan Open"), ""),
    "private": (gettext_lazy("Plan Private"), ""),
}
# What a booklet leaves out of support, or sells apart, by the key it gives it.
TOPICS: dict[str, Words] = {
    "training": gettext_lazy("Training"),
    "setup": gettext_lazy("Setting-up work"),
    "file_repair": gettext_lazy("Repair of files"),
    "file_transfer": gettext_lazy("Transfer of files"),
    "installation": gettext_lazy("Installation"),
    "paid_complement": gettext_lazy("A service that completes the contract"),
    "custom_development": gettext_lazy("Custom development"),
    "dedicated_time": gettext_lazy("A question that needs dedicated time"),
    "account": gettext_lazy("My account and access"),
    "administrative": gettext_lazy("An administrative question"),
    "termination": gettext_lazy("Termination of the contract"),
    "contract_change": gettext_lazy("Change of the contract"),
    "complaint": gettext_lazy("A complaint"),
}
# What a request is under its contract, with the tone and icon of its badge.
STANDINGS: dict[str, tuple[Words, str, str]] = {
    "committed": (gettext_lazy("Within the commitments"), "good", "shield-check"),
    "free": (gettext_lazy("Free of charge, within the commitments"), "good", "gift"),
    "paid": (gettext_lazy("Paid service, without a target"), "warn", "receipt-euro"),
    "open": (gettext_lazy("Free of charge, without a target"), "info", "message-circle"),
}
SUSPENSION_CAUSES: dict[str, Words] = {
    "untrained_users": gettext_lazy("users who were not trained"),
    "no_remote_assistance": gettext_lazy("remote assistance is not possible"),
}
PRODUCTS: dict[str, Words] = {
    "finance": gettext_lazy("Finance"),
    "finance_express": gettext_lazy("Finance Express"),
    "trade": gettext_lazy("Trade and services"),
    "hr": gettext_lazy("Human resources and payroll"),
    "dsn": gettext_lazy("DSN"),
    "space": gettext_lazy("Customer space and access"),
}
SPACE = "space"
KIND_LABEL: Words = pgettext_lazy("request", "Kind")


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as a badge shows it: word, tone and icon."""

    label: Words
    tone: str
    icon: str


URGENCIES: dict[str, Mark] = {
    clocks.ON_TIME: Mark(pgettext_lazy("target", "On time"), "good", "clock"),
    clocks.CLOSE: Mark(pgettext_lazy("target", "Close"), "warn", "hourglass"),
    clocks.LATE: Mark(pgettext_lazy("target", "Late"), "bad", "alarm-clock"),
    clocks.MET: Mark(gettext_lazy("Target kept"), "good", "circle-check"),
    clocks.MISSED: Mark(gettext_lazy("Target missed"), "bad", "octagon-x"),
}
STATES: dict[str, Mark] = {
    "waiting": Mark(pgettext_lazy("request", "Waiting for pick-up"), "info", "inbox"),
    "in_progress": Mark(gettext_lazy("In progress"), "accent", "wrench"),
    "answered": Mark(gettext_lazy("Answered, your turn"), "warn", "message-square-reply"),
    "closed": Mark(pgettext_lazy("request", "Closed"), "good", "circle-check"),
}
PAUSED = Mark(pgettext_lazy("clock", "Paused"), "neutral", "circle-pause")
ANSWERED_FOR_STAFF = Mark(gettext_lazy("Answered, the client’s turn"), "neutral", "message-square-reply")


def language() -> str:
    return (get_language() or "fr").split("-")[0]


def state_mark(state: str, *, is_staff: bool) -> Mark:
    """Return the badge of a state as one side reads it: whose turn it is depends on who reads."""
    return ANSWERED_FOR_STAFF if is_staff and state == "answered" else STATES[state]


def level_label(level: str) -> Words:
    return LEVELS[level][0] if level in LEVELS else level.replace("_", " ").capitalize()


def level_words(level: str) -> tuple[Words, Words]:
    """Return the label of a level and its definition, empty when we have none."""
    return LEVELS.get(level, (level_label(level), ""))


def product_label(product: str) -> Words:
    return PRODUCTS.get(product, product.replace("_", " ").capitalize())


def topic_label(topic: str) -> Words:
    return TOPICS.get(topic, topic.replace("_", " ").capitalize())


def standing_reason(standing: str, *, kind: str, topic: str) -> Words:
    """Return why a request is what it is under its contract, in one sentence."""
    if standing == "paid" and topic in TOPICS:
        return _("%(topic)s: your service booklet leaves it out of support and sells it apart.") % {
            "topic": TOPICS[topic]
        }
    return {
        "committed": _("Support picks it up within the target of your contract."),
        "free": _("You may ask questions of use free of charge: you are within your learning phase, or certified."),
        "paid": _("Help in use is a paid service for those who are neither certified nor in their learning phase."),
        "open": _("Customer service answers free of charge, without a pick-up target.")
        if kind == "customer_service"
        else _("No pick-up target counts for an operation on data."),
    }[standing]


def origin_lines(origin: Mapping[str, str]) -> list[tuple[Words, str]]:
    """Return what its author let travel with a request, each with its label."""
    labels = {"page": _("Page"), "version": _("Version of the software"), "error": _("Last error shown")}
    return [(label, origin[key]) for key, label in labels.items() if origin.get(key)]


def last_error(error: LastError) -> str:
    """Return the last error that a page showed, in one line that support can look up."""
    names = {403: _("Refused"), 404: _("Page not found")}
    name = names.get(error.status) or _("Error %(status)s") % {"status": error.status}
    facts = {
        "name": name,
        "reference": error.reference,
        "path": error.path,
        "at": figures.instant_text(error.at),
    }
    return _("%(name)s, reference %(reference)s, on %(path)s, %(at)s") % facts


def cause_label(cause: str) -> Words:
    return SUSPENSION_CAUSES.get(cause, cause.replace("_", " "))


def booklet_title(booklet: Booklet) -> str:
    return booklet.title_en if language() == "en" else booklet.title_fr


def plan_title(booklet: Booklet, plan: str) -> str:
    """Return what the booklet calls a plan, its key where the booklet does not list it."""
    listed = booklet.support.plans.get(plan)
    if listed is None:
        return plan
    return listed.en if language() == "en" else listed.fr


def duration(seconds: int) -> str:
    return figures.duration_text(timedelta(seconds=seconds))


def instant(at: datetime) -> str:
    """Return an instant in words with its day of the week: mardi 3 novembre 2026 à 15 h 00."""
    day = str(DAYS[figures.in_paris(at).weekday()])
    return f"{day.lower() if language() == 'fr' else day} {figures.instant_words(at, language=language())}"


def steps(segments: Iterable[Segment]) -> list[Step]:
    """Return the working as the page shows it: each stretch with its reason."""
    return [Step(part.start, part.end, reason(part), is_counted=part.is_counted) for part in segments]


def reason(segment: Segment) -> str:
    """Return why a stretch is counted or not, in a few words."""
    if segment.why is Why.HOLIDAY:
        holiday = public_holidays(segment.start.year)[segment.start.date()]
        name = holiday.en if language() == "en" else holiday.fr
        return _("Public holiday: %(name)s") % {"name": name}
    return {
        Why.OPEN: _("Support open"),
        Why.CLOSED: _("Outside opening hours"),
        Why.CLOSED_DAY: _("Closed day"),
        Why.EXCEPTION: _("Exceptional closing"),
        Why.PAUSE: _("Pause"),
    }[segment.why]


def working_lines(clock: PickUpClock) -> list[str]:
    """Return the working as plain sentences, for a mail."""
    lines = []
    for step in steps(clock.working()):
        facts = {
            "period": f"{figures.instant_text(step.begins_at)} → {figures.instant_text(step.ends_at)}",
            "reason": step.reason,
            "counted": figures.duration_text(step.duration) if step.is_counted else _("not counted"),
        }
        lines.append(_("%(period)s: %(reason)s, %(counted)s") % facts)
    return lines


def reading(booklet: Booklet) -> str:
    """Return which reading of the clause the due instant follows."""
    ends = {
        TargetEnd.CLOSING: _("Reading applied: a target that ends exactly at closing time is due at closing."),
        TargetEnd.NEXT_OPENING: _(
            "Reading applied: a target that ends exactly at closing time is due at the next opening."
        ),
    }
    return ends[booklet.readings.target_end.value]


def hours_origin(hours: OpeningHours) -> str:
    """Return who set the opening hours that are counted."""
    if hours.set_by_publisher:
        return _("Opening hours set by the publisher (version %(name)s); the booklet leaves them to it.") % {
            "name": hours.name.rpartition("/")[2]
        }
    return _("Opening hours stated by the booklet.")


def left(seconds: int) -> str:
    """Return the business time left before a target, or by how much it is overrun."""
    if seconds < 0:
        return _("overrun by %(time)s of business time") % {"time": duration(-seconds)}
    return _("%(time)s of business time left") % {"time": duration(seconds)}


def days_left(days: int) -> str:
    """Return the business days left before a target, its last day being today when none is."""
    if days == 0:
        return _("last day")
    return ngettext("%(days)d business day left", "%(days)d business days left", days) % {"days": days}


def file_refusal(refusal: FileRefusal, limits: FileLimits) -> str:
    """Return what is wrong with a file, with which value, and what to do next."""
    facts = {
        "name": refusal.name,
        "found": refusal.found.upper() or _("unknown content"),
        "size": figures.size_text(refusal.size, language=language()),
        "most": figures.size_text(limits.max_file_bytes, language=language()),
        "total": figures.size_text(limits.max_total_bytes, language=language()),
        "accepted": ", ".join(defaults().extensions),
    }
    if refusal.reason is Refused.TOO_MANY:
        return ngettext(
            "%(count)d files joined, %(most)d accepted. Send the others in a message once the request is filed.",
            "%(count)d files joined, %(most)d accepted. Send the others in a message once the request is filed.",
            refusal.size,
        ) % {"count": refusal.size, "most": limits.max_files}
    return _refusals()[refusal.reason] % facts


def _refusals() -> dict[Refused, str]:
    return {
        Refused.TOO_LARGE: _(
            "“%(name)s” weighs %(size)s, %(most)s at most are accepted. Join an extract or a screenshot."
        ),
        Refused.TOO_LARGE_TOGETHER: _(
            "The files weigh %(size)s together, %(total)s at most are accepted. "
            "Send some of them in a message afterwards."
        ),
        Refused.EMPTY: _("“%(name)s” is empty. Check the file and choose it again."),
        Refused.NOT_ACCEPTED: _(
            "“%(name)s”: this kind of file is not accepted, only images, documents and texts that cannot run by "
            "themselves. Save it as one of: %(accepted)s."
        ),
        Refused.DISGUISED: _(
            "“%(name)s” does not hold what its name says (found: %(found)s). "
            "Save it again in its own format, then join it."
        ),
        Refused.MACROS: _("“%(name)s” holds macros, which could run on opening. Save it without macros, then join it."),
    }


def hours_lines(plain: Mapping[str, Any]) -> list[str]:
    """Return opening hours as they are published, a line for each day that opens and each exceptional day."""
    week, closed = plain.get("week", {}), pgettext("hours", "closed")
    lines = [f"{label} {_hours(week[name])}" for name, label in zip(DAY_NAMES, DAYS, strict=True) if week.get(name)]
    for day, written in sorted(plain.get("exceptions", {}).items()):
        shown = figures.day_text(date.fromisoformat(day))
        lines.append(f"{shown} {_hours(written) if written else closed}")
    return lines


def _hours(written: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{opens}–{closes}" for opens, closes in written)
