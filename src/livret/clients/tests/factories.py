"""The fixed cast: Alice administers her company, Bob reads there, Chloé is at another client, Denis is staff."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from livret.clients import services
from livret.clients.models import AccessAccount, Client, ClientEnvironment, Contract, StaffRole
from livret.core.people import Actor
from livret.core.tenancy.models import Cell, Environment

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
START = date(2026, 1, 1)
CODES = date(2026, 1, 5)
CLERK = Actor(UUID(int=0xC1E12), "Customer service", "staff", "192.0.2.1")
PASSWORD = "rivage-tranquille-41"
SIRENS = {"atelier": "732829320", "moulin": "552100554"}


def make_client(slug: str = "atelier") -> Client:
    return services.create_client(name=slug.capitalize(), siren=SIRENS[slug], slug=slug, by=CLERK, at=NOW)


def make_account(client: Client | None, name: str, *, password: str = PASSWORD) -> AccessAccount:
    """An open account whose holder came in; no password leaves it as it is before the invitation is accepted."""
    email = f"{name.lower().replace('é', 'e')}@{client.slug if client else 'editeur'}.example"
    account = AccessAccount(email=email, full_name=name, client=client, created_at=NOW)
    account.set_unusable_password()
    account.save(force_insert=True)
    if password:
        services.set_password(account, password=password)
    return account


def make_staff(name: str, *roles: str) -> AccessAccount:
    account = make_account(None, name)
    services.grant_roles(account, [StaffRole.Role(role) for role in roles], by=CLERK, at=NOW)
    return account


def make_terms(**changes: object) -> services.ContractTerms:
    terms = {
        "number": "C-1",
        "booklet": "sprint",
        "booklet_version": "2019",
        "plan": "open",
        "modules": ("finance",),
        "named_users": 3,
        "signed_on": START,
        "starts_on": START,
        "support_start_on": START,
    }
    return services.ContractTerms(**{**terms, **changes})


def make_contract(client: Client, administrator: AccessAccount, **changes: object) -> Contract:
    terms = make_terms(**{"number": f"C-{client.slug}", **changes})
    return services.sign_contract(client, terms, administrator=administrator, by=CLERK, at=NOW)


def make_environment(slug: str) -> Environment:
    """The row of an environment whose database is nobody's business here."""
    cell, _made = Cell.objects.get_or_create(name="main", defaults={"host": "localhost", "port": 5432})
    return Environment.objects.create(
        slug=slug, cell=cell, database=f"env_{slug}", state=Environment.State.ACTIVE, created_at=NOW
    )


def own(client: Client, environment: Environment, *, kind: str = "production") -> ClientEnvironment:
    return services.attach_environment(client, environment, kind=kind, by=CLERK, at=NOW, label="Atelier")
