"""Balances kept in the same transaction are those of the lines, whatever the period."""

from datetime import date, timedelta

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livret.kernel.periods import DayPeriod
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import AuxiliaryBalance, Balance, DayBalance, Line
from livret.suite.finance.queries.balances import auxiliary_balance_of, balance_of, broken_seals, drifted_balances
from livret.suite.finance.rules.spans import shortened, spans
from livret.suite.finance.tests.factories import fec_bytes, fec_line, imported, sale

YEAR = DayPeriod(date(2025, 1, 1), date(2025, 12, 31))
days = st.dates(YEAR.first_day, YEAR.last_day)
periods = st.tuples(days, days).map(lambda pair: DayPeriod(min(pair), max(pair)))
free_days = st.dates(date(2023, 1, 1), date(2026, 12, 31))
years = st.tuples(free_days, st.integers(30, 700)).map(lambda pair: DayPeriod(pair[0], pair[0] + timedelta(pair[1])))


@st.composite
def years_and_periods(draw):
    year = draw(years)
    inside = st.dates(year.first_day, year.last_day)
    first, last = sorted((draw(inside), draw(inside)))
    return year, DayPeriod(first, last)


@pytest.fixture
def year(entered):
    lines = [
        line
        for n in range(40)
        for line in sale(
            str(n + 1), cents=600 * (n + 1), day=YEAR.first_day + timedelta(n * 9), aux=f"C{n % 3:03d}" if n % 7 else ""
        )
    ]
    assert imported(fec_bytes(lines)).state == "done"
    return FiscalYear.objects.select_related("company").get()


def summed(year, period, column):
    rows = Line.objects.filter(fiscal_year=year, date__range=(period.first_day, period.last_day))
    return rows.aggregate(total=Sum(column))["total"] or 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(period=periods)
def test_the_balance_of_any_period_is_the_sum_of_its_lines(year, period):
    balance = balance_of(year, period)

    assert balance.sums.debit == summed(year, period, "debit_cents")
    assert balance.sums.credit == summed(year, period, "credit_cents")
    assert balance.is_balanced
    assert balance.closing_debit == balance.closing_credit


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(period=periods)
def test_an_account_closes_with_all_its_lines_since_the_year_began(year, period):
    closing = {row.number: row.sums.closing for group in balance_of(year, period).groups for row in group.rows}
    until = Line.objects.filter(account__number="411000", date__lte=period.last_day)
    total = until.aggregate(total=Sum("debit_cents"))["total"] or 0

    assert closing.get("411000", 0) == total


def test_what_an_opening_journal_brings_forward_is_opening_and_no_movement(entered):
    brought = {"journal_code": "AN", "journal_label": "À-nouveaux", "entry_date": YEAR.first_day}
    lines = [
        fec_line(account="512000", account_label="Banque", debit_cents=5_000, **brought),
        fec_line(account="101300", account_label="Capital", credit_cents=5_000, **brought),
        *sale("1", cents=1_200, day=date(2025, 3, 1)),
    ]
    assert imported(fec_bytes(lines)).state == "done"
    year = FiscalYear.objects.select_related("company").get()

    found = {
        (first, row.number): (row.sums.opening, row.sums.debit, row.sums.credit)
        for first in (YEAR.first_day, date(2025, 2, 1))
        for group in balance_of(year, DayPeriod(first, YEAR.last_day)).groups
        for row in group.rows
    }

    assert found[YEAR.first_day, "512000"] == found[date(2025, 2, 1), "512000"] == (5_000, 0, 0)
    assert found[YEAR.first_day, "101300"] == (-5_000, 0, 0)
    assert found[YEAR.first_day, "411000"] == (0, 1_200, 0)


def test_the_groups_are_the_classes_of_the_chart(year):
    balance = balance_of(year, YEAR)

    assert [group.number for group in balance.groups] == ["4", "7"]
    assert [row.number for row in balance.groups[0].rows] == ["411000", "445710"]
    assert balance.accounts == 3


def test_nothing_has_drifted_nor_broken_after_an_import(year):
    assert drifted_balances(year) == []
    assert broken_seals(year) == []


@pytest.mark.parametrize("kept", [Balance, DayBalance, AuxiliaryBalance])
def test_a_balance_changed_by_hand_is_found(year, kept):
    kept.objects.filter(pk=kept.objects.first().pk).update(debit_cents=1, credit_cents=1)

    assert len(drifted_balances(year)) == 1


