"""What each kind of case asks of the rules, and the names under which it wants the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from livret.booklet.attainment import CountedRequest, attainment
from livret.booklet.calendar import Calendar, HolidayRule, calendar
from livret.booklet.casefile import Fields, Malformed, day_in, instant_in, shown
from livret.booklet.clock import HOUR_S, Pause, business_days_end, criticality_due, due, elapsed, opening, verdict
from livret.booklet.holidays import holiday_law, public_holidays
from livret.booklet.instants import PARIS, local_date, zone_of
from livret.booklet.loader import latest
from livret.booklet.model import Booklet
from livret.booklet.readings import BusinessDay
from livret.booklet.statements import required
from livret.booklet.support import AnomalyLevel, NextStep, chain
from livret.booklet.vector_months import MONTH_KINDS
from livret.booklet.vector_terms import TERM_KINDS, booklet_of

Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Context:
    """What the cases of a file share: its calendars, or the reason why one cannot be read."""

    calendars: Mapping[str, Calendar | str]

    def calendar_of(self, case: Fields) -> Calendar:
        name = case.text("calendar")
        found = self.calendars.get(name)
        if found is None:
            raise Malformed("calendar", f"the file has no calendar {name!r}")
        if isinstance(found, str):
            raise Malformed(f"calendars.{name}", found)
        return found


def case_calendars(raw: object) -> Mapping[str, Calendar | str]:
    """Return the calendars of a file by name; one that cannot be read is kept as the reason why."""
    if not isinstance(raw, Mapping):
        return {}
    read: dict[str, Calendar | str] = {}
    for name, written in raw.items():
        try:
            read[name] = _calendar(Fields(written))
        except (ValueError, TypeError) as error:
            read[name] = str(error)
    return MappingProxyType(read)


def _calendar(written: Fields) -> Calendar:
    closed: object = written.raw("holidays") if "holidays" in written else []
    exceptions: dict[date, object] = {}
    rule = HolidayRule.AS_WEEK
    if closed == holiday_law().region:
        rule = HolidayRule.CLOSED
    elif isinstance(closed, list):
        exceptions = {day_in(day, "holidays"): [] for day in closed}
    else:
        raise Malformed("holidays", f"wants {holiday_law().region} or a list of days, got {shown(closed)}")
    if written.has_value("exceptions"):
        dated = written.table("exceptions").mapping()
        exceptions |= {day_in(day, "exceptions"): hours for day, hours in dated.items()}
    zone = written.text("tz") if "tz" in written else PARIS
    zone_of(zone)
    return calendar(written.table("week").mapping(), zone=zone, holidays=rule, exceptions=exceptions)


def pauses_of(case: Fields) -> list[Pause]:
    """Return the pauses of a case, [from, to] with a null end while one lasts; none when the field is left out."""
    if not case.has_value("pauses"):
        return []
    pauses: list[Pause] = []
    for n, item in enumerate(case.items("pauses")):
        where = f"pauses[{n}]"
        if not isinstance(item, list) or len(item) != 2:
            raise Malformed(where, f"wants [from, to], got {shown(item)}")
        end = None if item[1] is None else instant_in(item[1], where)
        pauses.append((instant_in(item[0], where), end))
    return pauses


def _due(case: Fields, context: Context) -> Answer:
    found = due(
        context.calendar_of(case), case.instant("start"), seconds=case.number("duration_s"), pauses=pauses_of(case)
    )
    return {"due": found.at, "remaining_s": found.remaining_s}


def _elapsed(case: Fields, context: Context) -> Answer:
    seconds = elapsed(context.calendar_of(case), case.instant("from"), case.instant("to"), pauses=pauses_of(case))
    return {"seconds": seconds}


def _open(case: Fields, context: Context) -> Answer:
    found = opening(context.calendar_of(case), case.instant("at"))
    return {"open": found.is_open, "next_open_at": found.next_open_at}


def _verdict(case: Fields, context: Context) -> Answer:
    found = verdict(
        context.calendar_of(case),
        case.instant("registered"),
        case.instant("taken_at"),
        target_s=case.number("target_s"),
        pauses=pauses_of(case),
    )
    return {"elapsed_s": found.elapsed_s, "met": found.is_met, "overrun_s": found.overrun_s}


def _criticality(case: Fields, context: Context) -> Answer:
    targets = case.table("targets_h")
    found = criticality_due(
        context.calendar_of(case),
        case.instant("registered"),
        initial=case.text("initial"),
        changes=[(change.instant("at"), change.text("to")) for change in case.tables("changes")],
        targets_s={level: targets.number(level) * HOUR_S for level in targets.mapping()},
        pauses=pauses_of(case),
    )
    return {
        "final_level": found.final_level,
        "due_from_registration": found.due_from_registration.at,
        "due_restart_at_change": found.due_restart_at_change.at,
        "past_at_last_change": found.is_past_at_last_change,
        "breached_before_a_change_at": found.breached_before_a_change_at,
    }


def _business_days(case: Fields, context: Context) -> Answer:
    hours, days = context.calendar_of(case), case.number("days", least=1, most=10_000)
    found = business_days_end(hours, case.instant("start"), days=days, business_days=hours)
    return {
        "day": found.day,
        "end_of_opening": found.end_of_opening,
        "end_of_day": found.end_of_day,
        "same_time": found.same_time,
        "as_8h_days": found.as_8h_days,
    }


def _chain(case: Fields, context: Context) -> Answer:
    booklet = booklet_of(case)
    found = chain(
        booklet,
        context.calendar_of(case),
        level=case.text("formula_or_criticality"),
        anomaly=AnomalyLevel(case.number("anomaly", least=1, most=3)),
        registered=case.instant("registered"),
        qualified_at=case.instant("qualified_at"),
        pauses=pauses_of(case),
        business_day=BusinessDay.OPEN_DAY,
    )
    return {
        "due_prise_en_charge": found.pick_up.at,
        "due_next": found.next_due,
        "next_is": _step(booklet, found.next_step),
    }


def _step(booklet: Booklet, step: NextStep | None) -> str | None:
    """Return the step in the words of the case files."""
    if step is None:
        return None
    if step is NextStep.ACTION_PLAN:
        return "plan d'action corrective"
    days, reading = booklet.support.fix_or_workaround.value, booklet.readings.business_days_due.value
    return f"correction ou contournement ({days} jours ouvres, {reading})"


def _public_holidays(case: Fields, _context: Context) -> Answer:
    return {"dates": list(public_holidays(case.number("year", least=1, most=9999)))}


def _attainment(case: Fields, _context: Context) -> Answer:
    requests = [
        CountedRequest(
            _day_or_local(row, "registered"), row.flag("on_time"), "excluded" in row and row.flag("excluded")
        )
        for row in case.tables("requests")
    ]
    found = attainment(
        requests,
        support_start=case.day("support_start"),
        as_of=_day_or_local(case, "as_of"),
        threshold=case.fraction("threshold"),
        period_months=required(latest("sprint").support.pick_up_share_period),
    )
    return {
        "period_first_day": found.period.first_day,
        "period_last_day": found.period.last_day,
        "counted": found.counted,
        "on_time": found.on_time,
        "rate": found.rate,
        "met": found.is_met,
    }


def _day_or_local(case: Fields, name: str) -> date:
    """Return a day, or the Paris day of an instant."""
    try:
        return case.day(name)
    except Malformed:
        at: datetime = case.instant(name)
        return local_date(at, zone_of(PARIS))


def _without_context(ask: Callable[[Fields, Booklet | None], Answer]) -> Callable[[Fields, Context], Answer]:
    """Return an evaluator that needs no calendar, given the booklet that its case names, if any."""
    return lambda case, _context: ask(case, booklet_of(case) if "booklet" in case else None)


KINDS: Mapping[str, Callable[[Fields, Context], Answer]] = MappingProxyType(
    {
        "due": _due,
        "elapsed": _elapsed,
        "open": _open,
        "verdict": _verdict,
        "criticality": _criticality,
        "business_days": _business_days,
        "chain": _chain,
        "jours_feries": _public_holidays,
        "attainment": _attainment,
        **{kind: _without_context(ask) for kind, ask in {**MONTH_KINDS, **TERM_KINDS}.items()},
    }
)
