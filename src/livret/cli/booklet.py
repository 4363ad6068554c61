"""`livret booklet`: the service booklets on the command line. No database, no settings.

Exit codes: 0 all is well, 1 something was found (a difference, a failing case, bad data), 2 it could not be read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from livret.booklet import Booklet, library, load
from livret.booklet.data import default_folder
from livret.booklet.holidays import FILE_NAME, load_holidays
from livret.booklet.listing import Change, Entry, EntryKind, diff, values
from livret.booklet.model import Clause
from livret.booklet.vectors import CaseResult, Report, evaluate
from livret.kernel.errors import BadData

GOOD, FOUND, UNREADABLE = 0, 1, 2
LANGUAGES = ("en", "fr")
WORDS = {
    "en": {"absent": "absent", "reading": "reading, out of {options}", "loose": "No clause speaks of"},
    "fr": {"absent": "absent", "reading": "lecture, parmi {options}", "loose": "Aucune clause ne parle de"},
}


@click.group("booklet")
def booklet() -> None:
    """Show, check and compare the service booklets."""


@booklet.command("show")
@click.argument("booklet_id", required=False, metavar="[BOOKLET]")
@click.argument("version", required=False)
@click.option("--json", "as_json", is_flag=True, help="Answer JSON, in both languages.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the texts.")
def show(booklet_id: str | None, version: str | None, as_json: bool, lang: str) -> None:
    """List the booklets, or every value of one with its clause.

    BOOKLET is an id such as "sprint", or "sprint/2019"; without VERSION the latest is shown.

    Exit code: 0 shown, 2 unknown booklet or unreadable data.
    """
    if booklet_id is None:
        _say(_shelf_json() if as_json else _shelf_text(lang))
        return
    found = _named(f"{booklet_id}/{version}" if version else booklet_id)
    _say(_booklet_json(found) if as_json else _booklet_text(found, lang))


@booklet.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
def check(files: tuple[Path, ...]) -> None:
    """Check booklet FILEs; without any, those that come with the product and the list of public holidays.

    Exit code: 0 all good, 1 bad data, 2 a file could not be read.
    """
    worst = GOOD
    for path in files or sorted(default_folder().glob("**/*.toml")):
        worst = max(worst, _check_one(path))
    sys.exit(worst)


@booklet.command("diff")
@click.argument("before")
@click.argument("after")
@click.option("--json", "as_json", is_flag=True, help="Answer JSON.")
def compare(before: str, after: str, as_json: bool) -> None:
    """Tell which values change from BEFORE to AFTER, each as BOOKLET/VERSION, such as "sprint/2019".

    Exit code: 0 no value changes, 1 some do, 2 unknown booklet or unreadable data.
    """
    changes = diff(_named(before), _named(after))
    _say(_changes_json(changes) if as_json else _changes_text(changes))
    sys.exit(FOUND if changes else GOOD)


@booklet.command("vectors")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def vectors(files: tuple[Path, ...]) -> None:
    """Evaluate case FILEs of business time, availability and terms against the rules.

    One line per failing case with what was expected and what was computed, then the count of each file.

    Exit code: 0 every case passes, 1 one fails, 2 a file could not be read.
    """
    worst = GOOD
    for path in files:
        report = evaluate(path)
        _say(_report_text(report))
        worst = max(worst, UNREADABLE if report.unreadable else FOUND if report.failures else GOOD)
    sys.exit(worst)


def _named(name: str) -> Booklet:
    """Return a booklet by id or id/version; ends the command with 2 when there is none."""
    try:
        shelf = library()
    except BadData as refusal:
        _refuse(str(refusal))
    wanted_id, _, version = name.partition("/")
    found = [
        one for (one_id, one_version), one in shelf.items() if one_id == wanted_id and version in ("", one_version)
    ]
    if not found:
        _refuse(f"unknown booklet {name}; there is {', '.join(map(str, shelf.values()))}")
    return max(found, key=lambda one: one.version)


def _refuse(message: str) -> NoReturn:
    click.secho(message, fg="red", err=True)
    sys.exit(UNREADABLE)


def _check_one(path: Path) -> int:
    try:
        found = f"{len(load_holidays(path).holidays)} holidays" if path.name == FILE_NAME else _checked(load(path))
    except BadData as refusal:
        click.secho(str(refusal), fg="red", err=True)
        return UNREADABLE if refusal.where == "file" and not path.is_file() else FOUND
    _say(f"{path}: good, {found}")
    return GOOD


def _checked(found: Booklet) -> str:
    entries = values(found)
    silent = sum(entry.kind is EntryKind.ABSENT for entry in entries)
    return f"{found}, {len(found.clauses)} clauses, {len(entries) - silent} values, {silent} silences"


def _shelf_text(lang: str) -> str:
    return "\n".join(f"{one}  {_title(one, lang)}" for one in _shelf())


def _title(of: Booklet | Clause, lang: str) -> str:
    return of.title_fr if lang == "fr" else of.title_en


def _text(of: Clause | Entry, lang: str) -> str:
    return of.fr if lang == "fr" else of.en


def _shelf_json() -> str:
    return _json([{"id": one.id, "version": one.version, "title": one.title_en} for one in _shelf()])


def _shelf() -> Iterable[Booklet]:
    try:
        return library().values()
    except BadData as refusal:
        _refuse(str(refusal))


def _booklet_text(one: Booklet, lang: str) -> str:
    lines = [f"{one}  {_title(one, lang)}"]
    entries = values(one)
    for clause in one.clauses.values():
        lines += ["", f"{clause.id}  {_title(clause, lang)}", f"  {_text(clause, lang)}"]
        lines += [_entry_text(entry, lang) for entry in entries if entry.clause == clause.id]
    loose = [_entry_text(entry, lang) for entry in entries if entry.clause is None]
    return "\n".join(lines + (["", WORDS[lang]["loose"], *loose] if loose else []))


def _entry_text(entry: Entry, lang: str) -> str:
    text, word = _text(entry, lang), WORDS[lang]
    match entry.kind:
        case EntryKind.RULE:
            return f"  - {text}"
        case EntryKind.ABSENT:
            return f"  {entry.key}: {word['absent']}. {text}"
        case EntryKind.READING:
            return (
                f"  {entry.key}: {entry.written()} ({word['reading'].format(options=', '.join(entry.options))}). {text}"
            )
        case _:
            unit = f" {entry.unit}" if entry.unit not in _SILENT_UNITS else ""
            return f"  {entry.key}: {entry.written()}{unit}. {text}"


_SILENT_UNITS = frozenset({"", "yes or no", "day", "opening hours", "words", "share"})


def _booklet_json(one: Booklet) -> str:
    return _json(
        {
            "id": one.id,
            "version": one.version,
            "title": {"en": one.title_en, "fr": one.title_fr},
            "clauses": [
                {"id": c.id, "title": {"en": c.title_en, "fr": c.title_fr}, "en": c.en, "fr": c.fr}
                for c in one.clauses.values()
            ],
            "values": [_entry_json(entry) for entry in values(one)],
        }
    )


def _entry_json(entry: Entry) -> dict[str, object]:
    row: dict[str, object] = {
        "key": entry.key,
        "kind": entry.kind.value,
        "value": entry.plain(),
        "unit": entry.unit or None,
        "clause": entry.clause,
        "en": entry.en,
        "fr": entry.fr,
    }
    return {**row, "options": list(entry.options)} if entry.options else row


def _changes_text(changes: Iterable[Change]) -> str:
    lines = [f"{change.kind:7}  {change.key}: {_side(change.before)} -> {_side(change.after)}" for change in changes]
    return "\n".join([*lines, f"{len(lines)} values change" if lines else "no value changes"])


def _side(entry: Entry | None) -> str:
    return "absent" if entry is None else f"{entry.written()} ({entry.clause})"


def _changes_json(changes: Iterable[Change]) -> str:
    return _json(
        [
            {
                "key": change.key,
                "change": change.kind.value,
                "before": change.before and _entry_json(change.before),
                "after": change.after and _entry_json(change.after),
            }
            for change in changes
        ]
    )


def _report_text(report: Report) -> str:
    if report.unreadable is not None:
        return f"{report.source}: unreadable: {report.unreadable}"
    lines = [_failure_text(result) for result in report.failures]
    lines += [f"{report.source}: note: {note}" for note in report.notes]
    return "\n".join([*lines, f"{report.source}: {report.passed} of {len(report.results)} cases pass"])


def _failure_text(result: CaseResult) -> str:
    where = f"{result.id} [{result.kind}] {result.outcome}"
    compared = f": expected {result.expected} got {result.got}" if result.expected else ""
    return f"{where}{compared}" + (f": {result.reason}" if result.reason else "")


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)


def _say(text: str) -> None:
    click.echo(text)
