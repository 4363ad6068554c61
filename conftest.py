"""Databases for tests: real PostgreSQL, copied from migrated templates, rolled back after each test.

One embedded cluster serves every test session of this checkout; the last session to leave stops it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from psycopg import sql

from livret.core import installation
from livret.core.tenancy import aliases, provision
from livret.core.tenancy.context import Place, inside

hypothesis.settings.register_profile("sample", deadline=None)
hypothesis.settings.register_profile("full", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("sample")

CELL = "main"
ENVIRONMENTS = {"a": uuid.UUID(int=0xA), "b": uuid.UUID(int=0xB)}
MIGRATED = "{prefix}_control_{digest}"


@pytest.fixture(scope="session")
def cluster() -> Iterator[installation.Address]:
    """The PostgreSQL server of this session: DATABASE_URL, or the embedded cluster of the test state folder."""
    with _shared_cluster():
        server = installation.control_server()
        _point_settings_to(server)
        provision.make_roles(server)
        _drop_what_dead_sessions_left(server)
        yield server


@contextmanager
def _shared_cluster() -> Iterator[None]:
    if not installation.is_embedded():
        yield
        return
    folder = installation.folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sessions.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        cluster = installation.embedded_cluster()
        cluster = type(cluster)(cluster.folder, {"fsync": "off", "full_page_writes": "off", "max_connections": "300"})
        cluster.start()
        yield
        for alias in list(connections):
            connections[alias].close()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        cluster.stop()


def _point_settings_to(server: installation.Address) -> None:
    for alias in ("default", "owner"):
        connections.settings[alias].update(HOST=server.host, PORT=server.port)
        settings.DATABASES[alias].update(HOST=server.host, PORT=server.port)


def _drop_what_dead_sessions_left(server: installation.Address) -> None:
    with provision.connected(server.host, server.port, "postgres") as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('leftovers'))")  # Sessions that start together take turns.
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '_pid[0-9]+_'").fetchall()
        for (name,) in rows:
            process = name.partition("_pid")[2].partition("_")[0]
            if not Path(f"/proc/{process}").exists():
                provision.drop_database(server.host, server.port, name)


def _copy_name(what: str) -> str:
    return f"{settings.DATABASE_ROLE_PREFIX}_pid{os.getpid()}_{what}"


@pytest.fixture(scope="session")
def control_template(cluster: installation.Address, django_db_blocker) -> str:
    """The name of a migrated control database that no one connects to, kept from one session to the next."""
    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for file in sorted(Path(config.path, "migrations").glob("[0-9]*.py")):
            digest.update(f"{config.label}/{file.name}".encode() + file.read_bytes())
    digest.update(Path(provision.__file__).read_bytes())
    name = MIGRATED.format(prefix=settings.DATABASE_ROLE_PREFIX, digest=digest.hexdigest()[:16])
    with provision.connected(cluster.host, cluster.port, "postgres") as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        found = connection.execute("SELECT datallowconn FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found and not found[0]:
            return name
        provision.drop_database(cluster.host, cluster.port, name)
        with django_db_blocker.unblock(), _control_named(name):
            provision.migrate_control()
        connection.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
    return name


@contextmanager
def _control_named(name: str) -> Iterator[None]:
    """Point the control aliases to database *name* for the block."""
    before = settings.DATABASES["default"]["NAME"]
    _name_control(name)
    try:
        yield
    finally:
        _name_control(before)


def _name_control(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(cluster: installation.Address, control_template: str, django_db_blocker) -> Iterator[None]:
    name = _copy_name("control")
    provision.make_database(cluster.host, cluster.port, name, template=control_template)
    with django_db_blocker.unblock():
        _name_control(name)
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
        connections["owner"].close()
    provision.drop_database(cluster.host, cluster.port, name)


@pytest.fixture(scope="session")
def environment_databases(
    cluster: installation.Address, django_db_setup, django_db_blocker
) -> Iterator[dict[str, str]]:
    """Two client databases of the session, by key."""
    with django_db_blocker.unblock():
        template = provision.ensure_template(cluster.host, cluster.port)
    names = {key: _copy_name(f"env_{key}") for key in ENVIRONMENTS}
    for key, name in names.items():
        provision.make_database(cluster.host, cluster.port, name, template=template)
        with provision.connected(cluster.host, cluster.port, name) as connection:
            provision.write_identity(connection, str(ENVIRONMENTS[key]), 1)
    yield names
    with django_db_blocker.unblock():
        for alias in [alias for alias in connections if alias.startswith("env-")]:
            connections[alias].close()
    for name in names.values():
        provision.drop_database(cluster.host, cluster.port, name)


@pytest.fixture
def control(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The control database, rolled back after the test.

    Not pytest-django's `db`, whose test case forbids the connections to client databases that are made at run time.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def cell(control: None, cluster: installation.Address):
    from livret.core.tenancy.models import Cell

    return Cell.objects.create(name=CELL, host=cluster.host, port=cluster.port)


def _environment(key: str, cell, databases: dict[str, str]) -> Iterator[object]:
    from livret.core.tenancy.models import Environment

    environment = Environment.objects.create(
        id=ENVIRONMENTS[key],
        slug=f"client-{key}",
        cell=cell,
        database=databases[key],
        state=Environment.State.ACTIVE,
        schema_fingerprint=provision.schema_fingerprint(),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    alias = aliases.use(environment.place, "app")
    with transaction.atomic(using=alias):
        yield environment
        transaction.set_rollback(True, using=alias)


@pytest.fixture
def environment(cell, environment_databases: dict[str, str]) -> Iterator[object]:
    """A client environment; its database is rolled back after the test. The code is not inside it yet."""
    yield from _environment("a", cell, environment_databases)


@pytest.fixture
def other_environment(cell, environment_databases: dict[str, str]) -> Iterator[object]:
    """A second client's environment."""
    yield from _environment("b", cell, environment_databases)


