from datetime import date

import holidays as peer
import pytest

from livret.booklet.data import default_folder
from livret.booklet.holidays import FILE_NAME, is_public_holiday, load_holidays, public_holidays
from livret.kernel.errors import BadData


@pytest.mark.parametrize("year", range(2008, 2041))
def test_holidays_are_those_of_an_independent_library(year):
    assert list(public_holidays(year)) == sorted(peer.country_holidays("FR", years=year))


@pytest.mark.parametrize(
    ("day", "is_holiday"),
    [
        (date(2026, 5, 25), True),
        (date(2006, 6, 5), True),
        (date(2026, 4, 3), False),
        (date(2026, 12, 26), False),
        (date(2008, 5, 1), True),
        (date(1982, 5, 8), True),
    ],
)
def test_whit_monday_and_8_may_are_holidays_and_those_of_alsace_are_not(day, is_holiday):
    assert is_public_holiday(day) is is_holiday


def test_two_holidays_on_one_day_make_one_day_off():
    assert len(public_holidays(2008)) == 10


@pytest.mark.parametrize("year", [-1, 0, 1981, 10_000])
def test_years_outside_the_data_are_refused(year):
    with pytest.raises(ValueError, match="known from 1982"):
        public_holidays(year)


GOOD = (default_folder() / FILE_NAME).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('key = "new_year"', 'key = "christmas"', "twice"),
        ("month = 5\nday = 8", "month = 5", "lacks day"),
        ("month = 5\nday = 8", "month = 2\nday = 29", "not a day of every year"),
        ("month = 5\nday = 8", "month = 5\nday = true", "wants a whole number"),
        ("days_after_easter = 39", "days_after_easter = 390", "wants -60 to 60"),
        ("days_after_easter = 39", "days_after_easter = 39\nday = 3", "unknown day"),
        ('en = "Ascension Day"', "en = 3", "wants a text"),
        ("first_year = 1982", 'first_year = "x"', "Gregorian year"),
        ("first_year = 1982", "", "lacks first_year"),
        ('region = "FR-metropole"', "region = 3", "want a text"),
        ("[[holiday]]", "[[holidays]]", "lacks holiday"),
        ("region =", "region = =", "not TOML"),
    ],
)
def test_bad_holiday_data_is_refused_with_its_key(tmp_path, old, new, reason):
    path = tmp_path / FILE_NAME
    path.write_text(GOOD.replace(old, new), encoding="utf-8")

    with pytest.raises(BadData, match=reason):
        load_holidays(path)
