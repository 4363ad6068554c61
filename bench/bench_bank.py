"""Seconds to import movements of a bank with their suggestions, at 2,000 and 20,000, beside parsing and a plain COPY.

The CPU beside each figure tells how far other work on the machine stretched it.

Usage: python bench/bench_bank.py [MOVEMENTS]   (default 20,000; a database cluster of its own, removed afterwards)
"""

from __future__ import annotations

import io
import os
import resource
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

MOVEMENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
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
from livret.formats.bank import Findings  # noqa: E402
from livret.formats.bank.reading import read  # noqa: E402
from livret.formats.fec import FecLine, write  # noqa: E402
from livret.kernel.rib import iban_of_rib  # noqa: E402
from livret.suite.company.models import Company  # noqa: E402
from livret.suite.finance.bank.models import BankAccount, BankRule, Suggestion  # noqa: E402
from livret.suite.finance.bank.queries.queue import Wanted, counts_of, queue_page  # noqa: E402
from livret.suite.finance.bank.services import files  # noqa: E402
from livret.suite.finance.bank.services import imports as statements  # noqa: E402
from livret.suite.finance.bank.services.suggesting import suggest  # noqa: E402
from livret.suite.finance.models import ChartAccount, Journal  # noqa: E402
from livret.suite.finance.services import imports, previews  # noqa: E402

