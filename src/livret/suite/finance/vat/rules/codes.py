"""VAT codes: a family and, when it is taxed, a rate. Dated data, joined with the rates in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from livret.kernel.legislation import Series, Table, dated_series, folder, read_document

SIDES = ("out", "in", "deductible", "franchise", "none")
ANY_RATE = "*"
# What the working of a return notes when it can give no code; none of them goes in a box.
NO_RATE, NO_TAX, OFF_RATE, MIXED_LOSS = "?taux", "?code", "?base", "?perte"
UNRESOLVED = (NO_RATE, NO_TAX, OFF_RATE, MIXED_LOSS)


@dataclass(frozen=True, slots=True)
class Family:
    """What kind of operation. boxes: by form, that of its base (or deduction); notes: by form, its "of which" box."""

    key: str
    label: str
    side: str
    is_rated: bool
    is_on_receipts: bool
    ledger: str
    boxes: Mapping[str, str]
    notes: Mapping[str, str]
    valid_from: date
    source: str
    doubt: str | None


@dataclass(frozen=True, slots=True)
class Code:
    """A VAT code in force on a day. rate: fraction, 0.2 is 20 %; series: the key of the rate in rates.toml."""

    key: str
    family: Family
    series: str = ""
    rate: Decimal = Decimal(0)
    rate_label: str = ""

    @property
    def label(self) -> str:
        return f"{self.family.label} – {self.rate_label}" if self.rate_label else self.family.label


@cache
def families() -> Mapping[str, Family]:
    """Return the families of codes, by key."""
    return _document()[1]


@cache
def codes_on(day: date) -> Mapping[str, Code]:
    """Return every code in force on *day*, by key, all territories together."""
    suffixes, known = _document()
    found: dict[str, Code] = {}
    for family in known.values():
        if family.valid_from > day:
            continue
        if not family.is_rated:
            found[family.key] = Code(family.key, family)
            continue
        for series in _rates().values():
            if series.is_known_on(day) and series.key in suffixes:
                key = f"{family.key}{suffixes[series.key]}"
                rate = series.on(day).value
                found[key] = Code(key, family, series.key, rate, f"{series.label} ({_percent(rate)} %)")
    return found


def territory_codes(day: date, territory: str) -> Mapping[str, Code]:
    """Return the codes that a company of *territory* may need: its own rates and those without rate."""
    return {key: code for key, code in codes_on(day).items() if not code.series or code.series.startswith(territory)}


def is_known(key: str, day: date) -> bool:
    """Tell whether *key* is a code in force on *day*, or a rated family whose rate is to be found ("V*")."""
    family = families().get(key.removesuffix(ANY_RATE))
    return key in codes_on(day) or (key.endswith(ANY_RATE) and family is not None and family.is_rated)


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}".replace(".", ",")


def _rates() -> Mapping[str, Series]:
    return dated_series("vat/rates.toml", attributes=("territory", "category"))


@cache
def _document() -> tuple[Mapping[str, str], Mapping[str, Family]]:
    document = read_document(folder() / "vat" / "codes.toml")
    document.take("name", str)
    suffixes = document.take_texts("suffix")
    found = {key: _family(key, table) for key, table in document.take_tables("family").items()}
    document.done()
    return suffixes, found


def _family(key: str, table: Table) -> Family:
    side = table.take("side", str)
    if side not in SIDES:
        raise table.refused("side", f"{side!r} is none of {', '.join(SIDES)}")
    boxes = {form: box for form in ("ca3", "ca12") if (box := table.take_optional(form, str))}
    notes = {form: box for form in ("ca3", "ca12") if (box := table.take_optional(f"note_{form}", str))}
    family = Family(
        key=key,
        label=table.take("label", str),
        side=side,
        is_rated=bool(table.take_optional("rated", bool)),
        is_on_receipts=bool(table.take_optional("on_receipts", bool)),
        ledger=table.take_optional("ledger", str) or "",
        boxes=boxes,
        notes=notes,
        valid_from=table.take("from", date),
        source=table.take("source", str),
        doubt=table.take_optional("doubt", str),
    )
    table.done()
    return family
