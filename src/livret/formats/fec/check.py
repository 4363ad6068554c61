"""The check of a FEC: everything the administration's tester looks at, and what makes books true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from livret.kernel.findings import Finding, is_valid
from livret.kernel.money import euros_of

from .catalogue import Findings
from .entries import BalanceCheck, Entries, Entry, OrderCheck
from .header import Layout
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


@dataclass(frozen=True, slots=True)
class LinesFound:
    """What the lines of a file say by themselves: see Report."""

    findings: Findings
    facts: NameFacts
    lines: int
    debit_cents: int
    credit_cents: int
    first_on: date | None
    last_on: date | None
    charset: str
    separator: str


@dataclass(frozen=True, slots=True)
class EntriesFound:
    """What the entries of a file say: their balance, dates, order and numbers. See Report."""

    findings: Findings
    entries: int
    is_gathered: bool


OnBatch = Callable[[Batch], object]


def check(stream: Readable, *, name: str | None = None, lang: str = "fr", on_batch: OnBatch | None = None) -> Report:
    """Return the report on the FEC in *stream*, read once, in bounded memory.

    name: the file's name or path, checked when given; lang: of the messages, fr or en; on_batch: told each batch of
    lines, for what else is to be known of them. Bad input never raises.
    Source: LPF, art. A47 A-1; DGFiP, Test Compta Demat 1_00_08; the reference page of findings gives each rule.
    """
    entries = _EntryRules(lang)

    def feed(batch: Batch) -> None:
        entries.feed(batch)
        if on_batch is not None:
            on_batch(batch)

    try:
        lines = check_lines(stream, name=name, lang=lang, on_batch=feed)
    except Unreadable as refusal:
        return unread(refusal)
    return report_of(lines, entries.found())


def check_lines(
    stream: Readable, *, name: str | None = None, lang: str = "fr", on_batch: OnBatch | None = None
) -> LinesFound:
    """Return the half of `check` that looks at lines; beside `check_entries`, on two cores, it takes less time.

    Raises Unreadable.
    """
    findings = Findings(lang)
    facts = read_name(name, findings) if name else NameFacts(None, None)
    reader = Reader(stream, findings, lang=lang)
    rules = _LineRules(findings, facts)
    for batch in reader.batches():
        rules.feed(batch, reader.layout)
        if on_batch is not None:
            on_batch(batch)
    return rules.found(reader)


def check_entries(stream: Readable, *, lang: str = "fr", on_batch: OnBatch | None = None) -> EntriesFound:
    """Return the half of `check` that looks at entries. Raises Unreadable."""
    rules = _EntryRules(lang)
    for batch in Reader(stream, Findings(lang), lang=lang).batches():
        rules.feed(batch)
        if on_batch is not None:
            on_batch(batch)
    return rules.found()


def report_of(lines: LinesFound, entries: EntriesFound) -> Report:
    """Return the report on a file from both halves of its check."""
    return Report(
        findings=(lines.findings + entries.findings).result(),
        lines=lines.lines,
        entries=entries.entries,
        debit_cents=lines.debit_cents,
        credit_cents=lines.credit_cents,
        first_on=lines.first_on,
        last_on=lines.last_on,
        siren=lines.facts.siren,
        closing=lines.facts.closing,
        charset=lines.charset,
        separator=lines.separator,
        is_gathered=entries.is_gathered,
    )


def unread(refusal: Unreadable) -> Report:
    """Return the report on a file that is no FEC."""
    return Report((refusal.finding,), is_unreadable=True)


class _LineRules:
    """The rules on lines, over one file."""

    def __init__(self, findings: Findings, facts: NameFacts) -> None:
        self._findings, self._facts = findings, facts
        self._letters, self._results = LetterCheck(findings), ResultCheck(findings)
        self._lines: LineChecks | None = None
        self._count = self._debit = self._credit = 0
        self._is_readable = True
        self._bounds: list[date] = []

    def feed(self, batch: Batch, layout: Layout | None) -> None:
        if self._lines is None:
            columns = layout.places if layout else ()
            self._lines = LineChecks(self._findings, columns=columns, closing=self._facts.closing)
        self._lines.feed(batch)
        self._letters.feed(batch)
        self._results.feed(batch)
        self._count += len(batch.numbers)
        self._debit += sum(batch.debits)
        self._credit += sum(batch.credits)
        self._is_readable = self._is_readable and not batch.unreadable
        days = [day for day in {*batch.days["EcritureDate"], *self._bounds} if day]
        self._bounds = [min(days), max(days)] if days else []

    def found(self, reader: Reader) -> LinesFound:
        for ended in (self._letters, self._results):
            ended.finish()
        self._check_file(reader.charset)
        first_on, last_on = self._bounds or (None, None)
        return LinesFound(
            findings=self._findings,
            facts=self._facts,
            lines=self._count,
            debit_cents=self._debit,
            credit_cents=self._credit,
            first_on=first_on,
            last_on=last_on,
            charset=reader.charset,
            separator=reader.layout.separator if reader.layout else "\t",
        )

    def _check_file(self, charset: str) -> None:
        if not self._count:
            self._findings.add("no-entries")
        if self._is_readable and self._debit != self._credit:
            values = {"debit": euros_of(self._debit), "credit": euros_of(self._credit)}
            difference = euros_of(abs(self._debit - self._credit))
            self._findings.add("file-unbalanced", line=None, column=None, **values, difference=difference)
        if charset == "utf-8":
            self._findings.add("charset-utf8")
        if charset == "cp1252":
            self._findings.add("charset-cp1252")


class _EntryRules:
    """The rules on entries, over one file."""

    def __init__(self, lang: str) -> None:
        self._findings = Findings(lang)
        self._entries = Entries()
        self._balances, self._order = BalanceCheck(self._findings), OrderCheck(self._findings)
        self._numbers = NumberingCheck(self._findings)
        self._count = 0

    def feed(self, batch: Batch) -> None:
        self._feed(self._entries.feed(batch))

    def _feed(self, entries: list[Entry]) -> None:
        self._count += len(entries)
        for rules in (self._balances, self._order, self._numbers):
            rules.feed(entries)

    def found(self) -> EntriesFound:
        self._feed(self._entries.finish())
        self._balances.finish()
        self._numbers.finish()
        return EntriesFound(self._findings, self._count, self._numbers.is_gathered)
