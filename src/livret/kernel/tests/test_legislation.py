from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.kernel.errors import BadData
from livret.kernel.legislation import NotInForce, dated_series, parse_series, read_document

GOOD = """
name = "Rates"
unit = "fraction"
[series.standard]
label = "Standard"
territory = "mainland"
[[series.standard.values]]
from = 2012-01-01
until = 2014-01-01
value = "0.196"
source = "Article 1"
[[series.standard.values]]
from = 2014-01-01
value = "0.2"
source = "Article 2"
doubt = "Not read"
"""


def read(tmp_path, text):
    file = tmp_path / "rates.toml"
    file.write_text(text, encoding="utf-8")
    return parse_series(read_document(file), attributes=("territory",))


def test_a_value_is_found_by_its_day_with_its_source_and_doubt(tmp_path):
    found = read(tmp_path, GOOD)["standard"].on(date(2014, 1, 1))

    assert (found.value, found.source, found.doubt) == (Decimal("0.2"), "Article 2", "Not read")


def test_the_end_of_a_validity_is_excluded(tmp_path):
    series = read(tmp_path, GOOD)["standard"]

    assert series.on(date(2013, 12, 31)).value == Decimal("0.196")


def test_a_day_before_the_first_value_is_refused_and_the_message_says_when_data_begins(tmp_path):
    series = read(tmp_path, GOOD)["standard"]

    with pytest.raises(NotInForce, match="the data begins on 2012-01-01"):
        series.on(date(2011, 12, 31))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('source = "Article 1"\n', "", r"series\.standard\.values\[0\]\.source: missing"),
        ('source = "Article 1"', 'source = "  "', r"values\[0\]\.source: blank"),
        ('source = "Article 1"', "source = 1", r"values\[0\]\.source: a str is expected, got 1"),
        ('value = "0.2"', 'value = "0,2"', r"values\[1\]\.value: a decimal number in quotes"),
        ('value = "0.2"', "value = 0.2", r"values\[1\]\.value: a str is expected"),
        ("until = 2014-01-01", "until = 2013-01-01", r"series\.standard\.from: gap"),
        ("until = 2014-01-01", "until = 2015-01-01", r"series\.standard\.from: overlap"),
        ("until = 2014-01-01\n", "", r"series\.standard\.from: overlap"),
        ("until = 2014-01-01", "until = 2012-01-01", r"series\.standard\.until: 2012-01-01 does not come after"),
        ('doubt = "Not read"', 'sourc = "x"', r"values\[1\]\.sourc: unknown key"),
        ('territory = "mainland"\n', "", r"series\.standard\.territory: missing"),
        ('unit = "fraction"', 'unit = "fraction"\ncolour = "red"', r"rates\.toml: colour: unknown key"),
        ("from = 2012-01-01", "from = 2012-13-01", r"rates\.toml: whole file"),
        ("[series.standard]", "[[series]]", r"rates\.toml: "),
    ],
)
def test_bad_data_is_refused_with_its_file_place_and_reason(tmp_path, old, new, place):
    with pytest.raises(BadData, match=place):
        read(tmp_path, GOOD.replace(old, new, 1))


def test_a_series_without_value_is_refused(tmp_path):
    text = 'name = "n"\nunit = "u"\n[series.a]\nlabel = "l"\nterritory = "t"\nvalues = []\n'

    with pytest.raises(BadData, match=r"series\.a\.values: no value"):
        read(tmp_path, text)


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(BadData, match="absent"):
        read_document(tmp_path / "absent.toml")


@given(days=st.integers(0, 20_000))
def test_exactly_one_retention_of_tax_records_is_in_force_on_any_day(days):
    series = dated_series("retention.toml", attributes=("counted_from",))["tax-records"]
    day = date(2012, 1, 1) + timedelta(days)

    assert sum(day in value for value in series.values) == 1


@pytest.mark.parametrize(("key", "years"), [("accounting-records", 10), ("tax-records", 6)])
def test_books_are_kept_ten_years_and_tax_records_six(key, years):
    series = dated_series("retention.toml", attributes=("counted_from",))[key]

    assert series.on(date(2026, 11, 22)).value == years
