"""The cast of support, and a client under plan Private, whose contract gives half-yearly reports."""

from __future__ import annotations

import pytest

from livret.care.figures.queries.boards import Kept
from livret.care.figures.views import console
from livret.care.support.tests import factories as support
from livret.care.support.tests.conftest import (  # noqa: F401 - fixtures.
    alice,
    at_16h,
    atelier,
    bob,
    care,
    chloe,
    denis,
    emma,
    farid,
    gaelle,
    own_files,
    page_of,
    sprint,
)
from livret.clients.tests import factories as people


@pytest.fixture
def private(atelier, alice):  # noqa: F811 - a fixture.
    """Alice's company follows the booklet Sprint, plan Private, in support since 1 January 2026."""
    support.publish_hours()
    return people.make_contract(atelier, alice, plan="private")


@pytest.fixture(autouse=True)
def own_boards(monkeypatch):
    """Boards kept by the process are of another database, whose events may have the same keys."""
    monkeypatch.setattr(console, "_KEPT", Kept())
