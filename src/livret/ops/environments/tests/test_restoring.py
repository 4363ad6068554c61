"""Putting an environment back: a new generation, the former jobs parked, closed accounts closed again."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.clients.models import RevokedAccess
from livret.core.jobs.queue import Delivery, run_client_job
from livret.core.people import system_actor
from livret.core.resident import outbox
from livret.core.resident.models import Claim, OutboxMessage
from livret.core.tenancy import provision
from livret.core.tenancy.context import inside
from livret.core.tenancy.models import Environment, ParkedJob
from livret.core.tenancy.queries import inside_environment
from livret.ops.environments import dumps, restoring, services
from livret.ops.environments.models import Restoration
from livret.suite.company import services as company
from livret.suite.company.models import ApplicationAccount

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BY = system_actor("test")
PERSON = uuid.UUID(int=7)


@pytest.fixture
def live(fresh_environment, cluster):
    """An environment with a claim written; whatever databases its restores make are dropped after the test."""
    with inside(fresh_environment.place):
        Claim.objects.create(key="before the dump")
        company.open_account(person_id=PERSON, name="Alice", email="alice@client.example", by=BY, at=AT)
    yield fresh_environment
    for alias in [alias for alias in connections if alias.startswith(f"env-{fresh_environment.pk.hex}")]:
        connections[alias].close()
    for generation in range(1, 6):
        name = services.database_name(fresh_environment, generation=generation)
        provision.drop_database(cluster.host, cluster.port, name)


@pytest.fixture
def dump(live, tmp_path):
    taken = dumps.dump(live.place, tmp_path / "live.dump")
    with inside(live.place):
        Claim.objects.create(key="after the dump")
    return taken


def claims(environment_id):
    with inside_environment(environment_id):
        return set(Claim.objects.values_list("key", flat=True))


def test_the_environment_is_as_it_was_when_it_was_dumped(live, dump):
    restored = restoring.restore(live, dump, by=BY, at=AT)

    assert claims(live.pk) == {"before the dump"}
    assert (restored.generation, restored.is_active) == (2, True)


def test_the_former_database_is_kept_and_closed(live, dump):
    restoring.restore(live, dump, by=BY, at=AT)

    connections[live.place.alias()].close()
    with pytest.raises(OperationalError, match="not currently accepting connections"), inside(live.place):
        Claim.objects.count()


def test_nothing_that_ran_before_the_swap_can_write_after_it(live, dump):
    alias = live.place.alias()
    restoration = restoring.ask(live, dump, by=BY, at=AT)
    restoring.load(restoration)

    with pytest.raises(OperationalError), inside(live.place), transaction.atomic(using=alias):
        Claim.objects.create(key="in flight")
        restoring._close_database(live.place, live.database)
        Claim.objects.create(key="too late")
    connections[alias].close()
    restoring.swap(restoration, by=BY, at=AT)

    assert claims(live.pk) == {"before the dump"}


def test_a_job_of_the_former_generation_is_parked_and_never_run(live, dump):
    restoring.restore(live, dump, by=BY, at=AT)
    ran = []

    run_client_job(lambda *_a, **_k: ran.append(1), "finance.x", Delivery(live.pk, 1, "1.8"), {"n": 1})
    run_client_job(lambda *_a, **_k: ran.append(1), "finance.x", Delivery(live.pk, 1, "1.8"), {"n": 1})

    assert ran == []
    assert list(ParkedJob.objects.values_list("task", "generation", "delivery")) == [("finance.x", 1, "1.8")]


def test_what_waited_in_the_outbox_of_the_dump_is_not_sent_a_second_time(live, tmp_path):
    from procrastinate.contrib.django import app

    app.tasks["test.work"] = app.task(name="test.work")(lambda **arguments: None)
    with inside(live.place), transaction.atomic(using=live.place.alias()):
        outbox.post("test.work")
    dump = dumps.dump(live.place, tmp_path / "live.dump")
    outbox.relay(live.pk, at=AT)

    restoring.restore(live, dump, by=BY, at=AT)
    outbox.relay(live.pk, at=AT)

    del app.tasks["test.work"]
    assert ProcrastinateJob.objects.filter(task_name="test.work").count() == 1
    with inside_environment(live.pk):
        assert OutboxMessage.objects.get(task="test.work").is_parked


def test_an_account_closed_since_the_dump_is_closed_in_what_was_restored(live, dump):
    RevokedAccess.objects.create(account_id=PERSON, at=AT, reason="left")

    restoring.restore(live, dump, by=BY, at=AT)

    with inside_environment(live.pk):
        assert not ApplicationAccount.objects.get(person_id=PERSON).is_active


@pytest.mark.parametrize("stage", ["asked", "loaded"])
def test_a_restore_that_was_killed_goes_on_from_its_stage(live, dump, stage):
    restoration = restoring.ask(live, dump, by=BY, at=AT)
    restoring.load(restoration)
    if stage == "asked":
        Restoration.objects.filter(pk=restoration.pk).update(stage="asked")
        restoring.load(restoration)
    Environment.objects.filter(pk=live.pk).update(state="swapping")

    restoring.swap(restoration, by=BY, at=AT)

    assert claims(live.pk) == {"before the dump"}


@pytest.fixture
def interrupted(live, dump):
    """A restoration whose process died after it closed the live database and before the pointer moved."""
    restoration = restoring.ask(live, dump, by=BY, at=AT)
    restoring.load(restoration)
    Environment.objects.filter(pk=live.pk).update(state="swapping")
    restoring._close_database(live.place, live.database)
    connections[live.place.alias()].close()
    return restoration


def test_an_interrupted_swap_is_finished_by_whoever_resumes_it(live, interrupted):
    restored = restoring.resume(live, by=BY, at=AT)

    assert claims(live.pk) == {"before the dump"}
    assert (restored.generation, restored.is_active) == (2, True)


def test_an_interrupted_swap_that_is_abandoned_opens_the_database_in_use_again(live, interrupted):
    kept = restoring.abandon(live, by=BY, at=AT)

    assert claims(live.pk) == {"before the dump", "after the dump"}
    assert (kept.generation, kept.is_active, kept.database) == (1, True, live.database)
    assert Restoration.objects.get().stage == "failed"


def test_after_an_abandoned_restoration_another_one_may_be_made(live, dump, interrupted):
    restoring.abandon(live, by=BY, at=AT)

    assert restoring.restore(live, dump, by=BY, at=AT).generation == 3


def test_an_abandoned_restoration_can_no_longer_move_the_pointer(live, interrupted):
    restoring.abandon(live, by=BY, at=AT)

    with pytest.raises(restoring.NothingToRestore):
        restoring.swap(interrupted, by=BY, at=AT)
    assert claims(live.pk) == {"before the dump", "after the dump"}


def test_migrating_everything_leaves_an_interrupted_swap_to_its_restoration(live, interrupted):
    Environment.objects.filter(pk=live.pk).update(schema_fingerprint="former")

    (migration,) = services.migrate_environments(by=BY, at=AT)

    assert "livret environment resume own" in migration.error
    assert Environment.objects.get(pk=live.pk).state == "swapping"


def test_a_migration_listed_before_a_swap_works_on_what_is_there_after_it(live, dump):
    Environment.objects.filter(pk=live.pk).update(schema_fingerprint="former")
    listed = Environment.objects.select_related("cell").get(pk=live.pk)
    restoring.restore(live, dump, by=BY, at=AT)

    migration = services._migrate(listed, provision.schema_fingerprint(), by=BY, at=AT)

    assert (migration.error, migration.was_current) == ("", True)
    assert Environment.objects.get(pk=live.pk).is_active


@pytest.mark.parametrize("act", [restoring.resume, restoring.abandon])
def test_there_is_nothing_to_finish_when_no_restoration_was_begun(live, act):
    with pytest.raises(restoring.NothingToRestore):
        act(live, by=BY, at=AT)


def test_a_dump_is_for_the_eyes_of_its_owner_only(dump):
    assert dump.stat().st_mode & 0o077 == 0


def test_one_restoration_at_a_time(live, dump):
    restoring.ask(live, dump, by=BY, at=AT)

    with pytest.raises(restoring.RestorationUnderWay):
        restoring.ask(live, dump, by=BY, at=AT)


def test_the_dump_of_another_environment_is_refused_and_changes_nothing(live, cluster, tmp_path):
    other = services.create_environment("other", by=BY, at=AT)
    dump = dumps.dump(other.place, tmp_path / "other.dump")
    provision.drop_database(cluster.host, cluster.port, other.database)

    with pytest.raises(restoring.WrongDump, match=str(other.pk)):
        restoring.restore(live, dump, by=BY, at=AT)

    assert claims(live.pk) == {"before the dump"}
    assert Restoration.objects.get().stage == "failed"


def test_a_broken_dump_is_refused_and_changes_nothing(live, tmp_path):
    broken = tmp_path / "broken.dump"
    broken.write_bytes(b"PGDMP but not really")

    with pytest.raises(dumps.DumpFailed):
        restoring.restore(live, broken, by=BY, at=AT)

    assert claims(live.pk) == {"before the dump"}


def test_restoring_twice_gives_two_generations(live, dump):
    restoring.restore(live, dump, by=BY, at=AT)
    again = restoring.restore(Environment.objects.get(pk=live.pk), dump, by=BY, at=AT + timedelta(hours=1))

    assert again.generation == 3
    assert claims(live.pk) == {"before the dump"}
