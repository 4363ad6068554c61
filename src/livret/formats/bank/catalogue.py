"""What reading a statement can say: codes, severities and wordings, read once from findings.toml."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from livret.formats.fec.catalogue import LANGUAGES, Kind, shown_in
from livret.kernel.findings import Finding, Severity

from .statement import Unreadable

DEFAULT_LIMIT = 20


@cache
def catalogue() -> Mapping[str, Kind]:
    """Return every kind of finding by its code, in the order of the file."""
    with (Path(__file__).parent / "findings.toml").open("rb") as stream:
        tables = tomllib.load(stream)
    return MappingProxyType({code: _kind(code, table) for code, table in tables.items()})


def _kind(code: str, table: Mapping[str, str]) -> Kind:
    messages = {lang: table[lang] for lang in LANGUAGES}
    return Kind(code, Severity(table["severity"]), DEFAULT_LIMIT, table["rule"], table["source"], messages)


class Findings:
    """The findings of one reading, bounded: beyond the limit of a code they are only counted."""

    def __init__(self, lang: str = "fr") -> None:
        self._lang = lang
        self._kept: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, code: str, *, line: int | None = None, column: str | None = None, **values: object) -> None:
        self._counts[code] += 1
        if self._counts[code] <= catalogue()[code].limit:
            self._kept.append(self._finding(code, line, column, values))

    def unreadable(
        self, code: str, *, line: int | None = None, column: str | None = None, **values: object
    ) -> Unreadable:
        """Return the refusal that ends the reading; it is one of the findings too."""
        finding = self._finding(code, line, column, values)
        self._kept.append(finding)
        return Unreadable(finding)

    def _finding(self, code: str, line: int | None, column: str | None, values: Mapping[str, object]) -> Finding:
        kind = catalogue()[code]
        shown = {name: shown_in(self._lang, value) for name, value in values.items()}
        return Finding(line, column, code, kind.severity, kind.messages[self._lang].format(**shown))

    @property
    def errors(self) -> int:
        return sum(count for code, count in self._counts.items() if catalogue()[code].severity is Severity.ERROR)

    def result(self) -> tuple[Finding, ...]:
        """Return the findings by line, those on the whole file last; a code cut short says how many there were."""
        found = list(self._kept)
        for code, count in self._counts.items():
            if count > catalogue()[code].limit:
                found.append(self._finding("more-of-the-same", None, None, {"code": code, "count": count}))
        return tuple(sorted(found, key=lambda finding: (finding.line is None, finding.line or 0)))
