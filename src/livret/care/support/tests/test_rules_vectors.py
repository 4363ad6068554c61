"""The public cases of business time, answered by the desk's own clocks from the events of a request."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import livret.booklet.tests as booklet_tests
from livret.booklet import library
from livret.booklet.casefile import Fields, differing
from livret.booklet.clock import HOUR_S
from livret.booklet.instants import LATEST, PARIS, instant_of, seconds_of, zone_of
from livret.booklet.readings import BusinessDay, BusinessDaysDue, CriticalityChange, PauseScope
from livret.booklet.spans import merged
from livret.booklet.vector_kinds import Context, case_calendars, pauses_of
from livret.care.support.rules import events as kinds
from livret.care.support.rules.clock import pick_up_clock
from livret.care.support.rules.commitment import OpeningHours
from livret.care.support.rules.events import Event
from livret.care.support.rules.second import second_clock

FILE = Path(booklet_tests.__file__).parent / "vectors" / "businesstime-public.json"
CONTENT = json.loads(FILE.read_text(encoding="utf-8"))
CALENDARS = Context(case_calendars(CONTENT["calendars"]))
CARE = library()["care", "2023-09-18"]
SPRINT = library()["sprint", "2019"]
LEVEL = "moderee"


class Seconds(int):
    """A target in seconds where booklets write hours: the cases count to the second."""

    def __mul__(self, other):
        assert other == HOUR_S
        return int(self)


def cases(*wanted):
    return [pytest.param(Fields(case), id=case["id"]) for case in CONTENT["cases"] if case["kind"] in wanted]


def read(booklet, *, targets=None, days=None, **readings):
    """Return *booklet* with other targets and readings."""
    support = booklet.support
    if targets is not None:
        support = replace(support, pick_up={k: replace(support.pick_up[k], value=v) for k, v in targets.items()})
    if days is not None:
        support = replace(support, fix_or_workaround=replace(support.fix_or_workaround, value=days))
    chosen = {name: replace(getattr(booklet.readings, name), value=value) for name, value in readings.items()}
    return replace(booklet, support=support, readings=replace(booklet.readings, **chosen))


def event(kind, at, **data):
    return Event(kind, at, "staff", data=data)


def registered(at, level):
    return event(kinds.REGISTERED, at, level=level, hours="case")


def paused(case):
    """The pauses of a case as events: what overlaps is one pause."""
    tz = zone_of(PARIS)
    spans = merged((seconds_of(a), LATEST if b is None else seconds_of(b)) for a, b in pauses_of(case))
    acts = [(event(kinds.PAUSED, instant_of(a, tz)), b) for a, b in spans]
    ends = [event(kinds.RESUMED, instant_of(b, tz)) for _, b in acts if b < LATEST]
    return [act for act, _ in acts] + ends


def told(case, *events):
    """Return the clock's inputs: events in the order in which they happened, and the hours of the case."""
    hours = OpeningHours("case", CALENDARS.calendar_of(case), "C-14")
    return {
        "events": sorted(events, key=lambda one: (one.kind != kinds.REGISTERED, one.at)),
        "hours_named": lambda _name: hours,
    }


def first(case, booklet, *events):
    facts = told(case, *events)
    return pick_up_clock(facts["events"], booklet=booklet, hours_named=facts["hours_named"])


def second(case, booklet, *events):
    facts = told(case, *events)
    return second_clock(facts["events"], booklet=booklet, hours_named=facts["hours_named"])


def expect(case, got):
    expected = {name: value for name, value in case.table("expected").mapping().items() if name in got}
    assert expected
    assert differing(expected, got) == ()


@pytest.mark.parametrize("case", cases("due"))
def test_when_a_target_falls_due(case):
    booklet = read(CARE, targets={LEVEL: Seconds(case.number("duration_s"))}, pause_scope=PauseScope.EVERY_CLOCK)
    clock = first(case, booklet, registered(case.instant("start"), LEVEL), *paused(case))

    expect(case, {"due": clock.due_at, "remaining_s": clock.due.remaining_s})


@pytest.mark.parametrize("case", cases("elapsed"))
def test_how_much_business_time_passed(case):
    target = {LEVEL: Seconds(10**9)}
    taken = event(kinds.PICKED_UP, case.instant("to"))
    booklet = read(CARE, targets=target, pause_scope=PauseScope.EVERY_CLOCK)
    clock = first(case, booklet, registered(case.instant("from"), LEVEL), *paused(case), taken)

    expect(case, {"seconds": clock.verdict.elapsed_s})


@pytest.mark.parametrize("case", cases("verdict"))
def test_whether_a_target_was_kept(case):
    booklet = read(CARE, targets={LEVEL: Seconds(case.number("target_s"))}, pause_scope=PauseScope.EVERY_CLOCK)
    taken = event(kinds.PICKED_UP, case.instant("taken_at"))
    found = first(case, booklet, registered(case.instant("registered"), LEVEL), *paused(case), taken).verdict

    expect(case, {"elapsed_s": found.elapsed_s, "met": found.is_met, "overrun_s": found.overrun_s})


@pytest.mark.parametrize("case", cases("criticality"))
def test_when_a_changed_criticality_falls_due(case):
    hours = case.table("targets_h")
    targets = {level: hours.number(level) for level in hours.mapping()}
    changes = [
        event(kinds.CRITICALITY_CHANGED, row.instant("at"), to=row.text("to"), **{"from": ""})
        for row in case.tables("changes")
    ]
    start = registered(case.instant("registered"), case.text("initial"))

    def read_as(reading):
        booklet = read(CARE, targets=targets, criticality_change=reading, pause_scope=PauseScope.EVERY_CLOCK)
        return first(case, booklet, start, *changes, *paused(case))

    kept, restarted = read_as(CriticalityChange.FROM_REGISTRATION), read_as(CriticalityChange.RESTART_AT_CHANGE)
    got = {
        "final_level": kept.commitment.level,
        "due_from_registration": kept.due_at,
        "due_restart_at_change": restarted.due_at,
        "breached_before_a_change_at": kept.breached_at,
    }

    expect(case, got)


@pytest.mark.parametrize("case", cases("business_days"))
def test_when_a_target_in_business_days_falls_due(case):
    def read_as(reading):
        days = case.number("days")
        booklet = read(CARE, days=days, business_day=BusinessDay.OPEN_DAY, business_days_due=reading)
        start = case.instant("start")
        qualified = event(kinds.QUALIFIED, start, outcome=kinds.ANOMALY, level=2)
        return second(case, booklet, registered(start, LEVEL), qualified).due_at

    expect(case, {reading.value: read_as(reading) for reading in BusinessDaysDue})


@pytest.mark.parametrize("case", cases("chain"))
def test_the_two_clocks_of_an_anomaly(case):
    booklet = read({"A": SPRINT, "B": CARE}[case.text("booklet")], business_day=BusinessDay.OPEN_DAY)
    level, anomaly = case.text("formula_or_criticality"), case.number("anomaly")
    start = registered(case.instant("registered"), level)
    qualified = event(kinds.QUALIFIED, case.instant("qualified_at"), outcome=kinds.ANOMALY, level=anomaly)
    clock, following = first(case, booklet, start), second(case, booklet, start, qualified, *paused(case))

    expect(case, {"due_prise_en_charge": clock.due_at, "due_next": following and following.due_at})
