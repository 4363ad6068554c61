"""`livret fec import` and `livret fec export`: a FEC into the books of a client, or out of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from livret.cli.platform import actor, with_database

if TYPE_CHECKING:
    from livret.suite.finance.models import ImportRun

DONE, REFUSED, UNREADABLE = 0, 1, 2
CHUNK_BYTES = 1 << 20
DAY = click.DateTime(["%Y-%m-%d"])
Found = dict[str, Any]


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--environment", "slug", required=True, help="Short name of the environment.")
@click.option("--siren", default="", help="SIREN of the company; that of the file's name otherwise.")
@click.option("--name", default="", help="Name of the company, when the import creates it.")
@click.option("--first-day", type=DAY, default=None, help="First day of the fiscal year, when the import opens it.")
@click.option("--yes", is_flag=True, help="Import without asking once the check has passed.")
@with_database
def import_file(file: Path, slug: str, siren: str, name: str, first_day: datetime | None, yes: bool) -> None:
    """Import the entries of FILE, all of them or none.

    The file is checked and what it holds is shown before anything is written.
    Exit 0 when it is in the books, 1 when it is refused, 2 when it is no FEC.
    """
    with inside(slug):
        run = _checked(file)
        _show(run)
        if run.state != "checked":
            sys.exit(UNREADABLE if run.summary["is_unreadable"] else REFUSED)
        if not yes:
            click.confirm("Import into the books?", abort=True, err=True)
        run = _imported(run, siren=siren, name=name, first_day=first_day.date() if first_day else None)
    _tell(run)
    sys.exit(DONE if run.state == "done" else REFUSED)


@click.command("export")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--environment", "slug", required=True, help="Short name of the environment.")
@click.option("--siren", required=True, help="SIREN of the company.")
@click.option("--closing", type=DAY, required=True, help="Last day of the fiscal year.")
@click.option("--charset", type=click.Choice(["iso-8859-15", "utf-8"]), default="iso-8859-15", show_default=True)
@with_database
def export_file(target: Path | None, slug: str, siren: str, closing: datetime, charset: str) -> None:
    """Write the FEC of a fiscal year to TARGET, by default under its official name in the current folder."""
    from livret.suite.company import queries
    from livret.suite.finance.queries import export

    with inside(slug):
        company = queries.company_with_siren(siren)
        year = queries.year_ending(company, closing.date()) if company else None
        if year is None:
            raise click.ClickException(f"{slug} has no fiscal year of {siren} that closes on {closing:%Y-%m-%d}.")
        path = target or Path(export.fec_name(year))
        with path.open("wb") as stream:
            lines = export.write_fec(year, stream, charset=charset)
    click.echo(f"{path}: {lines:,} lines")


@contextmanager
def inside(slug: str) -> Iterator[None]:
    """Work inside the environment *slug*, with what its contract allows."""
    from livret.clients.queries import entitlements_of
    from livret.core.tenancy import context
    from livret.ops.environments.services import environment_named

    environment = environment_named(slug)
    with context.inside(environment.place, entitlements=lambda: entitlements_of(environment.pk)):
        yield


def _checked(file: Path) -> ImportRun:
    from livret.core import clock
    from livret.suite.finance.services import imports, previews

    with file.open("rb") as stream:
        run = imports.upload(
            iter(lambda: stream.read(CHUNK_BYTES), b""), file_name=file.name, by=actor(), at=clock.now()
        )
    return previews.check_run(run, at=clock.now())


def _imported(run: ImportRun, *, siren: str, name: str, first_day: date | None) -> ImportRun:
    from livret.core import clock
    from livret.suite.finance.jobs import allowances
    from livret.suite.finance.services import imports
    from livret.suite.finance.services.openings import require_opened_once

    if run.last_day is None or run.first_day is None:
        raise click.ClickException("The name of the file does not say when the fiscal year closes.")
    where: Found = {"siren": siren or run.siren, "company_name": name or run.company_name}
    days: Found = {"first_day": first_day or run.first_day, "last_day": run.last_day}
    require_opened_once(run, siren=where["siren"], last_day=run.last_day)
    run = imports.confirm(run, **where, **days, by=actor(), at=clock.now())
    with click.progressbar(length=run.lines, label="Reading", file=sys.stderr) as bar:
        return imports.import_run(
            run.pk,
            allowances=allowances(),
            at=clock.now(),
            today=clock.today(),
            on_lines=lambda lines: bar.update(lines - bar.pos),
        )


def _show(run: ImportRun) -> None:
    _show_findings(run)
    if run.summary.get("lines"):
        held = run.summary
        click.echo(f"{run.file_name}: {held['lines']:,} lines, {held['entries']:,} entries")
        click.echo(f"  {held['accounts']:,} accounts, {held['new_accounts']:,} of them new")
        click.echo(f"  fiscal year {run.first_day} to {run.last_day}, company {run.company_name or run.siren}")


def _show_findings(run: ImportRun) -> None:
    for found in run.findings:
        place = f"line {found['line']}" if found["line"] else "file"
        click.echo(f"{found['severity']:8} {place:12} {found['column'] or '':14} {found['message']}", err=True)
    if run.refusal:
        click.secho(run.refusal, fg="red", err=True)


def _tell(run: ImportRun) -> None:
    if run.state == "done":
        click.echo(f"{run.lines:,} lines, {run.entries:,} entries are in the books of {run.company}.")
    else:
        _show_findings(run)
