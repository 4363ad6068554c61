"""A FEC taken chunk by chunk, or with its lines apart, makes the books that it makes at once."""

from __future__ import annotations

import sys
from datetime import date
from functools import partial
from io import BytesIO

import pytest

from livret.core.tenancy.context import inside
from livret.formats import fec
from livret.kernel.findings import Severity
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, Entry, JournalCounter, Lettering, LetteringEvent, Line
from livret.suite.finance.queries.balances import broken_seals, drifted_balances
from livret.suite.finance.services import apart
from livret.suite.finance.services.contents import Contents
from livret.suite.finance.services.rows import Fixed
from livret.suite.finance.services.staging import chunks
from livret.suite.finance.tests.factories import dollars, fec_bytes, fec_line, imported, sale
from livret.suite.finance.tests.test_chain import recomputed


def heads():
    counters = JournalCounter.objects.select_related("journal")
    return {counter.journal.code: bytes(counter.head).hex() for counter in counters}


def rich_lines():
    first, *rest = sale("1", letter="A")
    other = sale("9", journal_code="OD", journal_label="Divers", piece_date=None, letter="A", cents=-600, aux="C002")
    more = [line for n in range(2, 8) for line in sale(f"{n}", cents=600 * n, day=date(2025, n, 1), aux=f"C{n:03d}")]
    return [dollars(first), *rest, *more, *other, fec_line(entry_number="50", debit_cents=5, label="Remise"),
            fec_line(entry_number="50", credit_cents=5, label="Remise", piece_ref="R\\1")]  # fmt: skip


@pytest.mark.parametrize("lines", [1, 2, 7])
def test_books_taken_chunk_by_chunk_are_sealed_and_counted_as_at_once(entered, monkeypatch, lines):
    monkeypatch.setattr(apart, "chunks", partial(chunks, lines=lines))

    run = imported(fec_bytes(rich_lines()))

    year = FiscalYear.objects.get()
    assert (run.state, run.lines, run.entries) == ("done", 26, 9)
    assert (Entry.objects.count(), Line.objects.count(), Lettering.objects.count()) == (9, 26, 2)
    assert heads() == {code: head.hex() for code, head in recomputed().items()}
    assert broken_seals(year) == drifted_balances(year) == []


def test_a_file_sorted_by_account_makes_the_books_of_the_same_file_in_order(environment, other_environment):
    lines = [line for n in range(1, 8) for line in sale(f"{n}", cents=600 * n, aux=f"C{n % 3}")]
    with inside(environment.place):
        imported(fec_bytes(sorted(lines, key=lambda line: (line.entry_number, line.account))))
        expected = heads()
    with inside(other_environment.place):
        run = imported(fec_bytes(sorted(lines, key=lambda line: (line.account, line.entry_number))))

        assert (run.state, run.summary["is_gathered"], run.entries) == ("done", False, 7)
        assert heads() == expected


def test_a_line_outside_the_year_is_told_by_its_place_in_the_file_as_sent(entered):
    first, second = sale("1"), sale("2", day=date(2024, 12, 31))

    run = imported(fec_bytes([first[0], *second, *first[1:]]), first_day=date(2025, 1, 1))

    assert run.state == "refused"
    assert [found["line"] for found in run.findings if found["code"] == "date-outside-year"] == [3, 4, 5]
    assert not Entry.objects.exists()


def test_an_auxiliary_without_label_takes_the_one_that_comes_later(entered, monkeypatch):
    monkeypatch.setattr(apart, "chunks", partial(chunks, lines=1))
    unnamed = fec_line(debit_cents=12, aux="C001", aux_label="")
    lines = [unnamed, fec_line(account="706000", account_label="Prestations", credit_cents=12)]

    imported(fec_bytes([*lines, *sale("2")]))

    assert AuxiliaryAccount.objects.get().label == "Client C001"


def test_no_trace_is_left_of_letters_that_only_the_file_holds(entered):
    imported(fec_bytes(rich_lines()))

    assert not LetteringEvent.objects.exists()


@pytest.fixture
def read_apart(monkeypatch):
    monkeypatch.setattr(apart, "APART_BYTES", 0)


def test_a_file_read_in_another_process_makes_the_same_books(environment, other_environment, monkeypatch):
    with inside(environment.place):
        imported(fec_bytes(rich_lines()))
        expected = heads()
    monkeypatch.setattr(apart, "APART_BYTES", 0)
    with inside(other_environment.place):
        run = imported(fec_bytes(rich_lines()))

        assert (run.state, run.lines, run.entries) == ("done", 26, 9)
        assert heads() == expected


def test_what_keeps_a_line_out_is_told_from_another_process_too(entered, read_apart):
    run = imported(fec_bytes([*sale("1"), *sale("2", day=date(2024, 12, 31))]), first_day=date(2025, 1, 1))

    assert run.state == "refused"
    assert {found["code"] for found in run.findings} >= {"date-outside-year"}
    assert not Entry.objects.exists()


def task():
    return apart.Reading(
        Fixed("1", "1", "1", "2026-01-01", "a", "b", "2026-01-01"), date(2025, 1, 1), date(2025, 12, 31)
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "books.txt"
    path.write_bytes(fec_bytes(rich_lines()))
    with path.open("rb") as stream:
        yield stream


def test_the_process_that_reads_ends_with_its_user(file, read_apart, monkeypatch):
    started = []

    class Started(apart.subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(apart.subprocess, "Popen", Started)

    with pytest.raises(ZeroDivisionError), apart.reading(file, task()) as (items, _give):
        next(items)
        raise ZeroDivisionError

    assert [program.poll() is not None for program in started] == [True]


def test_a_process_that_breaks_down_is_told(file, read_apart, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(apart.ReadingFailed), apart.reading(file, task()) as (items, _give):
        next(items)


@pytest.mark.parametrize(
    ("content", "count"),
    [(fec_bytes(rich_lines()), 0), (fec_bytes(rich_lines()).replace(b"20250115", b"20250230"), 1), (b"PK\x03\x04", 1)],
    ids=["without fault", "with faults", "no FEC"],
)
def test_a_file_checked_in_two_processes_is_told_the_same(tmp_path, read_apart, content, count):
    path = tmp_path / "732829320FEC20251231.txt"
    path.write_bytes(content)
    seen = Contents()
    expected = fec.check(BytesIO(content), name=path.name, lang="en", on_batch=seen.read)

    with path.open("rb") as stream:
        report, contents = apart.checked(stream, name=path.name, lang="en")

    assert report == expected
    assert vars(contents) == vars(seen)
    assert len([found for found in report.findings if found.severity is Severity.ERROR]) >= count


def test_a_check_whose_process_breaks_down_is_told(file, read_apart, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(apart.ReadingFailed):
        apart.checked(file, name="732829320FEC20251231.txt", lang="fr")
