"""When a notice ends a contract: every public case, through the functions of customer service."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import livret.booklet.tests
from livret.booklet import library
from livret.booklet.readings import NoticeDay
from livret.booklet.terms import Duration, Subscription, accepted_notice
from livret.care.service.rules.notice import (
    BadDay,
    Counts,
    check_days,
    counted_day,
    effect,
    term_ahead,
)

FILE = Path(livret.booklet.tests.__file__).parent / "vectors" / "terms-public.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
CARE = library()["care", "2023-09-18"]
ANCHOR = date(2026, 1, 31)


def of_kind(kind):
    return [pytest.param(case["input"], case["expected"], id=case["id"]) for case in CASES if case["kind"] == kind]


def subscription_of(asked):
    ruled = Duration.of(CARE)
    months = {
        "initial": asked.get("initial_months", ruled.initial),
        "renewal": asked.get("renewal_months", ruled.renewal),
        "billing": asked.get("billing_months", ruled.billing),
        "notice": asked.get("notice_months", ruled.notice),
    }
    return Subscription(date.fromisoformat(asked["access_codes_sent_on"]), Duration(**months))


def shown(ahead):
    days = {one.reading: one.last_day.isoformat() for one in ahead.readings}
    return {
        "initial_term_last_day": ahead.term.last_day.isoformat(),
        "last_notice_day": days[NoticeDay.SAME_DAY_NUMBER],
        "last_notice_day_billing_months": days[NoticeDay.BILLING_PERIODS],
        "last_notice_day_naive_minus_6_months": days[NoticeDay.END_MINUS_MONTHS],
        "safe_notice_day": ahead.safe_on.isoformat(),
    }


@pytest.mark.parametrize(("asked", "expected"), of_kind("subscription"))
def test_the_days_of_the_first_term_are_those_of_every_public_case(asked, expected):
    main = subscription_of(asked)

    found = shown(term_ahead(main, main.anchor, applied=accepted_notice(CARE)))

    assert found == {name: expected[name] for name in found}


@pytest.mark.parametrize(("asked", "expected"), of_kind("notice"))
def test_a_letter_ends_the_contract_as_in_every_public_case(asked, expected):
    on = date.fromisoformat(asked["notified_on"])

    found = effect(subscription_of(asked), counted=Counts.SENT, on=on, applied=accepted_notice(CARE))

    assert {
        "contract_last_day": found.last_day.isoformat(),
        "renewals_suffered": found.renewals,
        "contract_last_day_strictest_reading": found.strictest_last_day.isoformat(),
    } == expected


def test_every_public_case_about_terms_and_notices_was_read():
    assert (len(of_kind("subscription")), len(of_kind("notice"))) == (10, 6)


@given(anchor=st.dates(date(2015, 1, 1), date(2030, 12, 31)), days=st.integers(0, 4000))
def test_the_term_shown_is_the_one_that_a_letter_of_that_day_ends(anchor, days):
    main, day = Subscription(anchor, Duration.of(CARE)), anchor + timedelta(days)

    ahead = term_ahead(main, day, applied=NoticeDay.SAME_DAY_NUMBER)

    found = effect(main, counted=Counts.SENT, on=day, applied=NoticeDay.SAME_DAY_NUMBER)
    assert found.last_day == ahead.term.last_day
    assert day <= ahead.accepted_until
    assert ahead.safe_on <= ahead.accepted_until


@given(anchor=st.dates(date(2015, 1, 1), date(2030, 12, 31)), days=st.integers(0, 3000))
def test_waiting_a_day_never_ends_the_contract_sooner(anchor, days):
    main = Subscription(anchor, Duration.of(CARE))

    def last_day(n):
        on = anchor + timedelta(n)
        return effect(main, counted=Counts.SENT, on=on, applied=NoticeDay.SAME_DAY_NUMBER).last_day

    assert last_day(days) <= last_day(days + 1)


@pytest.mark.parametrize(
    ("sent", "received", "wanted", "expected"),
    [
        (date(2026, 5, 1), date(2026, 5, 4), Counts.SENT, (Counts.SENT, date(2026, 5, 1))),
        (date(2026, 5, 1), date(2026, 5, 4), Counts.RECEIVED, (Counts.RECEIVED, date(2026, 5, 4))),
        (None, date(2026, 5, 4), Counts.SENT, (Counts.RECEIVED, date(2026, 5, 4))),
        (date(2026, 5, 1), None, Counts.RECEIVED, (Counts.SENT, date(2026, 5, 1))),
        (None, None, Counts.SENT, None),
    ],
)
def test_the_day_wanted_counts_and_the_other_while_it_alone_is_known(sent, received, wanted, expected):
    assert counted_day(sent, received, wanted=wanted) == expected


@pytest.mark.parametrize(
    ("sent", "received", "why"),
    [
        (date(2026, 11, 3), None, "in_future"),
        (None, date(2026, 11, 3), "in_future"),
        (date(2025, 12, 31), None, "before_contract"),
        (date(2026, 10, 5), date(2026, 10, 4), "received_before_sent"),
    ],
)
def test_a_day_that_cannot_be_is_refused(sent, received, why):
    with pytest.raises(BadDay) as refused:
        check_days(sent_on=sent, received_on=received, today=date(2026, 11, 2), signed_on=date(2026, 1, 1))

    assert refused.value.why == why
