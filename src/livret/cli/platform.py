"""What commands need before they touch a database: the embedded server up, Django ready."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

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

    One that a killed process had started, and could not stop, is taken over: a mark beside it tells.
    """
    if not installation.is_embedded():
        yield
        return
    cluster = installation.embedded_cluster()
    mark = installation.folder() / "postgres.starter"
    if cluster.start() or _is_orphan(mark):
        mark.write_text(str(os.getpid()))
    try:
        yield
    finally:
        if _starter(mark) == os.getpid():
            cluster.stop()
            mark.unlink()


def _is_orphan(mark: Path) -> bool:
    """Tell whether the process that started the server is gone, without having stopped it."""
    starter = _starter(mark)
    if not starter:
        return False
    try:
        os.kill(starter, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _starter(mark: Path) -> int:
    try:
        return int(mark.read_text())
    except (FileNotFoundError, ValueError):
        return 0


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