NOW = datetime(2026, 1, 15, tzinfo=UTC)
BY = system_actor("bench")
DAYS = 300
TARGET_S = 10
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def day_of(rank: int, count: int) -> date:
    return date(2025, 1, 2) + timedelta(days=rank * DAYS // count)


def net_of(rank: int) -> int:
    return 10_000 + rank * 7919 % 900_000


def party_of(rank: int) -> tuple[str, str]:
    number = rank % 5000
    return f"C{number:05d}", f"Maison {chr(65 + number % 26)}{number:04d} Négoce SARL".replace("0", "O")


def invoices(count: int) -> Iterator[FecLine]:
    """Yield as many invoices as movements, and as many old payments; the bank already holds a fifth of theirs."""
    for rank in range(count):
        party, day, cents = party_of(rank), day_of(rank, count), net_of(rank)
        yield from _entry(
            "VE", f"FA-{rank:06d}", day, (("411000", *party, cents), ("706000", "", "", -cents)), rank + 1
        )
        if rank % 5 == 0:
            lines = (("512000", "", "", cents), ("758000", "", "", -cents))
            yield from _entry("BQ", f"RB-{rank:06d}", day + timedelta(days=3), lines, rank // 5 + 1)
        # What the parties paid before, for the suggestions to learn from; no movement is of this amount.
        yield from _entry(
            "OD", f"Virement {rank}", date(2025, 1, 2), (("512000", "", "", 3), ("411000", *party, -3)), rank + 1
        )


def _entry(
    journal: str, piece: str, day: date, lines: tuple[tuple[str, str, str, int], ...], number: int
) -> Iterator[FecLine]:
    for account, party, name, cents in lines:
        yield FecLine(
            line_number=0,
            journal_code=journal,
            journal_label={"VE": "Ventes", "BQ": "Banque", "OD": "Divers"}[journal],
            entry_number=str(number),
            entry_date=day,
            account=account,
            account_label="Compte",
            aux=party,
            aux_label=name,
            piece_ref=piece,
            piece_date=day,
            label=piece,
            debit_cents=max(cents, 0),
            credit_cents=max(-cents, 0),
            letter="",
            letter_date=None,
            valid_date=day,
            currency_amount=None,
            currency="",
        )


def statement(count: int, iban: str) -> bytes:
    """Return a CAMT.053: two fifths name an invoice, one names its party, one is in the books, one is of charges."""
    entries, total = [], 0
    for rank in range(count):
        party, cents = party_of(rank)[1], net_of(rank)
        label = (f"VIR {rank}", f"VIR SEPA FA-{rank:06d}", f"REGLEMENT FA-{rank:06d}", f"VIR DE {party}", "FRAIS")[
            rank % 5
        ]
        cents = -(500 + rank % 50) if rank % 5 == 4 else cents
        total += cents
        side = "CRDT" if cents > 0 else "DBIT"
        entries.append(
            f'<Ntry><Amt Ccy="EUR">{Decimal(abs(cents)).scaleb(-2)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
            f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day_of(rank, count) + timedelta(days=4)}</Dt></BookgDt>"
            f"<AcctSvcrRef>R{rank}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E{rank}X</EndToEndId></Refs>"
            f"<RltdPties><Dbtr><Pty><Nm>{party}</Nm></Pty></Dbtr></RltdPties>"
            f"<RmtInf><Ustrd>{label}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{Decimal(cents).scaleb(-2)}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        for kind, cents, day in (("OPBD", 0, date(2025, 1, 1)), ("CLBD", total, date(2025, 12, 31)))
    )
    account = f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    stmt = f"<Stmt><Id>S</Id>{account}{balances}{''.join(entries)}</Stmt>"
    return f'<Document xmlns="{CAMT}"><BkToCstmrStmt>{stmt}</BkToCstmrStmt></Document>'.encode()


def database() -> Place:
    """Return a fresh client database."""
    server = installation.control_server()
    provision.make_roles(server)
    provision.migrate_control()
    identity = uuid.uuid4()
    template = provision.ensure_template(server.host, server.port)
    provision.make_database(server.host, server.port, "bench_env", template=template)
    with provision.connected(server.host, server.port, "bench_env") as connection:
        provision.write_identity(connection, str(identity), 1)
    return Place(identity, 1, "bench", server.host, server.port, "bench_env")


def books(count: int, siren: str) -> BankAccount:
    """Import the books of a company with *count* open invoices; return its bank account."""
    stream = io.BytesIO()
    write(invoices(count), stream)
    run = imports.upload([stream.getvalue()], file_name=f"{siren}FEC20251231.txt", by=BY, at=NOW)
    previews.check_run(run, at=NOW)
    run.refresh_from_db()
    where = {"siren": siren, "company_name": siren, "first_day": run.first_day, "last_day": run.last_day}
    imports.confirm(run, **where, by=BY, at=NOW)
    done = imports.import_run(run.pk, allowances=imports.Allowances(), at=NOW, today=NOW.date())
    assert done.state == "done", done.refusal
    company = Company.objects.get(siren=siren)
    iban = iban_of_rib(bank="99999", branch="00001", account=f"{company.pk:011d}")
    rule = {"position": 1, "words": ["FRAIS"], "account": "627000"}
    BankRule.objects.create(company=company, name="Frais", **rule)
    return BankAccount.objects.create(
        company=company,
        identifier=iban,
        label="Courant",
        journal=Journal.objects.get(company=company, code="BQ"),
        account=ChartAccount.objects.get(company=company, number="512000"),
    )


def measured(count: int, siren: str) -> float:
    account = books(count, siren)
    content = statement(count, account.identifier)
    print(f"\n{count:,} movements, {len(content) / 1e6:.1f} MB, as many open invoices")
    floor = timed("floor: parsing alone", lambda: sum(1 for _one in read(io.BytesIO(content), Findings())))
    held = files.upload([content], company=account.company, file_name="r.xml", by=BY, at=NOW)
    check = timed("check: parse, sums, continuity", lambda: files.check_file(held.pk, at=NOW))
    held.refresh_from_db()
    files.confirm(held, chosen={}, by=BY, at=NOW, as_job=False)
    took = timed("import: parse again, recognise, store", lambda: statements.import_file(held.pk, at=NOW))
    found = timed("suggestions for all of them", lambda: suggest(account))
    floor += timed("floor: plain COPY of the movements", plain_copy)
    timed("a page of the queue", lambda: queue_page(account.company, Wanted(account)))
    timed("its counts", lambda: counts_of(account.company, account))
    sure = Suggestion.objects.filter(movement__bank_account=account, rank=1, confidence__gte=90).count()
    print(f"{'sure suggestions':<42} {sure:>8,}")
    whole = check + took + found
    print(f"{'import with suggestions':<42} {whole:>8.2f} s   {whole / floor:.1f} x the floor")
    return whole


def timed(words: str, work: object) -> float:
    start, own = time.perf_counter(), time.process_time()
    work()  # type: ignore[operator]
    took, own = time.perf_counter() - start, time.process_time() - own
    print(f"{words:<42} {took:>8.2f} s   {own:>6.2f} s of CPU in this process")
    return took


def plain_copy() -> None:
    """Copy the movements into a table without index nor check, as the engine writes them out."""
    with connections[PLACE[0].alias()].cursor() as sql:
        sql.execute("CREATE TEMPORARY TABLE floor (LIKE bank_movement)")
        written = Path(STATE) / "movements.copy"
        with written.open("wb") as stream, sql.cursor.copy("COPY bank_movement TO STDOUT") as copy:
            for piece in copy:
                stream.write(bytes(piece))
        with written.open("rb") as stream, sql.cursor.copy("COPY floor FROM STDIN") as copy:
            while piece := stream.read(1 << 16):
                copy.write(piece)
        sql.execute("DROP TABLE floor")


PLACE: list[Place] = []


def main() -> None:
    try:
        PLACE.append(database())
        with inside(PLACE[0]):
            small = measured(max(MOVEMENTS // 10, 1), "732829320")
            whole = measured(MOVEMENTS, "552100554")
        print(f"\n{'growth for ten times as many':<42} {whole / small:>8.1f} x")
        print(f"{'target':<42} {TARGET_S:>8.2f} s   {'met' if whole <= TARGET_S else 'MISSED'}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{'peak memory of the process':<42} {peak:>8.0f} MB")
    finally:
        for alias in list(connections):
            connections[alias].close()
        cluster = installation.embedded_cluster()
        cluster.stop()
        shutil.rmtree(cluster.folder)
        shutil.rmtree(STATE, ignore_errors=True)


if __name__ == "__main__":
    main()
