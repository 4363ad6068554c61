"""A publisher's years of support, written straight into the tables: people, contracts, requests and their events.

Import it once Django is set up, in a database of its own. `bench_support.py` measures on it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from json import dumps
from uuid import UUID

from django.db import connections

from livret.booklet import library
from livret.care.support import queries, services
from livret.care.support.models import Team
from livret.care.support.rules.clock import PickUpClock, promised
from livret.care.support.rules.commitment import commitment_of
from livret.care.support.rules.defaults import defaults
from livret.clients.models import AccessAccount, Client, Contract, SaasAdministrator, StaffRole
from livret.core import clock
from livret.core.clock import PARIS
from livret.core.people import system_actor

NOW = clock.now()
YEARS, CLIENTS, TECHNICIANS, TEAMS = 3, 200, 20, 4
OPEN_SHARE = 0.01
RANDOM = random.Random(2026)
PRODUCTS = ("finance", "trade", "hr", "dsn")
KINDS = ("malfunction",) * 5 + ("question",) * 3 + ("customer_service",) * 2
# What requests are about: each holds one of these, and all hold the same first word.
TOPICS = (
    *("la clôture", "le grand livre", "un rapprochement", "une facture", "un bulletin", "la déclaration", "un acompte"),
    *("une relance", "un import", "un virement", "les congés", "la balance", "un avoir", "le lettrage", "un devis"),
    *("une immobilisation", "le tableau de bord", "une écriture", "la liasse", "le plan comptable"),
)
OFFERS = (("sprint", "2019", "private"), ("sprint", "2019", "open"), ("care", "2023-09-18", "care"))

Row = dict[str, object]


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


def fill(count: int, people: list[AccessAccount], contracts: list[Contract]) -> None:
    """Write the requests and their events by COPY, columns computed by the very rules of the desk."""
    staff, clients = people[:TECHNICIANS], people[TECHNICIANS:]
    teams = list(Team.objects.order_by("pk"))
    rows = [_request(number, count, staff, clients, contracts, teams) for number in range(count)]
    with connections["owner"].cursor() as cursor:
        _copy(cursor, "support_request", [row for row, _events in rows])
        _copy(cursor, "support_requestevent", (event for _row, events in rows for event in events))
        for table in ("support_request", "support_requestevent"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("ANALYZE")


def _request(
    number: int,
    count: int,
    staff: list[AccessAccount],
    people: list[AccessAccount],
    contracts: list[Contract],
    teams: list[Team],
) -> tuple[Row, list[Row]]:
    at = _opening_moment(number, count)
    contract = contracts[(number * 7919) % CLIENTS]
    booklet = library()[contract.booklet, contract.booklet_version]
    kind, criticality = RANDOM.choice(KINDS), ""
    if kind != "customer_service" and contract.plan == "care":
        criticality = RANDOM.choice(("critique", "elevee", "moderee"))
    clock = _clock(booklet, "" if kind == "customer_service" else criticality or contract.plan, at)
    technician, topic = RANDOM.choice(staff), RANDOM.choice(TOPICS)
    is_open = number >= count * (1 - OPEN_SHARE)
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
        "subject": f"Demande {number} sur {topic}",
        "context": f"Depuis ce matin, {topic} ne s’affiche plus à l’écran. " * 4,
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


def _opening_moment(number: int, count: int) -> datetime:
    """Return an instant in working hours; requests are numbered in the order in which they came."""
    share = (number + 1) / (count + 1)
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
    target, due_at = (clock.commitment.target_s, str(clock.due_at)) if clock else (None, None)
    registered = {"level": clock.commitment.level if clock else "", "hours": row["hours"], "target_s": target,
                  "clause": "S-13"}  # fmt: skip
    judged = {"elapsed_s": row["elapsed_s"], "target_s": target, "is_met": row["is_on_time"], "due_at": due_at}
    told: list[tuple[str, object, Row]] = [
        ("registered", at, registered), ("acknowledged", at, {"to": "personne@client.example"}),
    ]  # fmt: skip
    if taken:
        told += [("picked_up", taken, {"means": "explicit"} | (judged if clock else {})), ("message", taken, {})]
    told += [("closed", closed, {"cause": "solved"})] if closed else [("message", row["last_event_at"], {})]
    told += [("message", row["last_event_at"], {})] * (5 - len(told))
    for sequence, (kind, moment, facts) in enumerate(told, 1):
        yield {
            "request_id": row["id"], "sequence": sequence, "kind": kind, "at": moment, "actor_id": technician.pk,
            "actor_name": technician.full_name, "actor_kind": "client" if kind == "registered" else "staff",
            "is_internal": False, "text": "Bonjour, nous regardons." if kind == "message" else "",
            "data": dumps(facts), "nonce": None,
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
