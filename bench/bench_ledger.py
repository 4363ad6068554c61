"""The ledger at the full size of the contract: each work beside its target and a floor measured in the same run.

Usage: python bench/bench_ledger.py [--sizes 300000,3000000,30000000] [--writers 50]   (a cluster of its own)

Each size is the lines of five years of one company, made by `ledger_data.py`; the fifth year comes in as a FEC, with
all checks. Times are of the wall clock unless CPU is said: CPU is that of this process and of its database session.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import statistics
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import stand
from django.db import connections
from ledger_data import NAME, SIREN, FecStream, entries, fec_name, fill, year_of

from livret.core.people import system_actor
from livret.core.tenancy import provision
from livret.core.tenancy.context import Place, current_alias, inside
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.services import create_company, open_fiscal_year
from livret.suite.finance.models import (
    AuxiliaryAccount,
    ChartAccount,
    Entry,
    Journal,
    JournalCounter,
    Line,
)
from livret.suite.finance.queries import balances, export, ledgers
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services import drafts, imports, previews
from livret.suite.finance.services.apart import APART_BYTES

NOW = datetime(2026, 6, 15, tzinfo=UTC)
BY = system_actor("bench")
YEARS, LARGE = 5, "411000"
PROCESSES = 2  # As `livret serve` starts by default, each with threads.
CUSTOMERS: list[str] = []
RANDOM = random.Random(2026)
PERIODS = ((1, 1, 12, 31), (2, 10, 11, 20), (3, 16, 3, 16), (1, 1, 6, 17), (12, 15, 12, 31))
FLOOR = (
    "CREATE UNLOGGED TABLE floor_line (LIKE finance_line INCLUDING INDEXES)",
    "ALTER TABLE floor_line SET LOGGED",
)
# The same eighteen columns as the export, as the engine writes them by itself.
PLAIN_COPY = """
COPY (SELECT j.code, j.label, finance_reference(j.code, e.number, t.source_number), l.date, a.number, a.label,
             x.number, x.label, coalesce(lt.piece_ref, t.piece_ref), coalesce(lt.piece_date, t.piece_date),
             coalesce(lt.label, t.label), to_char(l.debit_cents / 100.0, 'FM999999999990D00'),
             to_char(l.credit_cents / 100.0, 'FM999999999990D00'), g.code, m.lettered_on, e.validated_on, lc.amount,
             lc.currency
        FROM finance_line l
        JOIN finance_entry e ON e.id = l.entry_id
        JOIN finance_entrytext t ON t.entry_id = l.entry_id
        JOIN finance_journal j ON j.id = e.journal_id
        JOIN finance_chartaccount a ON a.id = l.account_id
        LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
        LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
        LEFT JOIN finance_linecurrency lc ON lc.entry_id = l.entry_id AND lc.position = l.position
        LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
        LEFT JOIN finance_lettering g ON g.id = m.lettering_id
       WHERE l.fiscal_year_id = {year} ORDER BY l.entry_id, l.position) TO STDOUT