@pytest.mark.parametrize("kept", [Balance, DayBalance, AuxiliaryBalance])
def test_a_balance_that_went_missing_is_found(year, kept):
    kept.objects.filter(pk=kept.objects.first().pk).delete()

    assert len(drifted_balances(year)) == 1


def naive_of_auxiliaries(year, period, prefix=""):
    """What the lines say, one by one: (account, auxiliary) to opening, debit, credit."""
    found = {}
    lines = Line.objects.filter(fiscal_year=year, auxiliary__isnull=False, date__lte=period.last_day)
    for line in lines.filter(account__number__startswith=prefix).select_related("account", "auxiliary", "journal"):
        is_opening = line.date < period.first_day or line.journal.kind == "opening"
        change = (
            (line.debit_cents - line.credit_cents, 0, 0) if is_opening else (0, line.debit_cents, line.credit_cents)
        )
        key = (line.account.number, line.auxiliary.number)
        found[key] = tuple(map(sum, zip(found.get(key, (0, 0, 0)), change, strict=True)))
    return {key: sums for key, sums in found.items() if any(sums)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(period=periods)
def test_the_balance_of_auxiliaries_over_any_period_is_that_of_their_lines(year, period):
    rows = auxiliary_balance_of(year, period)

    found = {(row.account, row.auxiliary): (row.opening, row.debit, row.credit) for row in rows}
    assert found == naive_of_auxiliaries(year, period)
    assert [(row.account, row.auxiliary) for row in rows] == sorted(found)


def test_what_is_brought_forward_for_an_auxiliary_is_opening(entered):
    brought = {"journal_code": "AN", "journal_label": "À-nouveaux", "entry_date": YEAR.first_day}
    lines = [
        fec_line(aux="C001", aux_label="Client un", debit_cents=5_000, **brought),
        fec_line(account="101300", account_label="Capital", credit_cents=5_000, **brought),
        *sale("1", cents=1_200, day=date(2025, 3, 20)),
    ]
    assert imported(fec_bytes(lines)).state == "done"
    year = FiscalYear.objects.select_related("company").get()

    (row,) = auxiliary_balance_of(year, DayPeriod(YEAR.first_day, date(2025, 3, 20)))

    assert (row.opening, row.debit, row.credit, row.closing) == (5_000, 1_200, 0, 6_200)


def test_auxiliaries_are_asked_for_by_the_first_digits_of_their_account(year):
    assert auxiliary_balance_of(year, YEAR, account_prefixes=["40"]) == []
    assert {row.account for row in auxiliary_balance_of(year, YEAR, account_prefixes=["40", "411"])} == {"411000"}


def test_an_empty_year_has_an_empty_balance(entered):
    imported(fec_bytes(sale("1")))
    other = FiscalYear.objects.create(
        company=Company.objects.get(),
        first_day=date(2026, 1, 1),
        last_day=date(2026, 12, 31),
        opened_at="2026-01-01T00:00Z",
    )

    assert balance_of(other, other.days).accounts == 0


@given(found=years_and_periods())
def test_spans_tile_the_year_up_to_the_end_of_the_period(found):
    year, period = found
    cut = spans(period, year=year)

    assert cut[0].first == year.first_day.replace(day=1)
    assert [span.until for span in cut[:-1]] == [span.first for span in cut[1:]]
    assert cut[-1].until > period.last_day
    assert all(span.first.day == span.until.day == 1 for span in cut if span.is_whole)


@given(found=years_and_periods())
def test_a_day_of_the_period_is_counted_once_and_never_as_opening(found):
    year, period = found
    holders = [span for span in spans(period, year=year) if span.first <= period.first_day < span.until]

    assert [span.is_opening for span in holders] == [False]


@given(found=years_and_periods())
def test_shortened_spans_hold_the_same_days_and_read_half_a_month_at_most(found):
    year, period = found
    cut = spans(period, year=year)
    short = shortened(cut)

    assert counted(short) == counted(cut)
    assert all(span.is_whole or (span.until - span.first).days <= 15 for span in short)


def counted(cut):
    """How many times each day is counted, as opening or not."""
    found = {}
    for span in cut:
        for number in range((span.until - span.first).days):
            key = (span.first + timedelta(number), span.is_opening)
            found[key] = found.get(key, 0) + span.sign
    return {key: times for key, times in found.items() if times}
