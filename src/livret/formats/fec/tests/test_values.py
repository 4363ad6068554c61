"""One date, one amount."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.formats.fec.values import MEMO_LIMIT, Memo, read_cents, read_date, read_decimal


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [
        ("", None, None),
        ("20240229", date(2024, 2, 29), None),
        ("20230229", None, "date-impossible"),
        ("2024/02/29", date(2024, 2, 29), "date-form"),
        ("29.02.2024", date(2024, 2, 29), "date-form"),
        ("29022024", date(2024, 2, 29), "date-form"),
        ("20012024", date(2024, 1, 20), "date-form"),
        ("20240229T12:00:00", date(2024, 2, 29), "date-form"),
        ("29/02/2024 1:2:3", date(2024, 2, 29), "date-form"),
        ("31/12/24", None, "date-unreadable"),
        ("2024-2-9", None, "date-unreadable"),
        ("20240229 x", None, "date-unreadable"),
        ("٢٠٢٤٠٢٢٩", None, "date-unreadable"),
        ("00000000", None, "date-placeholder"),
        ("--/--", None, "date-placeholder"),
        ("18001231", date(1800, 12, 31), "date-year"),
        ("00011231", date(1, 12, 31), "date-year"),
    ],
)
def test_dates_are_read_as_the_tester_reads_them(text, day, code):
    assert read_date(text) == (day, code)


@pytest.mark.parametrize(
    ("text", "cents", "code"),
    [
        ("", 0, None),
        ("0", 0, None),
        ("12", 1200, None),
        ("12,5", 1250, None),
        (",5", 50, None),
        ("12,", 1200, None),
        ("12,3400", 1234, None),
        ("+12,34", 1234, None),
        ("-12,34", -1234, None),
        ("12,34-", -1234, "amount-form"),
        ("1,234E1", 1234, "amount-form"),
        ("000012,34", 1234, "padding-amount"),
        ("-0012,34", -1234, "padding-amount"),
        ("12,345", None, "amount-precision"),
        ("1E-9", None, "amount-precision"),
        ("12.34", None, "amount-point"),
        ("1 234,00", None, "amount-thousands"),
        ("1\u202f234,00", None, "amount-thousands"),
        ("1,2,3", None, "amount-unreadable"),
        ("--1", None, "amount-unreadable"),
        ("-", None, "amount-unreadable"),
        ("NaN", None, "amount-unreadable"),
        ("١٢", None, "amount-unreadable"),
        ("9" * 15 + ",99", int("9" * 17), None),
        ("1" + "0" * 15, None, "amount-too-large"),
        ("1E999", None, "amount-too-large"),
        ("1" * 5000, None, "amount-too-large"),
    ],
)
def test_amounts_are_exact_or_refused(text, cents, code):
    assert read_cents(text) == (cents, code)


def test_an_amount_in_currency_keeps_its_decimals():
    assert read_decimal("1000,125") == (Decimal("1000.125"), None)


@given(cents=st.integers(-(10**17) + 1, 10**17 - 1))
def test_every_amount_in_cents_is_read_exactly(cents):
    whole, part = divmod(abs(cents), 100)

    assert read_cents(f"{'-' if cents < 0 else ''}{whole},{part:02d}") == (cents, None)


@given(text=st.text(max_size=20))
def test_any_text_is_read_or_refused(text):
    cents, code = read_cents(text)

    assert cents is not None or code


def test_a_memo_stays_bounded_and_answers_the_same():
    memo = Memo(read_cents)
    texts = [f"{number}" for number in range(MEMO_LIMIT + 10)]

    first, second = memo.values(texts), memo.values(texts[:10])

    assert first[:10] == second
    assert memo.values(["1", "1.0"]) == [100, None]
    assert memo.flags(["1", "1.0"]) == {"amount-point": [1]}
