"""Kills, races, and many writers: with real commits, in processes and threads of their own."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connections

from livret.core.tenancy.context import inside
from livret.suite.finance.models import DraftEntry, Entry, ImportRun
from livret.suite.finance.queries.balances import broken_seals, drifted_balances
from livret.suite.finance.services import drafts, ledger
from livret.suite.finance.services.imports import Allowances, import_run
from livret.suite.finance.tests.factories import (
    ALICE,
    AT,
    TODAY,
    confirmed,
    fec_bytes,
    make_account,
    make_company,
    make_journal,
    make_year,
    sale,
)
from livret.suite.finance.tests.test_drafts import saved

IMPORTING = Path(__file__).with_name("importing.py")
WRITERS, EACH = 8, 20


def started_import(environment, control, run):
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "livret.config.settings_test",
        "LIVRET_CONTROL_DATABASE": control,
    }
    arguments = [sys.executable, "-W", "ignore", str(IMPORTING), environment.database, str(environment.pk), str(run.pk)]
    return subprocess.Popen(arguments, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_an_import_killed_before_its_commit_leaves_nothing_and_runs_again(fresh_environment, committed_control):
    with inside(fresh_environment.place):
        run = confirmed(fec_bytes([*sale("1"), *sale("2")]))
    process = started_import(fresh_environment, committed_control, run)
    assert process.stdout.readline().strip() == "sealed"

    process.kill()
    process.wait()

    with inside(fresh_environment.place):
        assert ImportRun.objects.get().state == ImportRun.State.CONFIRMED
        assert not Entry.objects.exists()
        again = import_run(run.pk, allowances=Allowances(), at=AT, today=TODAY)
        assert (again.state, Entry.objects.count()) == (ImportRun.State.DONE, 2)
    process.stdin.close()
    process.stdout.close()


@pytest.fixture
def committed_books(fresh_environment):
    with inside(fresh_environment.place):
        company = make_company()
        return (
            company,
            make_year(company),
            make_journal(company),
            make_account(company),
            make_account(company, "706000"),
        )


def run_together(environment, works):
    """Run each of *works* in a thread of its own inside the environment and return what they gave or raised."""
    found, barrier = [], threading.Barrier(len(works))

    def run(work):
        with inside(environment.place):
            barrier.wait()
            try:
                found.append(work())
            except Exception as error:
                found.append(error)
            finally:
                connections[environment.place.alias()].close()
                connections["default"].close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return found


def validating(draft):
    return lambda: drafts.validate_draft(draft, version=draft.version, allowance=None, by=ALICE, at=AT, today=TODAY)


@pytest.mark.slow
def test_many_writers_leave_no_gap_no_double_and_true_balances(fresh_environment, committed_books):
    with inside(fresh_environment.place):
        waiting = [[saved(committed_books) for _ in range(EACH)] for _ in range(WRITERS)]
    works = [lambda mine=mine: [validating(draft)() for draft in mine] for mine in waiting]

    found = run_together(fresh_environment, works)

    assert [error for error in found if isinstance(error, Exception)] == []
    with inside(fresh_environment.place):
        numbers = sorted(Entry.objects.values_list("number", flat=True))
        assert numbers == list(range(1, WRITERS * EACH + 1))
        assert drifted_balances(committed_books[1]) == []
        assert broken_seals(committed_books[1]) == []


@pytest.mark.slow
def test_two_people_who_validate_the_same_draft_make_one_entry(fresh_environment, committed_books):
    with inside(fresh_environment.place):
        draft = saved(committed_books)

    found = run_together(fresh_environment, [validating(draft), validating(draft)])

    assert sorted(type(one).__name__ for one in found) == ["AlreadyValidated", "Entry"]
    with inside(fresh_environment.place):
        assert Entry.objects.count() == 1
        assert not DraftEntry.objects.exists()


@pytest.mark.slow
def test_the_same_run_taken_by_two_workers_is_imported_once(fresh_environment):
    with inside(fresh_environment.place):
        run = confirmed(fec_bytes([*sale("1"), *sale("2")]))
    work = lambda: import_run(run.pk, allowances=Allowances(), at=AT, today=TODAY)  # noqa: E731

    found = run_together(fresh_environment, [work, work])

    assert [one.state for one in found] == [ImportRun.State.DONE] * 2
    with inside(fresh_environment.place):
        assert Entry.objects.count() == 2


@pytest.mark.slow
def test_a_year_held_too_long_is_said_to_be_busy(fresh_environment, committed_books, monkeypatch):
    monkeypatch.setattr(ledger, "LOCK_WAIT", "100ms")
    with inside(fresh_environment.place):
        first, second = saved(committed_books), saved(committed_books)
    holding, done = threading.Event(), threading.Event()

    def hold():
        from django.db import transaction

        with transaction.atomic(using=fresh_environment.place.alias()):
            entry = validating(first)()
            holding.set()
            done.wait(10)
        return entry

    def meet():
        holding.wait(10)
        try:
            return validating(second)()
        finally:
            done.set()

    found = run_together(fresh_environment, [hold, meet])

    assert {type(one).__name__ for one in found} == {"Entry", "YearBusy"}
