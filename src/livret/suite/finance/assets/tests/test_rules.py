"""Depreciation plans: examples worked by hand, and what must hold of any plan."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.kernel.periods import DayPeriod, add_months
from livret.suite.finance.assets.rules.law import account, coefficient, depreciation_account
from livret.suite.finance.assets.rules.plan import Method, Terms, plan, unbroken

CALENDAR = [DayPeriod(date(2025, 1, 1), date(2025, 12, 31))]
WORN = [Method.LINEAR, Method.LINEAR_360, Method.DECLINING]


def years(known=CALENDAR, first=date(2020, 1, 1), until=date(2060, 12, 31)):
    return unbroken(known, first=first, until=until)


def amounts(terms, known=CALENDAR, **options):
    return [annuity.cents for annuity in plan(terms, years(known), **options)]


def terms(cost=1_000_000, method=Method.LINEAR, begins_on=date(2025, 1, 1), months=60, residual=0, **others):
    return Terms(cost, residual, method, begins_on, months, **others)


lives = st.integers(1, 600)
days = st.dates(date(2021, 1, 1), date(2035, 12, 31))
ends = st.lists(st.integers(2, 23), max_size=5)


@st.composite
def fiscal_years(draw):
    """Years of two to twenty-three months, one after the other."""
    first, found = date(2021, 1, 1), []
    for months in draw(ends):
        until = add_months(first, months)
        found.append(DayPeriod(first, until - (date(2021, 1, 2) - date(2021, 1, 1))))
        first = until
    return found


@st.composite
def any_terms(draw):
    cost = draw(st.integers(0, 10**12))
    rate = draw(st.sampled_from(["1", "1.25", "1.75", "2.25"]))
    facts = {"residual": draw(st.integers(0, cost)), "months": draw(lives), "begins_on": draw(days)}
    return terms(cost, draw(st.sampled_from(WORN)), coefficient=Decimal(rate), **facts)


def whole_plan(some, known):
    until = add_months(some.begins_on, some.months + 36)
    return plan(some, unbroken(known, first=some.begins_on, until=until))


@given(any_terms(), fiscal_years())
def test_the_yearly_amounts_sum_to_the_base_to_the_cent(some, known):
    assert sum(annuity.cents for annuity in whole_plan(some, known)) == some.base


@given(any_terms(), fiscal_years())
def test_no_year_gives_depreciation_back_and_the_net_ends_at_the_residual_value(some, known):
    found = whole_plan(some, known)

    assert min((annuity.cents for annuity in found), default=0) >= 0
    assert found[-1].net == some.residual


@given(any_terms(), fiscal_years(), st.integers(0, 10**12), days)
def test_what_other_books_had_depreciated_is_not_depreciated_again(some, known, taken, day):
    start = max(day, some.begins_on)
    taken = min(taken, some.base)
    held = terms(some.cost, some.method, some.begins_on, some.months, some.residual, taken=taken, taken_on=start)
    until = add_months(start, some.months + 36)

    found = plan(held, unbroken(known, first=start, until=until))

    assert taken + sum(annuity.cents for annuity in found) == some.base


@given(any_terms(), fiscal_years(), st.integers(-(10**12), 10**12))
def test_an_exceptional_amount_is_spread_over_the_years_that_follow(some, known, extra):
    first = unbroken(known, first=some.begins_on, until=some.begins_on)[0]
    held = terms(
        some.cost, some.method, some.begins_on, some.months, some.residual, exceptional={first.last_day: extra}
    )

    found = whole_plan(held, known)

    assert all(0 <= annuity.cumulated <= some.base for annuity in found)


@given(any_terms(), fiscal_years(), days)
def test_a_plan_cut_by_a_disposal_never_passes_the_whole_one(some, known, day):
    cut = plan(some, unbroken(known, first=some.begins_on, until=date(2090, 1, 1)), disposed_on=day)

    assert sum(annuity.cents for annuity in cut) <= some.base


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        (terms(), [200_000] * 5),
        (terms(begins_on=date(2025, 7, 1)), [100_822, 200_000, 200_000, 200_000, 200_000, 99_178]),
        (terms(begins_on=date(2025, 7, 1), method=Method.LINEAR_360), [100_000, *[200_000] * 4, 100_000]),
        (terms(residual=100_000, months=36), [300_000, 300_000, 300_000]),
        (terms(cost=100_00, months=36), [3_333, 3_334, 3_333]),
        (terms(method=Method.NONE), []),
    ],
)
def test_a_linear_plan_worked_by_hand(some, expected):
    assert amounts(some) == expected


def test_a_declining_plan_worked_by_hand():
    """10 000 euros over five years, in service in April: 1.75 / 5 = 35 %, nine months of twelve in the first year."""
    some = terms(method=Method.DECLINING, begins_on=date(2025, 4, 15), coefficient=Decimal("1.75"))

    found = plan(some, years())

    assert [annuity.cents for annuity in found] == [262_500, 258_125, 167_781, 155_797, 155_797]
    assert [annuity.basis for annuity in found] == ["declining", "declining", "declining", "linear", "linear"]


def test_a_declining_plan_taken_over_goes_on_as_it_would_have():
    whole = terms(method=Method.DECLINING, begins_on=date(2023, 4, 15), coefficient=Decimal("1.75"))
    worn = [annuity.cents for annuity in plan(whole, years())]
    facts = {"method": Method.DECLINING, "begins_on": date(2023, 4, 15), "coefficient": Decimal("1.75")}

    taken = terms(**facts, taken=sum(worn[:2]), taken_on=date(2025, 1, 1))

    assert amounts(taken) == worn[2:]


def test_a_linear_plan_taken_over_goes_on_as_it_would_have():
    worn = amounts(terms(begins_on=date(2023, 4, 15)))

    taken = terms(begins_on=date(2023, 4, 15), taken=sum(worn[:2]), taken_on=date(2025, 1, 1))

    assert amounts(taken) == worn[2:]


def test_a_short_year_bears_its_share_and_the_following_years_catch_up():
    known = [DayPeriod(date(2025, 1, 1), date(2025, 12, 31)), DayPeriod(date(2026, 1, 1), date(2026, 6, 30))]

    found = amounts(terms(method=Method.LINEAR_360), known)

    assert found == [200_000, 100_000, 200_000, 200_000, 200_000, 100_000]


def test_a_disposal_stops_the_plan_on_its_day():
    assert amounts(terms(method=Method.LINEAR_360), disposed_on=date(2026, 6, 30)) == [200_000, 100_000]


def test_an_exceptional_amount_lowers_the_years_after_it():
    some = terms(exceptional={date(2026, 12, 31): 300_000})

    assert amounts(some) == [200_000, 500_000, 100_000, 100_000, 100_000]


@pytest.mark.parametrize(
    ("months", "day", "expected"),
    [
        (24, date(2025, 1, 1), None),
        (36, date(2025, 1, 1), "1.25"),
        (60, date(2025, 1, 1), "1.75"),
        (72, date(2025, 1, 1), "1.75"),
        (120, date(2025, 1, 1), "2.25"),
        (60, date(2009, 6, 1), "2.25"),
        (60, date(2000, 6, 1), "2"),
    ],
)
def test_the_coefficient_follows_the_life_and_the_day_of_acquisition(months, day, expected):
    found = coefficient(months, on=day)

    assert (found and str(found.value)) == expected


@pytest.mark.parametrize(
    ("key", "opened_on", "expected"),
    [
        ("net_book_value", date(2024, 1, 1), "675000"),
        ("net_book_value", date(2025, 1, 1), "657000"),
        ("proceeds", date(2024, 7, 1), "775000"),
        ("proceeds", date(2026, 1, 1), "757000"),
        ("tangible_expense", date(2026, 1, 1), "681120"),
    ],
)
def test_the_accounts_of_a_disposal_follow_the_chart_of_the_year(key, opened_on, expected):
    assert account(key, year_opened_on=opened_on, length=6) == expected


@pytest.mark.parametrize(("number", "expected"), [("218300", "281830"), ("2183", "28183"), ("205000", "280500")])
def test_the_depreciation_account_is_drawn_from_that_of_the_asset(number, expected):
    assert depreciation_account(number) == expected


def test_years_are_completed_around_those_of_the_company():
    known = [DayPeriod(date(2025, 7, 1), date(2026, 6, 30)), DayPeriod(date(2027, 7, 1), date(2027, 12, 31))]

    found = unbroken(known, first=date(2024, 9, 1), until=date(2028, 3, 1))

    assert [year.last_day for year in found] == [
        date(2025, 6, 30),
        date(2026, 6, 30),
        date(2027, 6, 30),
        date(2027, 12, 31),
        date(2028, 12, 31),
    ]
