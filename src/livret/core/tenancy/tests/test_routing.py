import gc
import threading

import pytest
from django.db import transaction
from django.db.models import Q

from livret.core.resident.models import OutboxMessage
from livret.core.tenancy import aliases
from livret.core.tenancy.aliases import KEPT_PER_THREAD, use
from livret.core.tenancy.context import NoEnvironment, WrongEnvironment, inside


def message(task="a"):
    return OutboxMessage.objects.create(task=task, payload={})


def test_client_data_outside_an_environment_is_an_error_that_says_what_to_do(control):
    with pytest.raises(NoEnvironment, match="inside an environment"):
        OutboxMessage.objects.count()


def test_a_query_made_inside_and_run_outside_is_an_error(environment):
    with inside(environment.place):
        waiting = OutboxMessage.objects.filter(relayed_at=None)

    with pytest.raises(NoEnvironment):
        list(waiting)


def test_a_new_thread_is_outside_every_environment(entered):
    caught = []

    def work():
        try:
            OutboxMessage.objects.count()
        except NoEnvironment as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert len(caught) == 1


def test_a_second_environment_cannot_be_entered_inside_the_first(environment, other_environment):
    with inside(environment.place), pytest.raises(WrongEnvironment, match="already inside"):
        inside(other_environment.place).__enter__()


def test_rows_of_one_environment_are_not_seen_in_another(environment, other_environment):
    with inside(environment.place):
        message()
    with inside(other_environment.place):
        assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize(
    "write",
    [
        lambda row: row.save(),
        lambda row: row.save(update_fields=["task"]),
        lambda row: row.delete(),
        lambda row: row.refresh_from_db(),
        lambda row: OutboxMessage.objects.bulk_update([row], ["task"]),
        lambda row: OutboxMessage.objects.bulk_create([row]),
    ],
    ids=["save", "save fields", "delete", "refresh", "bulk update", "bulk create"],
)
def test_an_object_of_one_environment_is_never_written_into_another(environment, other_environment, write):
    with inside(environment.place):
        stranger = message("read in the first")
    with inside(other_environment.place):
        home = OutboxMessage.objects.create(pk=stranger.pk, task="the second's own", payload={})

        with pytest.raises(WrongEnvironment):
            write(stranger)

        assert OutboxMessage.objects.get(pk=home.pk).task == "the second's own"


@pytest.mark.parametrize(
    "ask",
    [
        lambda row: OutboxMessage.objects.filter(pk=row),
        lambda row: OutboxMessage.objects.exclude(pk=row),
        lambda row: OutboxMessage.objects.get(pk=row),
        lambda row: OutboxMessage.objects.filter(Q(task="x") | ~Q(pk=row)),
        lambda row: OutboxMessage.objects.filter(pk__in=[row]),
        lambda row: OutboxMessage.objects.using(row._state.db),
    ],
    ids=["filter", "exclude", "get", "condition", "list", "database named"],
)
def test_an_object_of_one_environment_finds_no_row_of_another(environment, other_environment, ask):
    with inside(environment.place):
        stranger = message("read in the first")
    with inside(other_environment.place):
        OutboxMessage.objects.create(pk=stranger.pk, task="the second's own", payload={})

        with pytest.raises(WrongEnvironment):
            ask(stranger)


def test_a_database_that_is_not_the_one_meant_is_refused_on_connecting(environment, environment_databases):
    environment.database, environment.generation = environment_databases["b"], 7

    with inside(environment.place), pytest.raises(WrongEnvironment, match="the pointer is wrong"):
        OutboxMessage.objects.count()


def test_a_thread_keeps_few_connections(environment):
    from django.db import connections

    def visit():
        for generation in range(100, 100 + 3 * KEPT_PER_THREAD):
            environment.generation = generation
            use(environment.place, "app")
        kept.append(sum(alias.startswith(f"env-{environment.pk.hex}") for alias in connections))

    before = sum(alias.startswith(f"env-{environment.pk.hex}") for alias in connections)
    kept = []
    thread = threading.Thread(target=visit)
    thread.start()
    thread.join()

    assert kept[0] - before == KEPT_PER_THREAD


def test_a_thread_that_ended_is_counted_out_even_while_the_registry_is_locked(environment):
    ended = threading.Thread(target=lambda: use(environment.place, "report"))
    ended.start()
    ended.join()
    before = aliases._users[environment.place.alias("report")]

    with aliases._lock:  # The collector may run a finalizer here: one that took the lock would wait for itself.
        del ended
        gc.collect()
    use(environment.place, "owner")

    assert before == 1
    assert environment.place.alias("report") not in aliases._users


def test_a_failed_request_leaves_nothing_in_the_client_database(environment):
    with inside(environment.place):
        alias = environment.place.alias()
        with pytest.raises(ZeroDivisionError), transaction.atomic(using=alias):
            message()
            raise ZeroDivisionError

        assert OutboxMessage.objects.count() == 0
