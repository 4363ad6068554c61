"""The stream of every day: sales, purchases, and their payments, some late, some never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from livret.kernel.periods import DayPeriod, nth_period
from livret.suite.finance.demo.companies import Partner, partners
from livret.suite.finance.demo.desk import DEDUCTIBLE_VAT, VAT_ACCOUNT_OF, Desk, payment, public_holidays, working_day
from livret.suite.finance.demo.entries import Draft, Line
from livret.suite.finance.demo.trades import OVERHEADS, Flow, Trade

# Lines of a sale and of a purchase with their payments, on average, and lines of a year that do not depend on its size.
LINES_PER_SALE, LINES_PER_PURCHASE, FIXED_LINES = 5.3, 4.7, 430
SHARE_OF_SALES_IN_LINES = 0.58
DISPUTED, LATE, IN_TWO_PAYMENTS, WITH_SECOND_LINE = 0.012, 0.11, 0.04, 0.15
SIZES = (0.15, 0.3, 0.3, 0.5, 0.5, 0.8, 0.8, 1.1, 1.5, 2.05, 3.0)


class Pick:
    """Draws flows by their weight, and partners with a few big ones and many small ones."""

    def __init__(self, rng: Random, flows: tuple[Flow, ...], known: tuple[Partner, ...]) -> None:
        self._rng, self._flows, self._known = rng, flows, known
        self._weights = list(accumulate(flow.weight for flow in flows))

    def flow(self) -> Flow:
        return self._rng.choices(self._flows, cum_weights=self._weights)[0]

    def partner(self) -> Partner:
        return self._known[int(self._rng.random() ** 1.7 * len(self._known))]


class Stream:
    """Sales or purchases of one year: how many on each day, and of what size."""

    def __init__(self, desk: Desk, *, invoices: int, total_cents: int, weekdays: int) -> None:
        self._desk, self._invoices, self._weekdays = desk, invoices, weekdays
        self._mean = total_cents / max(invoices, 1) / (sum(SIZES) / len(SIZES))

    def counts(self) -> dict[date, int]:
        """Return the number of invoices of each day, following the seasons of the trade."""
        seasons, rng = self._desk.shape.seasons, self._desk.rng
        counts: dict[date, int] = {}
        for index in range(12):
            month = nth_period(self._desk.year.first_day, months=1, index=index)
            days = [
                day
                for day in month.each_day()
                if day.weekday() < self._weekdays and day not in public_holidays(day.year)
            ]
            invoices = round(self._invoices * seasons[month.first_day.month - 1] / sum(seasons))
            counts |= dict.fromkeys(days, invoices // len(days))
            for day in rng.sample(days, invoices % len(days)):
                counts[day] += 1
        return counts

    def amount(self) -> int:
        """Return the cents before VAT of one more line of invoice."""
        rng = self._desk.rng
        return max(round(self._mean * rng.choice(SIZES) * rng.uniform(0.7, 1.3)), 100)


class Sales:
    """The sales of the year, invoiced day by day."""

    def __init__(self, desk: Desk) -> None:
        size = max(desk.profile.lines_per_year - FIXED_LINES, 200) * SHARE_OF_SALES_IN_LINES
        invoices = round(size / LINES_PER_SALE)
        open_days = 6 if desk.profile.trade in (Trade.COMMERCE, Trade.FOOD) else 5
        self._desk, self._issued = desk, 0
        each_line = round(desk.turnover / (1 + WITH_SECOND_LINE))
        self._stream = Stream(desk, invoices=invoices, total_cents=each_line, weekdays=open_days)
        known = partners(desk.profile.siren, "C", min(24 + invoices // 30, 2_000))
        self._pick = Pick(desk.rng, desk.shape.sales, known)
        self._counts = self._stream.counts()

    def of(self, day: date) -> Iterator[Draft]:
        rates = self._desk.basis_points(day)
        for _ in range(self._counts.get(day, 0)):
            yield self._invoice(day, rates)

    def _invoice(self, day: date, rates: dict[str, int]) -> Draft:
        self._issued += 1
        partner, piece = self._pick.partner(), f"FA{self._desk.year.first_day:%y}-{self._issued:06d}"
        sold = [(self._pick.flow(), self._stream.amount()) for _ in range(self._line_count())]
        lines = [Line(flow.account, "", "", self._desk.rng.choice(flow.wordings), 0, net) for flow, net in sold]
        lines += _collected_vat(sold, rates, piece)
        total = sum(line.credit_cents for line in lines)
        label = f"Facture {piece} {partner.name}"
        letter = self._receipts(day, partner, piece, total)
        return Draft("VE", piece, label, (Line("411000", *partner.aux, label, total, 0, letter), *lines))

    def _line_count(self) -> int:
        return 2 if self._desk.rng.random() < WITH_SECOND_LINE else 1

    def _receipts(self, day: date, partner: Partner, piece: str, total: int) -> str:
        """Plan what the customer will pay and return the letter of the invoice, empty while it stays unpaid."""
        desk, rng = self._desk, self._desk.rng
        chance = rng.random()
        if chance < DISPUTED:
            desk.disputed_cents += total
            return ""
        delay = partner.patience + rng.randint(-4, 9) + (rng.randint(20, 70) if chance < DISPUTED + LATE else 0)
        paid_on = working_day(day + timedelta(max(delay, 0)))
        letter = desk.letter_if_paid("411000", paid_on)
        label = f"{rng.choice(('Virement', 'Virement', 'Prélèvement', 'Chèque'))} {partner.name} {piece}"
        if letter and chance > 1 - IN_TWO_PAYMENTS:
            first = total * 2 // 5
            halfway = working_day(day + (paid_on - day) // 2)
            desk.plan(halfway, payment(halfway, label, "411000", -first, aux=partner.aux, letter=letter))
            total -= first
        desk.plan(paid_on, payment(paid_on, label, "411000", -total, aux=partner.aux, letter=letter))
        return letter


def _collected_vat(sold: list[tuple[Flow, int]], rates: dict[str, int], piece: str) -> list[Line]:
    """Return one VAT line per rate; VAT is rounded once, half up, on the sum of its rate."""
    nets: dict[str, int] = {}
    for flow, net in sold:
        nets[flow.vat] = nets.get(flow.vat, 0) + net
    return [
        Line(VAT_ACCOUNT_OF[category], "", "", f"TVA collectée {piece}", 0, (net * rates[category] + 5_000) // 10_000)
        for category, net in nets.items()
    ]


class Purchases:
    """The purchases of the year: goods of the trade and overheads."""

    def __init__(self, desk: Desk) -> None:
        size = max(desk.profile.lines_per_year - FIXED_LINES, 200) * (1 - SHARE_OF_SALES_IN_LINES)
        invoices = round(size / LINES_PER_PURCHASE)
        known = partners(desk.profile.siren, "F", min(18 + invoices // 40, 800))
        half = len(known) // 2
        self._desk, self._received = desk, 0
        shape = desk.shape
        self._parts = [
            self._part(shape.goods, shape.goods_share, invoices * 6 // 10, known[:half]),
            self._part(OVERHEADS, shape.overhead_share, invoices * 4 // 10, known[half:]),
        ]

    def _part(
        self, flows: tuple[Flow, ...], share: float, invoices: int, known: tuple[Partner, ...]
    ) -> tuple[Stream, Pick, dict[date, int]]:
        stream = Stream(self._desk, invoices=invoices, total_cents=self._desk.share(share), weekdays=5)
        return stream, Pick(self._desk.rng, flows, known), stream.counts()

    def of(self, day: date) -> Iterator[Draft]:
        rates = self._desk.basis_points(day)
        for stream, pick, counts in self._parts:
            for _ in range(counts.get(day, 0)):
                yield self._invoice(day, pick.flow(), pick.partner(), stream.amount(), rates)

    def _invoice(self, day: date, flow: Flow, partner: Partner, net: int, rates: dict[str, int]) -> Draft:
        self._received += 1
        rng, piece = self._desk.rng, f"A{self._desk.year.first_day:%y}-{self._received:06d}"
        paid_on = working_day(day + timedelta(partner.patience + rng.randint(-2, 5)))
        letter = self._desk.letter_if_paid("401000", paid_on)
        draft = purchase(partner.aux, piece, f"{rng.choice(flow.wordings)} {partner.name}", flow, net, rates, letter)
        owed = draft.lines[0].credit_cents
        self._desk.plan(
            paid_on,
            payment(paid_on, f"Virement {partner.name} {piece}", "401000", owed, aux=partner.aux, letter=letter),
        )
        return draft


def purchase(
    aux: tuple[str, str], piece: str, label: str, flow: Flow, net: int, rates: dict[str, int], letter: str
) -> Draft:
    """Return the entry of a supplier's invoice; its first line is what is owed."""
    vat = (net * rates[flow.vat] + 5_000) // 10_000
    lines = [Line("401000", *aux, label, 0, net + vat, letter), Line(flow.account, "", "", label, net, 0)]
    if vat:
        lines.append(Line(DEDUCTIBLE_VAT, "", "", f"TVA déductible {piece}", vat, 0))
    return Draft("HA", piece, label, tuple(lines))


def month_of(desk: Desk, index: int) -> DayPeriod:
    """Return the month number *index*, from 0, of the desk's year."""
    return nth_period(desk.year.first_day, months=1, index=index)
