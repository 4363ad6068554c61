"""Declaring jobs and asking for them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, close_old_connections, transaction
from django.utils.module_loading import import_string
from procrastinate import RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from livret.core import clock
from livret.core.tenancy.context import EnvironmentUnavailable, inside
from livret.core.tenancy.models import Environment, ParkedJob

log = structlog.get_logger(__name__)

RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)
UNAVAILABLE_WAIT_S, MOST_WAITS = 60, 10_000  # A week.


class _ClientRetry(RetryStrategy):
    """As RETRY, but a job does not give up on an environment under repair: its message will not be relayed again."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, EnvironmentUnavailable) and job.attempts < MOST_WAITS:
            return RetryDecision(retry_in={"seconds": UNAVAILABLE_WAIT_S})
        return super().get_retry_decision(exception=exception, job=job)


CLIENT_RETRY = _ClientRetry(max_attempts=8, exponential_wait=3)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Which message of which generation a client job runs for; `key` is the same each time the job is run again."""

    environment_id: UUID
    generation: int
    key: str


def defer(task: str, **arguments: Any) -> None:
    """Ask for job *task* in the control transaction that runs now: no commit, no job.

    A task declared with `queueing_lock` is not asked for again while one waits.
    """
    try:
        with transaction.atomic():  # A refused duplicate must not break the caller's transaction.
            app.tasks[task].configure().defer(**arguments)
    except (AlreadyEnqueued, IntegrityError) as refusal:
        if app.tasks[task].queueing_lock is None:
            raise
        log.debug("job already waits", task=task, reason=type(refusal).__name__)


def is_declared(task: str) -> bool:
    return task in app.tasks


def declared() -> list[str]:
    """Return the names of the jobs that this version of the platform can run."""
    return sorted(app.tasks)


def task(
    *, name: str, lock: str | None = None, queueing_lock: str | None = None, cron: str | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a job of the control plane; with *cron*, also run it by the calendar (it then takes `timestamp`)."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(**arguments: Any) -> Any:
            with _fresh_connections():
                return function(**arguments)

        declared = app.task(name=name, lock=lock, queueing_lock=queueing_lock, retry=RETRY)(run)
        if cron:
            app.periodic(cron=cron, periodic_id=name)(declared)  # type: ignore[arg-type]
        return function

    return declare


def client_task(*, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a job that works inside a client environment: `def work(payload: dict, *, delivery: Delivery)`.

    It runs with the environment entered and its entitlements in the context. A job of an older generation is
    parked, never run; one whose environment is being migrated or swapped is tried again later.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(*, environment_id: str, generation: int, delivery: str, payload: dict[str, Any]) -> Any:
            with _fresh_connections():
                return run_client_job(function, name, Delivery(UUID(environment_id), generation, delivery), payload)

        app.task(name=name, retry=CLIENT_RETRY)(run)
        return function

    return declare


def run_client_job(function: Callable[..., Any], name: str, delivery: Delivery, payload: dict[str, Any]) -> Any:
    """Run *function* in its environment, or park it. Raises EnvironmentUnavailable while there is no way in."""
    environment = Environment.objects.select_related("cell").get(pk=delivery.environment_id)
    if delivery.generation != environment.generation:
        return _park(environment, name, delivery, payload)
    if not environment.is_active:
        raise EnvironmentUnavailable(f"environment {environment} is {environment.state}: job {name} waits")
    with inside(environment.place, entitlements=lambda: import_string(settings.ENTITLEMENTS_PROVIDER)(environment.pk)):
        return function(payload, delivery=delivery)


def _park(environment: Environment, name: str, delivery: Delivery, payload: dict[str, Any]) -> None:
    log.warning("job parked", task=name, environment=str(environment), generation=delivery.generation)
    ParkedJob.objects.get_or_create(
        environment=environment,
        delivery=delivery.key,
        defaults={
            "generation": delivery.generation,
            "task": name,
            "arguments": payload,
            "parked_at": clock.now(),
        },
    )


class _fresh_connections:  # noqa: N801
    """Around a job: the worker's threads live long, and a connection that the server closed must not fail a job."""

    def __enter__(self) -> None:
        close_old_connections()

    def __exit__(self, *_exception: object) -> None:
        close_old_connections()
