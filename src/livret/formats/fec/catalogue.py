"""What a check can say: codes, severities and wordings, read once from findings.toml."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from livret.kernel.findings import Finding, Severity

DEFAULT_LIMIT = 20
SHOWN_CHARACTERS = 60
LANGUAGES = ("fr", "en")
_MORE = {
    "fr": "… et {count} autre(s) remarque(s) « {code} » du même genre.",
    "en": "... and {count} more “{code}” of the same kind.",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A code, with its severity, the findings shown per column, its rule, source and message in each language."""

    code: str
    severity: Severity
    limit: int
    rule: str
    source: str
    messages: Mapping[str, str]


@cache
def catalogue() -> Mapping[str, Kind]:
    """Return every kind of finding by its code, in the order of the file."""
    with (Path(__file__).parent / "findings.toml").open("rb") as stream:
        tables = tomllib.load(stream)
    return MappingProxyType({code: _kind(code, table) for code, table in tables.items()})


def _kind(code: str, table: Mapping[str, str | int]) -> Kind:
    return Kind(
        code=code,
        severity=Severity(str(table["severity"])),
        limit=int(table.get("limit", DEFAULT_LIMIT)),
        rule=str(table["rule"]),
        source=str(table["source"]),
        messages={lang: str(table[lang]) for lang in LANGUAGES},
    )


class Findings:
    """The findings of one check, bounded: beyond the limit of a code in a column they are only counted."""

    def __init__(self, lang: str = "fr") -> None:
        if lang not in LANGUAGES:
            raise ValueError(f"Findings wants a language among {LANGUAGES}, got {lang!r}")
        self._lang = lang
        self._kept: list[Finding] = []
        self._counts: Counter[tuple[str, str | None]] = Counter()

    def __add__(self, other: Findings) -> Findings:
        """Return what both found."""
        both = Findings(self._lang)
        both._kept = self._kept + other._kept
        both._counts = self._counts + other._counts
        return both

    def add(self, code: str, *, line: int | None = None, column: str | None = None, **values: object) -> None:
        kind = catalogue()[code]
        self._counts[code, column] += 1
        if self._counts[code, column] <= kind.limit:
            shown = {name: shown_in(self._lang, value) for name, value in values.items()}
            message = kind.messages[self._lang].format(column=column, **shown)
            self._kept.append(Finding(line, column, code, kind.severity, message))

    def add_each(
        self,
        code: str,
        rows: Sequence[int],
        *,
        numbers: Sequence[int],
        column: str,
        values: Callable[[int], Mapping[str, object]] = lambda _row: {},
    ) -> None:
        """Add one finding per row, as add() would, without wording those that will only be counted.

        numbers: line number by row; values: what the message shows of a row.
        """
        room = max(catalogue()[code].limit - self._counts[code, column], 0)
        for row in rows[:room]:
            self.add(code, line=numbers[row], column=column, **values(row))
        self._counts[code, column] += len(rows[room:])

    def result(self) -> tuple[Finding, ...]:
        """Return the findings by line, those on the whole file last, with one count per code cut short."""
        found = [*self._kept, *self._cut_short()]
        return tuple(sorted(found, key=lambda finding: (finding.line is None, finding.line or 0)))

    def _cut_short(self) -> list[Finding]:
        kinds = [(catalogue()[code], column, count) for (code, column), count in self._counts.items()]
        return [
            Finding(None, column, kind.code, kind.severity, self._more(kind.code, count - kind.limit))
            for kind, column, count in kinds
            if count > kind.limit
        ]

    def _more(self, code: str, count: int) -> str:
        return _MORE[self._lang].format(code=code, count=shown_in(self._lang, count))


def shown_in(lang: str, value: object) -> str:
    """Return *value* as a reader of *lang* writes it, cut short and without unprintable characters.

    A Decimal is an amount in euros; a date is a day; an int is a count; anything else is shown as it stands.
    """
    match value:
        case Decimal() | int():
            text = f"{value:,.2f}\u00a0€" if isinstance(value, Decimal) else f"{value:,}"
            return text if lang == "en" else text.replace(",", "\u202f").replace(".", ",")
        case date():
            return value.isoformat() if lang == "en" else f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
        case _:
            return _printable(str(value))


def _printable(text: str) -> str:
    cut = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    return "".join(char if char.isprintable() or char in "\u00a0\u202f" else "�" for char in cut)
