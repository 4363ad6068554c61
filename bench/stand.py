"""What a measure on large books stands on: a cluster and a database of its own, removed afterwards, and its words.

Import it before anything of Django: the settings read the address of the cluster that it starts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

STATE = tempfile.mkdtemp(prefix="livret-bench-")
os.environ |= {"LIVRET_STATE": STATE, "DJANGO_SETTINGS_MODULE": "livret.config.settings", "LIVRET_ROLE_PREFIX": "bench"}
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

from livret.core import installation  # noqa: E402

CLUSTER = installation.embedded_cluster()
CLUSTER.start()
django.setup()

from django.db import connections  # noqa: E402

from livret.core.tenancy import provision  # noqa: E402
from livret.core.tenancy.context import Place, current_alias, inside  # noqa: E402

Found = TypeVar("Found")


def run(measure: Callable[[int], None], *, sizes: str) -> None:
    """Call *measure* with each size asked for on the command line, each in a database of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default=sizes)
    asked = parser.parse_args()
    try:
        for number, lines in enumerate(int(size) for size in asked.sizes.split(",")):
            with database(f"bench_{number}") as place, inside(place):
                measure(lines)
        tell_load()
    finally:
        clear()


def tell_load() -> None:
    print("load of the machine over the last 1, 5 and 15 minutes:", *(f"{load:.1f}" for load in os.getloadavg()))


def clear() -> None:
    """Stop the cluster and remove it with the state folder."""
    for alias in list(connections):
        connections[alias].close()
    CLUSTER.stop()
    shutil.rmtree(CLUSTER.folder)
    shutil.rmtree(STATE, ignore_errors=True)


@contextmanager
def database(name: str) -> Iterator[Place]:
    """Give a client database of its own, dropped afterwards."""
    server = installation.control_server()
    provision.make_roles(server)
    provision.migrate_control()
    identity = uuid.uuid4()
    template = provision.ensure_template(server.host, server.port)
    provision.make_database(server.host, server.port, name, template=template)
    with provision.connected(server.host, server.port, name) as connection:
        provision.write_identity(connection, str(identity), 1)
    place = Place(identity, 1, "bench", server.host, server.port, name)
    yield place
    connections[place.alias()].close()
    provision.drop_database(server.host, server.port, name)


def timed(work: str, act: Callable[[], Found], *, floor: float = 0.0) -> tuple[float, Found]:
    """Tell how long *act* takes, and beside which floor; return both."""
    began = time.perf_counter()
    found = act()
    took = time.perf_counter() - began
    beside = f"{took / floor:>8.1f} x the floor" if floor else ""
    print(f"  {work:<58} {took:>9.3f} s {beside}", flush=True)
    return took, found


def floor_of(work: str, statement: str, facts: Sequence[Any]) -> float:
    """Tell how long a plain statement takes once its pages are in memory."""

    def asked() -> int:
        with connections[current_alias()].cursor() as sql:
            sql.execute(statement, list(facts))
            return len(sql.fetchall())

    asked()
    return timed(f"floor: {work}", asked)[0]
