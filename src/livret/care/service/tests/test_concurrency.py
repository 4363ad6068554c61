"""Two people at the same moment, with commits for real."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.care.service import services
from livret.care.service.models import DataOperation
from livret.care.service.rules import operations as rules
from livret.care.service.services import carrying
from livret.care.service.tests import factories
from livret.care.service.tests.factories import AT
from livret.care.support.tests import factories as support
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people

OPERATORS = 3


@pytest.fixture
def operators(committed_control):
    return [people.make_staff(f"Opérateur {number}", "operations") for number in range(OPERATORS)]


@pytest.fixture
def failed(operators, settings, tmp_path):
    """An export that the platform tried and could not do."""
    settings.STATE_FOLDER = tmp_path
    client = people.make_client("atelier")
    alice = people.make_account(client, "Alice")
    support.publish_hours()
    support.make_contract(client, alice, "open")
    room = people.own(client, people.make_environment("atelier"))
    made = factories.operation(alice, rules.Export(rules.DATABASE), room=room)
    made = factories.step(services.start_export, made, operators[0])
    carrying._note_failure(made, "disk full", now=AT)
    return made


def started(operation, operator):
    """What an operator who starts the export gets: the operation, or the refusal."""
    try:
        return services.start_export(operation, account=operator, by=actor_of(operator), now=AT)
    except services.NotThisStep as refusal:
        return refusal
    finally:
        connection.close()


def wait_for_others():
    """Wait until every operator waits for the row that this transaction holds."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone()[0] == OPERATORS:
                return
        time.sleep(0.02)
    raise TimeoutError("the operators did not come")


def test_operators_who_try_again_at_once_start_it_once(failed, operators):
    with ThreadPoolExecutor(OPERATORS) as pool:
        with transaction.atomic():
            DataOperation.objects.select_for_update(of=("self",)).get(pk=failed.pk)
            works = [pool.submit(started, DataOperation.objects.get(pk=failed.pk), one) for one in operators]
            wait_for_others()
        answers = [work.result(timeout=20) for work in works]

    assert sum(isinstance(answer, services.NotThisStep) for answer in answers) == OPERATORS - 1
    assert ProcrastinateJob.objects.filter(task_name=carrying.EXPORT_JOB).count() == 2
