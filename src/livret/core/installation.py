"""Where this installation keeps what is not code: its folder, its secret, the address of its control database."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from livret.core import environ
from livret.core.postgres import Cluster, folder_for

REPOSITORY = Path(__file__).resolve().parents[3]
DEFAULT_PORT = 5432


@dataclass(frozen=True, slots=True)
class Address:
    """A PostgreSQL server and how its administrator logs in; `database` is empty but in DATABASE_URL."""

    host: str
    port: int
    user: str
    password: str
    database: str = ""


def folder() -> Path:
    """Return the state folder: LIVRET_STATE, else `var/` of the checkout, else `~/.local/share/livret`."""
    default = REPOSITORY / "var" if (REPOSITORY / "pyproject.toml").exists() else Path.home() / ".local/share/livret"
    return environ.folder("LIVRET_STATE", default)


def secret() -> str:
    """Return the installation's secret: LIVRET_SECRET_KEY, else a file made once, readable by its owner alone."""
    given = environ.text("LIVRET_SECRET_KEY")
    if given:
        return given
    file = folder() / "secret"
    folder().mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii").strip()


def derived(purpose: str) -> str:
    """Return a secret for one *purpose*, such as a database role's password, so that none need be stored."""
    return hmac.new(secret().encode(), purpose.encode(), hashlib.sha256).hexdigest()


def embedded_cluster() -> Cluster:
    return Cluster(folder_for(folder()))


def is_embedded() -> bool:
    return not environ.text("DATABASE_URL")


def control_server() -> Address:
    """Return the server of the control database: DATABASE_URL, else the embedded cluster."""
    url = environ.text("DATABASE_URL")
    if url:
        return parse_url(url, variable="DATABASE_URL")
    cluster = embedded_cluster()
    password = cluster.password if (cluster.folder / "password").exists() else ""
    return Address(str(cluster.socket_folder), DEFAULT_PORT, "postgres", password)


def further_cells() -> dict[str, Address]:
    """Return the servers named by LIVRET_CELL_<NAME>_URL, by lower-case name."""
    found = {}
    for variable, url in os.environ.items():
        if variable.startswith("LIVRET_CELL_") and variable.endswith("_URL") and url:
            name = variable.removeprefix("LIVRET_CELL_").removesuffix("_URL").lower()
            found[name] = parse_url(url, variable=variable)
    return found


def parse_url(url: str, *, variable: str) -> Address:
    """Return the address in a `postgresql://user:password@host:port/database` URL, or with `?host=/socket/folder`.

    Raises BadSetting naming *variable*, never the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise environ.BadSetting(f"{variable} must begin with postgresql://, got {parts.scheme or 'no scheme'!r}")
    host = parse_qs(parts.query).get("host", [parts.hostname or "localhost"])[0]
    try:
        port = parts.port or DEFAULT_PORT
    except ValueError as error:
        raise environ.BadSetting(f"{variable} has a port that is not a number") from error
    user, password = unquote(parts.username or "postgres"), unquote(parts.password or "")
    return Address(unquote(host), port, user, password, parts.path.lstrip("/"))
