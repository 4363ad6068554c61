"""Roles of the server: what they find when processes start together, and the doors that are closed to them."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from livret.core import installation
from livret.core.postgres import Cluster, folder_for
from livret.core.tenancy import doors, provision

MAKINGS = [
    "SELECT lo_creat(-1)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'stray')",
    "SELECT lo_import('/etc/hostname')",
]


@pytest.fixture
def former(cluster):
    """A database of the days when every role could make large objects."""
    name = "livret_test_former_days"
    provision.drop_database(cluster.host, cluster.port, name)
    provision.make_database(cluster.host, cluster.port, name, template="template0")
    yield name
    provision.drop_database(cluster.host, cluster.port, name)


@pytest.fixture
def second_server(tmp_path):
    """A server of its own, on which nothing of ours stands yet."""
    server = Cluster(folder_for(tmp_path / "second"), {"fsync": "off"})
    server.start()
    yield installation.Address(str(server.socket_folder), 5432, "postgres", server.password)
    server.stop()


def entered(cluster, name, role="app"):
    return provision.connected(cluster.host, cluster.port, name, role=role)


def test_processes_that_start_together_all_find_the_roles(cluster):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: [provision.make_roles(cluster) for _ in range(4)], range(8)))

    with entered(cluster, "postgres", "owner") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("database", doors.SHARED_DATABASES)
@pytest.mark.parametrize("role", ["app", "report"])
def test_what_serves_requests_does_not_enter_the_databases_of_the_server(cluster, role, database):
    with (
        pytest.raises(psycopg.OperationalError, match="permission denied for database"),
        entered(cluster, database, role),
    ):
        pass


@pytest.mark.parametrize("making", MAKINGS)
def test_what_serves_requests_makes_no_large_object_in_a_client_database(cluster, environment_databases, making):
    with (
        entered(cluster, environment_databases["a"]) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for function"),
    ):
        session.execute(making)


@pytest.mark.parametrize("making", MAKINGS)
def test_what_serves_requests_makes_no_large_object_in_the_control_database(cluster, django_db_setup, making):
    from django.db import connections

    with (
        entered(cluster, connections["owner"].settings_dict["NAME"]) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for function"),
    ):
        session.execute(making)


def test_a_database_of_former_days_is_closed_when_it_is_migrated(cluster, former, django_db_blocker):
    with django_db_blocker.unblock():
        provision.migrate_database(cluster.host, cluster.port, former)

    with entered(cluster, former) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute("SELECT lo_create(0)")


def test_a_large_object_of_a_former_dump_can_still_be_loaded(cluster, environment_databases):
    with entered(cluster, environment_databases["a"], "owner") as session, session.transaction(force_rollback=True):
        assert session.execute("SELECT lo_create(0)").fetchone()[0]


def test_who_may_not_close_large_objects_is_told_how_and_nothing_fails(cluster, former, caplog):
    with entered(cluster, former, "owner") as session:
        doors.close_large_objects(session, provision.names())

    assert "REVOKE EXECUTE ON FUNCTION lo_creat" in caplog.text


def test_a_template_that_is_not_ours_to_enter_is_told_and_nothing_fails(second_server, caplog):
    address = {"host": second_server.host, "user": second_server.user, "password": second_server.password}
    with psycopg.connect(**address, dbname="postgres", autocommit=True) as admin:
        admin.execute("ALTER DATABASE template1 WITH ALLOW_CONNECTIONS false")

    provision.make_roles(second_server)

    assert "REVOKE EXECUTE ON FUNCTION lo_creat" in caplog.text
    assert "'template1'" in caplog.text
    with entered(second_server, "postgres", "owner") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_database_of_former_days_is_migrated_where_its_administrator_no_longer_logs_in(
    cluster, former, django_db_blocker, monkeypatch, caplog
):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://postgres:former@localhost:{cluster.port}/?host={cluster.host}")

    with django_db_blocker.unblock():
        provision.migrate_database(cluster.host, cluster.port, former)

    assert "REVOKE EXECUTE ON FUNCTION lo_creat" in caplog.text
    assert "password authentication failed" in caplog.text


def test_where_others_log_in_the_databases_of_the_server_stay_open_and_it_is_told(second_server, caplog):
    address = {"host": second_server.host, "user": second_server.user, "password": second_server.password}
    with psycopg.connect(**address, dbname="postgres", autocommit=True) as admin:
        admin.execute("CREATE ROLE accountant LOGIN PASSWORD 'theirs'")

    provision.make_roles(second_server)

    assert "['accountant']" in caplog.text
    with psycopg.connect(**{**address, "user": "accountant", "password": "theirs"}, dbname="postgres") as theirs:
        assert theirs.execute("SELECT current_user").fetchone() == ("accountant",)
