"""The check of a FEC: everything the administration's tester looks at, and what makes books true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from livret.kernel.findings import Finding, is_valid
from livret.kernel.money import euros_of

from .catalogue import Findings
from .entries import BalanceCheck, Entries, Entry, OrderCheck
from .letters import LetterCheck, ResultCheck
from .lines_check import LineChecks
from .naming import NameFacts, read_name
from .numbering import NumberingCheck
from .reader import Batch, Reader
from .source import Readable, Unreadable


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    findings: by line, bounded, those on the whole file last; is_unreadable: the file is no FEC, nothing else is known;
    lines, entries: counts; debit_cents, credit_cents: totals of what could be read; first_on, last_on: entry days;
    siren, closing: what the file name says; charset, separator: what was found; is_gathered: the lines of each entry
    are known to stand together.
    """

    findings: tuple[Finding, ...]
    is_unreadable: bool = False
    lines: int = 0
    entries: int = 0
    debit_cents: int = 0
    credit_cents: int = 0
    first_on: date | None = None
    last_on: date | None = None
    siren: str | None = None
    closing: date | None = None
    charset: str = "ascii"
    separator: str = "\t"
    is_gathered: bool = False

    def is_valid(self, *, strict: bool = False) -> bool:
        """Tell whether the file may be handed over and imported; with *strict*, warnings refuse it."""
        return is_valid(self.findings, strict=strict)


def check(
    stream: Readable, *, name: str | None = None, lang: str = "fr", on_batch: Callable[[Batch], None] | None = None
) -> Report:
    """Return the report on the FEC in *stream*, read once, in bounded memory.

    name: the file's name or path, checked when given; lang: of the messages, fr or en; on_batch: told each batch of
    lines, for what else is to be known of them. Bad input never raises.
    Source: LPF, art. A47 A-1; DGFiP, Test Compta Demat 1_00_08; the reference page of findings gives each rule.
    """
    findings = Findings(lang)
    facts = read_name(name, findings) if name else NameFacts(None, None)
    try:
        return _Check(stream, findings, facts, lang).run(on_batch)
    except Unreadable as refusal:
        return Report((refusal.finding,), is_unreadable=True)


class _Check:
    """One run over one file."""

    def __init__(self, stream: Readable, findings: Findings, facts: NameFacts, lang: str) -> None:
        self._findings = findings
        self._facts = facts
        self._reader = Reader(stream, findings, lang=lang)
        self._entries = Entries()
        self._order = OrderCheck(findings)
        self._balances = BalanceCheck(findings)
        self._numbers = NumberingCheck(findings)
        self._letters = LetterCheck(findings)
        self._results = ResultCheck(findings)
        self._lines: LineChecks | None = None
        self._line_count = self._entry_count = self._debit = self._credit = 0
        self._is_readable = True
        self._bounds: list[date] = []

    def run(self, on_batch: Callable[[Batch], None] | None) -> Report:
        for batch in self._reader.batches():
            self._feed(batch)
            if on_batch is not None:
                on_batch(batch)
        self._feed_entries(self._entries.finish())
        for ended in (self._balances, self._numbers, self._letters, self._results):
            ended.finish()
        self._check_file()
        return self._report()

    def _feed(self, batch: Batch) -> None:
        self._line_checks().feed(batch)
        self._letters.feed(batch)
        self._results.feed(batch)
        self._feed_entries(self._entries.feed(batch))
        self._line_count += len(batch.numbers)
        self._debit += sum(batch.debits)
        self._credit += sum(batch.credits)
        self._is_readable = self._is_readable and not batch.unreadable
        days = [day for day in {*batch.days["EcritureDate"], *self._bounds} if day]
        self._bounds = [min(days), max(days)] if days else []

    def _line_checks(self) -> LineChecks:
        if self._lines is None:
            columns = self._reader.layout.places if self._reader.layout else ()
            self._lines = LineChecks(self._findings, columns=columns, closing=self._facts.closing)
        return self._lines

    def _feed_entries(self, entries: list[Entry]) -> None:
        self._entry_count += len(entries)
        for fed in (self._balances, self._order, self._numbers):
            fed.feed(entries)

    def _check_file(self) -> None:
        if not self._line_count:
            self._findings.add("no-entries")
        if self._is_readable and self._debit != self._credit:
            values = {"debit": euros_of(self._debit), "credit": euros_of(self._credit)}
            difference = euros_of(abs(self._debit - self._credit))
            self._findings.add("file-unbalanced", line=None, column=None, **values, difference=difference)
        if self._reader.charset == "utf-8":
            self._findings.add("charset-utf8")
        if self._reader.charset == "cp1252":
            self._findings.add("charset-cp1252")

    def _report(self) -> Report:
        layout = self._reader.layout
        return Report(
            findings=self._findings.result(),
            lines=self._line_count,
            entries=self._entry_count,
            debit_cents=self._debit,
            credit_cents=self._credit,
            first_on=self._bounds[0] if self._bounds else None,
            last_on=self._bounds[1] if self._bounds else None,
            siren=self._facts.siren,
            closing=self._facts.closing,
            charset=self._reader.charset,
            separator=layout.separator if layout else "\t",
            is_gathered=self._numbers.is_gathered,
        )
