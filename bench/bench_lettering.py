"""Seconds to letter open lines by themselves: proposed by every rule, then confirmed, beside a naive pairing.

Usage: python bench/bench_lettering.py [LINES...]   (default 20,000 and 200,000; a database cluster of its own, removed)

The floor pairs equal amounts of a party in a dictionary, in memory, and writes nothing; a plain self-join of the same
lines stands beside it. Both also pair what is ambiguous, which Livret leaves open.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

SIZES = [int(size) for size in sys.argv[1:]] or [20_000, 200_000]
STATE = tempfile.mkdtemp(prefix="livret-bench-")
os.environ |= {"LIVRET_STATE": STATE, "DJANGO_SETTINGS_MODULE": "livret.config.settings", "LIVRET_ROLE_PREFIX": "bench"}
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

from livret.core import installation  # noqa: E402

installation.embedded_cluster().start()  # Before the settings, which read its address and password.
django.setup()

from django.db import connections  # noqa: E402

from livret.core.people import system_actor  # noqa: E402
from livret.core.tenancy import provision  # noqa: E402
from livret.core.tenancy.context import Place, current_alias, inside  # noqa: E402
from livret.formats.fec import FecLine, write  # noqa: E402
from livret.suite.company.models import FiscalYear  # noqa: E402
from livret.suite.finance.lettering.models import AutoRun, Rule  # noqa: E402
from livret.suite.finance.lettering.services import runs  # noqa: E402
from livret.suite.finance.queries import open_items  # noqa: E402
from livret.suite.finance.services import imports, previews  # noqa: E402

NAME = "732829320FEC20251231.txt"
NOW = datetime(2026, 1, 15, tzinfo=UTC)
BY = system_actor("bench")


def entries(lines: int) -> Iterator[tuple[str, date, str, int, str]]:
    """Yield journal, day, party, cents on 411 and reference: ten open lines a party, of every kind there is.

    Of ten: two pairs by reference, one pair by amount, three invoices and the payment that settles them.
    """
    for party in range(lines // 10):
        code = f"C{party:06d}"
        first = date(2025, 1, 2) + timedelta(days=party % 150)
        amounts = [10_000 + (party * 7919 + rank * 104_729) % 900_000 for rank in range(6)]
        for rank in range(2):
            reference = f"FA{party:06d}{rank}"
            yield "VE", first, code, amounts[rank], reference
            yield "BQ", first + timedelta(days=30), code, -amounts[rank], f"Virement {reference}"
        yield "VE", first + timedelta(days=3), code, amounts[2], f"FB{party:06d}"
        yield "BQ", first + timedelta(days=40), code, -amounts[2], "Cheque"
        for rank in range(3, 6):
            yield "VE", first + timedelta(days=rank), code, amounts[rank], f"FC{party:06d}{rank}"
        missing = 1 if party % 10 == 0 else 0  # One payment of ten settles nothing exactly.
        yield "BQ", first + timedelta(days=60), code, -sum(amounts[3:]) + missing, "Virement groupe"


def fec_lines(count: int) -> Iterator[FecLine]:
    numbers = {"VE": 0, "BQ": 0}
    for journal, day, party, cents, words in sorted(entries(count), key=lambda row: row[1]):
        numbers[journal] += 1
        other = "706000" if journal == "VE" else "512000"
        for account, signed in (("411000", cents), (other, -cents)):
            yield FecLine(
                line_number=0,
                journal_code=journal,
                journal_label="Ventes" if journal == "VE" else "Banque",
                entry_number=str(numbers[journal]),
                entry_date=day,
                account=account,
                account_label={"411000": "Clients", "706000": "Prestations", "512000": "Banque"}[account],
                aux=party if account == "411000" else "",
                aux_label=f"Client {party}" if account == "411000" else "",
                piece_ref=words if journal == "VE" else f"RLV{numbers[journal]}",
                piece_date=day,
                label=f"{journal} {words}",
                debit_cents=max(signed, 0),
                credit_cents=max(-signed, 0),
                letter="",
                letter_date=None,
                valid_date=day,
                currency_amount=None,
                currency="",
            )


def database(name: str) -> Place:
    server = installation.control_server()
    identity = uuid.uuid4()
    template = provision.ensure_template(server.host, server.port)
    provision.make_database(server.host, server.port, name, template=template)
    with provision.connected(server.host, server.port, name) as connection:
        provision.write_identity(connection, str(identity), 1)
    return Place(identity, 1, "bench", server.host, server.port, name)


def load(count: int) -> FiscalYear:
    path = os.path.join(STATE, NAME)
    with open(path, "wb") as stream:
        write(fec_lines(count), stream)
    with open(path, "rb") as stream:
        run = imports.upload(iter(lambda: stream.read(1 << 20), b""), file_name=NAME, by=BY, at=NOW)
    run = previews.check_run(run, at=NOW)
    facts = {"siren": run.siren, "company_name": "Banc", "first_day": run.first_day, "last_day": run.last_day}
    run = imports.confirm(run, **facts, by=BY, at=NOW)
    run = imports.import_run(run.pk, allowances=imports.Allowances(), at=NOW, today=NOW.date())
    assert run.state == "done", run.refusal
    return FiscalYear.objects.select_related("company").get(pk=run.fiscal_year_id)


def timed(words: str, lines: int, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - start
    print(f"  {words:<44} {seconds:>8.2f} s {lines / seconds:>12,.0f} lines/s")
    return found


ROWS = """
SELECT auxiliary_id, debit_cents - credit_cents, entry_id, position FROM finance_line l
 WHERE auxiliary_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM finance_letteredline m
                                                 WHERE m.entry_id = l.entry_id AND m.position = l.position)
