"""Making environments, entering them, and answering requests with 1 and with 200 of them.

Usage: python bench/bench_environments.py [ENVIRONMENTS]   (default 200; a cluster of its own, removed afterwards)

Baselines of the same run: every migration into an empty database, against which a copy of the template is read; and
the same request with one environment, against which 200 are read.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 200
STATE = tempfile.mkdtemp(prefix="livret-bench-")
os.environ |= {"LIVRET_STATE": STATE, "LIVRET_ROLE_PREFIX": "bench", "LIVRET_DEMO": "1", "LIVRET_LOG_LEVEL": "ERROR"}
os.environ["DJANGO_SETTINGS_MODULE"] = "livret.config.settings"
os.environ.pop("DATABASE_URL", None)
os.mkdir(os.path.join(STATE, "static"))  # Nothing is gathered in it: pages are rendered, not served.

from livret.core import installation  # noqa: E402
from livret.core.catalogues import compile_catalogues  # noqa: E402

CLUSTER = installation.embedded_cluster()
CLUSTER.start()
compile_catalogues()

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client as Browser  # noqa: E402

from livret.cli.platform import set_up_databases  # noqa: E402
from livret.clients import services as clients  # noqa: E402
from livret.clients.models import AccessAccount  # noqa: E402
from livret.core import clock  # noqa: E402
from livret.core.people import system_actor  # noqa: E402
from livret.core.resident.models import OutboxMessage  # noqa: E402
from livret.core.tenancy import provision  # noqa: E402
from livret.core.tenancy.context import inside  # noqa: E402
from livret.core.tenancy.models import Environment  # noqa: E402
from livret.ops.environments.services import create_environment  # noqa: E402
from livret.suite.company import services as company  # noqa: E402

settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.ALLOWED_HOSTS = ["testserver"]
BY = system_actor("bench")
ROUNDS = 200


def main() -> None:
    set_up_databases()
    empty = timed(migrate_empty)
    account = sign()
    durations = [timed(lambda number=number: make(account, number)) for number in range(COUNT)]
    print(f"empty database migrated (baseline)      {empty:8.3f} s")
    report("environment from the template", durations, empty, "of the baseline")
    places = [environment.place for environment in Environment.objects.select_related("cell").order_by("slug")]
    one = [timed(lambda: query(places[0])) for _ in range(ROUNDS)]
    many = [timed(lambda n=n: query(places[n % len(places)])) for n in range(ROUNDS)]
    report("query, one environment (baseline)", one, statistics.median(one), "of itself")
    report(f"query, {COUNT} environments in turn", many, statistics.median(one), "of one environment")
    browser = Browser()
    browser.force_login(account)
    for _ in range(10):
        visit(browser, 0)
    single = [timed(lambda: visit(browser, 0)) for _ in range(ROUNDS)]
    turn = [timed(lambda n=n: visit(browser, n % COUNT)) for n in range(ROUNDS)]
    skewed = [timed(lambda n=n: visit(browser, n % 8)) for n in range(ROUNDS)]
    report("page, one environment (baseline)", single, statistics.median(single), "of itself")
    report("page, 8 environments in turn", skewed, statistics.median(single), "of one environment")
    report(f"page, {COUNT} environments in turn", turn, statistics.median(single), "of one environment")


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def report(what: str, durations: list[float], baseline: float, words: str) -> None:
    ordered = sorted(durations)
    middle, high = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(f"{what:40}{middle * 1000:8.2f} ms p50 {high * 1000:8.2f} ms p95   {middle / baseline:6.3f} x {words}")


def migrate_empty() -> None:
    server = installation.control_server()
    provision.make_database(server.host, server.port, "bench_empty")
    provision.migrate_database(server.host, server.port, "bench_empty")


def sign() -> AccessAccount:
    now = clock.now()
    client = clients.create_client(name="Bench", siren="732829320", slug="bench", by=BY, at=now)
    asked = clients.record_contract_instruction(
        client, person_name="Alice Bench", person_email="alice@bench.example", by=BY, at=now
    )
    account = clients.create_access_account(asked, by=BY, at=now)
    terms = clients.ContractTerms(
        number="B-1", booklet="care", booklet_version="2023-09-18", plan="care", modules=("finance",),
        signed_on=date(2026, 1, 1), starts_on=date(2026, 1, 1), named_users=5,
    )  # fmt: skip
    clients.sign_contract(client, terms, administrator=account, by=BY, at=now)
    return account


def make(account: AccessAccount, number: int) -> None:
    environment = create_environment(f"bench-{number}", by=BY, at=clock.now())
    client = account.client
    assert client is not None
    clients.attach_environment(client, environment, kind="production", by=BY, at=clock.now())
    with inside(environment.place):
        opened = company.open_account(
            person_id=account.pk, name=account.full_name, email=account.email, by=BY, at=clock.now()
        )
        for room, right in (("company", "administer"), ("finance", "validate")):
            company.grant(opened, room=room, right=right, by=BY, at=clock.now())


def query(place: object) -> None:
    with inside(place):  # type: ignore[arg-type]
        OutboxMessage.objects.filter(relayed_at=None).count()


def visit(browser: Browser, number: int) -> None:
    answer = browser.get(f"/e/bench-{number}/comptabilite/", headers={"host": "testserver"})
    if answer.status_code != 200:
        raise RuntimeError(f"the page answered {answer.status_code}")


if __name__ == "__main__":
    try:
        main()
    finally:
        django.db.connections.close_all()
        CLUSTER.stop()
        shutil.rmtree(CLUSTER.folder, ignore_errors=True)
        shutil.rmtree(STATE, ignore_errors=True)
