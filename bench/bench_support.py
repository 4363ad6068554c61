"""Support at the size of a publisher's years: the queue, both dashboards, and every open due instant.

Usage: python bench/bench_support.py [REQUESTS]   (default 200,000, five events each; a cluster of its own)

200 clients on both booklets over three years, 20 technicians in 4 teams. Pages are asked of a real server, granian with
two workers, by 20 technicians at once who each read for a few seconds between two pages.
Baselines of the same run: reading one request by its number, and a loop that adds minutes one by one.
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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

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

from livret.booklet import library  # noqa: E402
from livret.booklet.calendar import Calendar  # noqa: E402
from livret.care.support import queries, services  # noqa: E402
from livret.care.support.models import Request, RequestEvent, Team  # noqa: E402
from livret.care.support.rules.clock import PickUpClock, promised  # noqa: E402
from livret.care.support.rules.commitment import commitment_of  # noqa: E402
from livret.care.support.rules.defaults import defaults  # noqa: E402
from livret.cli.platform import set_up_databases  # noqa: E402
from livret.clients.actors import actor_of  # noqa: E402
from livret.clients.models import AccessAccount, Client, Contract, SaasAdministrator, StaffRole  # noqa: E402
from livret.core import clock  # noqa: E402
from livret.core.clock import PARIS  # noqa: E402
from livret.core.people import system_actor  # noqa: E402

NOW = clock.now()
YEARS, CLIENTS, TECHNICIANS, TEAMS = 3, 200, 20, 4
OPEN_SHARE = 0.01
PER_TECHNICIAN, THINK_S = 40, (2.0, 6.0)
RANDOM = random.Random(2026)
PRODUCTS = ("finance", "trade", "hr", "dsn")
KINDS = ("malfunction",) * 5 + ("question",) * 3 + ("customer_service",) * 2
OFFERS = (("sprint", "2019", "private"), ("sprint", "2019", "open"), ("care", "2023-09-18", "care"))
PAGES = {
    "queue": "/console/support/",
    "dashboard of the publisher": "/console/support/tableau-de-bord/",
    "dashboard of a client": "/espace/tableau-de-bord/",
}


def main() -> None:
    set_up_databases()
    people, contracts = cast()
    began = time.perf_counter()
    fill(people, contracts)
    print(f"{COUNT} requests and {RequestEvent.objects.count()} events made in {time.perf_counter() - began:.0f} s")
    measure_due()
    measure_pages(people, contracts)


def cast() -> tuple[list[AccessAccount], list[Contract]]:
    """Make the technicians with their teams, the clients with three people each, and their contracts."""
    made = NOW - timedelta(days=365 * YEARS + 60)
    services.publish_hours(defaults().demonstration_hours, from_on=made.date() + timedelta(days=1),
                           by=system_actor("bench"), now=made)  # fmt: skip
    staff = _accounts((f"tech{n}@bench.example", f"Technicien {n}", None) for n in range(TECHNICIANS))
    StaffRole.objects.bulk_create(StaffRole(account=one, role="technician") for one in staff)
    for number in range(TEAMS):
        Team.objects.create(name=f"Équipe {number + 1}").members.set(staff[number::TEAMS])
    clients = Client.objects.bulk_create(
        Client(slug=f"client-{n}", name=f"Client {n:03}", siren=f"{n:09}", created_at=made) for n in range(CLIENTS)
    )
    people = _accounts((f"p{n}@{c.slug}.example", f"Personne {n} {c.name}", c) for c in clients for n in range(3))
    contracts = [_contract(client, number, made.date()) for number, client in enumerate(clients)]
    SaasAdministrator.objects.bulk_create(
        SaasAdministrator(client=account.client, account=account, from_on=made.date()) for account in people[::3]
    )
    return [*staff, *people], Contract.objects.bulk_create(contracts)


def _accounts(rows: Iterable[tuple[str, str, Client | None]]) -> list[AccessAccount]:
    accounts = [AccessAccount(email=mail, full_name=name, client=client, created_at=NOW) for mail, name, client in rows]
    for account in accounts:
        account.set_unusable_password()
    return AccessAccount.objects.bulk_create(accounts)


def _contract(client: Client, number: int, first: date) -> Contract:
    booklet, version, plan = OFFERS[number % len(OFFERS)]
    day = first + timedelta(days=1 + number % 50)
    return Contract(
        client=client, number=f"B-{number}", booklet=booklet, booklet_version=version, plan=plan, modules=["finance"],
        named_users=5, signed_on=day, starts_on=day, support_start_on=day,
    )  # fmt: skip


def fill(people: list[AccessAccount], contracts: list[Contract]) -> None:
    """Write the requests and their events by COPY, columns computed by the very rules of the desk."""
    staff, clients = people[:TECHNICIANS], people[TECHNICIANS:]
    teams = list(Team.objects.order_by("pk"))
    rows = [_request(number, staff, clients, contracts, teams) for number in range(COUNT)]
    with connections["owner"].cursor() as cursor:
        _copy(cursor, "support_request", [row for row, _events in rows])
        _copy(cursor, "support_requestevent", (event for _row, events in rows for event in events))
        for table in ("support_request", "support_requestevent"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("ANALYZE")


Row = dict[str, object]


def _request(
    number: int, staff: list[AccessAccount], people: list[AccessAccount], contracts: list[Contract], teams: list[Team]
) -> tuple[Row, list[Row]]:
    at = _opening_moment(number)
    contract = contracts[(number * 7919) % CLIENTS]
    booklet = library()[contract.booklet, contract.booklet_version]
    kind, criticality = RANDOM.choice(KINDS), ""
    if kind != "customer_service" and contract.plan == "care":
        criticality = RANDOM.choice(("critique", "elevee", "moderee"))
    clock = _clock(booklet, "" if kind == "customer_service" else criticality or contract.plan, at)
    technician = RANDOM.choice(staff)
    is_open = number >= COUNT * (1 - OPEN_SHARE)
    picked_up_at = None if is_open and number % 2 else _later(at, clock)
    closed_at = None if is_open or picked_up_at is None else picked_up_at + timedelta(hours=RANDOM.randrange(1, 200))
    closed_at = min(closed_at, NOW) if closed_at else None
    verdict = clock.judged(picked_up_at) if clock and picked_up_at else None
    waits = clock is not None and picked_up_at is None
    row: Row = {
        "id": number + 1, "uuid": _uuid(), "number": f"D-{at.year}-{number + 1:06}", "client_id": contract.client_id,
        "contract_id": contract.pk, "booklet": contract.booklet, "booklet_version": contract.booklet_version,
        "plan": contract.plan, "kind": kind, "topic": "", "channel": "space", "standing": "committed",
        "standing_clause": "", "origin": "{}", "product": RANDOM.choice(PRODUCTS), "area": "",
        "subject": f"Demande {number}", "context": "Le grand livre ne s’affiche plus après la clôture. " * 4,
        "error_message": "", "menu_path": "", "filed_by_id": people[((number * 7919) % CLIENTS) * 3 + number % 3].pk,
        "registered_at": at, "call_code": f"{number:08}", "nonce": _uuid(), "criticality": criticality,
        "state": "closed" if closed_at else "in_progress" if picked_up_at else "waiting", "last_sequence": 5,
        "last_event_at": closed_at or picked_up_at or at, "assigned_to_id": technician.pk if picked_up_at else None,
        "picked_up_at": picked_up_at, "hours": clock.hours.name if clock else "",
        "calendar_version": clock.hours.version if clock else "", "due_at": clock.due_at if clock else None,
        "close_at": clock.close_at(defaults().close_share) if waits and clock else None,
        "late_at": clock.late_at if waits and clock else None,
        "elapsed_s": verdict.elapsed_s if verdict else None, "is_on_time": verdict.is_met if verdict else None,
        "team_id": teams[number % TEAMS].pk, "qualification": "", "level": None, "second_due_at": None,
        "second_stopped_at": None, "second_is_kept": None, "is_paused": False,
        "next_due_at": clock.due_at if waits and clock else None, "next_alert_at": None, "closed_at": closed_at,
        "close_cause": "solved" if closed_at else "", "duplicate_of_id": None, "is_excluded": False,
        "is_contested": False, "rating": RANDOM.choice((3, 4, 4, 5)) if closed_at and number % 3 == 0 else None,
    }  # fmt: skip
    return row, list(_events(row, clock, technician))


def _opening_moment(number: int) -> datetime:
    """Return an instant in working hours; requests are numbered in the order in which they came."""
    share = (number + 1) / (COUNT + 1)
    # Open requests are of the last days, whatever their number.
    span = timedelta(days=365 * YEARS)
    day = (NOW - span * (1 - share)).astimezone(PARIS)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    at = day.replace(hour=8 + number % 10, minute=RANDOM.randrange(60), second=RANDOM.randrange(60), microsecond=0)
    return min(at.astimezone(UTC), NOW - timedelta(minutes=1))


_BOOK = queries.HoursBook()


def _clock(booklet: object, level: str, at: datetime) -> PickUpClock | None:
    hours = _BOOK.on(at.astimezone(PARIS).date(), booklet)  # type: ignore[arg-type]
    if not level or hours is None:
        return None
    return promised(commitment_of(booklet, level), hours, at=at, booklet=booklet)  # type: ignore[arg-type]


def _later(at: datetime, clock: PickUpClock | None) -> datetime:
    """Return a pick-up: before the target for nine in ten, else some hours after."""
    due = clock.due_at if clock else None
    if due is None:
        found = at + timedelta(hours=2)
    elif RANDOM.random() < 0.9:
        found = at + (due - at) * RANDOM.random()
    else:
        found = due + timedelta(hours=RANDOM.randrange(1, 30))
    return min(found, NOW)


def _events(row: Row, clock: PickUpClock | None, technician: AccessAccount) -> Iterator[Row]:
    at, taken, closed = row["registered_at"], row["picked_up_at"], row["closed_at"]
    level = clock.commitment.level if clock else ""
    target = clock.commitment.target_s if clock else None
    data = f'{{"level": "{level}", "hours": "{row["hours"]}", "target_s": {target or "null"}, "clause": "S-13"}}'
    told: list[tuple[str, object, str]] = [("registered", at, data), ("acknowledged", at, "{}")]
    if taken:
        told += [("picked_up", taken, "{}"), ("message", taken, "{}")]
    told += [("closed", closed, '{"cause": "solved"}')] if closed else [("message", row["last_event_at"], "{}")]
    told += [("message", row["last_event_at"], "{}")] * (5 - len(told))
    for sequence, (kind, moment, facts) in enumerate(told, 1):
        yield {
            "request_id": row["id"], "sequence": sequence, "kind": kind, "at": moment, "actor_id": technician.pk,
            "actor_name": technician.full_name, "actor_kind": "client" if kind == "registered" else "staff",
            "is_internal": False, "text": "Bonjour, nous regardons." if kind == "message" else "", "data": facts,
            "nonce": None,
        }  # fmt: skip


def _uuid() -> UUID:
    return UUID(int=RANDOM.getrandbits(128))


def _copy(cursor: object, table: str, rows: Iterable[Row]) -> None:
    rows = iter(rows)
    first = next(rows)
    columns = ", ".join(f'"{name}"' for name in first)
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:  # type: ignore[attr-defined]
        copy.write_row(tuple(first.values()))
        for row in rows:
            copy.write_row(tuple(row.values()))


def measure_due() -> None:
    """Compute every open due instant from the events, as the desk does, and by a loop that adds minutes."""
    found = list(Request.objects.filter(state="waiting", hours__gt="").prefetch_related("events"))
    book = queries.HoursBook()
    ready = [(row, queries.as_events(row.events.all())) for row in found]
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
    print(f"{len(ready)} due instants from events: {took:.2f} s per 10,000; minute by minute {naive:.2f} s "
          f"({naive / took:.0f} x as long)")  # fmt: skip


def _named(book: queries.HoursBook, booklet: object) -> Callable[[str], object]:
    return lambda name: book.named(name, booklet)  # type: ignore[arg-type]


def add_minutes(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """Return the due instant to the minute, one minute after the other."""
    at = start
    while minutes:
        at += timedelta(minutes=1)
        minutes -= calendar.timeline.is_open(int(at.timestamp()))
    return at


def measure_pages(people: list[AccessAccount], contracts: list[Contract]) -> None:
    """Ask the pages of a real server, 20 at once, and read one request by its number as the baseline."""
    numbers = list(Request.objects.order_by("pk").values_list("number", flat=True)[:: max(COUNT // 500, 1)])
    single = [timed(lambda number=number: Request.objects.get(number=number)) for number in numbers]
    baseline = statistics.median(single)
    report("one request by its number (baseline)", single, baseline)
    call_command("collectstatic", interactive=False, verbosity=0)
    with serving() as port:
        for page, path in PAGES.items():
            who = people[TECHNICIANS::3][:TECHNICIANS] if path.startswith("/espace") else people[:TECHNICIANS]
            cookies = [_cookie(account) for account in who]
            for _ in range(8):
                ask(port, path, cookies[0])
            alone = [ask(port, path, cookie) for cookie in cookies]
            report(f"{page}, alone", alone, baseline)
            with events_coming(people[0]):
                report(f"{page}, {len(cookies)} at once", together(port, path, cookies), baseline)


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
    """Return the seconds until the whole page was read."""
    began = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "fr"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status in (200, 204), f"{path} answered {answer.status}"
    return time.perf_counter() - began


def together(port: int, path: str, cookies: list[str]) -> list[float]:
    """Return the seconds of every page asked by people who think between two pages."""
    taken: list[float] = []

    def one(cookie: str, seed: int) -> None:
        thinking = random.Random(seed)
        time.sleep(thinking.uniform(0, THINK_S[1]))
        for _ in range(PER_TECHNICIAN // 4):
            taken.append(ask(port, path, cookie))
            time.sleep(thinking.uniform(*THINK_S))

    threads = [threading.Thread(target=one, args=(cookie, seed)) for seed, cookie in enumerate(cookies)]
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
