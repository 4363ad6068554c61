"""What an account has to do with VAT, by its number and label: the general chart's roles, as dated data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from livret.kernel.legislation import Table, folder, read_document
from livret.suite.finance.vat.rules.codes import ANY_RATE, codes_on

PERCENT = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?) ?%")


@dataclass(frozen=True, slots=True)
class Root:
    """The role of the accounts whose number begins so."""

    number: str
    role: str
    code: str
    nature: str
    source: str
    doubt: str | None


@dataclass(frozen=True, slots=True)
class Role:
    """What an account has to do with VAT. code: "" when it has none, "V*" when the rate is to be found.

    is_chosen: the company said so; else the general chart does, or the account's label.
    """

    role: str
    code: str = ""
    nature: str = "goods"
    is_chosen: bool = False


@cache
def roots() -> tuple[Root, ...]:
    """Return the roots of the general chart, longest first."""
    document = read_document(folder() / "vat" / "accounts.toml")
    document.take("name", str)
    found = [_root(table) for table in document.take_list("root")]
    document.done()
    return tuple(sorted(found, key=lambda root: -len(root.number)))


def role_of(
    number: str, label: str, chosen: Mapping[str, str], *, day: date, territory: str, receipts: bool
) -> Role | None:
    """Return the role of an account, None when VAT has nothing to do with it.

    chosen: the company's own codes by root of number, the longest root wins; receipts: VAT on services is due on
    receipts, so a rate to be found on sales is that of services when the entry says so.
    """
    root = next((root for root in roots() if number.startswith(root.number)), None)
    own = next((chosen[key] for key in sorted(chosen, key=len, reverse=True) if number.startswith(key)), "")
    if own:
        return Role(_own_role(number, root), own, root.nature if root else "goods", is_chosen=True)
    if root is None or root.role == "none":
        return None
    code = root.code
    if code.endswith(ANY_RATE) and (rate := rate_in(label)) is not None:
        code = _with_rate(code.removesuffix(ANY_RATE), rate, day=day, territory=territory, receipts=receipts) or code
    return Role(root.role, code, root.nature)


def rate_in(label: str) -> Decimal | None:
    """Return the rate that a label names, such as "TVA collectée 5,5 %", as a fraction."""
    found = PERCENT.search(label)
    return Decimal(found[1].replace(",", ".")) / 100 if found else None


def _own_role(number: str, root: Root | None) -> str:
    """A code chosen for an account of class 4 is that of a tax, advances received apart; elsewhere of a base."""
    if root and root.role != "other_income":
        return root.role
    if number.startswith("4") and root is None:
        return "tax"
    return "base_out" if number.startswith(("4", "7")) else "base_in"


def _with_rate(family: str, rate: Decimal, *, day: date, territory: str, receipts: bool) -> str:
    """Return the code of *family* at *rate*. On receipts, "V" stays open: the entry tells goods from services."""
    if family == "V" and receipts:
        return ""
    for key, code in codes_on(day).items():
        if code.family.key == family and code.rate == rate and code.series.startswith(territory):
            return key
    return ""


def _root(table: Table) -> Root:
    root = Root(
        number=table.take("number", str),
        role=table.take("role", str),
        code=table.take_optional("code", str) or "",
        nature=table.take_optional("nature", str) or "goods",
        source=_dated(table),
        doubt=table.take_optional("doubt", str),
    )
    table.done()
    return root


def _dated(table: Table) -> str:
    table.take("from", date)
    return table.take("source", str)


def service_roots() -> Sequence[str]:
    """Return the roots of the accounts of services sold."""
    return [root.number for root in roots() if root.nature == "services"]
