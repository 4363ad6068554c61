"""A door into one environment for tests of pages: the edge's own door asks for accounts of the control plane."""

from __future__ import annotations

from datetime import UTC, datetime

from livret.booklet.entitlements import Allowance, Entitlements
from livret.core.people import Actor
from livret.core.tenancy.context import inside
from livret.suite.company import services as company

ON_STAGE = {}
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "livret.suite.finance.tests.stage.Door",
]


def entitlements(modules=("finance",), entries=2_000_000, companies=None):
    users = Allowance(25, "S-3", 25, "S-4", "users")
    meters = {
        "finance.entries": Allowance(None, None, entries, "S-4", "entries a year and company"),
        "finance.companies": Allowance(None, None, companies, "S-4", "companies"),
    }
    return Entitlements("sprint", "2019", "open", frozenset(), frozenset(modules), users, meters, frozenset())


class Door:
    """Enters `ON_STAGE["environment"]` as the person `ON_STAGE["actor"]`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.environment, request.actor = ON_STAGE["environment"], ON_STAGE["actor"]
        with inside(request.environment.place, entitlements=ON_STAGE["entitlements"]):
            return self.get_response(request)

    def process_view(self, request, _view, _args, kwargs):
        kwargs.pop("environment", None)


def actor(account) -> Actor:
    return Actor(account.person_id, account.name, "client", "127.0.0.1")


def let_work(person, *, right="administer"):
    """Give *person* an application account in the environment of the context, with a right on finance."""
    by, at = Actor(person.id, "Root", "client", "127.0.0.1"), datetime(2026, 1, 1, tzinfo=UTC)
    account = company.open_account(person_id=person.id, name=person.name, email="w@atelier.example", by=by, at=at)
    for room, held in (("company", "administer"), ("finance", right)):
        company.grant(account, room=room, right=held, by=by, at=at)
    return account
