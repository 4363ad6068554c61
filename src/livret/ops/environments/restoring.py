"""Restoring one environment from a dump, by switching the pointer.

The dump is loaded into a database beside the live one, migrated, checked and given the next generation; then the
pointer moves. Jobs and outbox rows of the former generation are parked. The former database is kept, closed.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction
from psycopg import sql

from livret.core.audit import services as audit
from livret.core.people import Actor
from livret.core.tenancy import provision
from livret.core.tenancy.context import Place, inside
from livret.core.tenancy.models import Environment
from livret.kernel.errors import Refusal
from livret.ops.environments import dumps, revocations
from livret.ops.environments.models import Restoration
from livret.ops.environments.services import INTERRUPTED, alone, database_name


class RestorationUnderWay(Refusal):
    """Another restoration of this environment is not finished."""


class NothingToRestore(Refusal):
    """No restoration of this environment waits to be finished."""


class WrongDump(Refusal):
    """The dump holds another environment."""


def ask(environment: Environment, dump: Path, *, by: Actor, at: datetime) -> Restoration:
    """Register a restoration. Raises RestorationUnderWay when one is not finished."""
    with transaction.atomic():
        environment = Environment.objects.select_for_update().get(pk=environment.pk)
        if environment.restorations.filter(stage__in=["asked", "loaded"]).exists():
            raise RestorationUnderWay(
                f"Une restauration de {environment} est déjà en cours. {INTERRUPTED.format(slug=environment.slug)}"
            )
        last = environment.restorations.order_by("-to_generation").values_list("to_generation", flat=True).first()
        generation = max(environment.generation, last or 0) + 1
        restoration = Restoration.objects.create(
            environment=environment,
            from_generation=environment.generation,
            to_generation=generation,
            former_database=environment.database,
            new_database=database_name(environment, generation=generation),
            dump=str(dump),
            asked_by=by.name,
            asked_at=at,
        )
        audit.record("environments.restoration.asked", environment, by=by, at=at, detail={"generation": generation})
    return restoration


def load(restoration: Restoration) -> None:
    """Load the dump beside the live database. A crash leaves a database that the next call drops and begins again."""
    with alone(restoration.environment):
        restoration.refresh_from_db(fields=["stage"])
        if restoration.stage == Restoration.Stage.ASKED:
            _load(restoration)


def _load(restoration: Restoration) -> None:
    place = restoration.environment.place
    provision.drop_database(place.host, place.port, restoration.new_database)
    provision.make_database(place.host, place.port, restoration.new_database)
    try:
        dumps.load(Path(restoration.dump), place, database=restoration.new_database)
        provision.migrate_database(place.host, place.port, restoration.new_database)
        _give_identity(restoration, place)
    except (dumps.DumpFailed, WrongDump) as error:
        provision.drop_database(place.host, place.port, restoration.new_database)
        restoration.stage, restoration.error = Restoration.Stage.FAILED, str(error)
        restoration.save(update_fields=["stage", "error"])
        raise
    restoration.stage = Restoration.Stage.LOADED
    restoration.save(update_fields=["stage"])


def _give_identity(restoration: Restoration, place: Place) -> None:
    expected = restoration.environment_id
    with provision.connected(place.host, place.port, restoration.new_database) as connection:
        row = connection.execute("SELECT environment_id FROM resident_identity").fetchone()
        if row is None or row[0] != expected:
            raise WrongDump(f"La sauvegarde est celle de l’environnement {row and row[0]}, pas de {expected}.")
        provision.write_identity(connection, str(expected), restoration.to_generation)
        # What waited when the dump was taken was sent since by the former generation, or is its business to answer for.
        connection.execute("UPDATE resident_outboxmessage SET is_parked = true WHERE relayed_at IS NULL")


def swap(restoration: Restoration, *, by: Actor, at: datetime) -> Environment:
    """Move the pointer to the restored database; begun again after a crash, it completes.

    Nobody may write to the former database any more before the pointer moves, else that writing would be lost
    unseen: the environment answers "unavailable" meanwhile and its open sessions are ended.
    Raises NothingToRestore when the restoration is not loaded: given up, or ended by another process.
    """
    with alone(restoration.environment):
        restoration.refresh_from_db(fields=["stage"])
        if restoration.stage != Restoration.Stage.LOADED:
            raise NothingToRestore(f"La restauration {restoration} n’attend pas d’être mise en place.")
        return _swap(restoration, by=by, at=at)


def _swap(restoration: Restoration, *, by: Actor, at: datetime) -> Environment:
    environment = restoration.environment
    Environment.objects.filter(pk=environment.pk).update(state=Environment.State.SWAPPING)
    _close_database(environment.place, restoration.former_database)
    restored = _place_of(restoration)
    with inside(restored):
        revocations.apply(environment.pk, by=by, at=at)
    with transaction.atomic():
        environment = Environment.objects.select_for_update(of=("self",)).select_related("cell").get(pk=environment.pk)
        environment.generation, environment.database = restored.generation, restored.database
        environment.state, environment.migration_error = Environment.State.ACTIVE, ""
        environment.schema_fingerprint = provision.schema_fingerprint()
        environment.save(update_fields=["generation", "database", "state", "schema_fingerprint", "migration_error"])
        restoration.stage, restoration.swapped_at = Restoration.Stage.SWAPPED, at
        restoration.save(update_fields=["stage", "swapped_at"])
        audit.record(
            "environments.restoration.swapped", environment, by=by, at=at, detail={"generation": restored.generation}
        )
    return environment


def _place_of(restoration: Restoration) -> Place:
    live = restoration.environment.place
    return Place(
        live.environment_id, restoration.to_generation, live.cell, live.host, live.port, restoration.new_database
    )


def _close_database(place: Place, database: str) -> None:
    _take_sessions(place, database, allowed=False)
    with provision.connected(place.host, place.port, "postgres") as connection:
        # Waited for: a session told to end may still be committing, and its writing must be in or out, not between.
        end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
        connection.execute(end, [database])


def _take_sessions(place: Place, database: str, *, allowed: bool) -> None:
    alter = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    with provision.connected(place.host, place.port, "postgres") as connection:
        connection.execute(alter.format(sql.Identifier(database), sql.SQL("true" if allowed else "false")))


def restore(environment: Environment, dump: Path, *, by: Actor, at: datetime) -> Environment:
    """Ask, load and swap in one go."""
    restoration = ask(environment, dump, by=by, at=at)
    load(restoration)
    return swap(restoration, by=by, at=at)


def resume(environment: Environment, *, by: Actor, at: datetime) -> Environment:
    """Finish the restoration that a stopped process left, from where it was. Raises NothingToRestore."""
    restoration = _unfinished(environment)
    load(restoration)
    return swap(restoration, by=by, at=at)


def abandon(environment: Environment, *, by: Actor, at: datetime) -> Environment:
    """Give up an unfinished restoration: the pointer has not moved, so the database in use is opened again.

    Raises NothingToRestore.
    """
    with alone(environment):
        restoration = _unfinished(environment)
        place = restoration.environment.place
        _take_sessions(place, restoration.former_database, allowed=True)
        with transaction.atomic():
            restoration.stage, restoration.error = Restoration.Stage.FAILED, f"Abandonnée par {by.name}."
            restoration.save(update_fields=["stage", "error"])
            swapping = Environment.objects.filter(pk=environment.pk, state=Environment.State.SWAPPING)
            swapping.update(state=Environment.State.ACTIVE)
            audit.record("environments.restoration.abandoned", environment, by=by, at=at)
        provision.drop_database(place.host, place.port, restoration.new_database)
    return Environment.objects.select_related("cell").get(pk=environment.pk)


def _unfinished(environment: Environment) -> Restoration:
    stages = [Restoration.Stage.ASKED, Restoration.Stage.LOADED]
    found = Restoration.objects.select_related("environment__cell").filter(environment=environment, stage__in=stages)
    restoration = found.first()
    if restoration is None:
        raise NothingToRestore(f"Aucune restauration de {environment} n’est en cours.")
    return restoration
