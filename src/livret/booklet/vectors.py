"""Case files of business time, availability and terms, evaluated against the rules of this package.

A file holds ``cases``; each has an id, a kind, its inputs and what is ``expected``. Whatever is wrong with a file or
a case becomes a line of the report, never an exception.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from livret.booklet.casefile import Fields, Malformed, differing, shown
from livret.booklet.vector_kinds import KINDS, Answer, Context, case_calendars
from livret.kernel.errors import Refusal

_LARGEST_FILE_BYTES = 64_000_000


class Outcome(StrEnum):
    """What became of a case: UNREADABLE ones could not be evaluated and count as failures."""

    PASSED = "passed"
    FAILED = "failed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case. expected and got: the differing fields, as they are written in a case file; reason: why, in words."""

    id: str
    kind: str
    title: str
    outcome: Outcome
    expected: str = ""
    got: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The results of one file. unreadable: why nothing could be evaluated, else None. notes: oddities of the file."""

    source: str
    results: tuple[CaseResult, ...]
    unreadable: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[CaseResult, ...]:
        return tuple(result for result in self.results if result.outcome is not Outcome.PASSED)

    @property
    def passed(self) -> int:
        return len(self.results) - len(self.failures)

    @property
    def is_good(self) -> bool:
        return self.unreadable is None and not self.failures


class _Unreadable(Exception):
    """A file in which no case can be evaluated."""


def evaluate(source: Path | str | bytes) -> Report:
    """Return the results of a case file, given its path or its bytes. Never raises on what the file holds."""
    name = "bytes" if isinstance(source, bytes) else str(source)
    try:
        content = _content(source)
        cases, context = _cases_of(content)
    except _Unreadable as reason:
        return Report(name, (), str(reason))
    results = tuple(_result(case, n, context) for n, case in enumerate(cases, 1))
    return Report(name, results, None, _notes(content, results))


def _content(source: Path | str | bytes) -> Mapping[str, object]:
    try:
        raw = source if isinstance(source, bytes) else _read(Path(source))
        content = json.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise _Unreadable(f"cannot be read ({error.strerror or error})") from error
    except (ValueError, RecursionError) as error:
        raise _Unreadable(f"is not JSON in UTF-8: {error}") from error
    if not isinstance(content, dict):
        raise _Unreadable(f"wants an object with cases, got {shown(content)}")
    return content


def _read(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST_FILE_BYTES:
        raise _Unreadable(f"is larger than {_LARGEST_FILE_BYTES} bytes")
    return path.read_bytes()


def _cases_of(content: Mapping[str, object]) -> tuple[list[object], Context]:
    cases = content.get("cases")
    if not isinstance(cases, list) or not cases:
        raise _Unreadable(f"wants a list of cases, got {shown(cases)}")
    return cases, Context(case_calendars(content.get("calendars", {})))


def _result(raw: object, number: int, context: Context) -> CaseResult:
    label = raw if isinstance(raw, dict) else {}
    case_id, kind, title = (str(label.get(name, default)) for name, default in _labels(number))
    try:
        case = Fields(raw)
        answer = _answer(case, context)
        expected = case.table("expected").mapping()
        if not expected:
            raise Malformed("expected", "holds nothing to compare")
    except _REFUSALS as refusal:
        return CaseResult(case_id, kind, title, Outcome.UNREADABLE, reason=_reason(refusal))
    wrong = differing(expected, answer)
    if not wrong:
        return CaseResult(case_id, kind, title, Outcome.PASSED)
    got = {name: answer[name] for name in wrong if name in answer}
    lacking = [name for name in wrong if name not in answer]
    return CaseResult(
        case_id,
        kind,
        title,
        Outcome.FAILED,
        shown({name: expected[name] for name in wrong}),
        shown(got),
        f"no such figure: {', '.join(lacking)}" if lacking else "",
    )


_REFUSALS = (ValueError, ArithmeticError, LookupError, TypeError, RecursionError, Refusal)


def _labels(number: int) -> tuple[tuple[str, str], ...]:
    return (("id", f"#{number}"), ("kind", "?"), ("title", ""))


def _answer(case: Fields, context: Context) -> Answer:
    kind = case.text("kind")
    if kind not in KINDS:
        raise Malformed("kind", f"unknown {kind!r}; known are {', '.join(sorted(KINDS))}")
    return KINDS[kind](case, context)


def _reason(refusal: BaseException) -> str:
    return str(refusal) or type(refusal).__name__


def _notes(content: Mapping[str, object], results: tuple[CaseResult, ...]) -> tuple[str, ...]:
    notes = []
    if "count" in content and content["count"] != len(results):
        notes.append(f"the file announces {shown(content['count'])} cases and holds {len(results)}")
    ids = [result.id for result in results]
    if twice := sorted({case_id for case_id in ids if ids.count(case_id) > 1}):
        notes.append(f"ids that stand twice: {', '.join(twice)}")
    return tuple(notes)
