from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.utils import ProgrammingError
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.core.resident import outbox
from livret.core.resident.claims import claim
from livret.core.resident.models import Claim, Identity, OutboxMessage
from livret.core.tenancy.context import current_alias, inside
from livret.core.tenancy.models import RelayedMessage

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def queued(task="test.work"):
    return list(ProcrastinateJob.objects.filter(task_name=task).order_by("id").values_list("args", flat=True))


@pytest.fixture
def task():
    """A task that exists for the queue only: what runs it is not in question here."""
    from procrastinate.contrib.django import app

    app.tasks["test.work"] = app.task(name="test.work")(lambda **arguments: None)
    yield "test.work"
    del app.tasks["test.work"]


def test_a_message_reaches_the_queue_with_its_environment_generation_and_delivery(environment, task):
    with inside(environment.place):
        message = outbox.post(task, amount=12)

    outbox.relay(environment.pk, at=AT)

    assert queued() == [
        {
            "environment_id": str(environment.pk),
            "generation": 1,
            "delivery": f"1.{message.pk}",
            "payload": {"amount": 12},
        }
    ]


def test_a_message_whose_transaction_fails_is_never_sent(environment, task):
    alias = environment.place.alias()
    with inside(environment.place), pytest.raises(ZeroDivisionError), transaction.atomic(using=alias):
        outbox.post(task)
        raise ZeroDivisionError
    outbox.relay(environment.pk, at=AT)

    assert queued() == []


def test_a_relay_killed_before_it_marked_the_message_sends_it_once(environment, task):
    with inside(environment.place):
        message = outbox.post(task)
    outbox.relay(environment.pk, at=AT)
    with inside(environment.place):
        OutboxMessage.objects.filter(pk=message.pk).update(relayed_at=None)

    outbox.relay(environment.pk, at=AT)

    assert len(queued()) == 1


def test_messages_of_two_environments_with_the_same_number_are_both_sent(environment, other_environment, task):
    for one in (environment, other_environment):
        with inside(one.place):
            OutboxMessage.objects.create(pk=7_000_000, task=task, payload={})
        outbox.relay(one.pk, at=AT)

    assert len(queued()) == 2


def test_more_messages_than_a_batch_are_all_sent_in_order(environment, task):
    with inside(environment.place):
        for number in range(outbox.BATCH + 5):
            outbox.post(task, number=number)

    moved = outbox.relay(environment.pk, at=AT)

    assert moved == outbox.BATCH + 5
    assert [job["payload"]["number"] for job in queued()] == list(range(outbox.BATCH + 5))


def test_the_database_refuses_a_second_proof_of_the_same_message(environment):
    proof = {"environment": environment, "generation": 1, "outbox_id": 1, "relayed_at": AT}
    RelayedMessage.objects.create(**proof)

    with pytest.raises(IntegrityError, match="outbox_message_relayed_once"), transaction.atomic():
        RelayedMessage.objects.create(**proof)


def test_a_claim_is_taken_once(entered):
    assert [claim("k"), claim("k"), claim("other")] == [True, False, True]


def test_posting_outside_a_transaction_is_refused(fresh_environment):
    with inside(fresh_environment.place), pytest.raises(RuntimeError, match="in the transaction"):
        outbox.post("test.work")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE resident_auditevent SET action = 'x'",
        "DELETE FROM resident_auditevent",
        "TRUNCATE resident_auditevent",
        "UPDATE resident_identity SET generation = 9",
        "DELETE FROM resident_claim",
    ],
)
def test_the_application_cannot_change_an_append_only_table(entered, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(using=entered.alias()):
        connections[entered.alias()].cursor().execute(statement)


def test_the_report_role_only_reads(environment_databases, cluster):
    import psycopg

    from livret.core.tenancy.provision import connected

    with connected(cluster.host, cluster.port, environment_databases["a"], role="report") as connection:
        assert connection.execute("SELECT generation FROM resident_identity").fetchone() == (1,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("INSERT INTO resident_claim (key) VALUES ('x')")


def test_the_tables_of_a_client_database_are_those_of_the_client_plane(entered):
    tables = connections[entered.alias()].introspection.table_names()

    assert {Identity._meta.db_table, Claim._meta.db_table} <= set(tables)
    assert not [name for name in tables if name.startswith(("auth_", "clients_", "django_content", "tenancy_"))]


def test_a_job_that_nobody_declares_is_refused_when_it_is_asked_for(entered):
    with pytest.raises(LookupError, match="no job is declared"):
        outbox.post("nobody.declares")


def test_a_message_for_a_job_of_another_version_holds_up_no_other(environment, task):
    with inside(environment.place):
        strange = OutboxMessage.objects.create(task="of.another.version", payload={})
        outbox.post(task)

    outbox.relay(environment.pk, at=AT)

    assert len(queued()) == 1
    with inside(environment.place):
        strange.refresh_from_db()
        assert strange.relayed_at is None


def test_a_queue_that_does_not_answer_leaves_the_committed_change_and_its_message(fresh_environment, task):
    alias, control = fresh_environment.place.alias(), connections["default"]
    name = control.settings_dict["NAME"]
    with inside(fresh_environment.place):
        with transaction.atomic(using=alias):
            message = outbox.post(task)
            control.close()
            control.settings_dict["NAME"] = "no_such_database"
        control.close()
        control.settings_dict["NAME"] = name

        assert OutboxMessage.objects.get(pk=message.pk).relayed_at is None


def relay_calls():
    return [hook for hook in connections[current_alias()].run_on_commit if hook[1].__qualname__ == "outbox.relay"]


def test_messages_of_one_transaction_call_the_relay_once(environment, task):
    with inside(environment.place), transaction.atomic(using=current_alias()):
        before = len(relay_calls())
        outbox.post_all([(task, {"amount": 1}), (task, {"amount": 2})])
        outbox.post(task, amount=3)

        assert len(relay_calls()) <= before + 1
        assert list(OutboxMessage.objects.order_by("id").values_list("payload__amount", flat=True)) == [1, 2, 3]


def test_a_savepoint_rolled_back_leaves_no_message_without_its_relay(environment, task):
    with inside(environment.place), transaction.atomic(using=current_alias()):
        with pytest.raises(ZeroDivisionError), transaction.atomic(using=current_alias()):
            outbox.post(task, amount=1)
            raise ZeroDivisionError
        outbox.post(task, amount=2)

        assert len(relay_calls()) == 1
        assert OutboxMessage.objects.get().payload == {"amount": 2}
