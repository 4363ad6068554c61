"""`livret fec`: the FEC on the command line. The check needs neither database nor settings."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import click

from livret.formats.fec import Readable, Report, check, unreadable
from livret.formats.fec.catalogue import LANGUAGES, shown_in
from livret.kernel.findings import Finding, Severity
from livret.kernel.money import euros_of

VALID, INVALID, UNREADABLE = 0, 1, 2
BAR_FROM_BYTES = 20_000_000
STDIN = "-"

TEXTS = {
    "fr": {
        "valid": "{name}\u00a0: valide",
        "invalid": "{name}\u00a0: non valide",
        "unreadable": "{name}\u00a0: illisible",
        "facts": "  {lines} lignes, {entries} écritures, débit {debit}, crédit {credit}",
        "error": "erreur",
        "warning": "avertissement",
        "info": "information",
        "line": "ligne {line}",
        "file": "fichier",
    },
    "en": {
        "valid": "{name}: valid",
        "invalid": "{name}: not valid",
        "unreadable": "{name}: unreadable",
        "facts": "  {lines} lines, {entries} entries, debit {debit}, credit {credit}",
        "error": "error",
        "warning": "warning",
        "info": "information",
        "line": "line {line}",
        "file": "file",
    },
}


BOOKS = {"export": "export_file", "import": "import_file"}


class _WithBooks(click.Group):
    """Loads the commands that work on the books when they are asked for: the check needs no database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *BOOKS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in BOOKS:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module("livret.cli.fec_books"), BOOKS[cmd_name])
        assert isinstance(command, click.Command)
        return command


@click.group("fec", cls=_WithBooks)
def fec() -> None:
    """Check, import and export the accounting entries file (FEC)."""


@fec.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--json", "as_json", is_flag=True, help="Answer one JSON object per file.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="fr", show_default=True, help="Language of the messages.")
def check_files(files: tuple[str, ...], strict: bool, as_json: bool, lang: str) -> None:
    """Check each FILE ("-" for the standard input) against the law, the administration's tester and good bookkeeping.

    Exit code: 0 all valid, 1 errors found, 2 a file could not be read as a FEC.
    """
    show = _as_json if as_json else _as_text
    worst = VALID
    for name in files:
        report = _checked(name, lang=lang)
        report = replace(report, findings=tuple(map(_hardened, report.findings))) if strict else report
        click.echo(show(name, report, lang))
        worst = max(worst, UNREADABLE if report.is_unreadable else VALID if report.is_valid() else INVALID)
    sys.exit(worst)


def _hardened(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.ERROR) if finding.severity is Severity.WARNING else finding


def _checked(name: str, *, lang: str) -> Report:
    if name == STDIN:
        return check(sys.stdin.buffer, lang=lang)
    try:
        with Path(name).open("rb") as stream, _watched(stream) as watched:
            return check(watched, name=name, lang=lang)
    except FileNotFoundError:
        refusal = unreadable("file-missing", lang=lang, value=name)
    except IsADirectoryError:
        refusal = unreadable("file-directory", lang=lang, value=name)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        refusal = unreadable("file-unreadable", lang=lang, value=name, reason=reason)
    return Report((refusal.finding,), is_unreadable=True)


@contextmanager
def _watched(stream: BinaryIO) -> Iterator[Readable]:
    """Give *stream*, with a progress bar on the terminal when the file is long."""
    size = Path(stream.name).stat().st_size
    if size < BAR_FROM_BYTES or not sys.stderr.isatty():
        yield stream
        return
    with click.progressbar(length=size, file=sys.stderr, show_pos=False) as bar:
        yield _Watched(stream, bar.update)


class _Watched:
    """A stream that tells how many bytes were read."""

    def __init__(self, stream: BinaryIO, advance: Callable[[int], None]) -> None:
        self._stream = stream
        self._advance = advance

    def read(self, size: int) -> bytes:
        chunk = self._stream.read(size)
        self._advance(len(chunk))
        return chunk


def _as_json(_name: str, report: Report, _lang: str) -> str:
    answer = {"valid": report.is_valid(), "findings": [finding.as_dict() for finding in report.findings]}
    return json.dumps(answer, ensure_ascii=False)


def _as_text(name: str, report: Report, lang: str) -> str:
    texts = TEXTS[lang]
    verdict = "unreadable" if report.is_unreadable else "valid" if report.is_valid() else "invalid"
    lines = [texts[verdict].format(name=click.format_filename(name))]
    if not report.is_unreadable:
        debit, credit = (shown_in(lang, euros_of(cents)) for cents in (report.debit_cents, report.credit_cents))
        counts = {"lines": shown_in(lang, report.lines), "entries": shown_in(lang, report.entries)}
        lines.append(texts["facts"].format(**counts, debit=debit, credit=credit))
    return "\n".join([*lines, *(_finding_text(finding, texts) for finding in report.findings)])


def _finding_text(finding: Finding, texts: dict[str, str]) -> str:
    where = texts["line"].format(line=finding.line) if finding.line else texts["file"]
    column = f", {finding.column}" if finding.column else ""
    return f"  {where}{column} [{texts[finding.severity]}, {finding.code}] {finding.message}"
