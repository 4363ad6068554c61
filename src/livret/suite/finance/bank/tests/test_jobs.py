"""Long work of the bank is done by jobs, and doing it twice changes nothing."""

from __future__ import annotations

import pytest

from livret.core.resident.models import OutboxMessage
from livret.core.tenancy.context import inside
from livret.suite.finance.bank import jobs
from livret.suite.finance.bank.models import Movement, Suggestion
from livret.suite.finance.bank.queries.queue import counts_of, left_ids
from livret.suite.finance.bank.services import bulk, files
from livret.suite.finance.bank.tests.factories import camt, invoice, make_books, make_party, sent
from livret.suite.finance.tests import stage
from livret.suite.finance.tests.factories import ALICE, AT


@pytest.fixture
def at_work(environment):
    with inside(environment.place, entitlements=stage.entitlements):
        stage.let_work(ALICE)
        yield


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("times", [1, 2])
def test_a_large_file_is_imported_by_its_job_then_suggestions_are_made(times):
    account = make_books()
    invoice(account.company, make_party(account.company), 12_000, piece="FA-7")
    held = files.confirm(
        sent(account.company, camt([(12_000, "FA-7"), (5, "RIEN")])), chosen={}, by=ALICE, at=AT, as_job=True
    )

    for _time in range(times):
        jobs.import_statements({"file_id": held.pk}, delivery=None)

    assert (Movement.objects.count(), Suggestion.objects.filter(rank=1).count()) == (2, 1)


@pytest.mark.parametrize("times", [1, 2])
def test_many_acceptances_are_done_by_a_job(times, environment):
    with inside(environment.place, entitlements=stage.entitlements):
        stage.let_work(ALICE)
        account = make_books()
        invoice(account.company, make_party(account.company), 12_000, piece="FA-007")
        held = files.confirm(sent(account.company, camt([(12_000, "FA-007")])), chosen={}, by=ALICE, at=AT, as_job=True)
        jobs.import_statements({"file_id": held.pk}, delivery=None)
        asked = left_ids(account.company, sure=90)
        payload = {"company_id": account.company.pk, "movements": asked, "may_post": False}

        for _time in range(times):
            jobs.accept({**payload, "author_id": str(ALICE.id), "author_name": ALICE.name}, delivery=None)

        counts = counts_of(account.company)
        assert (counts.left, counts.drafted) == (0, 1)


@pytest.mark.usefixtures("entered")
def test_asking_for_a_job_writes_it_in_the_same_transaction():
    account = make_books()

    bulk.ask_to_suggest(account.company)

    assert OutboxMessage.objects.filter(task=bulk.SUGGEST_TASK).exists()
