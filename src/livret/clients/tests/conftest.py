"""The cast, in the control database."""

from __future__ import annotations

from datetime import date

import pytest

from livret.clients.tests import factories
from livret.clients.tests.acts import browser_of


@pytest.fixture
def atelier(control):
    return factories.make_client("atelier")


@pytest.fixture
def alice(atelier):
    return factories.make_account(atelier, "Alice")


@pytest.fixture
def bob(atelier):
    return factories.make_account(atelier, "Bob")


@pytest.fixture
def moulin(control):
    return factories.make_client("moulin")


@pytest.fixture
def chloe(moulin):
    return factories.make_account(moulin, "Chloé")


@pytest.fixture
def denis(control):
    return factories.make_staff("Denis", "technician")


@pytest.fixture
def contract(atelier, alice):
    return factories.make_contract(atelier, alice)


@pytest.fixture
def ahead(atelier, alice):
    """A contract signed ahead: it starts long after any clock."""
    return factories.make_contract(atelier, alice, starts_on=date(2099, 3, 1), support_start_on=date(2099, 3, 1))


@pytest.fixture
def room(atelier, contract):
    """The production environment of Alice's company."""
    return factories.own(atelier, factories.make_environment("atelier"))


@pytest.fixture
def gilles(control, settings):
    """A clerk of customer service, in a demonstration so that no second factor is asked."""
    settings.IS_DEMO = True
    return factories.make_staff("Gilles", "customer_service")


@pytest.fixture
def desk(gilles):
    return browser_of(gilles)


@pytest.fixture
def at_alice(alice, contract):
    return browser_of(alice)
