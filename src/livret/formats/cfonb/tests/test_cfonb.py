"""CFONB 120: signs, complements, blank lines, several accounts, and files that are cut or mixed up."""

from __future__ import annotations

import pytest

from livret.formats.bank.tests import files
from livret.formats.cfonb.records import day_of, minor_of
from livret.kernel.rib import iban_of_rib, rib_key

MOVED = [(1_250, files.LAST, "VIR UN"), (-99, files.LAST, "PRLV DEUX")]


def lines(content):
    return content.decode("latin-1").splitlines()


def joined(rows):
    return "\n".join(rows).encode("latin-1")


@pytest.mark.parametrize(
    ("words", "minor"),
    [
        ("0000000000010{", 100),
        ("0000000000010A", 101),
        ("0000000000010}", -100),
        ("0000000000010R", -109),
        ("00000000000105", 105),
        ("             A", 1),
        ("00000000000 1A", None),
        ("0000000000010?", None),
        ("", None),
    ],
)
def test_the_last_mark_of_an_amount_holds_a_digit_and_a_sign(words, minor):
    assert minor_of(words) == minor


@pytest.mark.parametrize(("words", "year"), [("010180", 1980), ("010126", 2026), ("310226", None), ("      ", None)])
def test_a_day_is_of_the_years_1980_to_2079(words, year):
    assert (day_of(words).year if day_of(words) else None) == year


def test_the_parts_of_a_rib_make_its_iban():
    # The example of the French committee for banking standards.
    assert rib_key(bank="20041", branch="01005", account="0500013M026") == "06"
    assert iban_of_rib(bank="20041", branch="01005", account="0500013M026") == "FR1420041010050500013M02606"


def test_complements_are_joined_to_their_movement():
    rows = lines(files.cfonb([(-500, files.LAST, "PRLV")]))
    more = [("LIB", "FACTURE 12"), ("NPY", "ENERGIE SA"), ("RCN", f"{'E2E-9':35}LOYER"), ("RUM", f"{'M-77':35}RCUR")]
    rows[2:2] = [files.complement(*one) for one in more]

    (statement,), codes = files.statements(joined(rows))
    moved = statement.movements[0]

    assert moved.label == ("PRLV", "FACTURE 12", "LOYER")
    assert (moved.name, moved.end_to_end, moved.mandate) == ("ENERGIE SA", "E2E-9", "M-77")
    assert codes == []


def test_blank_lines_and_missing_line_ends_change_nothing():
    content = files.cfonb(MOVED)

    plain = files.statements(content)[0]
    blanks = files.statements(files.cfonb(MOVED, between="\r\n   \r\n"))[0]
    blocks = files.statements(content.replace(b"\r\n", b""))[0]

    assert [one.minor for one in blanks[0].movements] == [one.minor for one in plain[0].movements]
    assert [one.minor for one in blocks[0].movements] == [one.minor for one in plain[0].movements]


def test_several_accounts_of_one_file_are_told_apart():
    other = files.cfonb(MOVED).replace(files.NUMBER.encode(), b"00099999999")

    held, codes = files.statements(files.cfonb(MOVED) + other)

    assert len({statement.head.account.iban for statement in held}) == 2
    assert codes == []


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (lambda rows: rows[1:], "cfonb-outside", 1),
        (lambda rows: rows[:-1], "cfonb-unfinished", 1),
        (lambda rows: [rows[0], *rows], "cfonb-open", 2),
        (lambda rows: [rows[0], rows[1][:80], *rows[2:]], "cfonb-length", 2),
        (lambda rows: [rows[0], rows[1].replace(files.NUMBER, "00099999999"), *rows[2:]], "cfonb-account", 2),
        (lambda rows: [rows[0], "09" + rows[1][2:], *rows[2:]], "cfonb-record", 2),
        (lambda rows: [rows[0], rows[1].replace("280226", "310226"), *rows[2:]], "date-invalid", 2),
        (lambda rows: [rows[0], rows[1].replace("125{", "12$$"), *rows[2:]], "amount-invalid", 2),
        (lambda rows: [rows[0], files.complement("LIB", "SEUL"), *rows[1:]], "cfonb-complement", 2),
        (lambda rows: [rows[0], rows[1].replace("EUR", "USD"), *rows[2:]], "currency-differs", 2),
    ],
)
def test_what_is_wrong_is_told_with_its_line(change, code, line):
    rows = lines(files.cfonb([(1_250, files.LAST, "VIR UN")]))

    assert files.finding(joined(change(rows)), code).line == line
