"""Two people at the same moment, with commits for real."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.care.service import services
from livret.care.service.rules import operations as rules
from livret.care.service.services import carrying
from livret.care.service.tests import factories
from livret.care.service.tests.factories import AT
from livret.care.support.tests import factories as support
from livret.care.support.tests.test_concurrency import at_once
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people


@pytest.fixture
def failed(committed_control, settings, tmp_path):
    """An export that the platform tried and could not do, and two operators."""
    settings.STATE_FOLDER = tmp_path
    client = people.make_client("atelier")
    alice = people.make_account(client, "Alice")
    support.publish_hours()
    support.make_contract(client, alice, "open")
    room = people.own(client, people.make_environment("atelier"))
    operators = [people.make_staff(f"Opérateur {number}", "operations") for number in range(4)]
    made = factories.operation(alice, rules.Export(rules.DATABASE), room=room)
    made = factories.step(services.start_export, made, operators[0])
    carrying._note_failure(made, "disk full", now=AT)
    return made, operators


def test_operators_who_try_again_at_once_start_it_once(failed):
    made, operators = failed
    before = ProcrastinateJob.objects.filter(task_name=carrying.EXPORT_JOB).count()
    answers = at_once(
        *[lambda one=one: services.start_export(made, account=one, by=actor_of(one), now=AT) for one in operators]
    )

    assert sum(isinstance(answer, services.NotThisStep) for answer in answers) == len(operators) - 1
    assert ProcrastinateJob.objects.filter(task_name=carrying.EXPORT_JOB).count() == before + 1
