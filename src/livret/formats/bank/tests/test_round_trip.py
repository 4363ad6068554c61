"""What a writer of each format puts in comes out again; whatever bytes come in end in values or in a finding."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.formats.bank.tests import files

WRITERS = {
    "camt": files.camt,
    "cfonb": files.cfonb,
    "ofx": files.ofx,
    "ofx2": lambda movements: files.ofx(movements, is_xml=True),
}
amounts = st.integers(-(10**9), 10**9).filter(bool)
days = st.dates(date(2020, 1, 1), date(2060, 12, 31))
labels = st.from_regex(r"[A-Z0-9][A-Z0-9 /-]{0,28}[A-Z0-9]", fullmatch=True).map(lambda text: " ".join(text.split()))
movements = st.lists(st.tuples(amounts, days, labels), min_size=1, max_size=12)


@pytest.mark.parametrize("kind", WRITERS)
@given(moved=movements)
def test_movements_come_out_as_they_were_written(kind, moved):
    (statement,), _codes = files.statements(WRITERS[kind](moved))

    assert [(one.minor, one.booked_on, one.label[0]) for one in statement.movements] == moved
    assert statement.head.account.iban == files.IBAN


@pytest.mark.parametrize("kind", ["camt", "cfonb"])
@given(moved=movements, opening=amounts, gap=amounts)
def test_a_closing_balance_that_the_movements_do_not_make_is_told(kind, moved, opening, gap):
    closing = opening + sum(minor for minor, _day, _label in moved)

    right = files.statements(WRITERS[kind](moved, opening=opening))[1]
    wrong = files.statements(WRITERS[kind](moved, opening=opening, closing=closing + gap))[1]

    assert "balance-broken" not in right
    assert "balance-broken" in wrong


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_read_a_few_bytes_at_a_time_says_the_same(kind):
    content = WRITERS[kind]([(1_250, files.LAST, "UN"), (-99, files.LAST, "DEUX")])

    assert files.statements(content, files.Slow)[0] == files.statements(content)[0]


@pytest.mark.parametrize("kind", WRITERS)
@given(data=st.data())
def test_a_damaged_file_ends_in_values_or_a_finding_and_never_otherwise(kind, data):
    content = bytearray(WRITERS[kind]([(1_250, files.LAST, "UN"), (-99, files.LAST, "DEUX")]))
    for _times in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=20))

    held, codes = files.statements(bytes(content))

    assert held or codes


@given(content=st.binary(max_size=400))
def test_any_bytes_end_in_a_finding(content):
    held, codes = files.statements(content)

    assert held or codes
