"""Kills and races around validation: real commits, processes and threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.entry.services import recurring
from livret.suite.finance.entry.tests.factories import drafted, furnished
from livret.suite.finance.entry.tests.test_desk import validate, versions
from livret.suite.finance.entry.tests.test_templates import WHO, planned
from livret.suite.finance.models import DraftEntry, Entry, YearLedger
from livret.suite.finance.queries.balances import broken_seals, drifted_balances
from livret.suite.finance.services import drafts
from livret.suite.finance.tests.factories import TODAY
from livret.suite.finance.tests.test_faults import run_together

pytestmark = pytest.mark.slow
BULK = Path(__file__).with_name("bulk.py")
MANY = 12


@pytest.fixture
def waiting(fresh_environment):
    """Drafts that are ready, committed."""
    with inside(fresh_environment.place):
        company = furnished()
        return [drafted(company, piece_ref=f"F-{number}") for number in range(MANY)]


def started(environment, control, held):
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "livret.config.settings_test",
        "LIVRET_CONTROL_DATABASE": control,
    }
    keys = [str(draft.pk) for draft in held]
    command = [sys.executable, "-W", "ignore", str(BULK), environment.database, str(environment.pk), *keys]
    return subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_validation_killed_before_its_commit_leaves_every_draft_and_no_entry(
    fresh_environment, committed_control, waiting
):
    process = started(fresh_environment, committed_control, waiting)
    assert process.stdout.readline().strip() == "posted"

    process.kill()
    process.wait()

    with inside(fresh_environment.place):
        assert (Entry.objects.count(), DraftEntry.objects.count()) == (0, MANY)
        made = validate(versions(*waiting))
        assert [one.number for one in made] == list(range(1, MANY + 1))
        assert YearLedger.objects.get().entries == MANY
        assert drifted_balances(made[0].fiscal_year) == broken_seals(made[0].fiscal_year) == []
    process.stdin.close()
    process.stdout.close()


def test_two_who_validate_the_same_selection_make_each_entry_once(fresh_environment, waiting):
    work = lambda: validate(versions(*waiting))  # noqa: E731

    found = run_together(fresh_environment, [work, work])

    assert sorted(type(one).__name__ for one in found) == ["NotAllReady", "list"]
    refusal = next(one for one in found if isinstance(one, drafts.NotAllReady))
    assert len(refusal.refusals) == MANY
    assert "brouillon" in str(refusal) or "draft" in str(refusal)
    with inside(fresh_environment.place):
        assert Entry.objects.count() == MANY


def test_selections_that_cross_wait_for_each_other_and_never_lock_up(fresh_environment, waiting):
    works = [lambda: validate(versions(*waiting)), lambda: validate(versions(*reversed(waiting[: MANY // 2])))]

    found = run_together(fresh_environment, works)

    assert {type(one).__name__ for one in found} == {"NotAllReady", "list"}


def test_a_day_due_twice_at_once_makes_one_draft(fresh_environment):
    with inside(fresh_environment.place):
        planned(furnished(), last_on=TODAY.replace(year=2025, month=1, day=31))
    work = lambda: recurring.make_due(**WHO, today=TODAY)  # noqa: E731

    found = run_together(fresh_environment, [work, work, work])

    assert sorted(len(one) for one in found) == [0, 0, 1]
