"""Pages on stage: Alice administers, Bob reads, Rose writes drafts, Chloé has no account here."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from django.test import Client

from livret.core.people import Actor
from livret.core.tenancy.context import inside
from livret.suite.company import services as company
from livret.suite.finance.tests import stage
from livret.suite.finance.tests.factories import ALICE, AT, fec_bytes, imported, sale

RIGHTS = {
    "alice": (("company", "administer"), ("finance", "administer")),
    "bob": (("finance", "read"),),
    "rose": (("finance", "write"),),
}


@pytest.fixture
def cast(environment):
    """The application accounts by name."""
    with inside(environment.place):
        return {name: _account(name, number, rights) for number, (name, rights) in enumerate(RIGHTS.items(), start=1)}


def _account(name, number, rights):
    person = {"person_id": uuid.UUID(int=number), "name": name.capitalize(), "email": f"{name}@atelier.example"}
    account = company.open_account(**person, by=ALICE, at=AT)
    for room, right in rights:
        company.grant(account, room=room, right=right, by=ALICE, at=AT)
    return account


@pytest.fixture
def browse(environment, cast, settings, monkeypatch):
    """browse("bob") gives a browser in which Bob is at work in the environment."""
    settings.MIDDLEWARE = stage.MIDDLEWARE
    stranger = Actor(uuid.UUID(int=99), "Chloé", "client", "127.0.0.1")
    monkeypatch.setitem(stage.ON_STAGE, "environment", environment)
    monkeypatch.setitem(stage.ON_STAGE, "entitlements", stage.entitlements)

    def enter(name="alice", **entitled):
        who = stage.actor(cast[name]) if name in cast else stranger
        monkeypatch.setitem(stage.ON_STAGE, "actor", who)
        monkeypatch.setitem(stage.ON_STAGE, "entitlements", partial(stage.entitlements, **entitled))
        return Client(headers={"accept-language": "fr"})

    return enter


@pytest.fixture
def books_of_2025(environment, cast):
    """A company with two sales in its books; returns the path of its fiscal year."""
    with inside(environment.place):
        assert imported(fec_bytes([*sale("1"), *sale("2", cents=60_000)])).state == "done"
    return f"/e/{environment.slug}/comptabilite/732829320/2025-12-31/"
