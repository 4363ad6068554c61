"""Where this installation keeps what is not code: its folder, its secret, the address of its control database."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from livret.core import environ
from livret.core.postgres import Cluster, folder_for

REPOSITORY = Path(__file__).resolve().parents[3]
DEFAULT_PORT = 5432
CONTROL_CELL = "main"
_CELL = re.compile(r"LIVRET_CELL_(?P<name>[A-Z0-9_]+)_URL")


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
    if not file.exists():
        _write_once(file, secrets.token_urlsafe(48))
    held = file.read_text(encoding="ascii").strip()
    if not held:
        raise environ.BadSetting(f"{file} is empty: put the installation's secret back, every password derives from it")
    return held


def _write_once(file: Path, text: str) -> None:
    """Write *file* whole; a file that another process wrote meanwhile stays, and nobody ever reads half of one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=file.parent, prefix="secret-")  # Readable by its owner alone.
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(partial, file)
    Path(partial).unlink()


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
    """Return the servers named by LIVRET_CELL_<NAME>_URL, by lower-case name. Raises BadSetting on the name MAIN."""
    found = {}
    for variable, url in os.environ.items():
        if url and (cell := _CELL.fullmatch(variable)):
            if cell["name"] == CONTROL_CELL.upper():
                raise environ.BadSetting(f"{variable}: the cell « {CONTROL_CELL} » is the server of DATABASE_URL")
            found[cell["name"].lower()] = parse_url(url, variable=variable)
    return found


def server_at(host: str, port: int) -> Address | None:
    """Return how the administrator of the server at this address logs in, None when this machine is not told."""
    known = (control_server(), *further_cells().values())
    return next((server for server in known if (server.host, server.port) == (host, port)), None)


def parse_url(url: str, *, variable: str) -> Address:
    """Return the address in a `postgresql://user:password@host:port/database` URL, or with `?host=/socket/folder`.

    Raises BadSetting naming *variable*, never the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORT
    except ValueError as error:
        raise environ.BadSetting(f"{variable} has an address or a port that cannot be read") from error
    if parts.scheme not in {"postgresql", "postgres"}:
        raise environ.BadSetting(f"{variable} must begin with postgresql://, got {parts.scheme or 'no scheme'!r}")
    host = parse_qs(parts.query).get("host", [parts.hostname or "localhost"])[0]
    user, password = unquote(parts.username or "postgres"), unquote(parts.password or "")
    return Address(unquote(host), port, user, password, unquote(parts.path.lstrip("/")))
