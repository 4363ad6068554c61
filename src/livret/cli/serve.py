"""`livret serve`, `livret worker` and `livret setup`: the long-running halves of the platform."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import click

from livret.cli import children
from livret.cli.platform import database_up, set_up_databases, start_django, with_database
from livret.core import clock, installation


@click.command()
@with_database
def setup() -> None:
    """Make or migrate the control database, the roles and the template databases."""
    set_up_databases()
    click.echo("The databases are ready. Existing environments are brought up to date by: livret environment migrate")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Server processes.")
@click.option("--threads", default=3, show_default=True, type=click.IntRange(1, 64), help="Threads of each process.")
@click.option("--exit-with", type=int, default=0, hidden=True, help="The process whose end ends this one.")
def serve(host: str, port: int, workers: int, threads: int, *, exit_with: int) -> None:
    """Serve the pages and the API."""
    if exit_with:
        children.exit_with(exit_with)
    _share_figures(port)
    with database_up():
        start_django()
        clock.shift()  # Read here first: every server process then counts from the same moment.
        from granian import Granian
        from granian.constants import Interfaces
        from granian.log import LogLevels

        gather_static_files()
        children.fork_and_exit_with_me()
        Granian(
            "livret.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=threads,
            log_access=False,
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
        ).serve()


@click.command()
@click.option("--concurrency", default=4, show_default=True, type=click.IntRange(1, 64))
@click.option("--exit-with", type=int, default=0, hidden=True, help="The process whose end ends this one.")
def worker(concurrency: int, *, exit_with: int) -> None:
    """Run the background jobs, and those of the calendar."""
    if exit_with:
        children.exit_with(exit_with)
    with database_up():
        start_django()
        from procrastinate.contrib.django import app

        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector) as worker_app:
            worker_app.run_worker(
                concurrency=concurrency, update_heartbeat_interval=10, stalled_worker_timeout=30, delete_jobs="never"
            )


def _share_figures(port: int) -> None:
    """Have the server processes add up their figures in files, emptied here; set before anything counts."""
    folder = installation.folder() / "metrics" / str(port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def gather_static_files() -> bool:
    """Copy, name by content and compress the static files unless none changed; tell whether it was done."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest.hexdigest())
    return True
