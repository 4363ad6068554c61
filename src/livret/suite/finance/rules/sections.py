"""How a line is shared between the sections of an axis, as people type it: PARIS, or PARIS:60% LYON:40%. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from livret.kernel.money import euros_of
from livret.suite.finance.rules.amounts import NotAnAmount, TooLarge, typed_cents

_PART = re.compile(r"([^\s:=;]+)\s*(?:[:=]\s*([0-9.,]+)\s*(%?))?")
HUNDRED = Decimal(100)
Part = tuple[int, int]  # Section id, cents.


class BadShares(ValueError):
    """The parts cannot be read; `code` says why, `value` with what."""

    def __init__(self, code: str, value: str = "") -> None:
        self.code, self.value = code, value
        super().__init__(f"{code} {value}".strip())


def shares(text: str, cents: int, *, sections: Mapping[str, int]) -> list[Part]:
    """Return the parts of *cents* (signed) that *text* gives to *sections*, by code; they make the whole line.

    One part at most has no figure: it takes what is left. Percents are rounded half up to the cent; the last of parts
    that make a hundred percent takes the cent that rounding leaves. Raises BadShares.
    """
    parts = _PART.findall(text.upper())
    if _PART.sub("", text.upper()).strip(" ;,\t"):
        raise BadShares("unreadable", text)
    ids = [_section(code, sections) for code, _figure, _mark in parts]
    if len(set(ids)) < len(ids):
        raise BadShares("twice", text)
    given = [_part(figure, mark, cents) for _code, figure, mark in parts]
    open_places = [place for place, part in enumerate(given) if part is None]
    if len(open_places) > 1:
        raise BadShares("several-without-figure", text)
    rest = cents - sum(part for part in given if part is not None)
    if open_places:
        given[open_places[0]] = rest
    elif rest and _percents(parts) == HUNDRED:
        given[-1] = (given[-1] or 0) + rest
    elif rest and parts:
        raise BadShares("not-whole", f"{euros_of(abs(rest)):f}".replace(".", ","))
    return [(section, part) for section, part in zip(ids, given, strict=True) if part]


def _section(code: str, sections: Mapping[str, int]) -> int:
    known = {name.upper(): pk for name, pk in sections.items()}
    if code not in known:
        raise BadShares("unknown-section", code)
    return known[code]


def _part(figure: str, mark: str, cents: int) -> int | None:
    if not figure:
        return None
    try:
        if mark:
            share = Decimal(figure.replace(",", ".")) * cents / HUNDRED
            return int(share.quantize(Decimal(1), ROUND_HALF_UP))
        part = typed_cents(figure)
    except (NotAnAmount, TooLarge, InvalidOperation) as error:
        raise BadShares("unreadable", figure) from error
    return part if cents >= 0 else -part


def _percents(parts: Sequence[tuple[str, str, str]]) -> Decimal:
    return sum((Decimal(figure.replace(",", ".")) for _code, figure, mark in parts if mark), Decimal(0))


def written(parts: Sequence[Part], *, codes: Mapping[int, str]) -> str:
    """Return *parts* as a person would type them, the last without figure: it takes what is left of the line."""
    words = [f"{codes.get(section, section)}:{euros_of(abs(cents)):f}".replace(".", ",") for section, cents in parts]
    if words:
        words[-1] = words[-1].rpartition(":")[0]
    return " ".join(words)
