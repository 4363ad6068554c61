"""The subscription: billing periods, terms and renewals, notice in every reading, options, and exceeded thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from livret.booklet.model import Booklet
from livret.booklet.readings import NoticeDay, ThresholdExceeded
from livret.booklet.statements import applied, required
from livret.kernel.periods import DayPeriod, add_months, nth_period, period_index

_ONE_DAY = timedelta(days=1)
_MOST_PERIODS = 2_000


@dataclass(frozen=True, slots=True)
class Duration:
    """The months that rule a subscription. Raises ValueError on a month count below one."""

    initial: int
    renewal: int
    billing: int
    notice: int

    def __post_init__(self) -> None:
        if min(self.initial, self.renewal, self.billing, self.notice) < 1:
            raise ValueError(f"months of a subscription go from 1, got {self}")

    @classmethod
    def of(cls, booklet: Booklet) -> Duration:
        """Return the months that the booklet sets. Raises NotInBooklet where it leaves them to the contract."""
        terms = booklet.terms
        return cls(
            required(terms.initial), required(terms.renewal), required(terms.billing_every), required(terms.notice)
        )


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice in advance: number from 1, its day, and the days it covers."""

    number: int
    invoiced_on: date
    period: DayPeriod


@dataclass(frozen=True, slots=True)
class NoticeDays:
    """The last day on which notice still ends the term, in each reading; safe is the earliest of them."""

    same_day_number: date
    billing_periods: date
    end_minus_months: date

    @property
    def safe(self) -> date:
        return min(self.same_day_number, self.billing_periods, self.end_minus_months)

    @property
    def latest(self) -> date:
        return max(self.same_day_number, self.billing_periods, self.end_minus_months)

    def accepted_until(self, reading: NoticeDay) -> date:
        days = {
            NoticeDay.LATEST_READING: self.latest,
            NoticeDay.SAME_DAY_NUMBER: self.same_day_number,
            NoticeDay.BILLING_PERIODS: self.billing_periods,
            NoticeDay.END_MINUS_MONTHS: self.end_minus_months,
            NoticeDay.EARLIEST_READING: self.safe,
        }
        return days[reading]


