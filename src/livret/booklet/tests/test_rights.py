from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet import latest
from livret.booklet.readings import MajorUpdateGrace, RetryFrom
from livret.booklet.restore import CopyKind, first_saturday, restore_points
from livret.booklet.rights import RightReason, learning_phase, question_right, retry

PARIS = ZoneInfo("Europe/Paris")
SPRINT, CARE = latest("sprint"), latest("care")
DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


def right(today, **facts):
    known = {"assigned_on": date(2026, 1, 10), "certified_on": [], "major_updates_on": [], "months": 6}
    return question_right(today, **{**known, **facts})


@pytest.mark.parametrize(
    ("today", "facts", "may_ask", "reason"),
    [
        (date(2026, 7, 10), {}, True, RightReason.LEARNING_PHASE),
        (date(2026, 7, 11), {}, False, RightReason.NOT_CERTIFIED),
        (date(2026, 1, 9), {}, False, RightReason.NOT_ASSIGNED),
        (date(2026, 7, 11), {"certified_on": [date(2026, 7, 11)]}, True, RightReason.CERTIFIED),
        (date(2026, 7, 11), {"certified_on": [date(2026, 7, 12)]}, False, RightReason.NOT_CERTIFIED),
        (
            date(2026, 5, 1),
            {"certified_on": [date(2026, 2, 1)], "major_updates_on": [date(2026, 3, 1)]},
            True,
            RightReason.LEARNING_PHASE,
        ),
        (
            date(2026, 11, 1),
            {"certified_on": [date(2026, 2, 1)], "major_updates_on": [date(2026, 10, 1)]},
            False,
            RightReason.OUTDATED,
        ),
        (
            date(2026, 11, 1),
            {"certified_on": [date(2026, 2, 1), date(2026, 10, 2)], "major_updates_on": [date(2026, 10, 1)]},
            True,
            RightReason.CERTIFIED,
        ),
    ],
)
def test_the_right_to_free_questions_and_its_reason(today, facts, may_ask, reason):
    found = right(today, **facts)

    assert (found.may_ask, found.reason) == (may_ask, reason)


@pytest.mark.parametrize(
    ("grace", "may_ask"), [(MajorUpdateGrace.NONE, False), (MajorUpdateGrace.NEW_LEARNING_PHASE, True)]
)
def test_what_follows_a_major_update_is_a_reading(grace, may_ask):
    facts = {"certified_on": [date(2026, 2, 1)], "major_updates_on": [date(2026, 10, 1)]}

    assert right(date(2026, 11, 1), grace=grace, **facts).may_ask is may_ask


@given(assigned=DAYS)
def test_the_right_ends_at_midnight_after_the_last_day_of_the_phase(assigned):
    phase = learning_phase(assigned, months=6)

    assert phase.blocked_from == datetime.combine(phase.last_day + timedelta(days=1), datetime.min.time(), tzinfo=PARIS)


@pytest.mark.parametrize(
    ("failed_at", "reading", "allowed_from"),
    [
        (datetime(2026, 10, 20, 10, tzinfo=PARIS), RetryFrom.SAME_LOCAL_TIME, datetime(2026, 10, 27, 10, tzinfo=PARIS)),
        (datetime(2026, 10, 20, 10, tzinfo=PARIS), RetryFrom.HOURS, datetime(2026, 10, 27, 9, tzinfo=PARIS)),
        (datetime(2026, 10, 20, 10, tzinfo=PARIS), RetryFrom.FULL_DAYS, datetime(2026, 10, 28, tzinfo=PARIS)),
        (
            datetime(2026, 3, 22, 2, 30, tzinfo=PARIS),
            RetryFrom.SAME_LOCAL_TIME,
            datetime(2026, 3, 29, 3, 30, tzinfo=PARIS),
        ),
    ],
)
def test_the_wait_after_a_failed_exam_follows_its_reading(failed_at, reading, allowed_from):
    assert retry(failed_at, days=7).allowed_from(reading) == allowed_from


def test_a_wait_of_no_day_keeps_the_second_of_an_hour_shown_twice():
    failed_at = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1)

    assert retry(failed_at, days=0).same_local_time.utcoffset() == failed_at.utcoffset()


@pytest.mark.parametrize(("failed_at", "days"), [(datetime(2026, 3, 22), 7), (datetime(2026, 3, 22, tzinfo=PARIS), -1)])
def test_a_wait_that_makes_no_sense_is_refused(failed_at, days):
    with pytest.raises(ValueError, match=r"time zone|from 0"):
        retry(failed_at, days=days)


@given(today=DAYS, back=st.integers(-2, 80))
def test_care_keeps_every_one_of_the_last_45_days_and_no_other(today, back):
    kept = restore_points(CARE, today).holds(today - timedelta(days=back))

    assert kept == (CopyKind.DAILY if 1 <= back <= 45 else None)


@given(today=DAYS)
def test_sprint_keeps_seven_nights_and_the_first_saturdays_of_two_months(today):
    points = restore_points(SPRINT, today)

    assert len([kind for _, kind in points.days() if kind is CopyKind.DAILY]) == 7
    assert 1 <= len(points.monthly) <= 3
    assert all(day == first_saturday(day) and day < today for day in points.monthly)
    assert all(points.holds(day) is kind for day, kind in points.days())


@pytest.mark.parametrize(
    ("today", "monthly"),
    [
        (date(2026, 12, 3), (date(2026, 10, 3), date(2026, 11, 7))),
        (date(2026, 12, 4), (date(2026, 11, 7),)),
        (date(2026, 12, 5), (date(2026, 11, 7),)),
        (date(2026, 12, 6), (date(2026, 11, 7), date(2026, 12, 5))),
    ],
)
def test_a_monthly_copy_is_kept_to_the_same_day_number_two_months_later(today, monthly):
    assert restore_points(SPRINT, today).monthly == monthly


@given(month=DAYS)
def test_the_first_saturday_is_a_saturday_of_the_first_seven_days(month):
    found = first_saturday(month)

    assert (found.weekday(), found.day <= 7, (found.year, found.month)) == (5, True, (month.year, month.month))
