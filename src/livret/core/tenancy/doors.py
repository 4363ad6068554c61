"""Doors that PostgreSQL leaves open to every role of a server, and that the application needs none of.

They are closed by the administrator of the server. Where it may not, a line of the log says which statement would,
and everything goes on: a server that is not ours alone is not ours to close.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from typing import Any

import psycopg
import structlog
from psycopg import sql

from livret.core.tenancy.context import Role

SHARED_DATABASES = ("postgres", "template1")
LARGE_OBJECTS = ("lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)")

log = structlog.get_logger(__name__)


def close_shared_databases(admin: psycopg.Connection[Any], names: Mapping[Role, str]) -> None:
    """Keep `app` and `report` out of the databases that each server has; `owner` makes databases from there.

    Where people other than our roles and superusers log in, they stay open: those people may need them.
    """
    others = _other_people(admin, names)
    for database in SHARED_DATABASES:
        with suppress(psycopg.errors.InsufficientPrivilege):
            grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
            admin.execute(grant.format(sql.Identifier(database), sql.Identifier(names["owner"])))
            if not others and _may_enter(admin, names["app"], database):
                revoke = sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC")
                admin.execute(revoke.format(sql.Identifier(database)))
        if _may_enter(admin, names["app"], database):
            log.warning(
                "every role of the server may enter this database; its owner can close it",
                database=database,
                statement=f"REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC",
                server=admin.info.host,
                others=others,
            )


def _other_people(admin: psycopg.Connection[Any], names: Mapping[Role, str]) -> list[str]:
    asked = """SELECT rolname FROM pg_roles WHERE rolcanlogin AND NOT rolsuper AND rolname <> current_user
               AND rolname <> ALL(%s) ORDER BY rolname"""
    return [name for (name,) in admin.execute(asked, [list(names.values())])]


def _may_enter(admin: psycopg.Connection[Any], role: str, database: str) -> bool:
    row = admin.execute("SELECT has_database_privilege(%s, %s, 'CONNECT')", [role, database]).fetchone()
    return bool(row and row[0])


def close_large_objects_behind(
    door: AbstractContextManager[psycopg.Connection[Any]], names: Mapping[Role, str], *, database: str, host: str
) -> None:
    """Close the making of large objects in *database*, which the administrator enters by *door*, or say what would.

    A server that somebody else runs may keep its administrators out of it, of template1 above all.
    """
    try:
        with door as admin:
            close_large_objects(admin, names)
    except psycopg.OperationalError as error:
        _tell_large_objects(database, host, why=str(error))


def close_large_objects(admin: psycopg.Connection[Any], names: Mapping[Role, str]) -> None:
    """Leave the making of large objects, in one database and what is copied from it, to `owner`, who loads dumps.

    Nothing of ours keeps any, and a stray one belongs to a role that no dump may name.
    """
    if not may_make_large_objects(admin, names["app"]) and may_make_large_objects(admin, names["owner"]):
        return
    functions, owner = sql.SQL(", ".join(LARGE_OBJECTS)), sql.Identifier(names["owner"])
    with suppress(psycopg.errors.InsufficientPrivilege):
        admin.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(functions, owner))
        admin.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(functions))
    if may_make_large_objects(admin, names["app"]):
        _tell_large_objects(admin.info.dbname, admin.info.host, why="its administrator has not the right")


def _tell_large_objects(database: str, host: str, *, why: str) -> None:
    log.warning(
        "every role of the server may make large objects in this database; a superuser can close it",
        database=database,
        statement=f"REVOKE EXECUTE ON FUNCTION {', '.join(LARGE_OBJECTS)} FROM PUBLIC",
        server=host,
        why=why,
    )


def may_make_large_objects(connection: psycopg.Connection[Any], role: str) -> bool:
    asked = "SELECT bool_or(has_function_privilege(%s, name, 'EXECUTE')) FROM unnest(%s::text[]) AS name"
    row = connection.execute(asked, [role, list(LARGE_OBJECTS)]).fetchone()
    return bool(row and row[0])
