"""`livret archive`: prove the archive of a fiscal year from its bytes alone. It needs neither database nor settings."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from livret.suite.finance.closing.rules.archive import Verdict, verify

WHOLE, BROKEN = 0, 1


@click.group("archive")
def archive() -> None:
    """Prove archives of fiscal years."""


@archive.command("verify")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False))
def verify_files(files: tuple[str, ...]) -> None:
    """Prove each FILE: every file in it against its hash, every seal computed again, heads and totals.

    Exit code: 0 all whole, 1 something is not what the manifest says.
    """
    worst = WHOLE
    for name in files:
        with Path(name).open("rb") as stream:
            verdict = verify(stream)
        click.echo(_told(name, verdict))
        worst = max(worst, WHOLE if verdict.is_whole else BROKEN)
    sys.exit(worst)


def _told(name: str, verdict: Verdict) -> str:
    if not verdict.is_whole:
        faults = [f"  {one.code}: {one.place} {one.expected} {one.found}".rstrip() for one in verdict.faults]
        return "\n".join([f"{name}: not whole", *faults])
    company, year = verdict.manifest["company"], verdict.manifest["year"]
    held = f"{verdict.entries} entries, {verdict.lines} lines"
    return f"{name}: whole; {company['siren']} {year['first_day']} to {year['last_day']}, {held}"
