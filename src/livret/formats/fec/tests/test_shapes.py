"""Whatever the form, the same lines come out."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.formats.fec.tests.samples import TABLE, TEXT, checked, encoded, lines_of, table_text

EXPECTED = lines_of(encoded())


def signed(row, debit="D", credit="C"):
    amount, side = (row[11], debit) if row[12] == "0,00" else (row[12], credit)
    return [*row[:11], amount, side, *row[13:]]


def padded(row):
    return [*(cell.ljust(20) for cell in row[:11]), row[11].zfill(13), row[12].zfill(13), *row[13:]]


SIGNED_HEADER = [*TABLE[0][:11], "Montant", "Sens", *TABLE[0][13:]]
SIGNED = [SIGNED_HEADER, *map(signed, TABLE[1:])]
SHAPES = {
    "line feed": table_text(TABLE, end="\n"),
    "carriage return": table_text(TABLE, end="\r"),
    "no final line end": encoded().removesuffix(b"\r\n"),
    "pipe": table_text(TABLE, separator="|"),
    "semicolon": table_text(TABLE, separator=";"),
    "byte order mark": b"\xef\xbb\xbf" + encoded(charset="utf-8"),
    "utf-8": encoded(charset="utf-8"),
    "windows": encoded(charset="cp1252"),
    "trailing separator on all lines": table_text([[*row, ""] for row in TABLE]),
    "trailing separator on the lines": table_text([TABLE[0], *([*row, ""] for row in TABLE[1:])]),
    "trailing separator on the header": table_text([[*TABLE[0], ""], *TABLE[1:]]),
    "padding": table_text([TABLE[0], *map(padded, TABLE[1:])]),
    "amount and side": table_text(SIGNED),
    "amount and sign": table_text(
        [SIGNED[0], *([*row[:12], {"D": "+1", "C": "-1"}[row[12]], *row[13:]] for row in SIGNED[1:])]
    ),
    "other capitals": table_text([[name.upper() for name in TABLE[0]], *TABLE[1:]]),
    "accents in the header": table_text([[name.replace("Debit", "Débit") for name in TABLE[0]], *TABLE[1:]]),
    "names in quotes": table_text([[f'"{name}"' for name in TABLE[0]], *TABLE[1:]]),
}


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES.keys())
def test_the_form_does_not_change_the_lines(content):
    assert lines_of(content) == EXPECTED


@given(order=st.permutations(range(18)))
def test_the_order_of_columns_does_not_change_the_lines(order):
    assert lines_of(table_text([[row[place] for place in order] for row in TABLE])) == EXPECTED


@given(zeros=st.integers(0, 30), blanks=st.integers(0, 30), cents=st.integers(-(10**16), 10**16))
def test_padding_does_not_change_an_amount(zeros, blanks, cents):
    whole, part = divmod(abs(cents), 100)
    text = f"{' ' * blanks}{'-' if cents < 0 else ''}{'0' * zeros}{whole},{part:02d}{' ' * blanks}"
    row = [*TABLE[3][:11], text, "", *TABLE[3][13:]]

    content = table_text([TABLE[0], row])

    assert abs(cents) >= 10**17 or lines_of(content)[0].debit_cents == cents


def test_blank_lines_keep_the_numbers_of_the_others():
    content = table_text([[""], TABLE[0], [""], *TABLE[1:], [""]])

    assert lines_of(content) == [replace(line, line_number=line.line_number + 2) for line in EXPECTED]


@pytest.mark.parametrize(("first", "second"), [("utf-8", "iso-8859-15"), ("iso-8859-15", "utf-8"), ("utf-8", "cp1252")])
def test_two_exports_joined_in_two_character_sets_are_both_read(first, second):
    table = [*TABLE[1:], *TABLE[1:]] * 2
    content = table_text([TABLE[0], *table], charset=first) + table_text(TABLE[1:], charset=second)

    lines = lines_of(content)

    assert {line.account_label for line in lines} == {line.account_label for line in EXPECTED}
    assert "charset-mixed" in {finding.code for finding in checked(content).findings}


def test_quotes_are_plain_characters():
    line = lines_of(encoded(TEXT.replace("Facture FA-1", 'Facture "FA-1', 1)))[2]

    assert line.label == 'Facture "FA-1'


def test_cash_and_further_columns_are_kept_by_name():
    names = [*TABLE[0], "DateRglt", "ModeRglt", "NatOp", "IdClient", "Site"]
    rows = [[*row, "20240220", "VIR", "", "C0001", "Nantes"] for row in TABLE[1:]]

    line = lines_of(table_text([names, *rows]))[0]

    assert line.extras == (("DateRglt", "20240220"), ("ModeRglt", "VIR"), ("IdClient", "C0001"), ("Site", "Nantes"))


def test_an_old_export_with_every_departure_at_once_stays_valid():
    names = [*TABLE[0][:16], "MontantDevise", "Idevise", "DateRglt", "ModeRglt", "NatOp", "IdClient", ""]
    rows = [[*row[:2], "0", *row[3:15], "", *row[16:], "00000000", "", "", "", ""] for row in map(padded, TABLE[1:])]

    report = checked(b"\xef\xbb\xbf" + table_text([names, *rows], charset="utf-8"))

    assert (report.is_valid(), report.debit_cents, report.credit_cents) == (True, 1_382_000, 1_382_000)


def test_the_date_of_payment_is_checked_like_another():
    names, rows = [*TABLE[0], "DateRglt"], [[*row, "20241399"] for row in TABLE[1:]]

    finding = checked(table_text([names, *rows])).findings[0]

    assert (finding.line, finding.column, finding.code) == (2, "DateRglt", "date-impossible")


def test_a_short_line_is_read_as_far_as_it_goes():
    line = lines_of(table_text([TABLE[0], TABLE[3][:13]]))[0]

    assert (line.debit_cents, line.letter, line.valid_date) == (120_000, "", None)


def test_a_line_is_typed():
    line = EXPECTED[2]

    assert (line.line_number, line.journal_code, line.entry_number, line.account) == (4, "VE", "2", "411000")
    assert (line.aux, line.aux_label, line.label) == ("C0001", "Éva", "Facture FA-1")
    assert (line.entry_date, line.letter_date) == (date(2024, 1, 15), date(2024, 2, 20))
    assert (line.debit_cents, line.credit_cents, line.letter) == (120_000, 0, "AA")


def test_an_unknown_side_is_an_error():
    content = table_text([SIGNED[0], [*SIGNED[1][:12], "X", *SIGNED[1][13:]], *SIGNED[2:]])

    assert [(finding.line, finding.column, finding.code) for finding in checked(content).findings] == [
        (2, "Sens", "sens-unknown")
    ]
