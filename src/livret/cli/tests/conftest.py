"""Commands run on the control database of one test; what they leave open or make is put away."""

import pytest
from click.testing import CliRunner
from django.db import connections

from livret.cli.main import livret
from livret.core.tenancy import provision
from livret.core.tenancy.models import Environment
from livret.ops.environments import services


@pytest.fixture
def command(committed_control, cluster):
    """Run `livret ...`, as a person at a terminal would; gives click's result."""
    services.add_cell("main", host=cluster.host, port=cluster.port)
    connections.close_all()

    def run(*arguments, **options):
        return CliRunner().invoke(livret, [str(argument) for argument in arguments], **options)

    yield run
    for environment in Environment.objects.select_related("cell"):
        connections[environment.place.alias()].close() if environment.place.alias() in connections else None
        for generation in range(1, environment.generation + 1):
            name = services.database_name(environment, generation=generation)
            provision.drop_database(cluster.host, cluster.port, name)
