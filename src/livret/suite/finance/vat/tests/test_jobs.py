"""A large period is worked out by a job, which may run twice or come late."""

import uuid
from datetime import date

import pytest

from livret.core.jobs.queue import Delivery
from livret.core.resident.models import OutboxMessage
from livret.core.tenancy.context import inside
from livret.suite.finance.tests.factories import ALICE
from livret.suite.finance.vat import jobs
from livret.suite.finance.vat.models import Return
from livret.suite.finance.vat.services import preparing
from livret.suite.finance.vat.tests.books import AT, MONTHS, Books, euros

DELIVERY = Delivery(uuid.UUID(int=0xA), 1, "1.7")


@pytest.fixture
def books(environment):
    with inside(environment.place):
        made = Books()
        made.sale(date(2025, 1, 15), 100_000)
        yield made


def test_a_large_period_is_left_to_a_job(books, monkeypatch):
    monkeypatch.setattr(preparing, "AT_ONCE", 0)
    made = preparing.begin_return(books.company, MONTHS[0], by=ALICE, at=AT)

    asked = preparing.ask_for_preparation(made, at=AT)
    assert asked.state == Return.State.PREPARING
    assert OutboxMessage.objects.filter(task=preparing.TASK).exists()
    jobs.prepare_return({"return_id": made.pk}, delivery=DELIVERY)
    jobs.prepare_return({"return_id": made.pk}, delivery=DELIVERY)

    assert euros(Return.objects.get())["08/tax"] == 200


def test_a_job_that_comes_after_the_filing_changes_nothing(books):
    filing = books.filed(1)
    before = filing.vat_return.prepared_at

    jobs.prepare_return({"return_id": filing.vat_return_id}, delivery=DELIVERY)

    assert Return.objects.get().prepared_at == before


def test_a_job_that_comes_after_the_return_was_dropped_does_nothing(books):
    made = preparing.begin_return(books.company, MONTHS[0], by=ALICE, at=AT)
    key = made.pk
    made.delete()

    jobs.prepare_return({"return_id": key}, delivery=DELIVERY)

    assert not Return.objects.exists()
