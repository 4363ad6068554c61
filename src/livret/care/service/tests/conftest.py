"""The cast of support, and what customer service adds: an operator, an external administrator."""

from __future__ import annotations

import pytest

from livret.care.support.tests.conftest import *  # noqa: F403
from livret.clients import services as clients
from livret.clients.tests import factories as people


@pytest.fixture
def octave(control):
    return people.make_staff("Octave", "operations")


@pytest.fixture
def xavier(atelier, sprint):
    """Administers Alice's company from a third one."""
    account = people.make_account(atelier, "Xavier")
    clients.name_saas_administrator(
        atelier, account, from_on=people.START, by=people.CLERK, at=people.NOW, company_name="Cabinet Orion"
    )
    return account


@pytest.fixture
def room(atelier):
    """The production environment of Alice's company; its database is nobody's business here."""
    return people.own(atelier, people.make_environment("atelier"))
