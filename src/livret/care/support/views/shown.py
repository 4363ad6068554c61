"""What the pages of both sides show of a request, made once so that both show the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from livret.booklet import Booklet
from livret.care.support import wording
from livret.care.support.models import Attachment, Request, RequestEvent
from livret.care.support.previews import preview_kind
from livret.care.support.rules import commitment
from livret.care.support.rules.clock import PickUpClock, promised, urgency
from livret.care.support.rules.commitment import Offer, OpeningHours
from livret.care.support.rules.defaults import defaults
from livret.care.support.telling import event_facts, event_title, is_immediate
from livret.care.support.wording import Mark, Words
from livret.core.ui.steps import Step

FileUrl = Callable[[Attachment], str]


@dataclass(frozen=True, slots=True)
class DueShown:
    """A due instant with its working, ready to be shown. at: None when nothing is promised or nothing is published."""

    at: datetime | None
    words: str
    target: str
    clause: str
    booklet: Booklet
    steps: list[Step]
    note: str
    mark: Mark
    figure_label: str
    figure: str
    level: Words
    definition: Words


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file with the address that downloads it. preview_kind: image or text, empty where nothing shows at a glance."""

    name: str
    size: int
    url: str
    preview_kind: str = ""
    preview_url: str = ""


@dataclass(frozen=True, slots=True)
class EventShown:
    """An event of the timeline as both sides read it."""

    title: str
    by: str
    at: datetime
    tone: str
    icon: str
    kind: str
    text: str
    facts: str
    is_internal: bool
    files: list[FileShown]


def due_shown(clock: PickUpClock, booklet: Booklet, *, now: datetime) -> DueShown:
    """Return the clock as the pages show it: due instant, target, working, and time left or verdict."""
    level = clock.commitment.level
    label, definition = wording.level_words(level)
    figure_label, figure = _figure(clock, now)
    return DueShown(
        at=clock.due_at,
        words=wording.instant(clock.due_at) if clock.due_at else "",
        target=wording.duration(clock.commitment.target_s),
        clause=clock.commitment.clause,
        booklet=booklet,
        steps=wording.steps(clock.working()),
        note=f"{wording.reading(booklet)} {wording.hours_origin(clock.hours)}",
        mark=wording.URGENCIES[urgency(clock, now=now, close_share=defaults().close_share)],
        figure_label=figure_label,
        figure=figure,
        level=label,
        definition=definition,
    )


def promises(offer: Offer, hours: OpeningHours | None, *, now: datetime) -> list[DueShown]:
    """Return what a support request filed *now* would be promised, by criticality or for the plan."""
    if not offer.has_support or hours is None:
        return []
    levels = offer.levels or (offer.plan,)
    clocks = [
        promised(commitment.commitment_of(offer.booklet, level), hours, at=now, booklet=offer.booklet)
        for level in levels
    ]
    return [due_shown(clock, offer.booklet, now=now) for clock in clocks]


def _figure(clock: PickUpClock, now: datetime) -> tuple[str, str]:
    """Return what the clock shows beside its due instant: business time left, overrun, or consumed by the pick-up."""
    if clock.verdict is not None and clock.stopped_at is not None:
        if is_immediate(clock.verdict.elapsed_s, clock.registered_at, clock.stopped_at):
            return _("Picked up"), _("immediately")
        return _("Picked up after, in business time"), wording.duration(clock.verdict.elapsed_s)
    left_s = clock.left_s(now)
    label = _("Business time left") if left_s >= 0 else _("Overrun, in business time")
    return label, wording.duration(abs(left_s))


def events_shown(
    rows: Sequence[RequestEvent], *, file_url: FileUrl, preview_url: FileUrl | None = None
) -> list[EventShown]:
    """Return the events of a timeline, from its registration on, as pages show them."""
    return [_event_shown(row, file_url, preview_url, registered_at=rows[0].at) for row in rows]


def _file_shown(file: Attachment, file_url: FileUrl, preview_url: FileUrl | None) -> FileShown:
    kind = preview_kind(file.content_type) if preview_url else ""
    return FileShown(file.name, file.size, file_url(file), kind, preview_url(file) if preview_url and kind else "")


def _event_shown(
    row: RequestEvent, file_url: FileUrl, preview_url: FileUrl | None, *, registered_at: datetime
) -> EventShown:
    files = [_file_shown(file, file_url, preview_url) for file in row.attachments.all()]
    title, tone, icon = event_title(row)
    by = row.actor_name if row.actor_kind in ("client", "staff") else ""
    kind = "message" if row.kind == RequestEvent.Kind.MESSAGE else "fact"
    facts = event_facts(row, registered_at=registered_at)
    return EventShown(title, by, row.at, tone, icon, kind, row.text, facts, row.is_internal, files)


def summary_of(request: Request, *, is_staff: bool) -> dict[str, object]:
    """Return the facts of a request that both sides see above its timeline."""
    return {
        "kind": wording.KINDS[request.kind][0],
        "product": wording.product_label(request.product),
        "state": wording.state_mark(request.state, is_staff=is_staff),
        "criticality": wording.level_label(request.criticality) if request.criticality else "",
    }


def no_due_reason(request: Request, booklet: Booklet) -> tuple[str, str]:
    """Return why a request has no due instant, and the clause that says so, empty when none does."""
    if request.kind == Request.Kind.CUSTOMER_SERVICE:
        return _("Customer service answers without a pick-up target."), commitment.customer_service_clause(booklet)
    if request.kind == Request.Kind.OPERATION:
        return "", ""  # Its standing, shown above, says that no target applies.
    words = _("The publisher has not published the opening hours of support yet: no due instant can be computed.")
    return words, commitment.silent_clause(booklet)
