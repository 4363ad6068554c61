"""Dates and amounts of a FEC: text in, value and at most one remark out, each distinct text read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Context, Decimal
from typing import Generic, TypeVar

Value = TypeVar("Value")

MEMO_LIMIT = 50_000
AMOUNT_CHARACTERS = 60
EXPONENT = 20
INTEGER_DIGITS = 15  # Twice the largest private balance sheet, and cents still fit in 64 bits.

_EXACT = Context(prec=200)
_PLAIN_CENTS = re.compile(r"-?(?:0|[1-9][0-9]{0,14}),[0-9]{2}", re.ASCII)
_PLAIN_COLUMN = re.compile(rf"(?:{_PLAIN_CENTS.pattern}\n)*+", re.ASCII)
_AMOUNT = re.compile(r"([+-]?)([0-9]*)(?:,([0-9]*))?(?:[Ee]([+-]?[0-9]{1,3}))?([+-]?)", re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]*([01][0-9])[-/.]*([0-9]{2})(T| |$)(.*)", re.ASCII)
_DAY_FIRST = re.compile(r"([0-9]{2})[-/.]*([01][0-9])[-/.]*([0-9]{4})(T| |$)(.*)", re.ASCII)
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}", re.ASCII)
_NO_DATE = re.compile(r"[0\-/.]+", re.ASCII)


class Memo(Generic[Value]):
    """A reader of texts that reads each distinct text once; bounded, whatever the file holds."""

    def __init__(self, read: Callable[[str], tuple[Value, str | None]]) -> None:
        self._read = read
        self._flags: dict[str, str] = {}
        self._known = _Known(self._read_new)

    def values(self, texts: Sequence[str]) -> list[Value]:
        if len(self._known) > MEMO_LIMIT:
            self._known.clear()
            self._flags.clear()
        return list(map(self._known.__getitem__, texts))

    def flags(self, texts: Sequence[str]) -> dict[str, list[int]]:
        """Return the rows of each remark, by code, on *texts*, which values() has just read."""
        found: dict[str, list[int]] = {}
        if self._flags and not self._flags.keys().isdisjoint(texts):
            for row, text in enumerate(texts):
                if text in self._flags:
                    found.setdefault(self._flags[text], []).append(row)
        return found

    def _read_new(self, text: str) -> Value:
        value, code = self._read(text)
        if code:
            self._flags[text] = code
        return value


class _Known(dict[str, Value]):
    def __init__(self, read: Callable[[str], Value]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Value:
        value = self[text] = self._read(text)
        return value


def read_date(text: str) -> tuple[date | None, str | None]:
    """Return the day written in *text*, None when blank or unreadable, and the code of a remark.

    The article wants AAAAMMJJ. Separators, day first and a time are read as the tester reads them; a day that
    the calendar does not have is refused, although the tester lets the 31st of February pass.
    Source: LPF, art. A47 A-1, XII; tester, date expressions.
    """
    if not text:
        return None, None
    if _NO_DATE.fullmatch(text):
        return None, "date-placeholder"
    if len(text) == 8 and text.isascii() and text.isdigit() and text[4] in "01":
        return _day(text[:4], text[4:6], text[6:], None)
    return _read_loose_date(text)


def _read_loose_date(text: str) -> tuple[date | None, str | None]:
    if (found := _YEAR_FIRST.fullmatch(text)) and _is_time(found[5]):
        return _day(found[1], found[2], found[3], "date-form")
    if (found := _DAY_FIRST.fullmatch(text)) and _is_time(found[5]):
        return _day(found[3], found[2], found[1], "date-form")
    return None, "date-unreadable"


def _is_time(text: str) -> bool:
    return not text or _TIME.fullmatch(text) is not None


def _day(year: str, month: str, day: str, remark: str | None) -> tuple[date | None, str | None]:
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        return None, "date-impossible"
    return value, remark if 1900 <= value.year <= 2099 else "date-year"


def read_cents(text: str) -> tuple[int | None, str | None]:
    """Return whole cents, 0 when blank, None when unreadable, and the code of a remark.

    Nothing is ever rounded: an amount with a part of a cent is unreadable.
    """
    if _PLAIN_CENTS.fullmatch(text):
        return int(text.replace(",", "")), None
    value, code = read_decimal(text)
    if value is None:
        return (None, code) if code else (0, None)
    cents = _EXACT.scaleb(value, 2)
    if cents != cents.to_integral_value(context=_EXACT):
        return None, "amount-precision"
    return int(cents), code


def read_plain_cents(texts: Sequence[str]) -> list[int] | None:
    """Return what `read_cents` gives for *texts* when all of them are written plainly (-12,34), else None."""
    joined = "\n".join(texts) + "\n"
    return list(map(int, joined.replace(",", "").split())) if _PLAIN_COLUMN.fullmatch(joined) else None


def read_decimal(text: str) -> tuple[Decimal | None, str | None]:
    """Return the exact amount, None when blank or unreadable, and the code of a remark.

    Source: LPF, art. A47 A-1, XII (decimal comma, no thousands separator, sign on the left); tester (a point or a
    blank inside is refused, a sign on the right and an exponent pass).
    """
    if not text:
        return None, None
    if len(text) > AMOUNT_CHARACTERS:
        return None, "amount-too-large"
    if any(char.isspace() for char in text):
        return None, "amount-thousands"
    if "." in text:
        return None, "amount-point"
    found = _AMOUNT.fullmatch(text)
    if not found or not (found[2] or found[3]) or (found[1] and found[5]):
        return None, "amount-unreadable"
    return _decimal_of(found)


def _decimal_of(found: re.Match[str]) -> tuple[Decimal | None, str | None]:
    sign, whole, part, exponent, sign_after = (group or "" for group in found.groups())
    if abs(int(exponent or 0)) > EXPONENT:
        return None, "amount-too-large"
    value = Decimal(f"{sign or sign_after}{whole or 0}.{part or 0}E{exponent or 0}")
    if value and value.adjusted() >= INTEGER_DIGITS:
        return None, "amount-too-large"
    if exponent or sign_after:
        return value, "amount-form"
    return value, "padding-amount" if len(whole) > 1 and whole[0] == "0" else None
