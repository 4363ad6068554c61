"""Lines per second of importing a FEC with all its checks, beside an indexed COPY of as many lines in the same run.

Usage: python bench/bench_fec_import.py [LINES]   (default 300,000; a database cluster of its own, removed afterwards)
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

LINES = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
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
from livret.core.tenancy.context import Place, inside  # noqa: E402
from livret.formats.fec import FecLine, write  # noqa: E402
from livret.suite.finance.services import imports, previews  # noqa: E402

NAME = "732829320FEC20251231.txt"
NOW = datetime(2026, 1, 15, tzinfo=UTC)
BY = system_actor("bench")


def generated_lines(count: int) -> Iterator[FecLine]:
    """Yield *count* lines of sales, three to an entry, a third of them lettered."""
    entries = max(count // 3, 1)
    for entry in range(entries):
        day = date(2025, 1, 1) + timedelta(days=entry * 365 // entries)
        net = 10_000 + entry * 7919 % 900_000
        party = f"C{entry % 20_000:05d}"
        sides = (
            ("411000", "Clients", net + net // 5, 0),
            (f"706{entry % 900:03d}", "Prestations de services", 0, net),
            ("445710", "TVA collectée", 0, net // 5),
        )
        for rank, (account, name, debit, credit) in enumerate(sides):
            yield FecLine(
                line_number=0,
                journal_code="VE",
                journal_label="Ventes",
                entry_number=f"{entry + 1}",
                entry_date=day,
                account=account,
                account_label=name,
                aux="" if rank else party,
                aux_label="" if rank else f"Client {party}",
                piece_ref=f"FA-2025-{entry + 1:07d}",
                piece_date=day,
                label=f"Facture FA-2025-{entry + 1:07d}",
                debit_cents=debit,
                credit_cents=credit,
                letter="",
                letter_date=None,
                valid_date=day,
                currency_amount=None,
                currency="",
            )


def database() -> Place:
    """Make a control database and one client database, and return where the latter is."""
    server = installation.control_server()
    provision.make_roles(server)
    provision.migrate_control()
    identity = uuid.uuid4()
    template = provision.ensure_template(server.host, server.port)
    provision.make_database(server.host, server.port, "bench_env", template=template)
    with provision.connected(server.host, server.port, "bench_env") as connection:
        provision.write_identity(connection, str(identity), 1)
    return Place(identity, 1, "bench", server.host, server.port, "bench_env")


def timed_import(path: Path) -> None:
    start = time.perf_counter()
    with path.open("rb") as stream:
        run = imports.upload(iter(lambda: stream.read(1 << 20), b""), file_name=NAME, by=BY, at=NOW)
    uploaded = time.perf_counter()
    run = previews.check_run(run, at=NOW)
    assert run.state == "checked", run.findings[:3]
    checked = time.perf_counter()
    facts = {"siren": run.siren, "company_name": "Banc", "first_day": run.first_day, "last_day": run.last_day}
    run = imports.confirm(run, **facts, by=BY, at=NOW)
    run = imports.import_run(run.pk, allowances=imports.Allowances(), at=NOW, today=NOW.date())
    done = time.perf_counter()
    assert run.state == "done", run.refusal
    for name, seconds in (
        ("upload", uploaded - start),
        ("check and preview", checked - uploaded),
        ("import, one transaction", done - checked),
        ("whole, with all checks", done - start),
    ):
        print(f"{name:<36} {seconds:>8.1f} s {run.lines / seconds:>12,.0f} lines/s")


COPY_OUT = "COPY (SELECT * FROM finance_line) TO STDOUT"
FLOOR = (
    "CREATE UNLOGGED TABLE floor_line (LIKE finance_line INCLUDING INDEXES)",
    "ALTER TABLE floor_line SET LOGGED",
)


def indexed_copy(place: Place) -> None:
    """Time the engine's own COPY of the same lines into a table with the same indexes."""
    with provision.connected(place.host, place.port, place.database) as connection:
        for statement in FLOOR:
            connection.execute(statement)
        with connection.cursor() as out, out.copy(COPY_OUT) as copy:
            content = b"".join(bytes(block) for block in copy)
        start = time.perf_counter()
        with connection.cursor() as into, into.copy("COPY floor_line FROM STDIN") as copy:
            copy.write(content)
        seconds = time.perf_counter() - start
    print(f"{'indexed COPY (floor)':<36} {seconds:>8.1f} s {LINES / seconds:>12,.0f} lines/s")


def main() -> None:
    try:
        place = database()
        path = Path(STATE) / NAME
        with path.open("wb") as stream:
            write(generated_lines(LINES), stream)
        print(f"{LINES:,} lines, {path.stat().st_size / 1e6:,.0f} MB")
        with inside(place):
            timed_import(path)
        own = resource.getrusage(resource.RUSAGE_SELF)
        print(f"{'CPU of this process':<36} {own.ru_utime + own.ru_stime:>8.1f} s")
        peak = own.ru_maxrss / 1024
        print(f"{'peak memory of the process':<36} {peak:>8.0f} MB")
        indexed_copy(place)
    finally:
        for alias in list(connections):
            connections[alias].close()
        cluster = installation.embedded_cluster()
        cluster.stop()
        shutil.rmtree(cluster.folder)
        shutil.rmtree(STATE, ignore_errors=True)


if __name__ == "__main__":
    main()