@dataclass(frozen=True, slots=True)
class NoticeEffect:
    """The day on which a notice ends the contract, and how many renewals it came too late for."""

    contract_last_day: date
    renewals_suffered: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription that began when the access codes were handed over on *anchor*.

    Every day is counted from that anchor, never from an earlier result, so that periods tile.
    Source: clauses C-19 and C-20; months as in code de procédure civile, art. 641, al. 2.
    """

    anchor: date
    duration: Duration

    def invoice(self, number: int) -> Invoice:
        """Return the invoice *number*, from 1. Raises ValueError outside 1 to 2,000."""
        if not 1 <= number <= _MOST_PERIODS:
            raise ValueError(f"invoices are numbered from 1 to {_MOST_PERIODS}, got {number}")
        period = nth_period(self.anchor, months=self.duration.billing, index=number - 1)
        return Invoice(number, period.first_day, period)

    def invoices(self, count: int) -> tuple[Invoice, ...]:
        """Return the first *count* invoices. Raises ValueError outside 0 to 2,000."""
        if not 0 <= count <= _MOST_PERIODS:
            raise ValueError(f"a schedule holds up to {_MOST_PERIODS} invoices, got {count}")
        return tuple(self.invoice(n) for n in range(1, count + 1))

    def term(self, index: int) -> DayPeriod:
        """Return the term number *index*: 0 is the first, then one renewal each."""
        return DayPeriod(add_months(self.anchor, self._months_before(index)), self._last_day(index))

    def term_index(self, day: date) -> int:
        """Return the number of the term that holds *day*; 0 for a day before the anchor too."""
        if day <= self._last_day(0):
            return 0
        renewals_from = add_months(self.anchor, self.duration.initial)
        index = max(period_index(renewals_from, months=self.duration.renewal, day=day), 0)
        while self._last_day(index) < day:
            index += 1
        while index and self._last_day(index - 1) >= day:
            index -= 1
        return index

    def notice_days(self, index: int = 0) -> NoticeDays:
        """Return the last days of notice for the term number *index*, in each reading."""
        last = self._last_day(index)
        months, billing = self.duration.notice, self.duration.billing
        periods = -(-months // billing)
        before_last_periods = add_months(self.anchor, self._months_before(index + 1) - periods * billing) - _ONE_DAY
        return NoticeDays(_latest_day_before(last, months), before_last_periods, add_months(last, -months))

    def notice_effect(self, notified_on: date, *, reading: NoticeDay) -> NoticeEffect:
        """Return when a notice of *notified_on* ends the contract: the first term it is still in time for."""
        index = max(self.term_index(notified_on) - 1, 0)
        while self.notice_days(index).accepted_until(reading) < notified_on:
            index += 1
        return NoticeEffect(self._last_day(index), index)

    def billing_period(self, day: date) -> DayPeriod:
        """Return the billing period that holds *day*. Raises ValueError before the anchor."""
        if day < self.anchor:
            raise ValueError(f"billing starts on {self.anchor}, got {day}")
        index = period_index(self.anchor, months=self.duration.billing, day=day)
        return nth_period(self.anchor, months=self.duration.billing, index=index)

    def _months_before(self, index: int) -> int:
        return self.duration.initial + self.duration.renewal * (index - 1) if index else 0

    def _last_day(self, index: int) -> date:
        return add_months(self.anchor, self._months_before(index + 1)) - _ONE_DAY


def subscription(booklet: Booklet, access_codes_sent_on: date) -> Subscription:
    """Return the subscription that the booklet rules. Raises NotInBooklet where it leaves terms to the contract."""
    return Subscription(access_codes_sent_on, Duration.of(booklet))


def accepted_notice(booklet: Booklet) -> NoticeDay:
    """Return the reading by which a notice is accepted."""
    return applied(booklet.readings.notice_day, otherwise=NoticeDay.SAME_DAY_NUMBER)


def pack_subscription(booklet: Booklet, subscribed_on: date) -> Subscription:
    """Return the own term of an Assistance+ pack, which never moves that of the main subscription.

    Source: clauses C-17 and C-20.
    """
    main, options = Duration.of(booklet), booklet.options
    own = Duration(
        required(options.assistance_initial), required(options.assistance_renewal), main.billing, main.notice
    )
    return Subscription(subscribed_on, own)


@dataclass(frozen=True, slots=True)
class Overage:
    """What exceeding an ordered quantity costs, in cents, in each reading.

    pro_rata: the share of the billing period left, the day of the excess included.
    """

    period: DayPeriod
    next_invoice_on: date
    period_before_cents: int
    excess_next_invoice_cents: int
    all_repriced_cents: int
    pro_rata: Fraction
    pro_rata_now_cents: int

    def next_invoice_cents(self, reading: ThresholdExceeded) -> int:
        """Return the amount of the next invoice under a reading."""
        repriced = reading is ThresholdExceeded.ALL_REPRICED_NEXT_INVOICE
        return self.all_repriced_cents if repriced else self.excess_next_invoice_cents


def overage(
    main: Subscription,
    *,
    exceeded_on: date,
    ordered: int,
    used: int,
    contract_cents_a_month: int,
    list_cents_a_month: int,
) -> Overage:
    """Return the price of *used* units where *ordered* were, a quantity at a unit price in cents a month.

    Pro rata is rounded half up to the cent, once. Raises ValueError on a negative figure. Source: clause C-19.
    """
    if min(ordered, used, contract_cents_a_month, list_cents_a_month) < 0:
        raise ValueError("quantities and prices cannot be negative")
    period, months = main.billing_period(exceeded_on), main.duration.billing
    before = ordered * contract_cents_a_month * months
    excess = max(used - ordered, 0) * list_cents_a_month * months
    left = Fraction((period.last_day - exceeded_on).days + 1, period.days)
    return Overage(
        period,
        period.last_day + _ONE_DAY,
        before,
        before + excess,
        used * list_cents_a_month * months,
        left,
        half_up(excess * left),
    )


def half_up(amount: Fraction) -> int:
    """Return the nearest whole number, halves away from zero for amounts above it."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _latest_day_before(last: date, months: int) -> date:
    """Return the latest day from which *months* months, by the same day number, end by *last*."""
    day = add_months(last, -months)
    while add_months(day + _ONE_DAY, months) <= last:
        day += _ONE_DAY
    return day
