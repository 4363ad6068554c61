import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from livret.core import clock, environ

SLACK = timedelta(seconds=30)


@pytest.fixture
def shifted(monkeypatch):
    """Give the process a demonstration clock, as an environment variable does at its start."""

    def give(value, *, since=""):
        monkeypatch.setenv("LIVRET_DEMO_NOW", value)
        monkeypatch.setenv("LIVRET_DEMO_SINCE", since)
        clock.shift.cache_clear()

    yield give
    monkeypatch.undo()
    clock.shift.cache_clear()


def test_without_a_demonstration_the_clock_is_the_real_one(monkeypatch):
    monkeypatch.delenv("LIVRET_DEMO_NOW", raising=False)
    clock.shift.cache_clear()

    assert abs(clock.now() - datetime.now(UTC)) < SLACK
    assert not clock.is_shifted()


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2026-03-02T09:00:00+00:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02T10:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-07-01T10:00", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 1, 23, tzinfo=UTC)),
    ],
)
def test_the_demonstration_clock_begins_at_the_instant_given_in_paris_unless_it_says_where(shifted, value, instant):
    shifted(value)

    assert timedelta(0) <= clock.now() - instant < SLACK
    assert clock.is_shifted()


def test_the_day_is_that_of_paris(shifted):
    shifted("2026-06-30T22:30:00+00:00")

    assert clock.today().isoformat() == "2026-07-01"


def test_time_runs_on_in_a_process_started_later(shifted):
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    shifted("2026-03-02T09:00:00+00:00", since=an_hour_ago.isoformat())

    assert abs(clock.now() - datetime(2026, 3, 2, 10, tzinfo=UTC)) < SLACK


def test_a_process_hands_its_clock_to_those_it_starts(shifted):
    shifted("2026-03-02T09:00:00+00:00")
    program = "from livret.core import clock; print(clock.shift().total_seconds())"

    ours = clock.shift().total_seconds()
    theirs = subprocess.check_output([sys.executable, "-c", program], env=os.environ.copy(), text=True)

    assert float(theirs) == ours


@pytest.mark.parametrize("value", ["demain", "2026-13-01", "12:00"])
def test_a_bad_instant_stops_the_start_with_the_name_of_the_variable(shifted, value):
    shifted(value)

    with pytest.raises(environ.BadSetting, match=f"LIVRET_DEMO_NOW.*{value}"):
        clock.shift()