"""
SELF_JOIN = f"""
WITH open AS MATERIALIZED ({ROWS.replace("debit_cents - credit_cents", "debit_cents - credit_cents AS cents")})
SELECT count(*) FROM open d JOIN open c ON c.auxiliary_id = d.auxiliary_id AND c.cents = -d.cents AND d.cents > 0
"""


def naive() -> int:
    waiting: dict[tuple[int, int], list[tuple[int, int]]] = {}
    pairs = 0
    with connections[current_alias()].cursor() as sql:
        sql.execute(ROWS)
        for party, cents, entry, position in sql.fetchall():
            others = waiting.get((party, -cents))
            if others:
                others.pop()
                pairs += 1
            else:
                waiting.setdefault((party, cents), []).append((entry, position))
    return pairs


def self_join() -> int:
    with connections[current_alias()].cursor() as sql:
        sql.execute(SELF_JOIN)
        return int(sql.fetchone()[0])


def measure(count: int) -> None:
    year = load(count)
    print(f"{count:,} open lines, {count // 10:,} parties")
    pairs = timed("floor: dictionary of amounts, nothing written", count, naive)
    timed("plain self-join, nothing written", count, self_join)
    timed("open totals at the end, by party", count, lambda: open_items.open_totals(year))
    timed("open totals at a past day, by party", count, lambda: open_items.open_totals(year, on=date(2025, 6, 30)))
    run = runs.ask(year, rules=tuple(Rule), until=year.last_day, by=BY, at=NOW)
    start = time.perf_counter()
    timed("proposed, every rule", count, lambda: runs.propose(run.pk))
    runs.confirm(AutoRun.objects.get(pk=run.pk), by=BY, at=NOW)
    done = timed("lettered", count, lambda: runs.letter_run(run.pk, by=BY, at=NOW, today=NOW.date()))
    print(f"  {'whole':<44} {time.perf_counter() - start:>8.2f} s")
    left = sum(total.lines for total in open_items.open_totals(year))
    print(f"  {done.lettered:,} letterings, {left:,} lines left open; the floor made {pairs:,} pairs")
    page = open_items.lettered_accounts(year)[0]
    timed("a page of parties with open lines", left, lambda: open_items.open_parties(year, page))
    runs.ask_to_undo(AutoRun.objects.get(pk=run.pk), by=BY, at=NOW)
    timed("undone", count, lambda: runs.undo_run(run.pk, by=BY, at=NOW))


def main() -> None:
    try:
        provision.make_roles(installation.control_server())
        provision.migrate_control()
        for count in SIZES:
            with inside(database(f"bench_{count}")):
                measure(count)
    finally:
        for alias in list(connections):
            connections[alias].close()
        cluster = installation.embedded_cluster()
        cluster.stop()
        shutil.rmtree(cluster.folder)
        shutil.rmtree(STATE, ignore_errors=True)


if __name__ == "__main__":
    main()
