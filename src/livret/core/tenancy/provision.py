"""Roles, databases and grants on a PostgreSQL server, by direct connections.

Three roles on each server: `owner` makes databases, migrates and purges; `app` serves requests and jobs, and cannot
update, delete or truncate append-only tables; `report` reads. Their passwords are derived from the installation's
secret, so that none is stored. Names carry a prefix so that a test installation can share a server.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg import sql

from livret.core import installation
from livret.core.tenancy import doors
from livret.core.tenancy.context import Role
from livret.core.tenancy.routing import is_client_plane

ROLES: tuple[Role, ...] = ("owner", "app", "report")
TEMPLATE_ALIAS = "template"


def role_name(role: Role) -> str:
    return f"{settings.DATABASE_ROLE_PREFIX}_{role}"


def names() -> dict[Role, str]:
    return {role: role_name(role) for role in ROLES}


def role_password(role: Role) -> str:
    return installation.derived(f"role:{role}")


@contextmanager
def connected(host: str, port: int, database: str, *, role: Role = "owner") -> Iterator[psycopg.Connection[Any]]:
    """Connect directly, outside Django, in autocommit mode."""
    connection = psycopg.connect(
        host=host, port=port, dbname=database, user=role_name(role), password=role_password(role), autocommit=True
    )
    try:
        yield connection
    finally:
        connection.close()


def make_roles(server: installation.Address) -> None:
    """Make the three roles on *server*, or give them their passwords again.

    Safe to run at every start, by several processes at once: PostgreSQL refuses the second of two that change one
    role together ("tuple concurrently updated"), so they take turns.
    """
    with _administering(server, "postgres") as admin:
        admin.execute("SELECT pg_advisory_lock(hashtext('livret roles'))")  # Released with the session.
        for role in ROLES:
            _make_role(admin, role)
        owner = sql.Identifier(role_name("owner"))
        admin.execute(sql.SQL("GRANT pg_signal_backend TO {}").format(owner))
        if not admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()[0]:  # type: ignore[index]
            admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
        doors.close_shared_databases(admin, names())
        template = _administering(server, "template1")
        doors.close_large_objects_behind(template, names(), database="template1", host=server.host)


@contextmanager
def _administering(server: installation.Address, database: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect as the administrator of *server*, in autocommit mode."""
    connection = psycopg.connect(
        host=server.host,
        port=server.port,
        dbname=database,
        user=server.user,
        password=server.password,
        autocommit=True,
    )
    try:
        yield connection
    finally:
        connection.close()


def _make_role(admin: psycopg.Connection[Any], role: Role) -> None:
    name = sql.Identifier(role_name(role))
    rights = sql.SQL("LOGIN CREATEDB" if role == "owner" else "LOGIN NOCREATEDB")
    exists = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role_name(role)]).fetchone()
    verb = sql.SQL("ALTER ROLE {} WITH {} PASSWORD {}" if exists else "CREATE ROLE {} WITH {} PASSWORD {}")
    # Sent as its verifier: the password itself must not stand in a statement, which servers log and show.
    verifier = admin.pgconn.encrypt_password(
        role_password(role).encode(), role_name(role).encode(), b"scram-sha-256"
    ).decode()
    admin.execute(verb.format(name, rights, sql.Literal(verifier)))
    if role == "report":
        admin.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(name))
        admin.execute(sql.SQL("ALTER ROLE {} SET statement_timeout = '30s'").format(name))


def make_database(host: str, port: int, name: str, *, template: str = "template1") -> None:
    """Create database *name*, owned by `owner`, that only our three roles may enter; an existing one is kept."""
    with connected(host, port, "postgres") as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            make = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY WAL_LOG")
            connection.execute(make.format(sql.Identifier(name), sql.Identifier(template)))
        # Said again when it exists: a process may have died between the making and the closing of its doors.
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        for role in ("app", "report"):
            grant = sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}")
            connection.execute(grant.format(sql.Identifier(name), sql.Identifier(role_name(role))))


END_SESSIONS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL
"""


def drop_database(host: str, port: int, name: str) -> None:
    """Drop database *name* with the sessions that use it; nothing when it is not there."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    with connected(host, port, "postgres") as connection:
        try:
            connection.execute(drop + sql.SQL(" WITH (FORCE)"))
        except psycopg.errors.InsufficientPrivilege:
            # The server's own autovacuum is in there: only a superuser may end it, but a plain drop has it step aside.
            connection.execute(END_SESSIONS, [name])
            connection.execute(drop)


def migrate_control() -> None:
    """Make and migrate the control database, and grant the roles their rights on it. Safe to run at every start."""
    control = settings.DATABASES["owner"]
    make_database(control["HOST"], control["PORT"], control["NAME"])
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    call_command("createcachetable", database="owner", verbosity=0)
    grant_rights("owner", client_plane=False)


