"""The cast of the knowledge base: two clients, one on each booklet, and the publisher's writers."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livret.clients.tests import factories as people
from livret.core import clock


@pytest.fixture
def atelier(control):
    return people.make_client("atelier")


@pytest.fixture
def alice(atelier):
    """Her company follows the booklet Sprint, plan Connect: finance, without support."""
    account = people.make_account(atelier, "Alice")
    people.make_contract(atelier, account, booklet="sprint", booklet_version="2019", plan="connect")
    return account


@pytest.fixture
def bob(atelier, alice):
    return people.make_account(atelier, "Bob")


@pytest.fixture
def chloe(control):
    """Her company follows the booklet Care."""
    moulin = people.make_client("moulin")
    account = people.make_account(moulin, "Chloé")
    people.make_contract(moulin, account, booklet="care", booklet_version="2023-09-18", plan="care")
    return account


@pytest.fixture
def sacha(control):
    """Somebody of a company without any contract."""
    return people.make_account(people.make_client("moulin"), "Sacha")


@pytest.fixture
def denis(control):
    return people.make_staff("Denis", "technician")


@pytest.fixture
def page_of(client, monkeypatch):
    """A browser signed in as the account it is called with; the pages believe that the contracts run."""
    monkeypatch.setattr(clock, "now", lambda: people.NOW)

    def signed_in(account):
        if account.is_of_publisher and not account.authenticator_set.exists():
            Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def knowledge_queries():
    """Count the queries on the tables of the knowledge base that a call makes."""

    def counted(call) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return sum("knowledge_article" in query["sql"] for query in captured.captured_queries)

    return counted
