"""Support at the size of a publisher's years: the queue, a request, both dashboards, and every open due instant.

Usage: python bench/bench_support.py [REQUESTS]   (default 200,000, five events each, 2,000 at least; its own cluster)

The data are those of `support_data.py`. Pages are asked of a real server, granian with two workers, by 20 technicians
at once who each read for a few seconds between two pages. Baselines of the same run: reading one request by its
number, and a loop that adds minutes one by one.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
STATE = tempfile.mkdtemp(prefix="livret-bench-")
os.environ |= {"LIVRET_STATE": STATE, "LIVRET_ROLE_PREFIX": "bench", "LIVRET_DEMO": "1", "LIVRET_LOG_LEVEL": "ERROR"}
os.environ["DJANGO_SETTINGS_MODULE"] = "livret.config.settings"
os.environ.pop("DATABASE_URL", None)

from livret.core import installation  # noqa: E402
from livret.core.catalogues import compile_catalogues  # noqa: E402

CLUSTER = installation.embedded_cluster()
CLUSTER.start()
compile_catalogues()

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from support_data import TECHNICIANS, cast, fill  # noqa: E402

from livret.booklet.calendar import Calendar  # noqa: E402
from livret.care.support import queries, services  # noqa: E402
from livret.care.support.models import Request, RequestEvent  # noqa: E402
from livret.care.support.rules.commitment import commitment_of  # noqa: E402
from livret.cli.platform import set_up_databases  # noqa: E402
from livret.clients.actors import actor_of  # noqa: E402
from livret.clients.models import AccessAccount  # noqa: E402
from livret.core import clock  # noqa: E402

PER_TECHNICIAN, THINK_S = 10, (2.0, 6.0)
DUE_INSTANTS = 10_000
UNTIL_PICK_UP = 2  # Registered and acknowledged.
QUEUE, BOARD, OWN_BOARD = "/console/support/", "/console/support/tableau-de-bord/", "/espace/tableau-de-bord/"
ALONE = {
    "queue, its lines refreshed": QUEUE + "#queue-lines",
    "queue by business time left": QUEUE + "?scope=all&order=left",
    "queue, late ones": QUEUE + "?scope=all&urgency=late",
    "queue, a word": QUEUE + "?scope=all&q=rapprochement",
    "closed ones": QUEUE + "?scope=closed",
    "closed ones, page 1,000": QUEUE + "?scope=closed&page=1000",
    "closed ones, a word": QUEUE + "?scope=closed&q=rapprochement",
    "closed ones, a word that all hold": QUEUE + "?scope=closed&q=demande",
    "a request by the queue's search": QUEUE + "?scope=closed&q={number}",
}


def main() -> None:
    set_up_databases()
    people, contracts = cast()
    began = time.perf_counter()
    fill(COUNT, people, contracts)
    print(f"{COUNT} requests and {RequestEvent.objects.count()} events made in {time.perf_counter() - began:.0f} s")
    measure_due()
    measure_pages(people)
    print("load of the machine over the last 1, 5 and 15 minutes:", *(f"{load:.1f}" for load in os.getloadavg()))


def measure_due() -> None:
    """Compute open due instants from events, as the desk does, and by a loop that adds minutes.

    The open requests that wait, then closed ones as they stood before their pick-up, until there are enough.
    """
    timed_ones = Request.objects.filter(hours__gt="").prefetch_related("events").order_by("-pk")
    waiting = list(timed_ones.filter(state="waiting"))
    before = list(timed_ones.filter(state="closed")[: max(DUE_INSTANTS - len(waiting), 0)])
    ready = [(row, queries.as_events(row.events.all())) for row in waiting]
    ready += [(row, queries.as_events(row.events.all())[:UNTIL_PICK_UP]) for row in before]
    book = queries.HoursBook()
    began = time.perf_counter()
    computed = [
        queries.running_due(events, booklet=(booklet := queries.booklet_of(row)), hours_named=_named(book, booklet))
        for row, events in ready
    ]
    took = (time.perf_counter() - began) / len(ready) * 10_000
    assert computed == [row.due_at for row, _events in ready]
    sample = ready[:: max(len(ready) // 200, 1)]
    began = time.perf_counter()
    for row, _events in sample:
        booklet = queries.booklet_of(row)
        hours = book.named(row.hours, booklet)
        level = row.criticality or row.plan
        add_minutes(hours.calendar, row.registered_at, commitment_of(booklet, level).target_s // 60)
    naive = (time.perf_counter() - began) / len(sample) * 10_000
    print(f"{len(waiting)} open due instants and {len(before)} of before a pick-up: {took:.2f} s per 10,000; "
          f"minute by minute {naive:.2f} s ({naive / took:.0f} x as long)")  # fmt: skip


def _named(book: queries.HoursBook, booklet: object) -> Callable[[str], object]:
    return lambda name: book.named(name, booklet)  # type: ignore[arg-type]


def add_minutes(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """Return the due instant to the minute, one minute after the other."""
    at = start
    while minutes:
        at += timedelta(minutes=1)
        minutes -= calendar.timeline.is_open(int(at.timestamp()))
    return at


def measure_pages(people: list[AccessAccount]) -> None:
    """Ask the pages of a real server, alone then 20 at once, beside reading one request by its number."""
    numbers = list(Request.objects.order_by("pk").values_list("number", flat=True)[:: max(COUNT // 500, 1)])
    single = [timed(lambda number=number: Request.objects.get(number=number)) for number in numbers]
    baseline = statistics.median(single)
    report("one request by its number (baseline)", single, baseline)
    call_command("collectstatic", interactive=False, verbosity=0)
    technicians, owners = people[:TECHNICIANS], people[TECHNICIANS::3][:TECHNICIANS]
    cookies, own_cookies = [_cookie(one) for one in technicians], [_cookie(one) for one in owners]
    running = list(Request.objects.filter(closed_at=None).order_by("pk").values_list("number", flat=True)[:TECHNICIANS])
    requests = [f"{QUEUE}{number}/" for number in running]
    with serving() as port:
        for what, path in ALONE.items():
            paths = [path.format(number=number) for number in numbers[:TECHNICIANS]]
            measure_alone(port, what, paths, cookies, baseline)
        by_left = [path + "?scope=all&order=left" for path in requests]
        measure_alone(port, "a request, walked by business time left", by_left, cookies, baseline)
        measure_anew(port, technicians[0], cookies, baseline)
        for what, paths, who in (
            ("queue", [QUEUE] * TECHNICIANS, cookies),
            ("a request", requests, cookies),
            ("dashboard of the publisher", [BOARD] * TECHNICIANS, cookies),
            ("dashboard of a client", [OWN_BOARD] * TECHNICIANS, own_cookies),
        ):
            measure_alone(port, what, paths, who, baseline)
            with events_coming(technicians[0]):
                report(f"{what}, {len(who)} at once", together(port, paths, who), baseline)


def measure_alone(port: int, what: str, paths: list[str], cookies: list[str], baseline: float) -> None:
    """Report a page asked by one person after the other, each worker warm."""
    for _ in range(8):
        ask(port, paths[0], cookies[0])
    asked = zip(paths, cookies, strict=True)
    report(f"{what}, alone", [ask(port, path, cookie) for path, cookie in asked for _ in range(3)], baseline)


def measure_anew(port: int, technician: AccessAccount, cookies: list[str], baseline: float) -> None:
    """Report the publisher's dashboard counted anew: something happens to a request before each page."""
    taken, by = [], actor_of(technician)
    for request, cookie in zip(Request.objects.filter(state="in_progress").order_by("-pk"), cookies, strict=False):
        services.add_message(request, "Vu.", account=technician, by=by, now=clock.now(), is_internal=True)
        taken.append(ask(port, BOARD, cookie))
    report("dashboard of the publisher, counted anew", taken, baseline)


