"""The pure rules: periods, shares, forecast, reports."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet import library
from livret.booklet.attainment import CountedRequest, attainment
from livret.care.figures.rules import forecast, periods, reports, shares
from livret.care.figures.rules.forecast import Day
from livret.kernel.periods import DayPeriod

SPRINT, CARE = library()["sprint", "2019"], library()["care", "2023-09-18"]
YEAR = DayPeriod(date(2026, 1, 1), date(2026, 12, 31))
MONDAY = date(2026, 11, 2)


class TestShares:
    @pytest.mark.parametrize(
        ("on_time", "counted", "is_met", "left"),
        [(3, 4, True, 0), (74, 100, False, 0), (75, 100, True, 0), (9, 9, True, 3), (0, 0, None, 0)],
    )
    def test_three_quarters_exactly_are_kept(self, on_time, counted, is_met, left):
        found = shares.kept(shares.target_of(SPRINT), YEAR, counted=counted, on_time=on_time)

        assert (found.is_met, found.misses_left) == (is_met, left)

    def test_a_booklet_without_a_share_shows_it_as_information_with_its_clause(self):
        target = shares.target_of(CARE)
        found = shares.kept(target, YEAR, counted=4, on_time=1)

        assert (target.is_promised, target.clause) == (False, "C-14")
        assert (found.rate, found.is_met, found.misses_left) == (Fraction(1, 4), None, None)

    @given(st.integers(0, 400), st.integers(0, 400))
    def test_the_misses_left_keep_the_share_and_one_more_does_not(self, on_time, late):
        found = shares.kept(shares.target_of(SPRINT), YEAR, counted=on_time + late, on_time=on_time)
        left = found.misses_left

        assert not found.is_met or Fraction(on_time, max(on_time + late + left, 1)) >= Fraction(3, 4)
        assert Fraction(on_time, on_time + late + left + 1) < Fraction(3, 4)

    @given(st.lists(st.booleans(), max_size=40))
    def test_counts_and_requests_give_the_same_share(self, verdicts):
        rows = [CountedRequest(date(2026, 5, 4), verdict) for verdict in verdicts]
        whole = attainment(
            rows, support_start=YEAR.first_day, as_of=YEAR.last_day, threshold=Fraction(3, 4), period_months=12
        )
        found = shares.kept(shares.target_of(SPRINT), YEAR, counted=len(verdicts), on_time=sum(verdicts))

        assert (whole.rate, whole.is_met, whole.misses_left) == (found.rate, found.is_met, found.misses_left)


class TestPeriods:
    def test_periods_follow_one_another_the_latest_first(self):
        found = periods.periods_so_far(date(2024, 2, 29), months=12, day=date(2026, 3, 1))

        assert [period.first_day for period in found] == [date(2026, 2, 28), date(2025, 2, 28), date(2024, 2, 29)]

    @given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000), st.sampled_from([6, 12]))
    def test_complete_periods_tile_time_up_to_the_one_that_runs(self, start, days, months):
        day = start + timedelta(days=days)
        found = periods.complete_periods(start, months=months, day=day)
        running = periods.periods_so_far(start, months=months, day=day)[0]
        firsts = [period.first_day for period in (*found, running)]

        assert firsts[0] == start
        assert [period.last_day + timedelta(days=1) for period in found] == firsts[1:]
        assert day in running

    def test_nothing_is_counted_before_support_starts(self):
        assert periods.periods_so_far(date(2026, 6, 1), months=12, day=date(2026, 5, 31)) == []

    def test_the_months_of_a_period_are_those_it_touches(self):
        found = periods.months_in(DayPeriod(date(2025, 11, 30), date(2026, 2, 1)))

        assert found == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


class TestForecast:
    def test_what_comes_on_a_sunday_counts_on_monday(self):
        sunday = MONDAY - timedelta(days=1)
        found = forecast.history({sunday: 3}, {MONDAY: 1}, first=sunday - timedelta(days=3), last=MONDAY, left=5)

        assert [(day.day, day.opened, day.closed, day.left) for day in found[-2:]] == [
            (date(2026, 10, 30), 0, 0, 3),
            (MONDAY, 3, 1, 5),
        ]

    def test_public_holidays_are_no_business_days(self):
        assert date(2026, 11, 11) not in forecast.business_days(date(2026, 11, 9), date(2026, 11, 13))

    def test_a_backlog_that_grows_by_one_each_day_is_foreseen_without_error(self):
        days = forecast.business_days(date(2026, 1, 5), date(2026, 7, 3))
        past = [Day(day, 3, 2, at) for at, day in enumerate(days, 10)]
        found = forecast.forecast(past, weeks=8, ahead=10, tested=12)

        assert [left for _day, left in found.ahead] == [past[-1].left + n for n in range(1, 11)]
        assert found.error == 0

    def test_a_backlog_never_falls_below_nothing(self):
        past = [Day(day, 0, 2, 3) for day in forecast.business_days(date(2026, 1, 5), date(2026, 7, 3))]

        assert forecast.forecast(past, weeks=8, ahead=10, tested=12).ahead[-1][1] == 0

    def test_without_enough_past_no_error_is_claimed(self):
        assert forecast.forecast([Day(MONDAY, 1, 0, 1)], weeks=8, ahead=10, tested=12).error is None


class TestReports:
    def test_plan_private_is_owed_a_report_every_six_months(self):
        found = reports.owed(SPRINT, "private")

        assert (found.months, found.clause) == (6, "S-13")

    @pytest.mark.parametrize(("booklet", "plan"), [(SPRINT, "open"), (SPRINT, "connect"), (CARE, "care")])
    def test_other_plans_are_owed_none(self, booklet, plan):
        assert reports.owed(booklet, plan) is None

    def test_a_contract_that_ended_is_owed_no_later_period(self):
        found = reports.periods_owed(date(2025, 1, 1), months=6, day=date(2026, 11, 1), ends_until=date(2025, 8, 1))

        assert [index for index, _period in found] == [0, 1]

    def test_the_same_content_is_the_same_bytes_whatever_its_order(self):
        assert reports.canonical({"b": "é", "a": [1]}) == reports.canonical({"a": [1], "b": "é"}) == (
            '{"a":[1],"b":"é"}\n'.encode()
        )  # fmt: skip

    def test_changes_name_the_figure_the_request_and_both_values(self):
        def content(missed, standing):
            figure = {"key": "missed", "label": "Late", "count": len(missed), "requests": missed}
            return {"figures": [figure], "requests": [{"number": "D-2026-000001", "standing": standing}]}

        found = reports.changes(content(["D-2026-000001"], "Late"), content([], "Left out"))

        assert found == [
            reports.Change("", "Late", "1", "0"),
            reports.Change("D-2026-000001", "standing", "Late", "Left out"),
        ]
