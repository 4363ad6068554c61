"""What one fiscal year of one company has in hand while its books are written."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from functools import cache
from heapq import heappop, heappush
from itertools import count
from random import Random

import holidays

from livret.kernel.periods import ONE_DAY, DayPeriod
from livret.kernel.vat import vat_rates_on
from livret.suite.finance.demo.companies import CompanyProfile
from livret.suite.finance.demo.entries import Draft, Entry, Line
from livret.suite.finance.demo.trades import SHAPES

BANK = "512000"
SATURDAY = 5
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VAT_ACCOUNT_OF = {"standard": "445711", "intermediate": "445712", "reduced": "445713"}
DEDUCTIBLE_VAT, DEDUCTIBLE_VAT_ON_ASSETS = "445660", "445620"


class Desk:
    """Numbers, letters, running balances and the entries planned for later days."""

    def __init__(self, profile: CompanyProfile, year: DayPeriod, rng: Random) -> None:
        self.profile, self.year, self.rng = profile, year, rng
        self.shape = SHAPES[profile.trade]
        self.turnover = round(profile.yearly_turnover_cents * rng.uniform(0.96, 1.04))
        self.balances: defaultdict[str, int] = defaultdict(int)
        self.disputed_cents = 0
        self._numbers: Counter[str] = Counter()
        self._letters: Counter[str] = Counter()
        self._planned: list[tuple[date, int, Draft]] = []
        self._order = count()

    def share(self, fraction: float) -> int:
        """Return that fraction of the year's turnover, in cents."""
        return round(self.turnover * fraction)

    def basis_points(self, day: date) -> dict[str, int]:
        """Return the VAT rates of *day* by category, in ten-thousandths; no VAT under the empty category."""
        return {"": 0} | {rate.category: int(rate.rate * 10_000) for rate in vat_rates_on(day)}

    def next_letter(self, account: str) -> str:
        """Return the next lettering code of *account*: AAA, AAB... as long as it needs to be."""
        rank, text = self._letters[account], ""
        self._letters[account] += 1
        while rank or len(text) < 3:
            rank, digit = divmod(rank, 26)
            text = ALPHABET[digit] + text
        return text

    def letter_if_paid(self, account: str, paid_on: date) -> str:
        """Return a lettering code when the payment falls inside the year, else none: the item stays open."""
        return self.next_letter(account) if paid_on <= self.year.last_day else ""

    def plan(self, day: date, draft: Draft) -> None:
        """Keep *draft* for its day; after the end of the year it belongs to the next one and is forgotten here."""
        if day <= self.year.last_day:
            heappush(self._planned, (max(day, self.year.first_day), next(self._order), draft))

    def due(self, day: date) -> list[Draft]:
        """Return, and forget, what was planned until *day*."""
        drafts = []
        while self._planned and self._planned[0][0] <= day:
            drafts.append(heappop(self._planned)[2])
        return drafts

    def write(self, day: date, draft: Draft) -> Entry:
        """Number *draft* in its journal, add it to the balances and return the entry."""
        self._numbers[draft.journal] += 1
        balances = self.balances
        for line in draft.lines:
            balances[line.account] += line.debit_cents - line.credit_cents
        number = f"{draft.journal}{self._numbers[draft.journal]:06d}"
        return Entry(draft.journal, number, day, draft.piece_ref, draft.label, draft.lines)


@cache
def public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def working_day(day: date) -> date:
    """Return *day*, or the first day after it when banks are open."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def last_working_day(day: date) -> date:
    """Return *day*, or the last day before it when banks are open."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def statement(day: date) -> str:
    """Return the reference of the bank statement of the month of *day*."""
    return f"RLV-{day:%Y-%m}"


def payment(
    day: date, label: str, account: str, cents: int, *, aux: tuple[str, str] = ("", ""), letter: str = ""
) -> Draft:
    """Return the bank entry that settles *account* by *cents*: positive pays out, negative receives."""
    paid, received = max(cents, 0), max(-cents, 0)
    lines = (
        Line(account, *aux, label, paid, received, letter),
        Line(BANK, "", "", label, received, paid),
    )
    return Draft("BQ", statement(day), label, lines)
