"""Figures read from the control database at the moment they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from livret.core import clock
from livret.core.mail.models import Message
from livret.core.tenancy.models import Environment


class StateCollector(Collector):
    """Environments by state, jobs by status, the age of the oldest mail that waits."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        environments = GaugeMetricFamily("livret_environments", "Client environments.", labels=["state"])
        for row in Environment.objects.values("state").annotate(number=Count("pk")).order_by("state"):
            environments.add_metric([row["state"]], row["number"])
        yield environments
        jobs = GaugeMetricFamily("livret_jobs", "Background jobs not yet succeeded.", labels=["status"])
        waiting = ProcrastinateJob.objects.exclude(status="succeeded")
        for row in waiting.values("status").annotate(number=Count("id")).order_by("status"):
            jobs.add_metric([row["status"]], row["number"])
        yield jobs
        oldest = Message.objects.filter(state=Message.State.WAITING).aggregate(oldest=Min("written_at"))["oldest"]
        age = (clock.now() - oldest).total_seconds() if oldest else 0
        yield GaugeMetricFamily("livret_oldest_waiting_mail_seconds", "Age of the oldest mail not sent.", value=age)
