from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet.packs import CreditLot, CreditUse, UnitPrice, appointment_years, credit_account, last_usable_day
from livret.booklet.readings import AppointmentPrice, LastDay

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
LOTS = st.lists(st.builds(CreditLot, id=st.uuids().map(str), granted_on=DAYS, quantity=st.integers(1, 20)), max_size=6)
USES = st.lists(st.builds(CreditUse, used_on=DAYS, quantity=st.integers(1, 15)), max_size=8)
PRICES = [UnitPrice(date(2024, 1, 1), 9000), UnitPrice(date(2026, 1, 1), 9500)]


@given(lots=LOTS, uses=USES, as_of=DAYS)
def test_no_credit_is_lost_or_made(lots, uses, as_of):
    found = credit_account(lots, uses, as_of=as_of, months=12)
    accepted = [use for use in uses if use.used_on <= as_of]

    assert all(state.used + state.expired + state.left == state.lot.quantity for state in found.lots)
    assert all(min(state.used, state.expired, state.left) >= 0 for state in found.lots)
    assert sum(state.used for state in found.lots) == sum(u.quantity for u in accepted) - sum(
        u.quantity for u in found.refused
    )


@given(lots=LOTS, uses=USES, as_of=DAYS)
def test_the_order_in_which_uses_are_told_changes_nothing_across_days(lots, uses, as_of):
    by_day = list({use.used_on: use for use in uses}.values())

    assert (
        credit_account(lots, by_day, as_of=as_of, months=12).lots
        == credit_account(lots, by_day[::-1], as_of=as_of, months=12).lots
    )


def test_the_lot_that_expires_first_is_spent_first():
    lots = [CreditLot("late", date(2026, 2, 1), 5), CreditLot("early", date(2026, 1, 1), 5)]

    found = credit_account(lots, [CreditUse(date(2026, 3, 1), 6)], as_of=date(2026, 3, 1), months=12)

    assert [(state.lot.id, state.used) for state in found.lots] == [("late", 1), ("early", 5)]


def test_a_lot_of_later_serves_no_use_of_today():
    lots = [CreditLot("a", date(2026, 6, 1), 5)]

    found = credit_account(lots, [CreditUse(date(2026, 3, 1), 1)], as_of=date(2026, 3, 1), months=12)

    assert (found.balance, len(found.refused)) == (0, 1)


@pytest.mark.parametrize(("reading", "balance"), [(LastDay.INCLUDED, 3), (LastDay.EXCLUDED, 0)])
def test_the_last_day_follows_its_reading(reading, balance):
    lots = [CreditLot("a", date(2025, 11, 22), 3)]

    assert credit_account(lots, [], as_of=date(2026, 11, 22), months=12, reading=reading).balance == balance


@given(day=DAYS, months=st.integers(1, 36))
def test_the_readings_of_the_last_day_are_one_day_apart(day, months):
    included, excluded = (last_usable_day(day, months=months, reading=reading) for reading in LastDay)

    assert included - excluded == timedelta(days=1)


@pytest.mark.parametrize(
    ("lots", "uses"),
    [
        ([CreditLot("a", date(2026, 1, 1), 0)], []),
        ([], [CreditUse(date(2026, 1, 1), -1)]),
    ],
)
def test_a_quantity_below_one_is_refused(lots, uses):
    with pytest.raises(ValueError, match="one at least"):
        credit_account(lots, uses, as_of=date(2026, 6, 1), months=12)


@pytest.mark.parametrize(
    ("reading", "cents"), [(AppointmentPrice.ANNIVERSARY, 9500), (AppointmentPrice.DAY_HELD, 9000)]
)
def test_an_appointment_beyond_the_pack_is_priced_by_the_reading(reading, cents):
    years = appointment_years(
        [date(2025, 5, 1), date(2025, 6, 1)],
        subscribed_on=date(2025, 3, 15),
        included=1,
        prices=PRICES,
        as_of=date(2026, 3, 15),
        months=12,
    )

    assert (years[0].over, years[0].amount_cents(reading), years[0].invoiced_on) == (1, cents, date(2026, 3, 15))


@pytest.mark.parametrize(
    ("as_of", "prices", "reason"),
    [(date(2025, 3, 14), PRICES, "pack starts on"), (date(2027, 3, 14), [], "no price is in force")],
)
def test_years_that_cannot_be_counted_are_refused(as_of, prices, reason):
    with pytest.raises(ValueError, match=reason):
        appointment_years(
            [date(2025, 5, 1)], subscribed_on=date(2025, 3, 15), included=0, prices=prices, as_of=as_of, months=12
        )


@given(held=st.lists(DAYS, max_size=20), as_of=DAYS)
def test_every_appointment_held_stands_in_one_year(held, as_of):
    years = appointment_years(held, subscribed_on=date(2025, 1, 1), included=2, prices=PRICES, as_of=as_of, months=12)

    assert sum(year.held for year in years) == sum(day <= as_of for day in held)
