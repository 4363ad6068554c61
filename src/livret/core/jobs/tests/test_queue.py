import uuid
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.jobs import Job

from livret.booklet.entitlements import Entitlements
from livret.clients.tests import factories
from livret.core import clock
from livret.core.jobs import jobs, queue
from livret.core.jobs.queue import Delivery, run_client_job
from livret.core.tenancy.context import EnvironmentUnavailable, current_entitlements, current_place, has_place
from livret.core.tenancy.models import Environment, ParkedJob

PERIODIC = {"jobs.retry_stalled", "jobs.refresh", "jobs.tidy", "jobs.tidy_cache", "resident.sweep", "mail.ask_again"}


@pytest.fixture
def declare():
    """Declare tasks for one test; they leave the register after it."""
    before = set(app.tasks)
    yield queue.task
    for name in set(app.tasks) - before:
        del app.tasks[name]


def queued(name):
    return list(ProcrastinateJob.objects.filter(task_name=name).order_by("id").values_list("args", flat=True))


def statuses(name):
    return list(ProcrastinateJob.objects.filter(task_name=name).order_by("id").values_list("status", "attempts"))


def work():
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


class TestAsking:
    def test_a_job_is_asked_for_with_its_arguments(self, control, declare):
        declare(name="test.one")(lambda **arguments: None)

        queue.defer("test.one", number=3)

        assert queued("test.one") == [{"number": 3}]

    def test_a_transaction_that_fails_leaves_no_job(self, control, declare):
        declare(name="test.one")(lambda **arguments: None)

        with pytest.raises(ZeroDivisionError), transaction.atomic():
            queue.defer("test.one")
            raise ZeroDivisionError

        assert queued("test.one") == []

    def test_a_job_with_a_queueing_lock_waits_once_and_the_transaction_goes_on(self, control, declare):
        declare(name="test.locked", queueing_lock="test.locked")(lambda **arguments: None)

        queue.defer("test.locked", number=1)
        queue.defer("test.locked", number=2)

        assert queued("test.locked") == [{"number": 1}]

    def test_a_job_that_nobody_declared_is_an_error(self, control):
        with pytest.raises(KeyError):
            queue.defer("test.unknown")


def test_the_calendar_holds_every_periodic_job_of_the_core():
    assert {task.task.name for task in app.periodic_registry.periodic_tasks.values()} >= PERIODIC


def test_every_periodic_job_waits_at_most_once():
    periodic = app.periodic_registry.periodic_tasks.values()

    assert {task.task.name for task in periodic if task.task.queueing_lock != task.task.name} == set()


@pytest.mark.slow
def test_a_failing_job_is_tried_again_later_and_given_up_after_its_attempts(committed_control, declare):
    @declare(name="test.fails")
    def fails(**arguments):
        raise ConnectionRefusedError("the other side is away")

    queue.defer("test.fails")
    work()
    first = ProcrastinateJob.objects.get(task_name="test.fails")
    ProcrastinateJob.objects.filter(pk=first.pk).update(scheduled_at=None, attempts=queue.RETRY.max_attempts)
    work()

    assert (first.status, first.attempts, first.scheduled_at > clock.now()) == ("todo", 1, True)
    assert statuses("test.fails") == [("failed", queue.RETRY.max_attempts + 1)]


def test_the_waits_between_attempts_grow_and_last_hours(control):
    job = app.tasks["mail.deliver"].configure().job
    tries = [queue.RETRY.get_retry_decision(exception=OSError(), job=job.evolve(attempts=made)) for made in range(8)]

    waits = [retry.retry_at - clock.now() for retry in tries]
    assert waits == sorted(waits)
    assert timedelta(minutes=50) < sum(waits, timedelta()) < timedelta(hours=3)
    assert queue.RETRY.get_retry_decision(exception=OSError(), job=job.evolve(attempts=8)) is None


@pytest.mark.slow
def test_a_job_runs_on_a_fresh_connection_after_the_server_closed_the_former_one(committed_control, declare):
    ran = []

    @declare(name="test.reads")
    def reads(**arguments):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            ran.append(cursor.fetchone())

    queue.defer("test.reads")
    work()

    assert len(ran) == 1


class TestHousekeeping:
    @pytest.fixture
    def done(self, control, declare):
        """Jobs that ended so many days ago, by status."""
        declare(name="test.done")(lambda **arguments: None)

        def make(status, days):
            queue.defer("test.done", days=days)
            job = ProcrastinateJob.objects.filter(task_name="test.done").latest("id")
            ProcrastinateJob.objects.filter(pk=job.pk).update(status=status)
            ProcrastinateEvent.objects.filter(job_id=job.pk).update(at=clock.now() - timedelta(days=days))

        return make

    def test_jobs_that_succeeded_long_ago_go_with_their_events(self, done):
        done("succeeded", jobs.KEPT_DAYS + 1)
        done("succeeded", jobs.KEPT_DAYS - 1)

        assert jobs.tidy(timestamp=0) == 1
        assert queued("test.done") == [{"days": jobs.KEPT_DAYS - 1}]
        assert set(ProcrastinateEvent.objects.values_list("job_id", flat=True)) == set(
            ProcrastinateJob.objects.values_list("id", flat=True)
        )

    @pytest.mark.parametrize("status", ["todo", "doing", "failed"])
    def test_jobs_that_did_not_succeed_stay(self, done, status):
        done(status, 400)

        assert jobs.tidy(timestamp=0) == 0

    def test_a_job_of_the_calendar_that_is_dropped_does_not_come_back(self, control):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT procrastinate_defer_periodic_job_v2"
                "('default', NULL, NULL, 'jobs.tidy', 0::smallint, 'jobs.tidy', 1, '{}'::jsonb)"
            )
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded'")
            cursor.execute("UPDATE procrastinate_events SET at = now() - interval '40 days'")

        assert jobs.tidy(timestamp=0) == 1

    def test_the_application_may_vacuum_the_table_of_jobs(self, committed_control):
        jobs.refresh(timestamp=0)

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_force_next_flush()")
            cursor.execute("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'procrastinate_jobs'")
            assert cursor.fetchone()[0] >= 1


