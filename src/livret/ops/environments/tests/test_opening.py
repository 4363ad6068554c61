from datetime import UTC, date, datetime

import pytest
from django.db import connections

from livret.clients.models import ClientEnvironment, Contract, SaasAdministrator, Seat
from livret.clients.tests import factories
from livret.core.tenancy import provision
from livret.core.tenancy.context import inside
from livret.core.tenancy.models import Environment
from livret.ops.environments import opening, services
from livret.suite.company import queries as company

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def atelier(committed_control, cluster):
    """A client under contract whose administrator is Alice; the databases made in the test are dropped after it."""
    services.add_cell("main", host=cluster.host, port=cluster.port)
    client = factories.make_client()
    alice = factories.make_account(client, "Alice")
    factories.make_contract(client, alice)
    yield client, alice
    for environment in Environment.objects.select_related("cell"):
        for alias in [alias for alias in connections if alias.startswith(f"env-{environment.pk.hex}")]:
            connections[alias].close()
        provision.drop_database(cluster.host, cluster.port, environment.database)


def opened(client, slug="atelier", kind="production"):
    return opening.open_environment(client, slug, kind=kind, by=factories.CLERK, at=AT)


def test_the_administrator_of_the_client_can_grant_rights_in_a_new_environment(atelier):
    client, alice = atelier

    environment = opened(client)

    with inside(environment.place):
        assert company.member(alice.pk).is_administrator
    assert ClientEnvironment.objects.get(environment=environment).client == client
    assert Seat.objects.get(account=alice).state == Seat.State.CONFIRMED


def test_an_environment_is_opened_ahead_of_its_contract(committed_control, atelier):
    client, alice = atelier
    Contract.objects.update(starts_on=date(2027, 1, 4))
    SaasAdministrator.objects.update(from_on=date(2027, 1, 4))

    environment = opened(client)

    with inside(environment.place):
        assert company.member(alice.pk).is_administrator
    assert Seat.objects.get(account=alice).state == Seat.State.CONFIRMED


def test_a_test_environment_costs_no_seat(atelier):
    client, alice = atelier

    environment = opened(client, kind="test")

    with inside(environment.place):
        assert company.member(alice.pk).is_administrator
    assert Seat.objects.count() == 0


@pytest.mark.parametrize("killed_in", ["attach_environment", "reserve_seat", "confirm_seat"])
def test_an_opening_that_was_killed_is_completed_by_the_next_call(atelier, monkeypatch, killed_in):
    client, alice = atelier

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(opening.services, killed_in, die)
        opened(client)
    environment = opened(client)

    with inside(environment.place):
        assert company.member(alice.pk).is_administrator
    assert ClientEnvironment.objects.filter(client=client).count() == 1
    assert Seat.objects.get(account=alice).state == Seat.State.CONFIRMED


def test_the_name_of_another_clients_environment_is_refused(atelier):
    opened(atelier[0])
    other = factories.make_client("moulin")

    with pytest.raises(services.SlugTaken):
        opened(other)
