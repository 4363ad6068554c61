from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet import NotInBooklet, latest
from livret.booklet.attainment import CountedRequest, attainment
from livret.booklet.readings import NoticeDay, ThresholdExceeded
from livret.booklet.terms import Duration, Subscription, half_up, overage, pack_subscription, subscription
from livret.kernel.periods import add_months

CARE = latest("care")
anchors = st.dates(date(1990, 1, 1), date(2090, 12, 31))
durations = st.builds(
    Duration,
    initial=st.integers(1, 60),
    renewal=st.integers(1, 24),
    billing=st.integers(1, 12),
    notice=st.integers(1, 9),
)
ONE_DAY = timedelta(days=1)


@given(anchor=anchors, duration=durations)
def test_billing_periods_tile_from_the_anchor(anchor, duration):
    invoices = Subscription(anchor, duration).invoices(30)

    assert invoices[0].period.first_day == anchor
    assert [i.period.last_day + ONE_DAY for i in invoices[:-1]] == [i.period.first_day for i in invoices[1:]]


@given(anchor=anchors, duration=durations, index=st.integers(0, 20))
def test_terms_tile_and_every_day_knows_its_term(anchor, duration, index):
    found = Subscription(anchor, duration)
    term = found.term(index)

    assert term.last_day + ONE_DAY == found.term(index + 1).first_day
    assert [found.term_index(day) for day in (term.first_day, term.last_day)] == [index, index]


@given(anchor=anchors, index=st.integers(0, 8))
def test_the_last_notice_day_is_the_latest_whose_months_end_in_the_term(anchor, index):
    found = subscription(CARE, anchor)
    last, day = found.term(index).last_day, found.notice_days(index).same_day_number

    assert add_months(day, 6) <= last < add_months(day + ONE_DAY, 6)


@given(anchor=anchors, index=st.integers(0, 8), reading=st.sampled_from(NoticeDay))
def test_notice_in_time_ends_the_term_and_a_day_later_costs_a_renewal(anchor, index, reading):
    found = subscription(CARE, anchor)
    day = found.notice_days(index).accepted_until(reading)

    in_time, late = (found.notice_effect(on, reading=reading) for on in (day, day + ONE_DAY))

    assert (in_time.contract_last_day, in_time.renewals_suffered) == (found.term(index).last_day, index)
    assert late.renewals_suffered == index + 1


@given(anchor=anchors, index=st.integers(0, 8))
def test_the_safe_day_is_in_time_under_every_reading(anchor, index):
    days = subscription(CARE, anchor).notice_days(index)

    assert all(days.safe <= days.accepted_until(reading) <= days.latest for reading in NoticeDay)


@given(anchor=anchors, asked=st.integers(0, 3000), later=st.integers(0, 400))
def test_a_later_notice_never_ends_the_contract_sooner(anchor, asked, later):
    found = subscription(CARE, anchor)
    day = anchor + timedelta(days=asked)

    effects = [found.notice_effect(on, reading=NoticeDay.EARLIEST_READING) for on in (day, day + timedelta(days=later))]

    assert effects[0].contract_last_day <= effects[1].contract_last_day


def test_periods_anchored_on_the_31st_do_not_drift():
    days = [invoice.invoiced_on for invoice in subscription(CARE, date(2026, 1, 31)).invoices(5)]

    assert days == [date(2026, 1, 31), date(2026, 4, 30), date(2026, 7, 31), date(2026, 10, 31), date(2027, 1, 31)]


def test_a_pack_has_its_own_term():
    assert pack_subscription(CARE, date(2026, 5, 31)).term(0).last_day == date(2029, 5, 30)


def test_terms_that_the_booklet_leaves_to_the_contract_are_not_invented():
    with pytest.raises(NotInBooklet, match="follows the contract"):
        subscription(latest("sprint"), date(2026, 1, 1))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Duration(initial=0, renewal=12, billing=3, notice=6),
        lambda: subscription(CARE, date(2026, 1, 1)).invoices(10**9),
        lambda: subscription(CARE, date(2026, 1, 1)).invoices(-1),
        lambda: subscription(CARE, date(2026, 1, 1)).invoice(0),
        lambda: subscription(CARE, date(2026, 1, 1)).billing_period(date(2025, 12, 31)),
        lambda: overage(
            subscription(CARE, date(2026, 1, 1)),
            exceeded_on=date(2026, 2, 1),
            ordered=-1,
            used=1,
            contract_cents_a_month=1,
            list_cents_a_month=1,
        ),
    ],
)
def test_impossible_terms_are_refused(ask):
    with pytest.raises(ValueError, match=r"from|up to|cannot|starts on"):
        ask()


@given(anchor=anchors, day=st.integers(0, 2000), ordered=st.integers(0, 50), used=st.integers(0, 90))
def test_only_the_excess_is_priced_at_the_list(anchor, day, ordered, used):
    found = overage(
        subscription(CARE, anchor),
        exceeded_on=anchor + timedelta(days=day),
        ordered=ordered,
        used=used,
        contract_cents_a_month=4900,
        list_cents_a_month=5250,
    )
    excess = found.next_invoice_cents(ThresholdExceeded.EXCESS_NEXT_INVOICE) - found.period_before_cents

    assert excess == max(used - ordered, 0) * 5250 * 3
    assert 0 <= found.pro_rata_now_cents <= excess
    assert 0 < found.pro_rata <= 1


@pytest.mark.parametrize(
    ("amount", "rounded"), [(Fraction(1, 2), 1), (Fraction(3, 2), 2), (Fraction(49, 100), 0), (Fraction(7), 7)]
)
def test_cents_are_rounded_half_up(amount, rounded):
    assert half_up(amount) == rounded


@given(flags=st.lists(st.booleans(), max_size=40))
def test_the_misses_left_are_exactly_those_that_keep_the_share(flags):
    def share_with(misses):
        requests = [CountedRequest(date(2025, 2, 1), flag) for flag in [*flags, *[False] * misses]]
        return attainment(
            requests,
            support_start=date(2025, 1, 1),
            as_of=date(2025, 3, 1),
            threshold=Fraction(3, 4),
            period_months=12,
        )

    left = share_with(0).misses_left

    assert share_with(left + 1).is_met is False
    assert left == 0 or share_with(left).is_met


def test_nothing_is_measured_before_support_starts():
    with pytest.raises(ValueError, match="support starts on 2025-01-01"):
        attainment(
            [],
            support_start=date(2025, 1, 1),
            as_of=date(2024, 12, 31),
            threshold=Fraction(3, 4),
            period_months=12,
        )
