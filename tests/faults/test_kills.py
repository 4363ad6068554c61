"""A worker or a relay killed at the worst moment loses nothing and repeats nothing."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.core.jobs import queue
from livret.core.jobs.jobs import rerun_stalled
from livret.core.resident import jobs as resident_jobs
from livret.core.resident import outbox
from livret.core.resident.models import Claim, OutboxMessage
from livret.core.tenancy.context import inside
from tests.faults import child

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
WAIT_S = 30


@pytest.fixture
def start(committed_control, tmp_path):
    """Start one of the child programs on this test's control database; what still runs at the end is killed."""
    started = []

    def run(*arguments):
        environ = {**os.environ, "LIVRET_CONTROL_DATABASE": committed_control}
        process = subprocess.Popen([sys.executable, child.__file__, *arguments], env=environ)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def wait_for(condition):
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


@pytest.fixture
def slow_task(tmp_path):
    child.declare_slow_task(tmp_path)
    yield
    from procrastinate.contrib.django import app

    del app.tasks["test.slow"]


def effects(environment):
    with inside(environment.place):
        return list(Claim.objects.filter(key__startswith="effect").values_list("key", flat=True))


def statuses():
    return list(ProcrastinateJob.objects.filter(task_name="test.slow").values_list("status", flat=True))


def post(environment, name):
    with inside(environment.place), transaction.atomic(using=environment.place.alias()):
        outbox.post("test.slow", name=name)
    outbox.relay(environment.pk, at=AT)


def test_a_job_whose_worker_is_killed_runs_again_and_has_its_effect_once(fresh_environment, slow_task, start, tmp_path):
    post(fresh_environment, "job")
    first = start("work", str(tmp_path))
    wait_for((tmp_path / "halfway").exists)
    first.send_signal(signal.SIGKILL)
    first.wait()
    after_the_kill = (effects(fresh_environment), statuses())
    time.sleep(1.1)

    async_to_sync(rerun_stalled)(1)
    (tmp_path / "go").touch()
    (tmp_path / "once").touch()
    start("work", str(tmp_path)).wait(WAIT_S)

    assert after_the_kill == ([], ["doing"])
    assert effects(fresh_environment) == ["effect 0 of job"]
    assert statuses() == ["succeeded"]


def test_a_message_committed_before_a_kill_is_swept_up_and_runs_once(fresh_environment, slow_task, start, tmp_path):
    died = start("post_and_die", str(tmp_path), str(fresh_environment.pk)).wait(WAIT_S)
    with inside(fresh_environment.place):
        waiting = OutboxMessage.objects.filter(relayed_at=None).count()

    resident_jobs.sweep(timestamp=0)
    resident_jobs.sweep(timestamp=60)
    (tmp_path / "go").touch()
    (tmp_path / "once").touch()
    start("work", str(tmp_path)).wait(WAIT_S)

    assert (died, waiting) == (-signal.SIGKILL, 1)
    assert effects(fresh_environment) == ["effect 0 of after the kill"]


def test_a_job_delivered_twice_has_its_effect_once(fresh_environment, slow_task, start, tmp_path):
    post(fresh_environment, "job")
    again = ProcrastinateJob.objects.get(task_name="test.slow").args
    queue.defer("test.slow", **again)
    (tmp_path / "go").touch()
    (tmp_path / "once").touch()

    start("work", str(tmp_path)).wait(WAIT_S)

    assert effects(fresh_environment) == ["effect 0 of job"]
    assert statuses() == ["succeeded", "succeeded"]