"""


def told(work: str, figure: str, target: str = "", floor: str = "") -> None:
    print(f"  {work:<44} {figure:>26}   {target:<34} {floor}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="300000,3000000,30000000")
    parser.add_argument("--writers", type=int, default=50)
    asked = parser.parse_args()
    try:
        for number, lines in enumerate(int(size) for size in asked.sizes.split(",")):
            with stand.database(f"bench_{number}") as place, inside(place):
                measure(place, lines, writers=asked.writers)
        stand.tell_load()
    finally:
        stand.clear()


def measure(place: Place, lines: int, *, writers: int) -> None:
    print(f"\n{lines:,} lines in {YEARS} years", flush=True)
    company = create_company(siren=SIREN, name=NAME, allowance=None, by=BY, at=NOW)
    began = time.perf_counter()
    for year in range(YEARS - 1):
        fill(company, lines // YEARS, year=year)
    seconds = time.perf_counter() - began
    told("four years filled", f"{lines * 4 // 5 / seconds:,.0f} lines/s", "", f"{seconds:.0f} s")
    rest(place)
    measure_import(place, lines // YEARS)
    rest(place)
    with inside_again():
        year = FiscalYear.objects.select_related("company").order_by("-last_day").first()
        assert year is not None
        measure_balances(year)
        measure_pages(year)
        measure_export(year)
        measure_entries(place, company, writers)


def rest(place: Place) -> None:
    """Do at once what the server would do by itself in the next minutes, beside what is measured."""
    with provision.connected(place.host, place.port, place.database) as connection:
        connection.execute("VACUUM (ANALYZE)")


@contextmanager
def inside_again():  # type: ignore[no-untyped-def]
    """Begin with a new session: nothing remembered of what was done before."""
    connections[current_alias()].close()
    yield


class Cpu:
    """CPU seconds of this process, with those it started and that ended, and of its session in the client database."""

    def __init__(self) -> None:
        with connections[current_alias()].cursor() as sql:
            sql.execute("SELECT pg_backend_pid()")
            self._pid = sql.fetchone()[0]
        self._began = self._now()

    def _now(self) -> tuple[float, float]:
        ticks = Path(f"/proc/{self._pid}/stat").read_text().rsplit(")", 1)[1].split()
        spent = os.times()
        own = spent.user + spent.system + spent.children_user + spent.children_system
        return own, (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")

    def spent(self) -> tuple[float, float]:
        own, session = self._now()
        return own - self._began[0], session - self._began[1]


def measure_import(place: Place, lines: int) -> None:
    path = Path(stand.STATE) / fec_name(YEARS - 1)
    with path.open("wb") as file:
        stream = FecStream(entries(lines, year=YEARS - 1))
        while block := stream.read(1 << 20):
            file.write(block)
    cpu, before = Cpu(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    with path.open("rb") as sent:
        run = imports.upload(iter(lambda: sent.read(1 << 20), b""), file_name=path.name, by=BY, at=NOW)
    run = previews.check_run(run, at=NOW)
    assert run.state == "checked", run.findings[:3]
    checked = time.perf_counter()
    facts = {"siren": SIREN, "company_name": NAME, "first_day": year_of(YEARS - 1)[0], "last_day": run.last_day}
    run = imports.confirm(run, **facts, by=BY, at=NOW)
    run = imports.import_run(run.pk, allowances=imports.Allowances(), at=NOW, today=NOW.date())
    done = time.perf_counter()
    assert run.state == "done", run.refusal
    own, session = cpu.spent()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    floor = indexed_copy(place)
    rate = run.lines / (done - began)
    told(
        "FEC import, all checks",
        f"{rate:,.0f} lines/s",
        ">= 40,000 lines/s",
        f"floor: indexed COPY {floor:,.0f} lines/s",
    )
    told("  of which check and preview", f"{run.lines / (checked - began):,.0f} lines/s")
    told("  of which transaction", f"{run.lines / (done - checked):,.0f} lines/s")
    told("  CPU a line, here and in the session", f"{own / run.lines * 1e6:.1f} + {session / run.lines * 1e6:.1f} µs")
    told("  peak memory, before and after", f"{before / 1024:.0f}, {peak / 1024:.0f} MB", "flat")
    if path.stat().st_size >= APART_BYTES:
        reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        told("  peak memory of the process that reads", f"{reader / 1024:.0f} MB", "flat")
    path.unlink()


def indexed_copy(place: Place) -> float:
    """Return lines a second of the engine's own COPY into a table with the same indexes, of the last year's lines."""
    with provision.connected(place.host, place.port, place.database) as connection:
        for statement in FLOOR:
            connection.execute(statement)
        out_of = "COPY (SELECT * FROM finance_line ORDER BY entry_id DESC LIMIT 1000000) TO STDOUT"
        with connection.cursor() as out, out.copy(out_of) as copy:
            content = b"".join(bytes(block) for block in copy)
        began = time.perf_counter()
        with connection.cursor() as into, into.copy("COPY floor_line FROM STDIN") as copy:
            copy.write(content)
        connection.commit()
        seconds = time.perf_counter() - began
        connection.execute("DROP TABLE floor_line")
        connection.commit()
    return content.count(b"\n") / seconds


def timed(work: Callable[[], object], times: int = 12) -> tuple[float, float]:
    """Return the median and the longest of several times, in milliseconds; the first one warms up."""
    work()
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found), max(found)


def measure_balances(year: FiscalYear) -> None:
    periods = [
        DayPeriod(year.first_day.replace(month=a, day=b), year.first_day.replace(month=c, day=d))
        for a, b, c, d in PERIODS
    ]
    slowest = max(timed(lambda held=held: balances.balance_of(year, held)) for held in periods)
    told("trial balance, slowest of 5 periods", f"{slowest[0]:.1f} ms", "<= 50 ms")
    slowest = max(timed(lambda held=held: balances.auxiliary_balance_of(year, held), 6) for held in periods)
    told("auxiliary balance, slowest of 5 periods", f"{slowest[0]:.0f} ms", "<= 300 ms")


def measure_pages(year: FiscalYear) -> None:
    account = ChartAccount.objects.get(company=year.company, number=LARGE)
    total = Line.objects.filter(account=account).count()
    days = [year.first_day + timedelta(RANDOM.randrange(365)) for _ in range(30)]
    keys = [page.after for day in days if (page := ledgers.account_page(account, year, year.days, on=day)).after]
    works: dict[str, list[Callable[[], object]]] = {
        "first": [lambda: ledgers.account_page(account, year, year.days)],
        "last": [lambda: ledgers.account_page(account, year, year.days, before=ledgers.LATEST)],
        "of a day": [lambda day=day: ledgers.account_page(account, year, year.days, on=day) for day in days[:10]],
        "deep": [lambda key=key: ledgers.account_page(account, year, year.days, after=key) for key in keys[:10]],
    }
    for name, those in works.items():
        median, _longest = max(timed(work, 5) for work in those)
        told(f"page of an account of {total:,} lines, {name}", f"{median:.1f} ms", "<= 30 ms")
    party = AuxiliaryAccount.objects.filter(company=year.company, number__startswith="C").first()
    assert party is not None
    median, _longest = timed(lambda: ledgers.auxiliary_page(account, party, year, year.days))
    told("page of an auxiliary", f"{median:.1f} ms", "<= 30 ms")
    journal = Journal.objects.get(company=year.company, code="VE")
    middle = JournalCounter.objects.get(journal=journal, fiscal_year=year).last_number // 2
    median, _longest = timed(lambda: ledgers.journal_page(journal, year, after=middle))
    told("page of a journal", f"{median:.1f} ms", "<= 30 ms")


class Sink:
    """Takes bytes and forgets them."""

    size = 0

    def write(self, data: bytes, /) -> None:
        self.size += len(data)


def measure_export(year: FiscalYear) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, sink, began = Cpu(), Sink(), time.perf_counter()
    lines = export.write_fec(year, sink)
    seconds, spent = time.perf_counter() - began, sum(cpu.spent())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, began = Cpu(), time.perf_counter()
    with connections[current_alias()].cursor() as sql, sql.copy(PLAIN_COPY.format(year=year.pk)) as copy:
        size = sum(len(block) for block in copy)
    floor, floor_spent = time.perf_counter() - began, sum(cpu.spent())
    ratio = f"{seconds / floor:.2f} x (CPU {spent / floor_spent:.2f} x)"
    told(
        f"FEC export of {lines:,} lines", ratio, "<= 2.5 x", f"{seconds:.1f} s, COPY out {floor:.1f} s, {size:,} bytes"
    )
    told("  peak memory, before and after", f"{before / 1024:.0f}, {peak / 1024:.0f} MB", "constant")


def measure_entries(place: Place, company: Company, writers: int) -> None:
    """Validate entries of the year that follows: one after another, then many at once."""
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    open_fiscal_year(company, first_day=first, last_day=last, by=BY, at=NOW)
    journal = Journal.objects.get(company=company, code="VE")
    CUSTOMERS.extend(
        AuxiliaryAccount.objects.filter(company=company, number__startswith="C").values_list("number", flat=True)[:5000]
    )
    warm = [drafted(journal, number) for number in range(30)]
    for draft in warm:
        validated(draft)
    waiting = [drafted(journal, number) for number in range(200)]
    cpu, began = Cpu(), time.perf_counter()
    for draft in waiting:
        validated(draft)
    seconds, (own, session) = (time.perf_counter() - began) / 200, cpu.spent()
    figure = f"{(own + session) * 5:.1f} ms CPU"
    told(
        "validate one entry",
        figure,
        "<= 8 ms CPU",
        f"{own * 5:.1f} here + {session * 5:.1f} session; {seconds * 1000:.1f} ms",
    )
    together = at_once(place, journal, writers, each=max(400 // writers, 4))
    told(
        f"{writers} writers at once",
        f"{together:,.0f} entries/s",
        ">= 0.5 x one writer",
        f"{together * seconds:.2f} x of {1 / seconds:,.0f}",
    )
    year = FiscalYear.objects.get(company=company, last_day=last)
    counter = JournalCounter.objects.get(journal=journal, fiscal_year=year)
    held = Entry.objects.filter(fiscal_year=year, journal=journal).count()
    assert counter.last_number == held, "numbers are not dense"
    assert not balances.broken_seals(year), "a chain is broken"
    assert not balances.drifted_balances(year), "a balance drifted"


def drafted(journal: Journal, number: int) -> drafts.DraftEntry:
    day, cents = date(2026, 1, 1) + timedelta(number % 300), 12_000 + number
    lines = (
        TypedLine(
            account=LARGE, auxiliary=CUSTOMERS[number % len(CUSTOMERS)], label="", debit_cents=cents, credit_cents=0
        ),
        TypedLine(account="707001", auxiliary="", label="", debit_cents=0, credit_cents=cents - 2_000),
        TypedLine(account="445710", auxiliary="", label="", debit_cents=0, credit_cents=2_000),
    )
    typed = drafts.TypedEntry(journal, day, f"Facture {number}", f"F{number}", day, lines)
    return drafts.save_draft(typed, by=BY, at=NOW)


def validated(draft: drafts.DraftEntry) -> Entry:
    return drafts.validate_draft(draft, version=draft.version, allowance=None, by=BY, at=NOW, today=NOW.date())


def at_once(place: Place, journal: Journal, writers: int, *, each: int) -> float:
    """Return entries a second of many writers over the processes of a server; every error is raised."""
    work = [[drafted(journal, writer * each + number) for number in range(each + 1)] for writer in range(writers)]
    fork = multiprocessing.get_context("fork")
    barrier, errors = fork.Barrier(writers + 1), fork.SimpleQueue()
    connections.close_all()  # A session belongs to one process.
    server = [
        fork.Process(target=served, args=(place, journal, work[number::PROCESSES], barrier, errors))
        for number in range(PROCESSES)
    ]
    for process in server:
        process.start()
    barrier.wait()
    began = time.perf_counter()
    for process in server:
        process.join()
    seconds = time.perf_counter() - began
    if not errors.empty():
        raise RuntimeError(errors.get())
    return writers * each / seconds


def served(
    place: Place, journal: Journal, work: list[list[drafts.DraftEntry]], barrier: Barrier, errors: SimpleQueue[str]
) -> None:
    """Validate the drafts of each writer in a thread with a session of its own, all at once after a first one each."""

    def write(mine: list[drafts.DraftEntry]) -> None:
        try:
            with inside(place):
                validated(mine[0])
                barrier.wait()
                for draft in mine[1:]:
                    validated(draft)
        except BaseException as error:
            errors.put(repr(error))
            barrier.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[mine]) for mine in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