class TestStalled:
    @pytest.fixture
    def stalled(self, committed_control, declare):
        """A job held by a worker that is gone."""
        declare(name="test.stalled", queueing_lock="test.stalled")(lambda **arguments: None)
        queue.defer("test.stalled", number=1)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing',"
                " worker_id = (SELECT max(id) FROM procrastinate_workers)"
            )

    def test_a_job_whose_worker_is_gone_waits_again(self, stalled):
        assert jobs.retry_stalled(timestamp=0) == 1
        assert statuses("test.stalled") == [("todo", 1)]

    def test_one_whose_like_waits_already_is_given_up_and_stops_no_other(self, stalled):
        queue.defer("test.stalled", number=2)

        jobs.retry_stalled(timestamp=0)

        assert statuses("test.stalled") == [("aborted", 1), ("todo", 0)]

    def test_a_worker_that_lives_keeps_its_job(self, stalled):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now()")

        assert async_to_sync(jobs.rerun_stalled)(jobs.STALLED_AFTER_S) == 0


class TestInsideAnEnvironment:
    def test_a_job_works_inside_its_environment_and_leaves_it(self, environment):
        seen = run_client_job(
            lambda payload, *, delivery: (current_place(), payload), "t", delivery(environment), {"n": 1}
        )

        assert seen == (environment.place, {"n": 1})
        assert not has_place()

    def test_a_job_that_fails_leaves_its_environment(self, environment):
        with pytest.raises(ZeroDivisionError):
            run_client_job(lambda payload, *, delivery: 1 / 0, "t", delivery(environment), {})

        assert not has_place()

    def test_a_job_knows_what_the_contract_allows(self, environment):
        client = factories.make_client()
        factories.make_contract(client, factories.make_account(client, "Alice"))
        factories.own(client, environment)

        allowed = run_client_job(lambda payload, *, delivery: current_entitlements(), "t", delivery(environment), {})

        assert isinstance(allowed, Entitlements)

    @pytest.mark.parametrize("state", ["migrating", "swapping", "creating", "closed"])
    def test_a_job_waits_while_there_is_no_way_in(self, environment, state):
        Environment.objects.filter(pk=environment.pk).update(state=state)

        with pytest.raises(EnvironmentUnavailable, match=state):
            run_client_job(lambda payload, *, delivery: None, "t", delivery(environment), {})

    @pytest.mark.parametrize(("attempts", "waits"), [(0, True), (500, True), (10_000, False)])
    def test_a_job_waits_for_a_week_at_the_door_of_an_environment(self, attempts, waits):
        job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="t", attempts=attempts)

        found = queue.CLIENT_RETRY.get_retry_decision(exception=EnvironmentUnavailable("closed"), job=job)

        assert (found is not None) is waits

    def test_a_job_that_fails_inside_gives_up_after_a_few_hours(self):
        job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="t", attempts=8)

        assert queue.CLIENT_RETRY.get_retry_decision(exception=ValueError(), job=job) is None

    def test_a_job_of_an_older_generation_is_parked_once_and_never_run(self, environment):
        old = Delivery(environment.pk, environment.generation + 1, "2.7")

        run_client_job(lambda payload, *, delivery: 1 / 0, "t", old, {"n": 1})
        run_client_job(lambda payload, *, delivery: 1 / 0, "t", old, {"n": 1})

        assert list(ParkedJob.objects.values_list("delivery", "arguments")) == [("2.7", {"n": 1})]

    def test_a_job_of_an_unknown_environment_is_an_error(self, control):
        with pytest.raises(Environment.DoesNotExist):
            run_client_job(lambda payload, *, delivery: None, "t", Delivery(uuid.uuid4(), 1, "1.1"), {})


def delivery(environment):
    return Delivery(environment.pk, environment.generation, f"{environment.generation}.1")


def test_every_counter_of_the_cache_is_kept_until_its_time_is_over(control):
    for number in range(400):
        cache.set(f"counter-{number:03}", number, 3600)

    assert len(cache.get_many(f"counter-{number:03}" for number in range(400))) == 400


def test_what_the_cache_kept_past_its_time_is_dropped_at_night(control):
    cache.set("counts", 1, 3600)
    cache.set("over", 1, 3600)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE shared_cache SET expires = now() - interval '1 second' WHERE cache_key LIKE '%over'")

    assert jobs.tidy_cache(timestamp=0) == 1
    assert (cache.get("counts"), cache.get("over")) == (1, None)
