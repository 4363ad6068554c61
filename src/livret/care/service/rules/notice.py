"""When a notice ends a contract: computed from the booklet's terms in every reading, typed by nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from livret.booklet.readings import NoticeDay
from livret.booklet.terms import Subscription
from livret.kernel.periods import DayPeriod

# The readings of the clause, in the order shown; the other two values of NoticeDay choose among these.
READINGS = (NoticeDay.SAME_DAY_NUMBER, NoticeDay.BILLING_PERIODS, NoticeDay.END_MINUS_MONTHS)


class Counts(StrEnum):
    """Which day of a registered letter gives the notice."""

    SENT = "sent"
    RECEIVED = "received"


class BadDay(ValueError):
    """A day of a letter that cannot be; *why*: in_future, before_contract, received_before_sent."""

    def __init__(self, why: str, *, day: date, other: date) -> None:
        self.why, self.day, self.other = why, day, other
        super().__init__(f"{day} is refused: {why} ({other})")


@dataclass(frozen=True, slots=True)
class ReadingDay:
    """The last day of notice in one reading, and whether it is the reading applied."""

    reading: NoticeDay
    last_day: date
    is_applied: bool


@dataclass(frozen=True, slots=True)
class TermAhead:
    """The first term that a notice given on a day can still end.

    number: 0 is the first term, then one for each renewal. safe_on: in time in every reading.
    """

    number: int
    term: DayPeriod
    safe_on: date
    accepted_until: date
    readings: tuple[ReadingDay, ...]

    def days_left(self, day: date) -> int:
        """Return the days left to give notice safely, negative once that day is past."""
        return (self.safe_on - day).days


@dataclass(frozen=True, slots=True)
class Effect:
    """What one day of a letter brings: the last day of the contract, and the same in the strictest reading."""

    counted: Counts
    on: date
    last_day: date
    renewals: int
    strictest_last_day: date


def term_ahead(subscription: Subscription, day: date, *, applied: NoticeDay) -> TermAhead:
    """Return the term that a notice given on *day* ends, with its last days of notice in each reading."""
    number = subscription.notice_effect(day, reading=applied).renewals_suffered
    days = subscription.notice_days(number)
    accepted = days.accepted_until(applied)
    readings = tuple(ReadingDay(one, days.accepted_until(one), one is applied) for one in READINGS)
    return TermAhead(number, subscription.term(number), days.safe, accepted, readings)


def effect(subscription: Subscription, *, counted: Counts, on: date, applied: NoticeDay) -> Effect:
    """Return when a letter whose *counted* day is *on* ends the contract. Source: Care C-20."""
    found = subscription.notice_effect(on, reading=applied)
    strict = subscription.notice_effect(on, reading=NoticeDay.EARLIEST_READING)
    return Effect(counted, on, found.contract_last_day, found.renewals_suffered, strict.contract_last_day)


def counted_day(sent_on: date | None, received_on: date | None, *, wanted: Counts) -> tuple[Counts, date] | None:
    """Return the day that counts: the wanted one, the other while it alone is known, None while neither is."""
    known = {Counts.SENT: sent_on, Counts.RECEIVED: received_on}
    for one in (wanted, Counts.SENT, Counts.RECEIVED):
        if (day := known[one]) is not None:
            return one, day
    return None


def check_days(*, sent_on: date | None, received_on: date | None, today: date, signed_on: date) -> None:
    """Raise BadDay on a day in the future, before the contract was signed, or a letter received before it was sent."""
    for day in (sent_on, received_on):
        if day is not None and day > today:
            raise BadDay("in_future", day=day, other=today)
        if day is not None and day < signed_on:
            raise BadDay("before_contract", day=day, other=signed_on)
    if sent_on and received_on and received_on < sent_on:
        raise BadDay("received_before_sent", day=received_on, other=sent_on)
