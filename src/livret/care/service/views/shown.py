"""What pages show of a notice file: its days, its working, its acts; the same on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from livret.booklet import library
from livret.care.service import queries, wording
from livret.care.service.models import NoticeEvent, NoticeFile
from livret.care.service.queries import NoTerms, Terms
from livret.care.service.rules import notice as rules
from livret.care.service.rules.defaults import defaults
from livret.care.support.models import Attachment
from livret.care.support.wording import booklet_title, language
from livret.core.clock import PARIS
from livret.core.ui import figures

if TYPE_CHECKING:
    from livret.clients.models import Contract

MARKS = {
    "registered": ("info", "folder-open"),
    "sent": ("neutral", "send"),
    "received": ("good", "mail-check"),
    "effect_computed": ("accent", "calculator"),
    "withdrawn": ("neutral", "undo-2"),
    "closed": ("good", "circle-check"),
}


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """One reading of the clause: its last day of notice, and what the letter known so far brings under it."""

    label: wording.Words
    last_day: date
    is_applied: bool


@dataclass(frozen=True, slots=True)
class EffectShown:
    """What one of the two days of the letter brings; is_counted: it is the one that decides."""

    label: wording.Words
    on: date
    last_day: date
    strictest_last_day: date
    is_counted: bool


@dataclass(frozen=True, slots=True)
class ActShown:
    """One act on the file."""

    title: str
    tone: str
    icon: str
    event: NoticeEvent
    facts: str
    files: tuple[Attachment, ...]


def terms_shown(contract: Contract, *, day: date) -> dict[str, Any]:
    """Return the last days of notice as they stand on *day*, with the working; or why there are none."""
    booklet = library()[contract.booklet, contract.booklet_version]
    facts: dict[str, Any] = {"booklet": booklet, "booklet_title": booklet_title(booklet), "contract": contract}
    terms = queries.terms_of(contract)
    if isinstance(terms, NoTerms):
        return {**facts, "no_terms": terms.why, "silence": terms.en if language() == "en" else terms.fr}
    ahead = rules.term_ahead(terms.subscription, day, applied=terms.applied)
    readings = [ReadingShown(wording.READINGS[one.reading], one.last_day, one.is_applied) for one in ahead.readings]
    return {**facts, "ahead": ahead, "clause": terms.clause, "readings": readings, "working": _working(terms, ahead)}


def _working(terms: Terms, ahead: rules.TermAhead) -> list[str]:
    months, term = terms.subscription.duration, ahead.term
    first, last = figures.day_text(term.first_day), figures.day_text(term.last_day)
    lines = [
        _("Access codes handed over on %(day)s: billing and the terms run from that day.")
        % {"day": figures.day_text(terms.subscription.anchor)},
        _("First term of %(initial)d months, then tacit renewal for %(renewal)d months each time.")
        % {"initial": months.initial, "renewal": months.renewal},
    ]
    if ahead.number:
        lines.append(
            _("The term that a notice can end is renewal %(number)d, from %(first)s to %(last)s.")
            % {"number": ahead.number, "first": first, "last": last}
        )
    else:
        lines.append(
            _("The term that a notice can end is the first, from %(first)s to %(last)s.")
            % {"first": first, "last": last}
        )
    lines.append(_("Notice of %(months)d months, by registered letter, before that end.") % {"months": months.notice})
    return lines


def notice_facts(file: NoticeFile, *, now: datetime) -> dict[str, Any]:
    """Return what the page of a notice file shows."""
    today = now.astimezone(PARIS).date()
    day = rules.counted_day(file.sent_on, file.received_on, wanted=defaults().counts_from)
    return {
        **terms_shown(file.contract, day=day[1] if day else today),
        "file": file,
        "found": file.request,
        "kind": wording.topic_label(file.kind),
        "state": wording.NOTICE_STATES[file.state],
        "effects": _effects(file),
        "counts_from": wording.COUNTED[defaults().counts_from],
        "acts": [_act(event) for event in _events(file)],
        "today": today,
        "is_termination": file.kind == NoticeFile.Kind.TERMINATION,
    }


def _effects(file: NoticeFile) -> list[EffectShown]:
    terms = queries.terms_of(file.contract)
    deciding = rules.counted_day(file.sent_on, file.received_on, wanted=defaults().counts_from)
    if isinstance(terms, NoTerms) or deciding is None:
        return []
    shown = []
    for counted, on in ((rules.Counts.SENT, file.sent_on), (rules.Counts.RECEIVED, file.received_on)):
        if on is not None:
            found = rules.effect(terms.subscription, counted=counted, on=on, applied=terms.applied)
            is_counted = counted is deciding[0]
            shown.append(
                EffectShown(wording.COUNTED[counted], on, found.last_day, found.strictest_last_day, is_counted)
            )
    return shown


def _events(file: NoticeFile) -> list[NoticeEvent]:
    return list(file.events.order_by("sequence").prefetch_related("said__attachments"))


def _act(event: NoticeEvent) -> ActShown:
    tone, icon = MARKS[event.kind]
    files = tuple(event.said.attachments.all()) if event.said else ()
    return ActShown(str(NoticeEvent.Kind(event.kind).label), tone, icon, event, _facts(event), files)


def _facts(event: NoticeEvent) -> str:
    data = event.data
    if event.kind == NoticeEvent.Kind.EFFECT_COMPUTED:
        facts = {
            "last": figures.day_text(date.fromisoformat(data["last_day"])),
            "counted": wording.COUNTED[data["counted"]],
            "on": figures.day_text(date.fromisoformat(data["on"])),
            "clause": data["clause"],
        }
        return _("The contract ends on %(last)s: %(counted)s counts, %(on)s (clause %(clause)s).") % facts
    if event.kind in (NoticeEvent.Kind.SENT, NoticeEvent.Kind.RECEIVED):
        return " · ".join(_letter(data))
    return ""


def _letter(data: dict[str, str]) -> list[str]:
    parts = [figures.day_text(date.fromisoformat(data["on"]))]
    if data.get("sent_on"):
        parts.append(_("sent on %(day)s") % {"day": figures.day_text(date.fromisoformat(data["sent_on"]))})
    if data.get("reference"):
        parts.append(_("reference %(reference)s") % {"reference": data["reference"]})
    return parts
