"""The cast of support: two clients, one on each booklet, and the publisher's people."""

from __future__ import annotations

import pytest

from livret.care.support.tests import factories
from livret.clients.tests import factories as people


@pytest.fixture
def atelier(control):
    return people.make_client("atelier")


@pytest.fixture
def alice(atelier):
    """Administers her company."""
    return people.make_account(atelier, "Alice")


@pytest.fixture
def bob(atelier):
    return people.make_account(atelier, "Bob")


@pytest.fixture
def chloe(control):
    """Administers another company, on the other booklet."""
    moulin = people.make_client("moulin")
    account = people.make_account(moulin, "Chloé")
    factories.make_contract(moulin, account, "care")
    return account


@pytest.fixture
def denis(control):
    return people.make_staff("Denis", "technician")


@pytest.fixture
def emma(control):
    return people.make_staff("Emma", "technician")


@pytest.fixture
def farid(control):
    return people.make_staff("Farid", "customer_service")


@pytest.fixture
def gaelle(control):
    return people.make_staff("Gaëlle", "administrator")


@pytest.fixture
def care(atelier, alice):
    """Alice's company follows the booklet Care."""
    return factories.make_contract(atelier, alice, "care")


@pytest.fixture
def sprint(atelier, alice):
    """Alice's company follows the booklet Sprint, plan Open; the publisher has published its hours."""
    factories.publish_hours()
    return factories.make_contract(atelier, alice, "open")


@pytest.fixture
def connect(atelier, alice):
    return factories.make_contract(atelier, alice, "connect")


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Attachments of a test go to its own folder."""
    settings.STATE_FOLDER = tmp_path
