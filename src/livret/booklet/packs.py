"""The two packs: service credits in lots that expire, and appointments counted over the years of a pack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from livret.booklet.readings import AppointmentPrice, LastDay
from livret.kernel.periods import DayPeriod, add_months, nth_period, period_index

_ONE_DAY = timedelta(days=1)


def last_usable_day(granted_on: date, *, months: int, reading: LastDay = LastDay.INCLUDED) -> date:
    """Return the last day of a right of *months* months: the same day number, else the last day of that month.

    Source: code de procédure civile, art. 641, al. 2; that the day itself is included is a reading.
    """
    same_number = add_months(granted_on, months)
    return same_number if reading is LastDay.INCLUDED else same_number - _ONE_DAY


@dataclass(frozen=True, slots=True)
class CreditLot:
    """Credits granted or bought on one day."""

    id: str
    granted_on: date
    quantity: int


@dataclass(frozen=True, slots=True)
class CreditUse:
    """Credits asked for on one day."""

    used_on: date
    quantity: int


@dataclass(frozen=True, slots=True)
class LotState:
    """What became of a lot: used + expired + left is its quantity."""

    lot: CreditLot
    last_usable_day: date
    used: int
    expired: int
    left: int


@dataclass(frozen=True, slots=True)
class CreditAccount:
    """The lots in the order given, the balance usable on the day asked, and the uses refused whole."""

    balance: int
    lots: tuple[LotState, ...]
    refused: tuple[CreditUse, ...]


def credit_account(
    lots: Sequence[CreditLot],
    uses: Iterable[CreditUse],
    *,
    as_of: date,
    months: int,
    reading: LastDay = LastDay.INCLUDED,
) -> CreditAccount:
    """Return the credits as they stand at the end of *as_of*, later uses left aside.

    Spent in order of expiry, then of grant; a use larger than the balance of its day is refused whole.
    Raises ValueError on a quantity below one. Source: clause C-18; the order of spending is our choice.
    """
    asked = sorted((use for use in uses if use.used_on <= as_of), key=lambda use: use.used_on)
    if any(quantity < 1 for quantity in [*(lot.quantity for lot in lots), *(use.quantity for use in asked)]):
        raise ValueError("credits are granted and used one at least at a time")
    ends = [last_usable_day(lot.granted_on, months=months, reading=reading) for lot in lots]
    by_expiry = sorted(range(len(lots)), key=lambda n: (ends[n], lots[n].granted_on))
    used = [0] * len(lots)
    refused: list[CreditUse] = []
    for use in asked:
        usable = [n for n in by_expiry if lots[n].granted_on <= use.used_on <= ends[n] and used[n] < lots[n].quantity]
        if sum(lots[n].quantity - used[n] for n in usable) < use.quantity:
            refused.append(use)
            continue
        _spend(use.quantity, usable, lots, used)
    states = tuple(_lot_state(lot, end, spent, as_of) for lot, end, spent in zip(lots, ends, used, strict=True))
    balance = sum(state.left for state in states if state.lot.granted_on <= as_of)
    return CreditAccount(balance, states, tuple(refused))


def _spend(quantity: int, usable: Iterable[int], lots: Sequence[CreditLot], used: list[int]) -> None:
    for n in usable:
        taken = min(quantity, lots[n].quantity - used[n])
        used[n] += taken
        quantity -= taken


def _lot_state(lot: CreditLot, last_day: date, used: int, as_of: date) -> LotState:
    rest = lot.quantity - used
    return LotState(lot, last_day, used, rest if as_of > last_day else 0, 0 if as_of > last_day else rest)


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """A price of the list, in cents, in force from a day on."""

    from_day: date
    cents: int


@dataclass(frozen=True, slots=True)
class PackYear:
    """One year of a pack. Amounts in cents are known from the anniversary on, None before and when nothing is over."""

    number: int
    period: DayPeriod
    held: int
    over: int
    invoiced_on: date | None
    anniversary_cents: int | None
    day_held_cents: int | None

    def amount_cents(self, reading: AppointmentPrice) -> int | None:
        return self.anniversary_cents if reading is AppointmentPrice.ANNIVERSARY else self.day_held_cents


def appointment_years(
    held_on: Iterable[date],
    *,
    subscribed_on: date,
    included: int,
    prices: Sequence[UnitPrice],
    as_of: date,
    months: int,
) -> tuple[PackYear, ...]:
    """Return the years of an Assistance+ pack up to the one that holds *as_of*, appointments held by then counted.

    Raises ValueError when the pack starts after *as_of*, or a price is asked of a day before the first list.
    Source: clause C-17.
    """
    if as_of < subscribed_on or included < 0:
        raise ValueError(f"the pack starts on {subscribed_on}, got {as_of}; it includes {included}")
    years = period_index(subscribed_on, months=months, day=as_of) + 1
    held: list[list[date]] = [[] for _ in range(years)]
    for day in sorted(held_on):
        if subscribed_on <= day <= as_of:
            held[period_index(subscribed_on, months=months, day=day)].append(day)
    return tuple(
        _pack_year(n + 1, nth_period(subscribed_on, months=months, index=n), days, included, prices, as_of)
        for n, days in enumerate(held)
    )


def _pack_year(
    number: int, period: DayPeriod, held: list[date], included: int, prices: Sequence[UnitPrice], as_of: date
) -> PackYear:
    beyond, anniversary = held[included:], period.last_day + _ONE_DAY
    if not beyond or as_of < anniversary:
        return PackYear(number, period, len(held), len(beyond), None, None, None)
    return PackYear(
        number,
        period,
        len(held),
        len(beyond),
        anniversary,
        len(beyond) * price_on(anniversary, prices),
        sum(price_on(day, prices) for day in beyond),
    )


def price_on(day: date, prices: Sequence[UnitPrice]) -> int:
    """Return the price in force on *day*, in cents. Raises ValueError before the first price list."""
    in_force = [price for price in prices if price.from_day <= day]
    if not in_force:
        raise ValueError(f"no price is in force on {day}")
    return max(in_force, key=lambda price: price.from_day).cents
