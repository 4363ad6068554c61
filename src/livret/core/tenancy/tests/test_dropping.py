"""A database goes although sessions use it, whichever way the server lets it go."""

import psycopg
import pytest
from psycopg import sql

from livret.core.tenancy import provision

NAME = "livret_test_dropped"


@pytest.fixture
def in_use(cluster):
    """A session of the application in a database."""
    provision.make_database(cluster.host, cluster.port, NAME)
    with provision.connected(cluster.host, cluster.port, NAME, role="app") as session:
        yield session
    provision.drop_database(cluster.host, cluster.port, NAME)


def test_a_database_in_use_is_dropped(cluster, in_use):
    provision.drop_database(cluster.host, cluster.port, NAME)

    with pytest.raises(psycopg.OperationalError):
        in_use.execute("SELECT 1")


def test_a_database_whose_sessions_were_ended_is_dropped_without_force(cluster, in_use):
    with provision.connected(cluster.host, cluster.port, "postgres") as connection:
        connection.execute(provision.END_SESSIONS, [NAME])
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(NAME)))

    with pytest.raises(psycopg.OperationalError):
        in_use.execute("SELECT 1")
