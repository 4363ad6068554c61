"""What commands need before they touch a database: the embedded server up, Django ready."""

from __future__ import annotations

import fcntl
import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TextIO, TypeVar

from livret.core import installation
from livret.core.people import Actor, system_actor
from livret.kernel.errors import Refusal


class DatabaseUnreachable(Refusal):
    """The control database, or that of an environment, cannot be reached or was never made."""


P = ParamSpec("P")
T = TypeVar("T")


def actor() -> Actor:
    """Return who acts on the command line: the platform, from the terminal of a user of the machine."""
    return system_actor(f"livret, {os.environ.get('USER', 'root')}")


def start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livret.config.settings")
    import django

    from livret.core.catalogues import compile_catalogues

    compile_catalogues()
    django.setup()


@contextmanager
def database_up() -> Iterator[None]:
    """Have the embedded server run for the block; it is stopped after only if it did not run before.

    One that a killed process had started, and could not stop, is taken over.
    """
    if not installation.is_embedded():
        yield
        return
    cluster = installation.embedded_cluster()
    installation.folder().mkdir(parents=True, exist_ok=True)
    # Whoever starts the server writes in this file and keeps it locked: written and not locked, its starter is gone.
    with (installation.folder() / "postgres.starter").open("a+") as mark:
        started = cluster.start()
        if not (_is_free(mark) and (started or mark.tell() > 0)):
            yield
            return
        mark.write(f"{os.getpid()}\n")
        mark.flush()
        try:
            yield
        finally:
            cluster.stop()
            mark.truncate(0)


def _is_free(mark: TextIO) -> bool:
    """Take the lock of *mark* for as long as it is open; False when another process holds it."""
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    mark.seek(0, os.SEEK_END)
    return True


def with_database(command: Callable[P, T]) -> Callable[P, T]:
    """Run a command with the database up and Django ready."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with database_up():
            start_django()
            from django.db import OperationalError, connections

            try:
                return command(*args, **kwargs)
            except OperationalError as error:
                raise DatabaseUnreachable(
                    f"The database does not answer: {error}\nA new installation is made ready by: livret setup"
                ) from error
            finally:
                connections.close_all()

    return run


def set_up_databases() -> None:
    """Make or migrate everything that must stand before the first request. Safe to run at every start.

    Roles on each server, the control database, a row for each cell, the template database of the present schema,
    the rights. Raises psycopg.Error when a server cannot be reached.
    """
    from livret.core.tenancy import provision
    from livret.ops.environments import services

    control = installation.control_server()
    servers = {installation.CONTROL_CELL: control, **installation.further_cells()}
    for server in servers.values():
        provision.make_roles(server)
    provision.migrate_control()
    for name, server in servers.items():
        services.add_cell(name, host=server.host, port=server.port)
        provision.ensure_template(server.host, server.port)
