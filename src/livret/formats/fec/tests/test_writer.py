"""FEC out, to the letter, and back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.formats.fec import FecLine, description, file_name, write
from livret.formats.fec.tests.samples import NAME, checked, encoded, lines_of

GOLDEN = Path(__file__).parent / "golden"
ALPHABET = "ABCdef 0123456789-_/.,;:'\"éàçœ€ÉŒ"

texts = st.text(ALPHABET, max_size=12).map(str.strip)
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
cents = st.integers(-(10**15), 10**15)
lines = st.builds(
    FecLine,
    line_number=st.just(0),
    journal_code=texts,
    journal_label=texts,
    entry_number=texts,
    entry_date=st.none() | days,
    account=texts,
    account_label=texts,
    aux=texts,
    aux_label=texts,
    piece_ref=texts,
    piece_date=st.none() | days,
    label=texts,
    debit_cents=cents,
    credit_cents=cents,
    letter=texts,
    letter_date=st.none() | days,
    valid_date=st.none() | days,
    currency_amount=st.none() | st.decimals(-(10**9), 10**9, places=3),
    currency=texts,
)


def written(items, **options):
    stream = BytesIO()
    write(items, stream, **options)
    return stream.getvalue()


@given(
    items=st.lists(lines, max_size=5),
    separator=st.sampled_from("\t|"),
    charset=st.sampled_from(["iso-8859-15", "utf-8"]),
)
def test_what_is_written_is_read_back(items, separator, charset):
    content = written(items, separator=separator, charset=charset)

    assert lines_of(content) == [replace(line, line_number=row) for row, line in enumerate(items, start=2)]


@pytest.mark.parametrize(("separator", "golden"), [("\t", NAME), ("|", "732829320FEC20241231-pipe.txt")])
def test_the_file_is_exact_to_the_byte(separator, golden):
    content = written(lines_of(encoded()), separator=separator)

    assert content == (GOLDEN / golden).read_bytes()


def test_a_correct_file_is_written_as_it_was():
    assert written(lines_of(encoded())) == encoded()


@given(label=st.text(max_size=30))
def test_no_text_breaks_the_line_it_stands_in(label):
    line = replace(lines_of(encoded())[2], label=label or "x")

    content = written([line])

    assert content.count(b"\r\n") == content.count(b"\n") == 2
    assert lines_of(content)[0].debit_cents == line.debit_cents


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’été", "L'été"),
        ("Œuvre à 5 €", "Œuvre à 5 €"),
        ("Łódź — “x”", 'Lódz - "x"'),
        ("東京", "??"),
        ("a\tb|c\nd", "a b|c d"),
    ],
)
def test_what_the_character_set_lacks_is_spelled_nearest(text, expected):
    line = replace(lines_of(encoded())[2], label=text)

    assert lines_of(written([line]))[0].label == expected


@pytest.mark.parametrize("options", [{"separator": ";"}, {"charset": "cp1252"}])
def test_a_form_that_the_article_does_not_know_is_refused(options):
    with pytest.raises(ValueError, match="write wants"):
        written([], **options)


def test_a_currency_amount_is_written_plain():
    line = replace(lines_of(encoded())[2], currency_amount=Decimal("1E+3"), currency="USD")

    assert b"\t1000\tUSD\r\n" in written([line])


def test_the_name_is_the_siren_and_the_closing_day():
    assert file_name("732829320", date(2024, 12, 31)) == NAME


def test_a_wrong_siren_makes_no_name():
    with pytest.raises(ValueError, match="732829321"):
        file_name("732829321", date(2024, 12, 31))


def test_an_empty_year_is_a_header_alone():
    assert checked(written([])).findings[0].code == "no-entries"


def test_the_notice_describes_every_field_code_and_choice():
    notice = description(
        "732829320", closing=date(2024, 12, 31), journals={"VE": "Ventes", "AC": "Achats"}, separator="|"
    )

    assert notice == (GOLDEN / "notice.txt").read_text("utf-8")
