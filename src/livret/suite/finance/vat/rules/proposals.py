"""The tax of an entry while it is typed: the lines to add, from amounts before tax or with it. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from livret.suite.finance.rules.drafts import TypedLine


@dataclass(frozen=True, slots=True)
class Tax:
    """How a line is taxed. against: the account that deducts what the buyer declares, "" where the seller does.

    code and against_code: what the lines of tax state, "" where their accounts say it.
    """

    rate: Decimal
    account: str
    code: str = ""
    against: str = ""
    against_code: str = ""


@dataclass(frozen=True, slots=True)
class Taxed:
    """The lines with their tax. changed: places of those whose amount was with tax; added: lines at the end."""

    lines: tuple[TypedLine, ...]
    changed: tuple[int, ...]
    added: int


def with_tax(lines: Sequence[TypedLine], taxes: Mapping[int, Tax]) -> Taxed | None:
    """Return *lines* with their tax; None when it cannot be told. taxes: by place, from 0, of the lines it is due on.

    Amounts are before tax, unless the entry balances with them: then they hold it. One line without amount takes what
    is missing to balance, tax included. The tax of lines alike is rounded once, half up.
    """
    blank = [place for place in taxes if not _cents(lines[place])]
    missing = -sum(_cents(line) for line in lines)
    is_charged = any(tax.against for tax in taxes.values())
    if blank and (len(taxes) > 1 or not missing or is_charged):
        return None
    gross = {}
    if blank:
        gross = {blank[0]: missing}
    elif not missing and len(lines) > len(taxes) and not is_charged:
        gross = {place: _cents(lines[place]) for place in taxes}
    net = {
        place: _rounded(gross[place] / (1 + tax.rate)) if place in gross else _cents(lines[place])
        for place, tax in taxes.items()
    }
    added = [line for tax in dict.fromkeys(taxes.values()) for line in _lines(tax, lines, taxes, net, gross)]
    kept = tuple(_with(line, net[place]) if place in gross else line for place, line in enumerate(lines))
    return Taxed((*kept, *added), tuple(gross), len(added)) if added else None


def _lines(
    tax: Tax, lines: Sequence[TypedLine], taxes: Mapping[int, Tax], net: Mapping[int, int], gross: Mapping[int, int]
) -> list[TypedLine]:
    places = [place for place, one in taxes.items() if one == tax]
    if gross:
        cents = sum(gross[place] - net[place] for place in places)
    else:
        cents = _rounded(sum(net[place] for place in places) * tax.rate)
    if not cents:
        return []
    blank = TypedLine(label=lines[places[0]].label)
    if tax.against:  # The buyer declares what the seller does not charge, and deducts it.
        due = _with(replace(blank, account=tax.account, vat_code=tax.code), -cents)
        return [due, _with(replace(blank, account=tax.against, vat_code=tax.against_code), cents)]
    return [_with(replace(blank, account=tax.account, vat_code=tax.code), cents)]


def _cents(line: TypedLine) -> int:
    return line.debit_cents - line.credit_cents


def _with(line: TypedLine, cents: int) -> TypedLine:
    return replace(line, debit_cents=max(cents, 0), credit_cents=max(-cents, 0))


def _rounded(cents: Decimal | int) -> int:
    return int(Decimal(cents).quantize(Decimal(1), ROUND_HALF_UP))
