from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connections

from livret.core.people import system_actor
from livret.core.resident.models import Identity
from livret.core.tenancy import provision
from livret.core.tenancy.context import EnvironmentUnavailable, inside
from livret.core.tenancy.models import Cell, Environment
from livret.core.tenancy.queries import inside_environment
from livret.ops.environments import services

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BY = system_actor("test")


@pytest.fixture
def server(committed_control, cluster):
    """A cell on this test's control database; every client database made in the test is dropped after it."""
    yield services.add_cell("main", host=cluster.host, port=cluster.port)
    for environment in Environment.objects.select_related("cell"):
        place = environment.place
        for alias in [alias for alias in connections if alias.startswith(f"env-{environment.pk.hex}")]:
            connections[alias].close()
        for generation in range(1, environment.generation + 2):
            name = services.database_name(environment, generation=generation)
            provision.drop_database(place.host, place.port, name)


def create(slug="dupont", **kwargs):
    return services.create_environment(slug, by=BY, at=AT, **kwargs)


def test_a_new_environment_is_ready_and_knows_who_it_is(server):
    environment = create()

    with inside_environment(environment.pk):
        identity = Identity.objects.get()
    assert (identity.environment_id, identity.generation) == (environment.pk, 1)


def test_a_creation_that_was_killed_is_completed_by_the_next_call(server, monkeypatch):
    def die(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(provision, "write_identity", die)
        create()
    environment = create()

    assert environment.is_active
    with inside_environment(environment.pk):
        assert Identity.objects.count() == 1


@pytest.mark.parametrize("slug", ["", "Dupont", "du pont", "-dupont", "dupont--x", "é", "a" * 61, "../etc"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(server, slug):
    with pytest.raises(services.BadSlug, match="minuscules"):
        create(slug)


def test_a_name_is_used_once(server):
    create()

    with pytest.raises(services.SlugTaken, match="dupont"):
        create()


def test_without_a_server_there_is_no_environment(committed_control):
    with pytest.raises(services.NoCell):
        create()


def test_the_emptiest_cell_takes_the_next_environment(server, cluster):
    Cell.objects.create(name="second", host=cluster.host, port=cluster.port)

    assert {create("one").cell.name, create("two").cell.name} == {"main", "second"}


def test_only_our_roles_enter_a_client_database(server, cluster):
    environment = create()
    with provision.connected(cluster.host, cluster.port, environment.database) as connection:
        rights = connection.execute(
            "SELECT has_database_privilege('public', current_database(), 'CONNECT') FROM pg_roles WHERE false"
            " UNION ALL SELECT bool_or(acl::text LIKE '=%%') FROM pg_database, unnest(datacl) acl"
            " WHERE datname = current_database()"
        ).fetchone()

    assert rights == (False,)


class TestMigration:
    @pytest.fixture
    def behind(self, server):
        environments = [create(slug) for slug in ("first", "second", "third")]
        Environment.objects.update(schema_fingerprint="old")
        return environments

    def test_each_environment_is_reported_and_brought_to_the_present_schema(self, behind):
        report = list(services.migrate_environments(by=BY, at=AT))

        assert [(one.environment.slug, one.error) for one in report] == [("first", ""), ("second", ""), ("third", "")]
        assert set(Environment.objects.values_list("schema_fingerprint", "state")) == {
            (provision.schema_fingerprint(), "active")
        }

    def test_one_that_fails_stops_no_other_and_is_listed(self, behind, cluster):
        with provision.connected(cluster.host, cluster.port, behind[1].database) as connection:
            connection.execute("DELETE FROM django_migrations WHERE app = 'resident'")

        report = list(services.migrate_environments(by=BY, at=AT))

        assert [bool(one.error) for one in report] == [False, True, False]
        listed = Environment.objects.get(migration_error__contains="already exists")
        assert listed.slug == "second"
        with pytest.raises(EnvironmentUnavailable):
            inside_environment(listed.pk).__enter__()

    def test_a_second_run_passes_over_what_is_done(self, behind):
        Environment.objects.filter(slug="first").update(schema_fingerprint=provision.schema_fingerprint())

        report = list(services.migrate_environments(by=BY, at=AT))

        assert [one.was_current for one in report] == [True, False, False]

    def test_one_environment_can_be_migrated_alone(self, behind):
        report = list(services.migrate_environments(by=BY, at=AT, only="second"))

        assert [one.environment.slug for one in report] == ["second"]


def test_a_dropped_database_is_told_as_such(server, cluster):
    environment = create()
    provision.drop_database(cluster.host, cluster.port, environment.database)

    with pytest.raises(Exception, match="does not exist"), inside(environment.place):
        Identity.objects.get()
    with pytest.raises(psycopg.OperationalError), provision.connected(cluster.host, cluster.port, environment.database):
        pass
