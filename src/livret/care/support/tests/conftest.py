"""The cast of support: two clients, one on each booklet, and the publisher's people."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livret.care.support.tests import factories
from livret.clients.tests import factories as people
from livret.core import clock


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


@pytest.fixture
def at_16h(monkeypatch):
    """The pages believe that it is Monday 2 November 2026, 16:00 in Paris."""
    monkeypatch.setattr(clock, "now", lambda: factories.paris(2, 16))


@pytest.fixture
def page_of(client, at_16h):
    """A browser signed in as the account it is called with."""

    def signed_in(account):
        if account.is_of_publisher and not account.authenticator_set.exists():
            Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def support_queries():
    """Count the queries on the tables of support that a call makes; those of sessions and menus are others'."""

    def counted(call) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return sum('"support_' in query["sql"] for query in captured.captured_queries)

    return counted


@pytest.fixture
def mail_both_ways(settings):
    """Mails leave with an address for answers, and with links."""
    settings.MAIL_REPLIES = "support@publisher.example"
    settings.DEFAULT_FROM_EMAIL = "Livret <no-reply@publisher.example>"
    settings.SITE_ADDRESS = "https://livret.example"


@pytest.fixture
def request_of_bob(care, bob):
    return factories.file(bob)
