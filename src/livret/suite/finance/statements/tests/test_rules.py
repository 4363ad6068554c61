"""Periods, forecasts: what is computed without the database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.kernel.periods import ONE_DAY, DayPeriod
from livret.suite.finance.statements.rules import forecast, periods
from livret.suite.finance.statements.rules.forecast import Coming

YEAR = DayPeriod(date(2025, 1, 1), date(2025, 12, 31))
ODD = DayPeriod(date(2025, 3, 15), date(2026, 6, 30))
TODAY = date(2025, 5, 20)
firsts = st.dates(date(2020, 1, 1), date(2030, 1, 1))
years = st.builds(lambda first, days: DayPeriod(first, first + ONE_DAY * days), firsts, st.integers(1, 730))


@given(year=years)
@pytest.mark.parametrize("cut", [periods.months_of, periods.quarters_of])
def test_parts_of_a_year_tile_it(cut, year):
    parts = cut(year)

    assert (parts[0].first_day, parts[-1].last_day) == (year.first_day, year.last_day)
    assert [one.last_day + ONE_DAY for one in parts[:-1]] == [one.first_day for one in parts[1:]]


@pytest.mark.parametrize(
    ("code", "year", "first", "last"),
    [
        ("year", YEAR, YEAR.first_day, YEAR.last_day),
        ("to-date", YEAR, date(2025, 1, 1), TODAY),
        ("m2", YEAR, date(2025, 2, 1), date(2025, 2, 28)),
        ("q3", YEAR, date(2025, 7, 1), date(2025, 9, 30)),
        ("m1", ODD, date(2025, 3, 15), date(2025, 3, 31)),
        ("q1", ODD, date(2025, 3, 15), date(2025, 5, 31)),
        ("m99", YEAR, YEAR.first_day, YEAR.last_day),
        ("nothing", YEAR, YEAR.first_day, YEAR.last_day),
    ],
)
def test_a_period_is_named(code, year, first, last):
    assert periods.chosen(code, year=year, since=None, until=None, today=TODAY) == DayPeriod(first, last)


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (date(2025, 2, 3), date(2025, 2, 9), DayPeriod(date(2025, 2, 3), date(2025, 2, 9))),
        (date(2024, 2, 3), None, YEAR),
        (date(2025, 9, 1), date(2025, 2, 9), YEAR),
    ],
)
def test_free_days_stay_inside_the_year(since, until, found):
    assert periods.chosen("days", year=YEAR, since=since, until=until, today=TODAY) == found


def test_the_end_of_february_a_year_earlier_is_the_end_of_february():
    leap = DayPeriod(date(2025, 2, 1), date(2025, 2, 28))

    assert periods.year_before(leap) == DayPeriod(date(2024, 2, 1), date(2024, 2, 29))


@given(
    start=st.integers(-(10**9), 10**9),
    moves=st.lists(st.tuples(st.integers(-30, 90), st.integers(-(10**7), 10**7)), max_size=20),
)
def test_the_cash_at_the_end_is_the_start_and_all_that_is_expected(start, moves):
    items = [Coming(TODAY + ONE_DAY * days, cents, "customers", "") for days, cents in moves]

    weeks = forecast.weeks(items, start=start, first=TODAY, count=13)

    assert weeks[-1].closing == start + sum(cents for _days, cents in moves)


def test_what_is_late_is_expected_in_the_first_week():
    item = Coming(TODAY - ONE_DAY * 40, 500, "customers", "")

    weeks = forecast.weeks([item], start=0, first=TODAY, count=2)

    assert [week.inflow for week in weeks] == [500, 0]


@pytest.mark.parametrize(
    ("days", "cents", "expected"),
    [
        (0, 100, 0),
        (5, 100, 5),
        (-1, 100, 7),
        (-30, 100, 7),
        (-31, 100, 28),
        (-60, 100, 28),
        (-90, 100, 56),
        (-91, 100, None),
        (-91, -100, 0),
        (-1, -100, 0),
    ],
)
def test_the_later_it_is_the_later_it_is_expected(days, cents, expected):
    found = forecast.expected_on(cents, due=TODAY + ONE_DAY * days, today=TODAY)

    assert found == (None if expected is None else TODAY + ONE_DAY * expected)


def test_what_nothing_is_expected_of_is_in_no_week():
    item = Coming(TODAY, 500, "customers", "", is_counted=False)

    assert [week.closing for week in forecast.weeks([item], start=7, first=TODAY, count=2)] == [7, 7]


def test_a_loan_is_paid_on_the_day_of_its_first_payment():
    days = forecast.payments(
        first_on=date(2025, 1, 31), every_months=1, count=4, since=date(2025, 2, 1), until=date(2025, 12, 1)
    )

    assert days == [date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)]


def test_a_recurring_entry_goes_on_from_what_it_has_made_until_its_last_day():
    days = forecast.recurrences(
        first_on=date(2025, 1, 10), every_months=3, made=1, last_on=date(2025, 8, 1), until=date(2026, 1, 1)
    )

    assert days == [date(2025, 4, 10), date(2025, 7, 10)]


@pytest.mark.parametrize(
    ("lines", "amount", "cents"),
    [
        ([{"account": "613", "side": "debit", "cents": 9_000}, {"account": "512", "side": "credit"}], None, -9_000),
        ([{"account": "411", "side": "debit"}, {"account": "706", "side": "credit", "share": "1"}], 1_200, 1_200),
        ([{"account": "613", "side": "debit", "cents": 100}, {"account": "401", "side": "credit"}], None, -100),
        ([{"account": "411", "side": "debit"}, {"account": "706", "side": "credit"}], None, 0),
        ([{"account": "512", "side": "debit", "share": "a"}], 100, 0),
    ],
)
def test_a_template_tells_what_it_brings_to_the_cash(lines, amount, cents):
    assert forecast.cash_of(lines, amount) == cents
