"""What follows the pick-up, as the pages of both sides show it: standing, qualification, second clock, contests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from livret.booklet import Booklet
from livret.booklet.readings import BusinessDaysDue
from livret.booklet.support import NextStep
from livret.care.support import telling, wording
from livret.care.support.models import Request, RequestEvent
from livret.care.support.rules import clock as clocks
from livret.care.support.rules import events as rules
from livret.care.support.rules.defaults import defaults
from livret.care.support.rules.events import Event
from livret.care.support.rules.second import SecondClock
from livret.care.support.rules.standing import Standing
from livret.care.support.wording import Mark, Words
from livret.core.ui.steps import Step


@dataclass(frozen=True, slots=True)
class PauseShown:
    """A pause of the second clock. until: None while it lasts."""

    begins_at: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class SecondShown:
    """The clock of a qualified anomaly, ready to be shown.

    due, words: with the pauses, None and empty while one lasts; unpaused_due, unpaused_words: as if nothing had been
    paused. left: business time left, overrun, or empty once the clock stopped.
    """

    step: Words
    target: str
    clause: str
    booklet: Booklet
    started_at: datetime
    stopped_at: datetime | None
    due: datetime | None
    words: str
    unpaused_due: datetime
    unpaused_words: str
    is_moved: bool
    is_paused: bool
    pauses: list[PauseShown]
    steps: list[Step]
    note: str
    mark: Mark
    left: str


@dataclass(frozen=True, slots=True)
class QualifiedShown:
    """What the technician found. level: 1 to 3 of an anomaly, None else; clause: of the level, or of what leaves out.

    definition: what the booklet calls each level. no_delay: why no second clock runs, empty when one does.
    """

    label: str
    level: int | None
    definition: str
    clause: str
    text: str
    by: str
    at: datetime
    no_delay: str
    is_contested: bool


@dataclass(frozen=True, slots=True)
class StandingShown:
    """What the request was told to be when it was filed, and by which clause."""

    kind: str
    label: Words
    reason: Words
    clause: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class ContestShown:
    """Something that the client may contest, contested, or had answered. state: open, accepted, upheld, or empty."""

    what: str
    label: Words
    state: str
    mark: Mark | None
    reason: str
    answer: str
    may_contest: bool


def second_shown(clock: SecondClock, events: Sequence[RequestEvent], *, now: datetime) -> SecondShown:
    """Return the second clock as the pages show it; *events*: the timeline, which says why each pause was made."""
    due, unpaused = clock.due_at, clock.unpaused_due_at
    return SecondShown(
        step=step_label(clock.step),
        target=target_words(clock.booklet, clock.step),
        clause=clock.clause,
        booklet=clock.booklet,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        due=due,
        words=wording.instant(due) if due else "",
        unpaused_due=unpaused,
        unpaused_words=wording.instant(unpaused),
        is_moved=due != unpaused,
        is_paused=clock.is_paused,
        pauses=_pauses(clock, events),
        steps=wording.steps(clock.working()),
        note=f"{_reading(clock)} {wording.hours_origin(clock.hours)}",
        mark=second_mark(clock, now=now),
        left="" if clock.stopped_at else wording.left(clock.left_s(now)),
    )


def step_label(step: NextStep) -> Words:
    """Return what an anomaly calls for, in words."""
    return {NextStep.ACTION_PLAN: _("Action plan"), NextStep.FIX_OR_WORKAROUND: _("Fix or workaround")}[step]


def target_words(booklet: Booklet, step: NextStep) -> str:
    """Return the delay of *step* as the booklet counts it: business hours, or business days."""
    if step is NextStep.ACTION_PLAN:
        hours = booklet.support.action_plan.value
        return ngettext("%(count)s business hour", "%(count)s business hours", hours) % {"count": hours}
    days = booklet.support.fix_or_workaround.value
    return ngettext("%(count)s business day", "%(count)s business days", days) % {"count": days}


def second_mark(clock: SecondClock, *, now: datetime) -> Mark:
    """Return how the second clock stands: paused, on time, close, late, and kept or missed once it stopped.

    Closed in time without what was owed, the request says so and the clock nothing.
    """
    if clock.is_kept is not None:
        return wording.URGENCIES[clocks.MET if clock.is_kept else clocks.MISSED]
    if clock.stopped_at is not None:
        return wording.STATES["closed"]
    if clock.is_paused:
        return wording.PAUSED
    if not clock.is_kept_at(now):
        return wording.URGENCIES[clocks.LATE]
    close_at = clock.share_at(defaults().close_share)
    return wording.URGENCIES[clocks.CLOSE if close_at and now >= close_at else clocks.ON_TIME]


def _pauses(clock: SecondClock, events: Sequence[RequestEvent]) -> list[PauseShown]:
    """Return the pauses with their reasons; the wait between a proposal and a reopening counts as one."""
    said = {row.at: row.text for row in events if row.kind == rules.PAUSED}
    waited = _("What was proposed had not helped: the time until the reopening does not count.")
    return [PauseShown(start, end, said.get(start, waited)) for start, end in clock.pauses]


def _reading(clock: SecondClock) -> str:
    if clock.step is NextStep.ACTION_PLAN:
        return wording.reading(clock.booklet)
    ends = {
        BusinessDaysDue.END_OF_OPENING: _("the last day ends at closing time"),
        BusinessDaysDue.END_OF_DAY: _("the last day ends at midnight"),
        BusinessDaysDue.SAME_TIME: _("the last day ends at the hour of the qualification"),
        BusinessDaysDue.AS_8H_DAYS: _("each day counts as eight business hours"),
    }
    end = {"end": ends[clock.booklet.readings.business_days_due.value]}
    return _("Reading applied: the day of the qualification does not count; %(end)s.") % end


def qualified_shown(events: Sequence[RequestEvent], booklet: Booklet, *, has_clock: bool) -> QualifiedShown | None:
    """Return the qualification in force, None while there is none."""
    plain = [Event(row.kind, row.at, row.actor_kind, data={**row.data, "row": row}) for row in events]
    found = rules.qualification(plain)
    if found is None:
        return None
    row: RequestEvent = found.data["row"]
    level = row.data.get("level")
    definition, clause = anomaly_definition(booklet) if level else ("", row.data.get("clause", ""))
    return QualifiedShown(
        label=telling.event_title(row)[0],
        level=level,
        definition=definition,
        clause=clause,
        text=row.text,
        by=row.actor_name,
        at=row.at,
        no_delay=_("No delay is promised for this level.") if level and not has_clock else "",
        is_contested=rules.QUALIFICATION in rules.open_contests(plain),
    )


def anomaly_definition(booklet: Booklet) -> tuple[str, str]:
    """Return what the booklet calls an anomaly of each level, and the clause that says it."""
    rule = next(rule for rule in booklet.rules if rule.key == "anomaly_levels")
    return (rule.en if wording.language() == "en" else rule.fr), rule.clause


def standing_shown(request: Request) -> StandingShown:
    """Return what *request* was told to be when it was filed."""
    told = Standing(request.standing, "", request.standing_clause)
    return standing_words(told, kind=request.kind, topic=request.topic)


def standing_words(standing: Standing, *, kind: str, topic: str) -> StandingShown:
    """Return what a request of *kind* about *topic* is under its contract, in words."""
    label, tone, icon = wording.STANDINGS[standing.kind]
    reason = wording.standing_reason(standing.kind, kind=kind, topic=topic)
    return StandingShown(standing.kind, label, reason, standing.clause, tone, icon)


def contests_shown(events: Sequence[RequestEvent]) -> list[ContestShown]:
    """Return what may be contested or was, each with where it stands; what never happened is left out."""
    found = (_contest_shown(what, events) for what in (rules.QUALIFICATION, rules.EXCLUSION, rules.CRITICALITY))
    return [contest for contest in found if contest is not None]


_STANDS_BY = {
    rules.QUALIFICATION: rules.QUALIFIED,
    rules.EXCLUSION: rules.EXCLUDED,
    rules.CRITICALITY: rules.CRITICALITY_CHANGED,
}


def _contest_shown(what: str, events: Sequence[RequestEvent]) -> ContestShown | None:
    mine = [row for row in events if row.kind == _STANDS_BY[what] or row.data.get("what") == what]
    if not mine:
        return None
    last = mine[-1]
    asked = next((row for row in reversed(mine) if row.kind == rules.CONTESTED), None)
    answer = last if last.kind == rules.CONTEST_ANSWERED else None
    accepted = answer is not None and answer.data["is_accepted"]
    state = "open" if last.kind == rules.CONTESTED else "" if answer is None else "accepted" if accepted else "upheld"
    return ContestShown(
        what,
        telling.CONTESTED[what],
        state,
        _contest_marks().get(state),
        asked.text if asked else "",
        answer.text if answer else "",
        may_contest=state != "open" and not (accepted and what != rules.CRITICALITY),
    )


def _contest_marks() -> dict[str, Mark]:
    return {
        "open": Mark(pgettext("contest", "Contested, waiting for an answer"), "warn", "scale"),
        "accepted": Mark(pgettext("contest", "Contest accepted"), "good", "circle-check"),
        "upheld": Mark(pgettext("contest", "Decision upheld"), "neutral", "scale"),
    }
