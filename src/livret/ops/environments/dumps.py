"""Dumping and loading one client database with PostgreSQL's own programs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from livret.core.postgres import find_binaries
from livret.core.tenancy.context import Place
from livret.core.tenancy.provision import role_name, role_password


class DumpFailed(RuntimeError):
    """pg_dump or pg_restore ended with an error, quoted in the message."""


def dump(place: Place, target: Path) -> Path:
    """Write a custom-format dump of the database at *place* to *target*, whole or not at all, for its owner's eyes."""
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # pg_dump keeps the rights of the file.
    # Rights on the server's own functions are the server's: `owner` may not say them again where the dump is loaded.
    own = ("-Fc", "-Z1", "--no-owner", "-N", "pg_catalog")
    _run("pg_dump", *own, "-f", str(partial), place.database, place=place)
    partial.replace(target)
    return target


def load(source: Path, place: Place, *, database: str) -> None:
    """Load a dump into the empty *database* on the server of *place*, in one transaction."""
    if not source.is_file():
        raise DumpFailed(f"there is no dump at {source}")
    _run("pg_restore", "-1", "--exit-on-error", "--no-owner", "-d", database, str(source), place=place)


def _run(program: str, *arguments: str, place: Place) -> None:
    server = ("-h", place.host, "-p", str(place.port), "-U", role_name("owner"), "-w")
    environ = {**os.environ, "PGPASSWORD": role_password("owner")}
    answer = subprocess.run(
        [str(find_binaries() / program), *server, *arguments], env=environ, capture_output=True, check=False
    )
    if answer.returncode:
        raise DumpFailed(f"{program} of {place.database}: {answer.stderr.decode(errors='replace')[-2000:]}")
