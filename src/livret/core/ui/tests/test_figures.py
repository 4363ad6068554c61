"""Amounts, days and durations as readers write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.core.ui import figures


@pytest.mark.parametrize(
    ("euros", "french", "english"),
    [
        ("1204.8", "1\u202f204,80\u202f€", "€1,204.80"),
        ("0", "0,00\u202f€", "€0.00"),
        ("-96", "−96,00\u202f€", "−€96.00"),
        ("1234567.895", "1\u202f234\u202f567,90\u202f€", "€1,234,567.90"),
        ("-0.004", "0,00\u202f€", "€0.00"),
    ],
)
def test_euros_part_thousands_and_keep_two_decimals(euros, french, english):
    assert figures.euros_text(Decimal(euros), language="fr") == french
    assert figures.euros_text(Decimal(euros), language="en") == english


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_an_amount_in_french_reads_back_as_the_same_number(euros):
    text = figures.amount_text(euros, language="fr")

    assert Decimal(text.replace("\u202f", "").replace(",", ".").replace("−", "-")) == euros


@pytest.mark.parametrize(
    ("fraction", "decimals", "text"),
    [
        (Decimal("0.98999999"), 2, "98,99\u202f%"),
        (Fraction(99, 100), 2, "99,00\u202f%"),
        (Fraction(2, 3), 1, "66,6\u202f%"),
        (Decimal("0.055"), 1, "5,5\u202f%"),
        (Decimal(1), 0, "100\u202f%"),
    ],
)
def test_a_percentage_is_cut_off_and_never_rounded_up(fraction, decimals, text):
    assert figures.percent_text(fraction, language="fr", decimals=decimals) == text


@given(st.fractions(min_value=0, max_value=Fraction(9999999, 10000000)))
def test_a_share_below_one_never_reads_as_a_hundred_percent(fraction):
    assert not figures.percent_text(fraction, language="en").startswith("100")


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (0, "0\u00a0o"),
        (999, "999\u00a0o"),
        (1000, "1\u00a0ko"),
        (3_790_000_000, "3,7\u00a0Go"),
        (5 * 10**9, "5\u00a0Go"),
    ],
)
def test_a_size_uses_decimal_units(octets, text):
    assert figures.size_text(octets, language="fr") == text


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 3, 31), "31\u00a0mars\u00a02026", "31\u00a0March\u00a02026"),
        (date(2026, 8, 1), "1er\u00a0août\u00a02026", "1\u00a0August\u00a02026"),
        (date(2011, 11, 11), "11\u00a0novembre\u00a02011", "11\u00a0November\u00a02011"),
    ],
)
def test_a_day_in_words_names_the_first_of_the_month(day, french, english):
    assert figures.day_words(day, language="fr") == french
    assert figures.day_words(day, language="en") == english


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "01/02/2026\u00a000:30"),
        (datetime(2026, 7, 14, 12, 5, 9, tzinfo=UTC), "14/07/2026\u00a014:05:09"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29/03/2026\u00a003:00"),
    ],
)
def test_an_instant_is_told_by_the_clocks_of_paris(instant, text):
    assert figures.instant_text(instant) == text


def test_an_instant_in_words_writes_the_hour_as_french_does():
    instant = datetime(2026, 3, 31, 12, 5, tzinfo=UTC)

    assert figures.instant_words(instant, language="fr") == "31\u00a0mars\u00a02026 à 14\u00a0h\u00a005"
    assert figures.instant_words(instant, language="en") == "31\u00a0March\u00a02026 at 14:05"


def test_an_instant_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        figures.instant_text(datetime(2026, 3, 31, 12, 5))


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=30), "30 s"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(minutes=5, seconds=7), "5 min 07 s"),
        (timedelta(hours=4), "4 h"),
        (timedelta(days=1, hours=2, minutes=5), "26 h 05 min"),
        (timedelta(hours=1, seconds=1), "1 h 00 min 01 s"),
        (timedelta(minutes=-12), "−12 min"),
    ],
)
def test_a_duration_counts_hours_not_days(duration, text):
    assert figures.duration_text(duration).replace("\u00a0", " ") == text
