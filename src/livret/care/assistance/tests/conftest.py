"""The cast of assistance: two clients, one on each booklet, a technician with a tool, a trainer."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from livret.care.assistance.tests import factories
from livret.care.support.tests import factories as support
from livret.clients.tests import factories as people
from livret.core import clock


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Files of a test go to its own folder."""
    settings.STATE_FOLDER = tmp_path


@pytest.fixture
def atelier(control):
    return people.make_client("atelier")


@pytest.fixture
def alice(atelier):
    """Administers her company, which follows the booklet Sprint, plan Open; the publisher has published its hours."""
    account = people.make_account(atelier, "Alice")
    support.publish_hours()
    support.make_contract(atelier, account, "open")
    return account


@pytest.fixture
def bob(atelier, alice):
    return people.make_account(atelier, "Bob")


@pytest.fixture
def paul(atelier, alice):
    """Reads nothing that is not his."""
    return people.make_account(atelier, "Paul")


@pytest.fixture
def chloe(control):
    """Her company follows the booklet Care."""
    moulin = people.make_client("moulin")
    account = people.make_account(moulin, "Chloé")
    support.make_contract(moulin, account, "care")
    return account


@pytest.fixture
def connected(control):
    """Somebody whose company follows the booklet Sprint, plan Connect."""
    moulin = people.make_client("moulin")
    account = people.make_account(moulin, "Inès")
    support.make_contract(moulin, account, "connect")
    return account


@pytest.fixture
def denis(control):
    """A technician; the publisher has a tool."""
    factories.tool()
    return people.make_staff("Denis", "technician")


@pytest.fixture
def emma(control):
    return people.make_staff("Emma", "technician")


@pytest.fixture
def theo(control):
    return people.make_staff("Théo", "trainer")


@pytest.fixture
def gaelle(control):
    return people.make_staff("Gaëlle", "administrator")


@pytest.fixture
def request_(bob, denis):
    """A request of Bob's that Denis picked up."""
    return factories.taken(bob, denis)


@pytest.fixture
def at(monkeypatch):
    """Let the pages believe that it is another moment: `at(paris(2, 10))`."""

    def at(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    at(factories.MONDAY_10H)
    return at


@pytest.fixture
def page_of(client, at):
    """A browser signed in as the account it is called with, on Monday 2 November 2026 at ten."""

    def signed_in(account):
        if account.is_of_publisher and not account.authenticator_set.exists():
            Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