def migrate_database(host: str, port: int, name: str) -> None:
    """Bring the client database *name* to the present schema and grant the roles their rights on it."""
    connections.settings[TEMPLATE_ALIAS] = {
        **connections.settings["owner"], "HOST": host, "PORT": port, "NAME": name, "CONN_MAX_AGE": 0,
    }  # fmt: skip
    try:
        call_command("migrate", database=TEMPLATE_ALIAS, interactive=False, verbosity=0)
        grant_rights(TEMPLATE_ALIAS, client_plane=True)
    finally:
        connections[TEMPLATE_ALIAS].close()
        del connections[TEMPLATE_ALIAS]
        del connections.settings[TEMPLATE_ALIAS]


def grant_rights(alias: str, *, client_plane: bool) -> None:
    """Grant `app` and `report` their rights on every table of the database at *alias*; run after each migration."""
    app, report = (sql.Identifier(role_name(role)) for role in ("app", "report"))
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}, {}").format(app, report),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(app),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(app),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(app),
    ]
    if client_plane:
        statements.append(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(report))
    else:
        # A report reads a client's books; passwords, second factors, sessions and mails are none of its business.
        statements.append(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(report))
        database = sql.Identifier(connections[alias].settings_dict["NAME"])
        statements.append(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM {}").format(database, report))
        # The queue's own upkeep vacuums its table from a job, which runs as `app`.
        statements.append(sql.SQL("GRANT MAINTAIN ON procrastinate_jobs TO {}").format(app))
    for model in append_only_models(client_plane=client_plane):
        table = sql.Identifier(model._meta.db_table)
        statements.append(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(table, app))
    with connections[alias].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.as_string(cursor.connection))
        if client_plane:
            _let_only_the_application_ask(cursor)
    _close_large_objects_of_former_days(connections[alias].settings_dict)


OF_ITS_OWNER = """
SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1
"""


def _let_only_the_application_ask(cursor: CursorWrapper) -> None:
    """Keep the functions that run with the rights of their owner from every role but `app`."""
    app = sql.Identifier(role_name("app"))
    cursor.execute(OF_ITS_OWNER)
    for (function,) in cursor.fetchall():
        for words in ("REVOKE ALL ON FUNCTION {} FROM PUBLIC", "GRANT EXECUTE ON FUNCTION {} TO {}"):
            statement = sql.SQL(words).format(sql.SQL(function), app)
            cursor.execute(statement.as_string(cursor.connection))


def _close_large_objects_of_former_days(place: dict[str, Any]) -> None:
    """Take the right from a database that was made before its server's template1 lost it."""
    host, port, name = place["HOST"], int(place["PORT"]), place["NAME"]
    with connected(host, port, name) as connection:
        if not doors.may_make_large_objects(connection, role_name("app")):
            return
    server = installation.server_at(host, port)
    entering = _administering(server, name) if server else connected(host, port, name)
    doors.close_large_objects_behind(entering, names(), database=name, host=host)


def append_only_models(*, client_plane: bool) -> list[type[Model]]:
    """Return the models whose rows the application may add and read, and nothing else."""
    return [
        model
        for model in apps.get_models()
        if getattr(model, "append_only", False) and is_client_plane(model._meta.app_label) == client_plane
    ]


def schema_fingerprint() -> str:
    """Return a digest of every migration and grant of the client plane: two databases with the same one are alike."""
    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        if is_client_plane(config.label):
            for file in sorted(Path(config.path, "migrations").glob("[0-9]*.py")):
                digest.update(f"{config.label}/{file.name}".encode() + file.read_bytes())
    for model in append_only_models(client_plane=True):
        digest.update(model._meta.label.encode())
    digest.update(repr(doors.LARGE_OBJECTS).encode())
    return digest.hexdigest()[:32]


def ensure_template(host: str, port: int) -> str:
    """Return the name of the migrated template database of the present schema on a server, made if missing."""
    name = f"{settings.DATABASE_ROLE_PREFIX}_template_{schema_fingerprint()[:16]}"
    with connected(host, port, "postgres") as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])  # Released with the session.
        found = connection.execute("SELECT datallowconn FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found and not found[0]:
            return name
        drop_database(host, port, name)  # A template that still takes sessions was never finished.
        make_database(host, port, name)
        migrate_database(host, port, name)
        connection.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
    return name


def write_identity(connection: psycopg.Connection[Any], environment_id: str, generation: int) -> None:
    """Say in a client database which environment and generation it is."""
    with connection.transaction():
        connection.execute("DELETE FROM resident_identity")
        insert = 'INSERT INTO resident_identity ("only", environment_id, generation) VALUES (true, %s, %s)'
        connection.execute(insert, [environment_id, generation])
