"""The queue's own housekeeping."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from livret.core.jobs import queue

STALLED_AFTER_S = 30  # A worker shows a sign of life every ten seconds.
KEPT_DAYS = 14


@queue.task(name="jobs.retry_stalled", cron="* * * * *", queueing_lock="jobs.retry_stalled")
def retry_stalled(timestamp: int) -> int:
    """Give back to the queue the jobs whose worker died; returns how many."""
    return async_to_sync(rerun_stalled)(STALLED_AFTER_S)


async def rerun_stalled(seconds: float) -> int:
    """Find the jobs held by a worker that gave no sign of life for *seconds* and put them back in the queue.

    One whose queueing lock is held by a job that waits already is given up: the other does its work.
    """
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds))
    for job in stalled:
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await app.job_manager.finish_job(job, Status.ABORTED, delete_job=False)
    return len(stalled)


@queue.task(name="jobs.refresh", cron="* * * * *", queueing_lock="jobs.refresh")
def refresh(timestamp: int) -> None:
    """Clear dead rows and refresh the planner's statistics, without which fetching a job grows slow."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE procrastinate_jobs")


@queue.task(name="jobs.tidy", cron="41 * * * *", queueing_lock="jobs.tidy")
def tidy(timestamp: int) -> int:
    """Drop the jobs that succeeded long ago, with their events; returns how many. Those that failed stay to be read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'succeeded' AND id IN"
            " (SELECT job_id FROM procrastinate_events GROUP BY job_id"
            " HAVING max(at) < now() - make_interval(days => %s))",
            [KEPT_DAYS],
        )
        return int(cursor.rowcount)


@queue.task(name="jobs.tidy_cache", cron="53 1 * * *", queueing_lock="jobs.tidy_cache")
def tidy_cache(timestamp: int) -> int:
    """Drop what the shared cache kept and whose time is over; returns how many. Nothing else empties it."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < now()")  # noqa: S608 - the name is that of the settings.
        return int(cursor.rowcount)
