"""What the embedded server keeps to itself."""

import shutil

import psycopg
import pytest

from livret.core import postgres
from livret.core.postgres import Cluster, NoPostgres, folder_for
from livret.core.tenancy import provision


def test_a_folder_of_the_socket_that_somebody_planted_is_refused(tmp_path):
    target = tmp_path / "elsewhere"
    target.mkdir()
    planted = tmp_path / "run"
    planted.symlink_to(target)

    with pytest.raises(NoPostgres, match="somebody else"):
        postgres._make_private(planted)


def test_a_folder_of_the_socket_that_others_could_write_to_is_closed(tmp_path):
    wide = tmp_path / "run"
    wide.mkdir(mode=0o777)

    postgres._make_private(wide)

    assert wide.stat().st_mode & 0o077 == 0


@pytest.fixture
def server(tmp_path):
    """A cluster of its own, for its log."""
    cluster = Cluster(folder_for(tmp_path / "quoting"), {"fsync": "off"})
    cluster.start()
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.folder)


def test_a_refused_row_is_not_quoted_in_the_log_of_the_server(server):
    address = {"host": str(server.socket_folder), "user": "postgres", "password": server.password}
    with psycopg.connect(**address, dbname="postgres") as connection:
        connection.execute("CREATE TEMPORARY TABLE person (email text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('alice@atelier.example')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('alice@atelier.example')")

    written = (server.folder / "postgres.log").read_text()
    assert "person_email_key" in written
    assert "alice" not in written


@pytest.mark.parametrize("role", ["app", "owner", "report"])
def test_each_role_enters_with_its_derived_password(cluster, environment_databases, role):
    with provision.connected(cluster.host, cluster.port, environment_databases["a"], role=role) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (provision.role_name(role),)


def test_the_report_role_never_enters_the_control_database(cluster, control):
    from django.db import connection

    name = connection.settings_dict["NAME"]
    provision.grant_rights("owner", client_plane=False)

    with (
        pytest.raises(psycopg.OperationalError, match="permission denied"),
        provision.connected(cluster.host, cluster.port, name, role="report"),
    ):
        pass
