"""Starting and stopping the whole platform in a folder of its own, as a person does."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from livret.core.postgres import folder_for

START_TIMEOUT_S = 240


@dataclass(frozen=True)
class Platform:
    """A running installation with its demonstration."""

    address: str
    state: Path
    process: subprocess.Popen[str]

    @property
    def fec_files(self) -> list[Path]:
        return sorted((self.state / "demo").glob("*FEC*.txt"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environ(state: Path) -> dict[str, str]:
    """Return an environment without what the test suite set for itself."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LIVRET_", "DJANGO_"))}
    kept.pop("DATABASE_URL", None)
    return {**kept, "LIVRET_STATE": str(state)}


def start(state: Path, *, port: int) -> Platform:
    """Run `livret up` until it says where it is."""
    command = [sys.executable, "-m", "livret.cli", "up", "--port", str(port)]
    log = state.parent / f"up-{port}.log"
    with log.open("a") as output:
        process = subprocess.Popen(
            command, env=clean_environ(state), stdout=output, stderr=subprocess.STDOUT, text=True
        )
    deadline = time.monotonic() + START_TIMEOUT_S
    while "Livret is at" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
    log.write_text("")
    return Platform(f"http://127.0.0.1:{port}", state, process)


def stop(platform: Platform) -> None:
    if platform.process.poll() is None:
        platform.process.send_signal(signal.SIGINT)
    platform.process.wait(60)


def remove(state: Path) -> None:
    """Remove the folders of an installation that was stopped."""
    shutil.rmtree(folder_for(state), ignore_errors=True)
    shutil.rmtree(state, ignore_errors=True)
