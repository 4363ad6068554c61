"""`kill -9` of everything during an import: nothing half-imported, and the next start completes it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from livret.cli.demo.books import fec_of
from livret.core.postgres import Cluster, folder_for
from livret.formats.fec import file_name
from livret.suite.finance.demo.books import fiscal_year_books
from livret.suite.finance.demo.companies import bench_company
from tests.running import Platform, clean_environ, free_port, remove, start, stop

LINES = 60_000
YEAR = 2024
pytestmark = pytest.mark.slow
SUBMIT = """
import sys
from datetime import date
from livret.cli.platform import start_django
start_django()
from livret.clients.actors import actor_of
from livret.clients.models import AccessAccount
from livret.core import clock
from livret.core.tenancy.context import inside
from livret.core.tenancy.models import Environment
from livret.suite.finance.services import imports, previews
name, path, siren = sys.argv[1:]
by = actor_of(AccessAccount.objects.get(email="berenice@trois-lunes.example"))
with inside(Environment.objects.select_related("cell").get(slug="trois-lunes").place):
    run = imports.upload([open(path, "rb").read()], file_name=name, by=by, at=clock.now())
    run = previews.check_run(run, at=clock.now())
    assert run.state == "checked", run.findings[:3]
    imports.confirm(run, siren=siren, company_name="Grande", first_day=date(2024, 1, 1), last_day=date(2024, 12, 31),
                    by=by, at=clock.now())
"""


@pytest.fixture
def state(tmp_path):
    yield tmp_path / "state"
    subprocess.run(["pkill", "-9", "-f", str(tmp_path)], check=False)
    remove(tmp_path / "state")


def submit(platform: Platform, tmp_path: Path) -> str:
    """Upload, check and confirm a large FEC, as the page does; the worker imports it."""
    profile = bench_company(LINES)
    path = tmp_path / file_name(profile.siren, profile.fiscal_year(YEAR).last_day)
    path.write_bytes(fec_of(profile, YEAR, fiscal_year_books(profile, year=YEAR, seed=1)))
    command = [platform.process.args[0], "-c", SUBMIT, path.name, str(path), profile.siren]
    subprocess.run(command, env=clean_environ(platform.state), check=True)
    return profile.siren


def books(platform: Platform, siren: str) -> tuple[str, int, int]:
    """Return the state of the last import and how many entries and lines of the company stand in the database."""
    query = (
        "SELECT (SELECT state FROM finance_importrun ORDER BY id DESC LIMIT 1),"
        " (SELECT count(*) FROM finance_entry e JOIN company_fiscalyear y ON y.id = e.fiscal_year_id"
        "  JOIN company_company c ON c.id = y.company_id WHERE c.siren = %s),"
        " (SELECT count(*) FROM company_company WHERE siren = %s)"
    )
    cluster = Cluster(folder_for(platform.state))
    with psycopg.connect(
        host=str(cluster.socket_folder), user="postgres", password=cluster.password, dbname="livret_control"
    ) as control:
        (name,) = control.execute("SELECT database FROM tenancy_environment WHERE slug = 'trois-lunes'").fetchone()
    with psycopg.connect(
        host=str(cluster.socket_folder), user="postgres", password=cluster.password, dbname=name
    ) as connection:
        return connection.execute(query, [siren, siren]).fetchone()


def kill_everything(platform: Platform) -> None:
    """Kill the platform, its server, its workers and the database at once."""
    tree = subprocess.run(
        ["pgrep", "-f", "livret.cli (serve|worker|up)"], capture_output=True, text=True, check=False
    ).stdout.split()
    ours = [int(pid) for pid in tree if str(platform.state) in Path(f"/proc/{pid}/environ").read_text(errors="replace")]
    postmaster = int((folder_for(platform.state) / "data" / "postmaster.pid").read_text().split()[0])
    for pid in [*ours, postmaster]:
        os.kill(pid, signal.SIGKILL)
    platform.process.wait(30)


def wait_until_imported(platform: Platform, siren: str) -> tuple[str, int, int]:
    deadline = time.monotonic() + 120
    while (found := books(platform, siren))[0] != "done":
        assert time.monotonic() < deadline, found
        time.sleep(0.5)
    return found


def test_an_import_killed_with_everything_is_whole_or_absent_and_completed_by_the_next_start(state, tmp_path):
    first = start(state, port=free_port())
    siren = submit(first, tmp_path)
    time.sleep(random.Random(os.environ.get("PYTEST_SEED", "livret")).uniform(0.3, 1.5))

    kill_everything(first)
    Cluster(folder_for(state)).start()  # The database alone: what stands in it before anybody goes on.
    after_the_kill = books(first, siren)
    again = start(state, port=free_port())
    state_at_last, entries, companies = wait_until_imported(again, siren)
    stop(again)

    assert after_the_kill in [("confirmed", 0, 0), ("done", entries, 1)]
    assert (state_at_last, companies) == ("done", 1)
    assert entries > LINES / 10
