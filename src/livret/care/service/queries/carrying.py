"""What stands around an operation on data: who asked, the dumps of an environment, the archive of an export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from livret.care.service.models import DataOperation, DataOperationEvent
from livret.clients import queries as clients

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Client, SaasAdministrator
    from livret.core.tenancy.models import Environment

DUMPS, SUFFIX = "dumps", ".dump"


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump of one environment that a restoration may start from."""

    name: str
    path: Path
    taken_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Archive:
    """The file of an export in the client's own store."""

    name: str
    digest: str
    size: int


def naming_of(account: AccessAccount, *, client: Client, day: date) -> SaasAdministrator | None:
    """Return by which naming *account* administers *client* on *day*, None when it does not."""
    return clients.administrators_on(client, day=day).filter(account=account).first()


def dumps_folder(environment: Environment) -> Path:
    """Return where the dumps of an environment stand, for restorations that start from the console."""
    return Path(settings.STATE_FOLDER) / DUMPS / environment.slug


def dumps_of(environment: Environment) -> list[Dump]:
    """Return the dumps of an environment, the latest first. A partial one has another ending and is left out."""
    found = [_dump(path) for path in dumps_folder(environment).glob(f"*{SUFFIX}") if path.is_file()]
    return sorted(found, key=lambda dump: (dump.taken_at, dump.name), reverse=True)


def _dump(path: Path) -> Dump:
    facts = path.stat()
    return Dump(path.name, path, datetime.fromtimestamp(facts.st_mtime, UTC), facts.st_size)


def archive_of(operation: DataOperation) -> Archive | None:
    """Return the file that an export made, None while there is none."""
    made = DataOperationEvent.objects.filter(operation=operation, data__has_key="digest").order_by("-sequence").first()
    return Archive(made.data["name"], made.data["digest"], made.data["size"]) if made else None
