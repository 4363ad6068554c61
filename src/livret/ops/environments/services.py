"""Making and migrating environments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connections, transaction

from livret.core.audit import services as audit
from livret.core.people import Actor
from livret.core.tenancy import provision
from livret.core.tenancy.models import Cell, Environment
from livret.kernel.errors import Refusal

log = structlog.get_logger(__name__)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
INTERRUPTED = (
    "Une restauration a été interrompue. Terminez-la avec « livret environment resume {slug} », ou rouvrez la base "
    "d’avant avec « livret environment abandon {slug} »."
)


class BadSlug(Refusal):
    """The name asked for an environment cannot stand in an address."""


class SlugTaken(Refusal):
    """Another environment has this name."""


class NoSuchEnvironment(Refusal):
    """No environment has this name."""


class NoCell(Refusal):
    """There is no PostgreSQL server for a new environment."""


@dataclass(frozen=True, slots=True)
class Migration:
    """What became of one environment: `error` is empty when it is at the present schema."""

    environment: Environment
    was_current: bool
    error: str = ""


def add_cell(name: str, *, host: str, port: int) -> Cell:
    """Register a PostgreSQL server, or move a registered one to another address. Its roles must have been made."""
    cell, _is_new = Cell.objects.update_or_create(name=name, defaults={"host": host, "port": port})
    return cell


def create_environment(slug: str, *, by: Actor, at: datetime, cell_name: str = "") -> Environment:
    """Make an environment with its database, copied from the migrated template of its server.

    Called again after a crash, it completes what was begun. Raises BadSlug, SlugTaken and NoCell.
    """
    if not SLUG.fullmatch(slug) or len(slug) > 60:
        raise BadSlug(
            f"« {slug} » : 60 caractères au plus, minuscules sans accent, chiffres et tirets ; par exemple "
            "« dupont-test »."
        )
    environment = _begun(slug, cell_name, at=at)
    place = environment.place
    template = provision.ensure_template(place.host, place.port)
    provision.make_database(place.host, place.port, place.database, template=template)
    with provision.connected(place.host, place.port, place.database) as connection:
        provision.write_identity(connection, str(environment.pk), environment.generation)
    with transaction.atomic():
        environment.state = Environment.State.ACTIVE
        environment.schema_fingerprint = provision.schema_fingerprint()
        environment.save(update_fields=["state", "schema_fingerprint"])
        audit.record("environments.environment.created", environment, by=by, at=at)
    return environment


def _begun(slug: str, cell_name: str, *, at: datetime) -> Environment:
    present = Environment.objects.select_related("cell").filter(slug=slug).first()
    if present and present.state == Environment.State.CREATING:
        return present
    if present:
        raise SlugTaken(
            f"Un environnement « {slug} » existe déjà ({present.get_state_display()}). Choisissez un autre nom."
        )
    cell = _cell_for_new(cell_name)
    environment = Environment(slug=slug, cell=cell, created_at=at)
    environment.database = database_name(environment, generation=1)
    environment.save(force_insert=True)
    return environment


def _cell_for_new(name: str) -> Cell:
    cells = Cell.objects.filter(accepts_new=True)
    if name:
        cells = cells.filter(name=name)
    counted = sorted((cell.environments.count(), cell.pk, cell) for cell in cells)
    if not counted:
        raise NoCell(f"Aucun serveur n’accepte de nouvel environnement{f' sous le nom « {name} »' if name else ''}.")
    return counted[0][2]


def database_name(environment: Environment, *, generation: int) -> str:
    """Return the name of the database of one generation of an environment, within PostgreSQL's 63 bytes."""
    prefix = "" if provision.role_name("app") == "livret_app" else provision.role_name("app").removesuffix("app")
    return f"{prefix}env_{environment.pk.hex}_g{generation}"


def migrate_environments(*, by: Actor, at: datetime, only: str = "") -> Iterator[Migration]:
    """Bring each environment to the present schema and report it; one that fails is told and stops no other.

    Those already there are passed over, so a run that was interrupted goes on where it stopped.
    """
    wanted = Environment.objects.select_related("cell").exclude(state__in=["creating", "closed"]).order_by("slug")
    if only:
        wanted = wanted.filter(slug=only)
    fingerprint = provision.schema_fingerprint()
    for environment in wanted:
        if environment.schema_fingerprint == fingerprint and environment.is_active:
            yield Migration(environment, was_current=True)
        else:
            yield _migrate(environment, fingerprint, by=by, at=at)


@contextmanager
def alone(environment: Environment) -> Iterator[None]:
    """Keep every other process from moving or migrating *environment* meanwhile; whoever comes second waits.

    The lock falls with its session, whatever becomes of this process.
    """
    with provision.connected(environment.cell.host, environment.cell.port, "postgres") as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [f"environment {environment.pk}"])
        yield


def _migrate(environment: Environment, fingerprint: str, *, by: Actor, at: datetime) -> Migration:
    with alone(environment):
        environment = Environment.objects.select_related("cell").get(pk=environment.pk)
        if environment.schema_fingerprint == fingerprint and environment.is_active:
            return Migration(environment, was_current=True)
        if environment.state == Environment.State.SWAPPING:
            # Its database is closed and the pointer has not moved: only the restoration knows which of the two to open.
            return Migration(environment, was_current=False, error=INTERRUPTED.format(slug=environment.slug))
        place = environment.place
        Environment.objects.filter(pk=environment.pk).update(state=Environment.State.MIGRATING)
        try:
            provision.migrate_database(place.host, place.port, place.database)
        except Exception as error:
            log.exception("migration failed", environment=str(environment))
            connections["default"].close_if_unusable_or_obsolete()
            message = f"{type(error).__name__}: {error}"
            Environment.objects.filter(pk=environment.pk).update(migration_error=message)
            return Migration(environment, was_current=False, error=message)
        with transaction.atomic():
            Environment.objects.filter(pk=environment.pk).update(
                state=Environment.State.ACTIVE, schema_fingerprint=fingerprint, migration_error=""
            )
            audit.record("environments.environment.migrated", environment, by=by, at=at)
        return Migration(environment, was_current=False)


def environment_named(slug: str) -> Environment:
    """Return an environment by its name. Raises NoSuchEnvironment."""
    try:
        return Environment.objects.select_related("cell").get(slug=slug)
    except Environment.DoesNotExist as error:
        raise NoSuchEnvironment(f"Aucun environnement « {slug} ». La liste : livret environment list") from error
