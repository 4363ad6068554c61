"""Clients on two PostgreSQL clusters, with the same code."""

from datetime import UTC, datetime

import pytest
from django.db import connections

from livret.core import installation
from livret.core.people import system_actor
from livret.core.postgres import Cluster, folder_for
from livret.core.resident.models import OutboxMessage
from livret.core.tenancy import provision
from livret.core.tenancy.queries import inside_environment
from livret.ops.environments import services

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BY = system_actor("test")


@pytest.fixture
def second_server(tmp_path):
    cluster = Cluster(folder_for(tmp_path / "second"), {"fsync": "off"})
    cluster.start()
    yield installation.Address(str(cluster.socket_folder), 5432, "postgres", cluster.password)
    cluster.stop()


def test_two_clients_on_two_servers_are_served_alike(committed_control, cluster, second_server):
    provision.make_roles(second_server)
    services.add_cell("main", host=cluster.host, port=cluster.port)
    services.add_cell("second", host=second_server.host, port=second_server.port)

    here = services.create_environment("here", by=BY, at=AT, cell_name="main")
    there = services.create_environment("there", by=BY, at=AT, cell_name="second")

    for environment in (here, there):
        with inside_environment(environment.pk):
            OutboxMessage.objects.create(task=f"of {environment.slug}", payload={})
            assert OutboxMessage.objects.get().task == f"of {environment.slug}"
    assert here.place.host != there.place.host
    for alias in [alias for alias in connections if alias.startswith("env-")]:
        connections[alias].close()
    provision.drop_database(cluster.host, cluster.port, here.database)
