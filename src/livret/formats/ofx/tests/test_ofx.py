"""OFX: tags left open or closed, accented text, balances, errors of the bank."""

from __future__ import annotations

import pytest

from livret.formats.bank.tests import files

MOVED = [(1_250, files.LAST, "CAFÉ &amp; CIE"), (-99, files.LAST, "DEUX")]


@pytest.mark.parametrize("is_xml", [False, True])
def test_both_forms_say_the_same(is_xml):
    (statement,), codes = files.statements(files.ofx(MOVED, closing=5_000, is_xml=is_xml))

    assert [one.label for one in statement.movements] == [("CAFÉ & CIE",), ("DEUX",)]
    assert [one.reference for one in statement.movements] == ["0", "1"]
    assert (statement.tail.closing.minor, statement.tail.closing.on) == (5_000, files.LAST)
    assert codes == ["opening-missing"]


def test_a_comma_is_a_decimal_mark():
    content = files.ofx(MOVED).replace(b"12.50", b"12,50")

    assert files.statements(content)[0][0].movements[0].minor == 1_250


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"12.50", b"1,234.50", "amount-invalid"),
        (b"20260228\n<TRNAMT", b"20260230\n<TRNAMT", "date-invalid"),
        (b"<OFX>", b"<!DOCTYPE OFX><OFX>", "xml-doctype"),
        (b"<STMTRS>", b"<STATUS><CODE>2000<SEVERITY>ERROR</STATUS><STMTRS>", "ofx-status"),
        (b"<BANKTRANLIST>", b"<BANKTRANLIST><<<", "ofx-malformed"),
        (b"STMTRS>", b"OTHER>", "no-statement"),
        (b"<BALAMT>0.00\n", b"", "closing-missing"),
    ],
)
def test_what_is_wrong_is_told(old, new, code):
    assert code in files.statements(files.ofx(MOVED).replace(old, new))[1]