@contextmanager
def events_coming(technician: AccessAccount) -> Iterator[None]:
    """Have a note written every 20 seconds, as often as events come on a working day of a million in three years."""
    over = threading.Event()

    def write() -> None:
        by = actor_of(technician)
        for request in Request.objects.filter(state="in_progress").order_by("pk")[:1000]:
            if over.wait(20):
                break
            services.add_message(request, "Vu.", account=technician, by=by, now=clock.now(), is_internal=True)
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    yield
    over.set()
    writer.join()


def _cookie(account: AccessAccount) -> str:
    browser = Browser()
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


class serving:  # noqa: N801 - a context, read like one.
    """The real server on a port of its own, two workers."""

    def __enter__(self) -> int:
        from tests.running import free_port

        port = free_port()
        command = [sys.executable, "-m", "livret.cli", "serve", "--port", str(port)]
        self.process = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                ask(port, "/sante/", "")
            except OSError:
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.2)
            else:
                return port

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(30)


def ask(port: int, path: str, cookie: str) -> float:
    """Return the seconds until the whole page was read; after a "#", the one part of it that htmx asks for."""
    path, _, part = path.partition("#")
    headers = {"Cookie": cookie, "Accept-Language": "fr"} | ({"HX-Request": "true", "HX-Target": part} if part else {})
    began = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status in (200, 204), f"{path} answered {answer.status}"
    return time.perf_counter() - began


def together(port: int, paths: list[str], cookies: list[str]) -> list[float]:
    """Return the seconds of every page asked by people who think between two pages."""
    taken: list[float] = []

    def one(path: str, cookie: str, seed: int) -> None:
        thinking = random.Random(seed)
        time.sleep(thinking.uniform(0, THINK_S[1]))
        for _ in range(PER_TECHNICIAN):
            taken.append(ask(port, path, cookie))
            time.sleep(thinking.uniform(*THINK_S))

    asked = zip(paths, cookies, range(len(cookies)), strict=True)
    threads = [threading.Thread(target=one, args=args) for args in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def report(what: str, durations: list[float], baseline: float) -> None:
    ordered = sorted(durations)
    middle, high = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(f"{what:45}{middle * 1000:8.1f} ms p50 {high * 1000:8.1f} ms p95 {middle / baseline:7.1f} x", flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    try:
        main()
    finally:
        connections.close_all()
        CLUSTER.stop()
        shutil.rmtree(CLUSTER.folder, ignore_errors=True)
        shutil.rmtree(STATE, ignore_errors=True)
