"""`livret support`: the half-yearly reports on the command line."""

from __future__ import annotations

import sys

import click

from livret.cli.platform import actor, with_database

GOOD, FOUND = 0, 1


@click.group("support")
def support() -> None:
    """Freeze and verify the half-yearly reports of requests."""


@support.group("report")
def report() -> None:
    """The half-yearly reports."""


@report.command("verify")
@click.argument("number", type=click.IntRange(1))
@with_database
def verify(number: int) -> None:
    """Draw report NUMBER again from its frozen data file and compare the bytes.

    NUMBER stands at the end of the address of the report's page.

    Exit code: 0 the same bytes, 1 something differs or there is no such report.
    """
    from livret.care.figures import services

    found = services.verify_report(number)
    for what, is_kept in (("data file", found.data_is_kept), ("PDF file", found.pdf_is_kept)):
        click.echo(f"{what}: {'as frozen' if is_kept else 'NOT the bytes that were frozen'}")
    same = "the same bytes" if found.is_same else "OTHER bytes"
    click.echo(f"drawn again, layout {found.report.template}, by {found.drawn_by}: {same}")
    if not found.is_same and found.drawn_by != found.report.renderer:
        click.echo(f"It was drawn by {found.report.renderer}: install that version to compare the page.")
    sys.exit(GOOD if found.is_good else FOUND)


@report.command("freeze")
@with_database
def freeze() -> None:
    """Freeze and deliver every report that is owed and not made yet, as the job of each morning does."""
    from livret.care.figures import services
    from livret.core import clock

    made = services.freeze_due_reports(by=actor(), now=clock.now())
    for one in made:
        click.echo(f"report {one.pk}: contract {one.contract.number}, {one.first_on} to {one.last_on}")
    click.echo(f"{len(made)} reports frozen")
