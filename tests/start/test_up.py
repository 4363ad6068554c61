"""`livret up` as a person at a terminal, the machine and bad luck treat it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

from livret.core.postgres import Cluster, folder_for

pytestmark = pytest.mark.slow
START_S, STOP_S = 120, 30


class Platform:
    """An installation in its own folder, started and stopped by real signals."""

    def __init__(self, state):
        self.state = state
        self.cluster = Cluster(folder_for(state))
        self.log = state.parent / "up.log"
        self.started = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self, port=None):
        """Start `livret up` without waiting."""
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("LIVRET_", "DJANGO_"))},
            "LIVRET_STATE": str(self.state),
        }
        command = [sys.executable, "-m", "livret.cli", "up", "--no-demo", "--port", str(port or self.port)]
        with self.log.open("w") as log:
            process = subprocess.Popen(command, env=environ, stdout=log, stderr=subprocess.STDOUT)
        self.started.append(process)
        return process

    def up(self):
        """Start `livret up` and wait until it says where it is."""
        process = self.start()
        wait_for(lambda: process.poll() is not None or "Ctrl-C" in self.said(), START_S)
        assert process.poll() is None, self.said()
        return process

    def said(self):
        return self.log.read_text()

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()

    def answers(self):
        try:
            return self.get("/sante/")[0] == 200
        except (URLError, OSError):
            return False

    def processes(self, kind=""):
        """Return the numbers of our processes of this installation that live, by what their command says."""
        wanted = f"LIVRET_STATE={self.state}\0".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if wanted in (folder / "environ").read_bytes() and kind in (folder / "cmdline").read_text():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def server(self):
        """Return the number of the process that starts the server processes."""
        return min(self.processes("livret.cli\0serve"))

    def counted(self, view):
        """Return how many requests the figures say that *view* answered."""
        lines = [line for line in self.get("/metriques/")[1].splitlines() if f'view="{view}"' in line]
        return sum(float(line.split()[-1]) for line in lines if line.startswith("livret_request_seconds_count"))

    def clear(self):
        for process in self.started:
            process.kill()
            process.wait()
        wait_for(lambda: not self.processes(), STOP_S)
        self.cluster.stop()


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An installation whose databases were made by a first start."""
    platform = Platform(tmp_path_factory.mktemp("livret") / "state")
    process = platform.up()
    process.send_signal(signal.SIGINT)
    process.wait(STOP_S)
    yield platform
    platform.clear()
    shutil.rmtree(platform.cluster.folder, ignore_errors=True)


@pytest.fixture
def platform(installed):
    yield installed
    installed.clear()


@pytest.fixture(scope="class")
def running(installed):
    began = time.monotonic()
    installed.up()
    installed.started_in_s = time.monotonic() - began
    installed.first_words = installed.said()
    yield installed
    installed.clear()


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT], [signal.SIGHUP]])
def test_a_signal_stops_everything_that_was_started_and_a_second_one_breaks_nothing(platform, signals):
    process = platform.up()
    ran = (platform.answers(), platform.cluster.is_ready(), len(platform.processes()) > 3)

    for number in signals:
        process.send_signal(number)
        time.sleep(0.1)

    assert ran == (True, True, True)
    assert process.wait(STOP_S) == 0
    assert platform.said().endswith("Stopped.\n")
    assert (platform.processes(), platform.cluster.is_ready()) == ([], False)


def test_a_busy_port_is_refused_and_nothing_is_started(platform):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert platform.start(port=port).wait(START_S) == 1

    assert platform.said().startswith(f"Port {port} of 127.0.0.1 is taken (Address already in use): choose another")
    assert not platform.cluster.is_ready()


def test_a_killed_platform_leaves_no_process_of_ours_and_starts_and_stops_again(platform):
    platform.up().kill()
    wait_for(lambda: not platform.processes(), 5)
    left = platform.cluster.is_ready()

    again = platform.up()
    answers = platform.answers()
    again.send_signal(signal.SIGINT)

    assert (left, answers, again.wait(STOP_S)) == (True, True, 0)
    assert not platform.cluster.is_ready()


def test_when_the_server_dies_the_worker_is_stopped_and_the_end_is_told(platform):
    process = platform.up()

    os.kill(platform.server(), signal.SIGKILL)

    assert process.wait(STOP_S) == 1
    assert "The server or the worker ended by itself" in platform.said()
    wait_for(lambda: not platform.processes(), 5)
    assert not platform.cluster.is_ready()


def test_after_a_loss_of_power_the_platform_starts_again(platform):
    process = platform.up()
    os.kill(int((platform.cluster.data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    process.kill()
    wait_for(lambda: not platform.processes(), 5)

    platform.up()

    assert platform.answers()


class TestRunning:
    """What needs a running platform and leaves it running."""

    def test_the_second_start_takes_less_than_ten_seconds(self, running):
        assert running.started_in_s < 10

    def test_it_says_where_it_is_and_nothing_that_nobody_asked(self, running):
        assert running.first_words == f"\n\nLivret is at http://localhost:{running.port}/   Ctrl-C stops it.\n"

    def test_a_second_instance_is_refused_and_the_first_goes_on(self, running):
        second = running.start(port=running.port + 1)

        assert second.wait(START_S) == 1
        assert running.said() == f"Livret already runs from {running.state}: stop it first, or set LIVRET_STATE.\n"
        assert running.answers()

    def test_a_server_process_that_dies_is_replaced(self, running):
        others = set(running.processes("livret.cli\0serve")) - {running.server()}

        os.kill(min(others), signal.SIGKILL)
        wait_for(lambda: len(running.processes("livret.cli\0serve")) == 1 + len(others), 20)

        wait_for(running.answers, 20)  # The new one counts before it listens.

    def test_the_figures_of_the_server_processes_add_up(self, running):
        before = running.counted("portal:booklets")
        asked = [running.get("/livret/")[0] for _number in range(12)]

        assert (asked, running.counted("portal:booklets")) == ([200] * 12, before + 12)
        assert len(running.processes("livret.cli\0serve")) > 2
