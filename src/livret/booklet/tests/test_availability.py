from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livret.booklet import latest
from livret.booklet.availability import Cause, Outage, month_availability, percent_of
from livret.booklet.readings import Downtime
from livret.booklet.tests import oracle

PARIS = ZoneInfo("Europe/Paris")
SPRINT, CARE = latest("sprint"), latest("care")
STEP = 1800
MEASURED = [[(7 * 3600, 20 * 3600)]] * 5 + [[], []]
NIGHT_GMT = [[(0, 7 * 3600)]] * 7
SPARED = {Cause.URGENT_MAINTENANCE, Cause.FORCE_MAJEURE, Cause.CLIENT_EQUIPMENT, Cause.OUTSIDE_PERIMETER}


@st.composite
def outages(draw):
    first = datetime(2026, 10, 20, tzinfo=UTC) + timedelta(seconds=STEP * draw(st.integers(0, 600)))
    length = timedelta(seconds=STEP * draw(st.integers(0, 100)))
    notice = draw(st.none() | st.sampled_from([timedelta(hours=48), timedelta(hours=47, minutes=59, seconds=59)]))
    end = draw(st.sampled_from([first + length, None]))
    environment = draw(st.sampled_from(["production", "production", "test"]))
    cause = draw(st.sampled_from(list(Cause)))
    return Outage(cause, first, end, None if notice is None else first - notice, environment)


def is_lowering(outage, at):
    if outage.cause is Cause.UNPLANNED:
        return True
    if outage.cause is not Cause.PLANNED_MAINTENANCE:
        return False
    announced = outage.announced_at is not None and outage.start - outage.announced_at >= timedelta(hours=48)
    return not (announced and oracle.is_open(NIGHT_GMT, at))


def counted_by_steps(found, month_start, month_end):
    """Count the Sprint downtime of every reading by looking at each half hour of the month."""
    totals = dict.fromkeys(Downtime, 0)
    for n in range(int((month_end - month_start).total_seconds()) // STEP):
        at = month_start + timedelta(seconds=n * STEP)
        if not oracle.is_open(MEASURED, at.astimezone(PARIS), closed_on_holidays=True):
            continue
        here = [o for o in found if o.environment == "production" and o.start <= at and (o.end is None or at < o.end)]
        lowering = [o for o in here if is_lowering(o, at)]
        sparing = [o for o in here if o not in lowering and o.cause is not Cause.DEGRADED]
        outside_window = [o for o in here if o.cause in (Cause.UNPLANNED, Cause.PLANNED_MAINTENANCE)]
        totals[Downtime.CAUSE_DECIDES] += STEP * bool(lowering)
        totals[Downtime.EXCLUDED_WINS] += STEP * (bool(lowering) and not sparing)
        totals[Downtime.WINDOW_BY_CLOCK] += STEP * (bool(outside_window) and not oracle.is_open(NIGHT_GMT, at))
    return totals


@settings(max_examples=40, deadline=None)
@given(found=st.lists(outages(), max_size=5))
def test_every_reading_is_what_a_look_at_each_half_hour_gives(found):
    start, end = (
        datetime(2026, 10, 1, tzinfo=PARIS).astimezone(UTC),
        datetime(2026, 11, 1, tzinfo=PARIS).astimezone(UTC),
    )

    month = month_availability(SPRINT, date(2026, 10, 1), found)

    assert month.downtime_by_reading == counted_by_steps(found, start, end)


@settings(max_examples=40, deadline=None)
@given(found=st.lists(outages(), max_size=5), one=outages())
def test_one_outage_more_never_raises_the_rate(found, one):
    without_it = month_availability(CARE, date(2026, 10, 1), found)
    with_it = month_availability(CARE, date(2026, 10, 1), [*found, one])

    assert with_it.rate <= without_it.rate
    assert with_it.downtime_left_s <= without_it.downtime_left_s


@settings(max_examples=40, deadline=None)
@given(found=st.lists(outages(), max_size=5))
def test_the_order_of_the_outages_changes_nothing(found):
    one_way, other_way = (month_availability(SPRINT, date(2026, 10, 1), rows) for rows in (found, found[::-1]))

    assert one_way.downtime_by_reading == other_way.downtime_by_reading


@settings(max_examples=40, deadline=None)
@given(found=st.lists(outages(), min_size=1, max_size=1))
def test_the_working_of_one_outage_adds_up_to_the_downtime(found):
    month = month_availability(SPRINT, date(2026, 10, 1), found)

    assert sum(span.seconds for span in month.spans if span.is_counted) == month.downtime_s


def test_before_any_reference_time_nothing_is_measurable():
    month = month_availability(CARE, date(2026, 11, 1), [], as_of=datetime(2026, 11, 1, 12, tzinfo=PARIS))

    assert (month.reference_s, month.rate, month.is_met, month.displayed_percent) == (0, None, None, None)
    assert month.can_still_meet


@pytest.mark.parametrize("as_of", [datetime(2026, 12, 24, tzinfo=PARIS), None])
def test_a_month_that_is_over_is_measured_whole(as_of):
    assert month_availability(CARE, date(2026, 11, 30), [], as_of=as_of).reference_s == 936_000


def test_the_verdict_is_made_on_the_exact_fraction_and_not_on_what_is_shown():
    start = datetime(2026, 11, 3, 10, tzinfo=PARIS)
    month = month_availability(
        CARE, date(2026, 11, 1), [Outage(Cause.UNPLANNED, start, start + timedelta(seconds=9361))]
    )

    assert (month.rate, month.is_met, month.can_still_meet) == (Fraction(926_639, 936_000), False, False)


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(Fraction(1, 1), "100.0000"), (Fraction(0), "0.0000"), (Fraction(1, 16), "6.2500"), (Fraction(2, 3), "66.6667")],
)
def test_a_rate_is_shown_with_four_decimals_half_up(rate, shown):
    assert percent_of(rate) == shown


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        (datetime(2026, 11, 3, 10, tzinfo=PARIS), datetime(2026, 11, 3, 9, tzinfo=PARIS), "cannot end"),
        (datetime(2026, 11, 3, 10), datetime(2026, 11, 3, 11), "needs its time zone"),
    ],
)
def test_an_outage_that_makes_no_sense_is_refused(start, end, reason):
    with pytest.raises(ValueError, match=reason):
        Outage(Cause.UNPLANNED, start, end)


def test_degraded_service_could_be_reached_and_does_not_count():
    start = datetime(2026, 11, 3, 10, tzinfo=PARIS)

    month = month_availability(CARE, date(2026, 11, 1), [Outage(Cause.DEGRADED, start, None)])

    assert month.rate == 1
