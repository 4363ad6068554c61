"""The French general charts of accounts (plan comptable général), one per range of fiscal years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from livret.kernel import legislation
from livret.kernel.errors import Refusal
from livret.kernel.legislation import NotInForce, Table

# A root of two digits holds accounts of its own only when the chart does not subdivide it (58, or 37 since 2025).
SHORTEST_SUBDIVIDED = 3


class UnknownAccount(Refusal):
    """The chart has no account that could hold this number."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the chart. parent: the number of the account that holds it, None for a class."""

    number: str
    label: str
    parent: str | None
    doubt: str | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart for the fiscal years opened from a day until another, excluded (None: until further notice).

    Sub-accounts are free: a number is valid when it begins with an account of the chart that may be subdivided, or
    when it is a two-digit account padded with zeros (530000 is 53).
    Source: règlement ANC n° 2014-03, art. 932-1. Which accounts may be subdivided (three digits or more, or a
    root that the chart leaves whole) is our reading.
    """

    name: str
    source: str
    opened_from: date
    opened_until: date | None
    doubt: str | None
    accounts: Mapping[str, Account]
    _holders: frozenset[str]

    def account(self, number: str) -> Account:
        """Return the account of the chart that is *number* or holds it, the longest. Raises UnknownAccount."""
        holder = self._holder(number)
        if holder is None:
            raise UnknownAccount(f"account {number!r} begins with no account of the chart in force: {self.name}")
        return self.accounts[holder]

    def is_valid(self, number: str) -> bool:
        return self._holder(number) is not None

    def _holder(self, number: str) -> str | None:
        for length in range(len(number), 1, -1):
            if number[:length] in self._holders:
                return number[:length]
        root = number[:2]
        is_padded = len(number) > len(root) and not number[2:].strip("0")
        return root if is_padded and root in self.accounts else None

    def label_for(self, number: str) -> str:
        """Return the official label of *number*, or of the account that holds it. Raises UnknownAccount."""
        return self.account(number).label


@cache
def charts() -> tuple[Chart, ...]:
    """Return every chart, oldest first; they tile time. Raises BadData."""
    found = sorted((read_chart(path) for path in chart_files()), key=lambda chart: chart.opened_from)
    legislation.check_tiling(Table("pcg", "", {}), [(chart.opened_from, chart.opened_until) for chart in found])
    return tuple(found)


@cache
def chart_for(fiscal_year_opened_on: date) -> Chart:
    """Return the chart mandatory for a fiscal year opened on that day. Raises NotInForce before the oldest."""
    for chart in reversed(charts()):
        if chart.opened_from <= fiscal_year_opened_on:
            return chart
    raise NotInForce(
        f"no chart of accounts is known for a fiscal year opened on {fiscal_year_opened_on};"
        f" the oldest holds from {charts()[0].opened_from}"
    )


def chart_files() -> list[Path]:
    return sorted((legislation.folder() / "pcg").glob("*.toml"))


def read_chart(path: Path) -> Chart:
    """Return the chart of one file, completed by the chart that it amends. Raises BadData."""
    document = legislation.read_document(path)
    labels, doubts = _amended(document, path.parent)
    labels |= document.take_texts("accounts")
    doubts |= document.take_texts("doubts")
    _check_numbers(document, labels, doubts)
    chart = Chart(
        name=document.take("name", str),
        source=document.take("source", str),
        opened_from=document.take("opened_from", date),
        opened_until=document.take_optional("opened_until", date),
        doubt=document.take_optional("doubt", str),
        accounts=_accounts(labels, doubts),
        _holders=_holders(labels),
    )
    document.done()
    return chart


def _amended(document: Table, siblings: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the labels and doubts of the chart that the document amends, less what it removes; else nothing."""
    base = document.take_optional("amends", str)
    removed = document.take_optional("removed", list) or []
    if base is None:
        return {}, {}
    kept = dict(read_chart(siblings / base).accounts)
    for number in removed:
        if kept.pop(number, None) is None:
            raise document.refused("removed", f"account {number!r} is not in {base}")
    labels = {number: account.label for number, account in kept.items()}
    return labels, {number: account.doubt for number, account in kept.items() if account.doubt}


def _check_numbers(document: Table, labels: Mapping[str, str], doubts: Mapping[str, str]) -> None:
    for number in labels:
        if not number.isdecimal() or number.startswith(("0", "9")):
            raise document.refused(f"accounts.{number}", "an account number is digits and begins with 1 to 8")
    for number in doubts:
        if number not in labels:
            raise document.refused(f"doubts.{number}", "the chart has no such account")


def _accounts(labels: Mapping[str, str], doubts: Mapping[str, str]) -> Mapping[str, Account]:
    return MappingProxyType(
        {
            number: Account(number, label, _parent(number, labels), doubts.get(number))
            for number, label in sorted(labels.items())
        }
    )


def _parent(number: str, labels: Mapping[str, str]) -> str | None:
    return next((number[:length] for length in range(len(number) - 1, 0, -1) if number[:length] in labels), None)


def _holders(labels: Mapping[str, str]) -> frozenset[str]:
    subdivided = {number[:2] for number in labels if len(number) >= SHORTEST_SUBDIVIDED}
    return frozenset(
        number
        for number in labels
        if len(number) >= SHORTEST_SUBDIVIDED or (len(number) == 2 and number not in subdivided)
    )
