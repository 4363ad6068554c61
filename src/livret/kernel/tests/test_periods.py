from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.kernel.periods import DayPeriod, add_months, nth_period, period_index

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("anchor", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_keep_the_day_number_or_fall_on_the_last_day(anchor, months, expected):
    assert add_months(anchor, months) == expected


@given(anchor=days, months=st.integers(1, 36), index=st.integers(0, 60))
def test_periods_tile(anchor, months, index):
    before, after = (nth_period(anchor, months=months, index=n) for n in (index, index + 1))

    assert before.last_day + timedelta(days=1) == after.first_day


@given(anchor=days, months=st.integers(1, 36), day=days)
def test_a_day_stands_in_the_period_of_its_index(anchor, months, day):
    assert day in nth_period(anchor, months=months, index=period_index(anchor, months=months, day=day))


def test_a_period_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="cannot end on 2026-01-01"):
        DayPeriod(date(2026, 1, 2), date(2026, 1, 1))
