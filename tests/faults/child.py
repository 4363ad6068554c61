"""Programs that the fault tests start and kill: each is a real process with real connections."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from uuid import UUID


def start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livret.config.settings_test")
    import django

    django.setup()


def declare_slow_task(marks: Path) -> None:
    """A client job that writes once, says that it is halfway, and waits until it may finish."""
    from django.db import transaction

    from livret.core.jobs.queue import client_task
    from livret.core.resident.claims import claim
    from livret.core.resident.models import Claim
    from livret.core.tenancy.context import current_alias

    @client_task(name="test.slow")
    def slow(payload, *, delivery):
        with transaction.atomic(using=current_alias()):
            if not claim(delivery.key):
                return
            number = Claim.objects.filter(key__startswith="effect").count()
            Claim.objects.create(key=f"effect {number} of {payload['name']}")
            (marks / "halfway").touch()
            while not (marks / "go").exists():
                time.sleep(0.02)


def work(marks: str) -> None:
    """Run a worker until it is killed or, when the file `once` is there, until the queue is empty."""
    declare_slow_task(Path(marks))
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(
            wait=not Path(marks, "once").exists(), update_heartbeat_interval=0.2, stalled_worker_timeout=60
        )


def post_and_die(marks: str, environment_id: str) -> None:
    """Commit a message in the client database and die before the relay is called."""
    from django.db import transaction

    from livret.core.resident import outbox
    from livret.core.tenancy.context import current_alias
    from livret.core.tenancy.queries import inside_environment

    declare_slow_task(Path(marks))
    with inside_environment(UUID(environment_id)), transaction.atomic(using=current_alias()):
        transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL), using=current_alias())
        outbox.post("test.slow", name="after the kill")


if __name__ == "__main__":
    start_django()
    {"work": work, "post_and_die": post_and_die}[sys.argv[1]](*sys.argv[2:])
