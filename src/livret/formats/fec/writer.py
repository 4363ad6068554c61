"""FEC out, to the letter: eighteen columns, AAAAMMJJ, decimal comma, CR LF.

Source: LPF, art. A47 A-1, VI, VII and XII.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from .fields import OFFICIAL
from .line import FecLine

CHARSETS = ("iso-8859-15", "utf-8")
SEPARATORS = ("\t", "|")
BATCH = 2_000

_UNSAFE = re.compile(r"[\x00-\x1f\x7f]+")
_LATIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": ",",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2026": "...",
        "\u2022": "-",
        "\u202f": "\u00a0",
        "\u2009": " ",
        "\u2122": "TM",
        "\u0141": "L",
        "\u0142": "l",
    }
)


class Writable(Protocol):
    """Anything that takes bytes."""

    def write(self, data: bytes, /) -> object: ...


def write(lines: Iterable[FecLine], stream: Writable, *, separator: str = "\t", charset: str = "iso-8859-15") -> int:
    """Write the header and *lines* to *stream* and return the number of lines.

    separator: tab or pipe; inside a text it becomes a space, as do line ends and control characters. charset:
    iso-8859-15, transliterated where it must be (’ gives ', ł gives l, what is left ?), or utf-8 without a mark.
    Extra columns are not written. Raises ValueError on another separator or charset.
    """
    stream.write(head(charset=charset, separator=separator))
    pending: list[str] = []
    count = 0
    for line in lines:
        pending.append(line_text(line, separator))
        count += 1
        if len(pending) >= BATCH:
            stream.write(_encoded(pending, charset))
            pending.clear()
    stream.write(_encoded(pending, charset))
    return count


def head(*, charset: str, separator: str) -> bytes:
    """Return the first line of the file. Raises ValueError on another separator or charset than those of `write`."""
    if separator not in SEPARATORS or charset not in CHARSETS:
        raise ValueError(f"write wants a separator in {SEPARATORS} and a charset in {CHARSETS}")
    return _encoded([separator.join(OFFICIAL)], charset)


def transcoded(block: bytes, *, charset: str, separator: str) -> bytes:
    """Return lines that PostgreSQL wrote by COPY, in UTF-8 and with *separator*, as the file has them.

    A control character, a line end or a separator inside a text becomes a space, as `write` does it.
    """
    if b"\\" in block or len(block.translate(None, _RAW_CONTROLS)) != len(block):
        block = _COPIED.sub(_unescaped, block)
    block = block.replace(b"\n", b"\r\n")
    if charset == "utf-8" or block.isascii():
        return block
    return _latin_bytes(block.decode("utf-8"), charset)


# What COPY escapes: a backslash, control characters, and a separator that a text holds; the rest it writes as they are.
_RAW_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n")
_COPIED = re.compile(rb"\\\\|\\\||(?:\\[bfnrtv]|[\x01-\x08\x0b-\x1f\x7f])+")


def _unescaped(found: re.Match[bytes]) -> bytes:
    return b"\\" if found[0] == b"\\\\" else b" "


def line_text(line: FecLine, separator: str = "\t") -> str:
    """Return a line of the file, without its end."""
    return separator.join(_fields(line, separator))


def _fields(line: FecLine, separator: str) -> tuple[str, ...]:
    return (
        _text(line.journal_code, separator),
        _text(line.journal_label, separator),
        _text(line.entry_number, separator),
        _day(line.entry_date),
        _text(line.account, separator),
        _text(line.account_label, separator),
        _text(line.aux, separator),
        _text(line.aux_label, separator),
        _text(line.piece_ref, separator),
        _day(line.piece_date),
        _text(line.label, separator),
        _euros(line.debit_cents),
        _euros(line.credit_cents),
        _text(line.letter, separator),
        _day(line.letter_date),
        _day(line.valid_date),
        _currency_amount(line.currency_amount),
        _text(line.currency, separator),
    )


def _text(text: str, separator: str) -> str:
    if text.isprintable() and separator not in text:
        return text
    return _UNSAFE.sub(" ", text).replace(separator, " ")


@lru_cache(maxsize=4096)
def _day(day: date | None) -> str:
    return day.isoformat().replace("-", "") if day else ""


@lru_cache(maxsize=4096)
def _euros(cents: int) -> str:
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole},{part:02d}"


def _currency_amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}".replace(".", ",")


def _encoded(texts: list[str], charset: str) -> bytes:
    text = "".join(f"{line}\r\n" for line in texts)
    if charset == "utf-8":
        return text.encode("utf-8", "replace")
    return _latin_bytes(text, charset)


def _latin_bytes(text: str, charset: str) -> bytes:
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return transliterated(text).encode(charset, "replace")


def transliterated(text: str) -> str:
    """Return *text* with what ISO 8859-15 lacks replaced by its nearest spelling; the rest is left as it is."""
    return "".join(map(_latin, text.translate(_LATIN)))


@lru_cache(maxsize=4096)
def _latin(char: str) -> str:
    try:
        char.encode("iso-8859-15")
    except UnicodeEncodeError:
        plain = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
        return plain.replace("\t", " ").replace("|", " ")
    return char
