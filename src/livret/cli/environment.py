"""`livret environment`: create, list, migrate and restore the databases of clients."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from livret.cli.platform import actor, with_database


@click.group()
def environment() -> None:
    """Create, list, migrate and restore environments."""


@environment.command()
@click.argument("client")
@click.argument("slug")
@click.option("--kind", type=click.Choice(["production", "test"]), default="production", show_default=True)
@click.option("--cell", default="", help="The server that shall hold it; the emptiest one otherwise.")
@with_database
def create(client: str, slug: str, kind: str, cell: str) -> None:
    """Create environment SLUG for CLIENT (its short name) and let its administrators in; run again, it completes."""
    from livret.clients import services as clients
    from livret.core import clock
    from livret.ops.environments.opening import open_environment

    owner = clients.client_named(client)
    made = open_environment(owner, slug, kind=kind, cell_name=cell, by=actor(), at=clock.now())
    click.echo(f"{made.slug}: {kind} environment of {owner} on cell {made.cell}, ready at /e/{made.slug}/")


@environment.command(name="list")
@with_database
def list_() -> None:
    """List the environments: server, generation, state, schema."""
    from livret.core.tenancy.models import Environment
    from livret.core.tenancy.provision import schema_fingerprint

    current = schema_fingerprint()
    for one in Environment.objects.select_related("cell").order_by("slug"):
        schema = "current" if one.schema_fingerprint == current else "to migrate"
        error = f"  {one.migration_error}" if one.migration_error else ""
        click.echo(f"{one.slug:30} {one.cell!s:12} g{one.generation:<3} {one.state:10} {schema}{error}")


@environment.command()
@click.argument("slug", required=False, default="")
@with_database
def migrate(slug: str) -> None:
    """Bring every environment, or SLUG, to the present schema. Exit 1 when one of them failed."""
    from livret.core import clock
    from livret.core.tenancy.models import Environment
    from livret.ops.environments import services

    failures, length = 0, 1 if slug else Environment.objects.count()
    if slug:
        services.environment_named(slug)
    done = services.migrate_environments(by=actor(), at=clock.now(), only=slug)
    with click.progressbar(done, length=length, label="Migrating", file=sys.stderr) as migrations:
        for migration in migrations:
            failures += bool(migration.error)
            state = migration.error or ("already current" if migration.was_current else "migrated")
            click.echo(f"{migration.environment.slug}: {state}")
    if failures:
        click.secho(f"{failures} failed and answer « unavailable »; run this again once mended.", fg="red", err=True)
        sys.exit(1)


@environment.command()
@click.argument("slug")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@with_database
def dump(slug: str, target: Path) -> None:
    """Write a dump of environment SLUG to the file TARGET."""
    from livret.ops.environments import dumps, services

    try:
        dumps.dump(services.environment_named(slug).place, target)
    except dumps.DumpFailed as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{target}: {target.stat().st_size:,} bytes")


@environment.command()
@click.argument("slug")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="What was written since that dump will no longer be seen. Go on?")
@with_database
def restore(slug: str, source: Path) -> None:
    """Put environment SLUG back from the dump SOURCE: loaded beside, checked, then the pointer moves."""
    from livret.core import clock
    from livret.ops.environments import dumps, restoring, services

    try:
        restored = restoring.restore(services.environment_named(slug), source.resolve(), by=actor(), at=clock.now())
    except dumps.DumpFailed as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{restored.slug}: generation {restored.generation}; the former database is kept, closed")


@environment.command()
@click.argument("slug")
@with_database
def resume(slug: str) -> None:
    """Finish the restoration of environment SLUG that a stopped process left."""
    from livret.core import clock
    from livret.ops.environments import restoring, services

    restored = restoring.resume(services.environment_named(slug), by=actor(), at=clock.now())
    click.echo(f"{restored.slug}: generation {restored.generation}; the former database is kept, closed")


@environment.command()
@click.argument("slug")
@with_database
def abandon(slug: str) -> None:
    """Give up the unfinished restoration of environment SLUG; the database in use before it is opened again."""
    from livret.core import clock
    from livret.ops.environments import restoring, services

    kept = restoring.abandon(services.environment_named(slug), by=actor(), at=clock.now())
    click.echo(f"{kept.slug}: generation {kept.generation}, {kept.state}")
