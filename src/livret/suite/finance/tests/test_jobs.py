"""Jobs of the books, as the queue runs them: inside the environment, with what the contract allows, perhaps twice."""

import uuid

import pytest
from django.core.cache import cache

from livret.core.jobs.queue import Delivery
from livret.core.tenancy.context import inside
from livret.suite.finance import jobs
from livret.suite.finance.models import Entry, ImportRun
from livret.suite.finance.queries.imports import lines_read
from livret.suite.finance.services.imports import ask_for_check
from livret.suite.finance.tests.factories import ALICE, checked, confirmed, fec_bytes, sale, uploaded
from livret.suite.finance.tests.stage import entitlements, let_work

DELIVERY = Delivery(uuid.UUID(int=0xA), 1, "1.7")


@pytest.fixture
def at_work(environment):
    with inside(environment.place, entitlements=entitlements):
        let_work(ALICE)
        yield


def test_a_large_file_is_checked_by_a_job(at_work):
    run = uploaded(fec_bytes(sale("1")))
    ask_for_check(run)

    jobs.check_fec({"run_id": run.pk}, delivery=DELIVERY)

    assert ImportRun.objects.get().state == ImportRun.State.CHECKED


def test_a_check_that_comes_late_changes_nothing(at_work):
    run = confirmed(fec_bytes(sale("1")))

    jobs.check_fec({"run_id": run.pk}, delivery=DELIVERY)

    assert ImportRun.objects.get().state == ImportRun.State.CONFIRMED


def test_a_confirmed_file_is_imported_by_a_job_once_however_often_it_runs(at_work):
    run = confirmed(fec_bytes([*sale("1"), *sale("2")]))

    jobs.import_fec({"run_id": run.pk}, delivery=DELIVERY)
    jobs.import_fec({"run_id": run.pk}, delivery=DELIVERY)

    assert ImportRun.objects.get().state == ImportRun.State.DONE
    assert Entry.objects.count() == 2
    assert lines_read(run) == 6
    cache.clear()


def test_a_file_that_nobody_confirmed_is_not_imported(at_work):
    run = checked(fec_bytes(sale("1")))

    jobs.import_fec({"run_id": run.pk}, delivery=DELIVERY)

    assert not Entry.objects.exists()
