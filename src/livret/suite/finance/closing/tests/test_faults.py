"""A closing that is killed, and two that meet: with real commits, in processes and threads of their own."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from django.db import transaction

from livret.core.tenancy.context import current_alias, inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.models import CarryForward, ClosingWork, YearClosing
from livret.suite.finance.closing.services import works
from livret.suite.finance.closing.services.definitive import close_year
from livret.suite.finance.closing.services.doing import do
from livret.suite.finance.closing.tests.factories import KEPT, closing_of, opening_of, posted, two_years
from livret.suite.finance.closing.tests.purged import closed_years
from livret.suite.finance.models import Entry, Line, YearTombstone
from livret.suite.finance.queries.balances import broken_seals, drifted_balances
from livret.suite.finance.queries.proof import faults_of
from livret.suite.finance.services.lettering import letter
from livret.suite.finance.tests.factories import ALICE, AT, TODAY
from livret.suite.finance.tests.test_faults import run_together

AT_WORK = Path(__file__).with_name("at_work.py")


@pytest.fixture
def years(fresh_environment):
    with inside(fresh_environment.place):
        former, following = two_years()
        posted(former, ("411000", 12_000, "C1"), ("706000", -12_000))
        return former, following


def started(environment, control, work, *store):
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "livret.config.settings_test",
        "LIVRET_CONTROL_DATABASE": control,
    }
    arguments = [sys.executable, "-W", "ignore", str(AT_WORK), environment.database, str(environment.pk), str(work.pk)]
    arguments += [str(folder) for folder in store]
    return subprocess.Popen(arguments, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [ClosingWork.Kind.CLOSING, ClosingWork.Kind.CARRY])
def test_a_work_killed_before_its_commit_leaves_nothing_and_runs_again(
    fresh_environment, committed_control, years, kind
):
    with inside(fresh_environment.place):
        work = works.ask(years[0], kind, by=ALICE, at=AT)
    process = started(fresh_environment, committed_control, work)
    assert process.stdout.readline().strip() == "written"

    process.kill()
    process.wait()

    with inside(fresh_environment.place):
        assert FiscalYear.objects.get(pk=years[0].pk).is_open
        assert (Entry.objects.count(), CarryForward.objects.count(), YearClosing.objects.count()) == (1, 0, 0)
        again = works.run(work.pk, do, allowance=None, at=AT, today=TODAY)
        assert again.state == "done"
        assert opening_of(years[1]) == closing_of(years[0])
        assert (broken_seals(years[1]), drifted_balances(years[1])) == ([], [])
    process.stdin.close()
    process.stdout.close()


@pytest.mark.slow
def test_an_entry_and_a_closing_that_meet_leave_nothing_behind(fresh_environment, years):
    former, following = years

    found = run_together(
        fresh_environment,
        [
            lambda: close_year(former, **KEPT),
            lambda: posted(former, ("512000", 100), ("706000", -100)),
            lambda: close_year(former, **KEPT),
        ],
    )

    names = [type(one).__name__ for one in found]
    assert names.count("YearClosing") == 1
    assert set(names) <= {"YearClosing", "YearClosed", "Entry"}
    with inside(fresh_environment.place):
        assert opening_of(following) == closing_of(former)
        assert YearClosing.objects.get().entries == Entry.objects.filter(fiscal_year=former).count()


@pytest.mark.slow
def test_a_closing_waits_for_the_lettering_it_meets_and_carries_nothing_of_it(fresh_environment, years):
    former, following = years
    begun = Event()
    with inside(fresh_environment.place):
        paid = posted(former, ("512000", 12_000), ("411000", -12_000, "C1"))
        sold = Entry.objects.exclude(pk=paid.pk).get()

    def letter_slowly():
        with transaction.atomic(using=current_alias()):
            letter([(sold.pk, 1), (paid.pk, 2)], by=ALICE, at=AT, on=TODAY)
            begun.set()
            sleep(1)

    def close_meanwhile():
        begun.wait(30)
        close_year(former, **KEPT)

    run_together(fresh_environment, [letter_slowly, close_meanwhile])

    with inside(fresh_environment.place):
        assert not FiscalYear.objects.get(pk=former.pk).is_open
        assert not Line.objects.filter(fiscal_year=following, account__number="411000").exists()


@pytest.mark.slow
def test_a_purge_killed_before_its_commit_leaves_the_whole_year_and_runs_again(
    fresh_environment, committed_control, settings, tmp_path
):
    settings.STATE_FOLDER = tmp_path
    with inside(fresh_environment.place):
        former, _following = closed_years()
        work = works.ask(former, ClosingWork.Kind.PURGE, by=ALICE, at=AT)
    process = started(fresh_environment, committed_control, work, tmp_path)
    assert process.stdout.readline().strip() == "written"

    process.kill()
    process.wait()

    with inside(fresh_environment.place):
        assert Entry.objects.filter(fiscal_year=former).count() == 3
        assert not YearTombstone.objects.exists()
        assert faults_of(former) == []
        assert works.run(work.pk, do, allowance=None, at=AT, today=TODAY).state == "done"
        assert not Entry.objects.filter(fiscal_year=former).exists()
        assert faults_of(former) == []
    process.stdin.close()
    process.stdout.close()