@pytest.fixture
def entered(environment) -> Iterator[Place]:
    """Be inside `environment` for the whole test, as rules, services and queries of the client plane are."""
    with inside(environment.place):
        yield environment.place


@pytest.fixture
def committed_control(cluster: installation.Address, control_template: str, django_db_setup, django_db_blocker):
    """A control database of this test alone, where commits are real; for workers, relays and kills.

    Yields its name: a subprocess is pointed to it by LIVRET_CONTROL_DATABASE.
    """
    name = _copy_name(f"own_{uuid.uuid4().hex[:8]}")
    provision.make_database(cluster.host, cluster.port, name, template=control_template)
    with django_db_blocker.unblock(), _control_named(name):
        yield name
        for alias in [alias for alias in connections if alias.startswith("env-")]:
            connections[alias].close()
    provision.drop_database(cluster.host, cluster.port, name)


@pytest.fixture
def fresh_environment(committed_control: str, cluster: installation.Address):
    """A client environment of this test alone, with commits for real, its row in `committed_control`."""
    from livret.core.tenancy.models import Cell, Environment

    main = Cell.objects.create(name=CELL, host=cluster.host, port=cluster.port)
    environment = Environment.objects.create(
        slug="own",
        cell=main,
        database=_copy_name(f"own_{uuid.uuid4().hex[:8]}"),
        state=Environment.State.ACTIVE,
        schema_fingerprint=provision.schema_fingerprint(),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    template = provision.ensure_template(cluster.host, cluster.port)
    provision.make_database(cluster.host, cluster.port, environment.database, template=template)
    with provision.connected(cluster.host, cluster.port, environment.database) as connection:
        provision.write_identity(connection, str(environment.pk), 1)
    yield environment
    for alias in [alias for alias in connections if alias.startswith(f"env-{environment.pk.hex}")]:
        connections[alias].close()
    provision.drop_database(cluster.host, cluster.port, environment.database)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium; without one browser tests are skipped, or fail where LIVRET_BROWSER_REQUIRED is set."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    found = os.environ.get("LIVRET_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found:
        return found
    message = "no Chromium here: install the system's package (Debian: apt install chromium)"
    if os.environ.get("LIVRET_BROWSER_REQUIRED"):
        pytest.fail(message)
    pytest.skip(message)
