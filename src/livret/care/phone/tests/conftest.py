"""The cast of support, and a telephone system with its key."""

from __future__ import annotations

import pytest

from livret.care.phone.tests import factories
from livret.care.support.tests import factories as support
from livret.care.support.tests.conftest import (  # noqa: F401
    alice,
    atelier,
    bob,
    care,
    chloe,
    connect,
    denis,
    emma,
    farid,
    gaelle,
    own_files,
    page_of,
    sprint,
)
from livret.clients.tests import factories as people
from livret.core import clock


@pytest.fixture
def at_16h(monkeypatch):
    """The pages believe that it is Monday 2 November 2026, 16:00 in Paris."""
    return set_clock(monkeypatch, support.paris(2, 16))


def set_clock(monkeypatch, at):
    monkeypatch.setattr(clock, "now", lambda: at)
    return at


@pytest.fixture
def made(control):
    """The key of a telephone system, with its token."""
    return factories.make_key()


@pytest.fixture
def key(made):
    return made.key


@pytest.fixture
def vigie(control):
    """Vera administers a company whose plan, Private, lets its callers go first."""
    support.publish_hours()
    account = people.make_account(people.make_client("moulin"), "Vera")
    support.make_contract(account.client, account, "private")
    return account


@pytest.fixture
def open_and_private(alice, atelier, vigie):  # noqa: F811
    """Alice's company has the plan Open, Vera's the plan Private, each with a request."""
    support.make_contract(atelier, alice, "open")
    return support.file(alice, criticality=""), support.file(vigie, criticality="")
