"""What commands need before they touch a database: the embedded server up, Django ready."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from livret.core import installation
from livret.core.people import Actor, system_actor

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
    """Have the embedded server run for the block; it is stopped after only if it did not run before."""
    if not installation.is_embedded():
        yield
        return
    cluster = installation.embedded_cluster()
    started = cluster.start()
    try:
        yield
    finally:
        if started:
            cluster.stop()


def with_database(command: Callable[P, T]) -> Callable[P, T]:
    """Run a command with the database up and Django ready."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with database_up():
            start_django()
            from django.db import connections

            try:
                return command(*args, **kwargs)
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
    servers = {"main": control, **installation.further_cells()}
    for server in servers.values():
        provision.make_roles(server)
    provision.migrate_control()
    for name, server in servers.items():
        services.add_cell(name, host=server.host, port=server.port)
        provision.ensure_template(server.host, server.port)
