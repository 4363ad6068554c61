"""`livret up`: the whole platform from one command, stopped by Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType
from urllib.error import HTTPError, URLError

import click

from livret.cli.platform import database_up, set_up_databases, start_django
from livret.core import installation
from livret.core.people import Actor
from livret.kernel.errors import Refusal

READY_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEMO_REPLIES = "support@publisher.example"  # Nothing leaves or arrives: answers are written on the mail box page.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotStart(Refusal):
    """The platform cannot start here and now."""


class _Stopped(BaseException):
    """The person at the terminal, or the machine, asks to stop."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--demo/--no-demo", default=True, help="Fill an empty installation with the demonstration.")
def up(host: str, port: int, *, demo: bool) -> None:
    """Start the database, the pages and the jobs; Ctrl-C stops what it started."""
    with _only_one():
        _refuse_busy_port(host, port)
        if demo:
            _refuse_to_publish(host)
            os.environ.setdefault("LIVRET_DEMO", "1")
            os.environ.setdefault("LIVRET_MAIL_REPLIES", DEMO_REPLIES)
        if host in LOOPBACK:
            os.environ.setdefault("LIVRET_ADDRESS", f"http://localhost:{port}")
        try:
            _listen_to_signals()
            with database_up():
                people = _prepare(demo=demo)
                _run(host, port, people)
        except _Stopped:
            click.echo("\nStopped.")


def _refuse_to_publish(host: str) -> None:
    """Keep a demonstration on this machine: its passwords stand in this program and nobody needs a second factor."""
    if host not in LOOPBACK:
        raise CannotStart(
            f"A demonstration does not listen on {host}: its passwords are known to everyone. "
            "Start with --no-demo, or leave --host out."
        )


def _listen_to_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, _stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # Stopping is not interrupted by a second Ctrl-C.
    raise _Stopped


@contextmanager
def _only_one() -> Iterator[None]:
    folder = installation.folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(f"Livret already runs from {folder}: stop it first, or set LIVRET_STATE.") from error
        yield


def _refuse_busy_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} of {host} is taken ({error.strerror}): choose another with --port."
            ) from error


def _prepare(*, demo: bool) -> str:
    """Bring the databases up to date, fill an empty installation, and return who may log in."""
    start_django()
    from django.db import connections

    from livret.cli.platform import actor
    from livret.core import clock
    from livret.ops.environments import services

    set_up_databases()
    for migration in services.migrate_environments(by=actor(), at=clock.now()):
        if migration.error:
            click.secho(f"{migration.environment.slug} could not be migrated: {migration.error}", fg="red", err=True)
    if installation.is_embedded():
        _take_up_what_was_cut_short()
    people = _demonstrate(by=actor(), at=clock.now()) if demo else ""
    connections.close_all()
    return people


def _demonstrate(*, by: Actor, at: datetime) -> str:
    """Fill an empty installation with the demonstration and return who may log in.

    One that was never a demonstration must not become one because of how it is started: its mails leave, and its
    publisher's people keep their second factor.
    """
    from livret.cli.demo import story

    people = story.tell(at=at, by=by)
    if not people and not story.was_told():
        os.environ["LIVRET_DEMO"] = "0"  # Read by the server and the worker, which are started after this.
        if os.environ.get("LIVRET_MAIL_REPLIES") == DEMO_REPLIES:
            del os.environ["LIVRET_MAIL_REPLIES"]
    return people


def _take_up_what_was_cut_short() -> None:
    """Give back the jobs of a worker that was killed, and relay what its death left: no other worker runs yet."""
    from asgiref.sync import async_to_sync

    from livret.core.jobs.jobs import rerun_stalled
    from livret.core.resident.jobs import sweep

    async_to_sync(rerun_stalled)(0)
    sweep(timestamp=0)


def _run(host: str, port: int, people: str) -> None:
    commands = [["serve", "--host", host, "--port", str(port)], ["worker"]]
    children = [_child(*command) for command in commands]
    try:
        _wait_until_ready(host, port, children)
        click.echo(
            f"\n{people}\nLivret is at http://{'localhost' if host == '127.0.0.1' else host}:{port}/   Ctrl-C stops it."
        )
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        raise CannotStart("The server or the worker ended by itself; its last words are above.")
    finally:
        _end(children)


def _child(*arguments: str) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "livret.cli", *arguments, "--exit-with", str(os.getpid())]
    return subprocess.Popen(program, start_new_session=True)


def _wait_until_ready(host: str, port: int, children: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            urllib.request.urlopen(f"http://{host}:{port}/sante/", timeout=2).close()
            return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise CannotStart(f"The server does not answer on {host}:{port}; its last words are above.")


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
