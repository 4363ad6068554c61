"""What a file of entries says under a reading, with every fault of it against itself and the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from livret.core.blobs import store
from livret.core.tenancy.context import current_place
from livret.kernel.errors import Refusal
from livret.kernel.money import euros_of
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.entry.models import EntryFile
from livret.suite.finance.entry.rules import columns, sheets
from livret.suite.finance.entry.rules.columns import Fault, Reading, ReadLine
from livret.suite.finance.entry.rules.sheets import Shape, SheetRefused
from livret.suite.finance.entry.services import wording
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Journal
from livret.suite.finance.services.shelf import chart_of

KEPT_FAULTS = 200


class FileRefused(Refusal):
    """The file cannot be taken; the message says why. faults: line by line."""

    def __init__(self, message: str, faults: Sequence[dict[str, object]] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says under a reading. groups: the lines of each entry, in the order of the file."""

    groups: Mapping[tuple[str, ...], Sequence[ReadLine]]
    faults: Sequence[dict[str, object]]
    fault_count: int
    lines: int

    @property
    def debit(self) -> int:
        return sum(max(line.cents, 0) for lines in self.groups.values() for line in lines)


def owner() -> str:
    return str(current_place().environment_id)


def shape_of(held: EntryFile) -> Shape:
    facts = {**held.reading["shape"]}
    return Shape(**{**facts, "sheets": tuple(facts["sheets"])})


def reading_of(held: EntryFile) -> Reading:
    return read_back(held.reading["reading"])


def read_back(facts: Mapping[str, Any]) -> Reading:
    return Reading(**facts)


def open_file(held: EntryFile) -> BinaryIO:
    return store.open_blob(held.digest, owner=owner())


def headers_of(held: EntryFile, shape: Shape, reading: Reading) -> tuple[sheets.Cell, ...]:
    """Return the cells of the line of headers. Raises FileRefused."""
    try:
        with open_file(held) as content:
            rows = sheets.rows(content, shape)
            return next((row.cells for row in rows if row.line >= reading.header), ())
    except SheetRefused as refused:
        raise FileRefused(wording.file_refusal(refused)) from refused


def contents_of(held: EntryFile, shape: Shape, reading: Reading) -> Contents:
    """Return what the file says, with every fault of it against itself and the books. Raises FileRefused."""
    lines: list[ReadLine] = []
    faults: list[Fault] = []
    try:
        with open_file(held) as content:
            for row in sheets.rows(content, shape):
                if row.line > reading.header:
                    line, found = columns.read(row, reading)
                    faults += found
                    if line:
                        lines.append(line)
    except SheetRefused as refused:
        raise FileRefused(wording.file_refusal(refused)) from refused
    faults += _against_books(held.company, lines, reading)
    groups: dict[tuple[str, ...], list[ReadLine]] = {}
    for line in lines:
        groups.setdefault(line.key, []).append(line)
    unbalanced = [] if faults else _unbalanced(groups)
    words = [wording.fault_words(fault) for fault in sorted(faults, key=lambda one: one.line)[:KEPT_FAULTS]]
    return Contents(groups, [*words, *unbalanced[:KEPT_FAULTS]], len(faults) + len(unbalanced), len(lines))


def _unbalanced(groups: Mapping[tuple[str, ...], Sequence[ReadLine]]) -> list[dict[str, object]]:
    found = []
    for key, lines in groups.items():
        if missing := sum(line.cents for line in lines):
            euros = f"{euros_of(abs(missing)):f}".replace(".", ",")
            found.append(wording.unbalanced_words(key, euros, lines[0].line))
    return found


def _against_books(company: Company, lines: Sequence[ReadLine], reading: Reading) -> list[Fault]:
    """Return the lines that name what the company has not, each value told at its first line."""
    years = [year for year in FiscalYear.objects.select_related("company").filter(company=company) if year.is_open]
    journals = set(Journal.objects.filter(company=company, is_closed=False).values_list("code", flat=True))
    accounts = _known(ChartAccount, company, {line.account for line in lines})
    parties = _known(AuxiliaryAccount, company, {line.auxiliary for line in lines if line.auxiliary})
    charts = {year.pk: chart_of(year) for year in years}
    faults: dict[tuple[str, str], Fault] = {}
    for line in lines:
        year = next((year for year in years if line.on in year.days), None)
        chart = charts[year.pk] if year else None
        is_known = line.account in accounts or bool(chart and chart.is_valid(line.account))
        code = line.currency
        is_currency = not code or (len(code) == 3 and code.isascii() and code.isalpha())
        checks = (
            ("date", line.on.isoformat(), "no-year", year is not None),
            ("journal", line.journal, "unknown-journal", line.journal in journals),
            ("account", line.account, "unknown-account", is_known or year is None),
            ("auxiliary", line.auxiliary, "unknown-auxiliary", not line.auxiliary or line.auxiliary in parties),
            ("currency", code, "currency", is_currency),
        )
        for role, value, code_of_fault, is_good in checks:
            if not is_good:
                fault = Fault(line.line, reading.columns.get(role), value, code_of_fault)
                faults.setdefault((role, value), fault)
    return list(faults.values())


def _known(model: type[ChartAccount] | type[AuxiliaryAccount], company: Company, numbers: set[str]) -> set[str]:
    rows = model._default_manager.filter(company=company, number__in=numbers, is_closed=False)
    return set(rows.values_list("number", flat=True))
