"""Giving an environment to its client: its owner is written down, and its administrators can work in it."""

from __future__ import annotations

from datetime import date, datetime

from livret.clients import queries, services
from livret.clients.models import AccessAccount, Client, ClientEnvironment
from livret.core.clock import PARIS
from livret.core.people import Actor
from livret.core.tenancy.context import inside
from livret.core.tenancy.models import Environment
from livret.ops.environments.services import SlugTaken, create_environment, environment_named
from livret.suite.company import queries as company_queries
from livret.suite.company import services as company


def open_environment(
    client: Client,
    slug: str,
    *,
    kind: str,
    by: Actor,
    at: datetime,
    label: str = "",
    cell_name: str = "",
) -> Environment:
    """Make an environment for *client* and let its SaaS administrators in; called again, it completes what was begun.

    Without this first right nobody could grant any: each administrator of the day, or of the first day of the next
    contract when none runs, may administer companies and people there, and takes a seat of the contract in production.
    Raises SlugTaken when another client has the name, BadSlug, NoCell, SeatRefused without contract or seat left.
    """
    environment = _made(client, slug, by=by, at=at, cell_name=cell_name)
    if not ClientEnvironment.objects.filter(environment=environment).exists():
        services.attach_environment(client, environment, kind=kind, label=label, by=by, at=at)
    for named in queries.administrators_on(client, day=_first_day(client, at)):
        _let_in(named.account, environment, by=by, at=at)
    return environment


def _first_day(client: Client, at: datetime) -> date:
    """Return the day whose administrators come in: that of *at*, or the first of a contract signed ahead."""
    today = at.astimezone(PARIS).date()
    contract = queries.contract_to_prepare(client, day=today)
    return max(today, contract.starts_on) if contract else today


def _made(client: Client, slug: str, *, by: Actor, at: datetime, cell_name: str) -> Environment:
    try:
        return create_environment(slug, by=by, at=at, cell_name=cell_name)
    except SlugTaken:
        present = environment_named(slug)
        owned = ClientEnvironment.objects.filter(environment=present).first()
        if owned is not None and owned.client_id != client.pk:
            raise
        return present


def _let_in(account: AccessAccount, environment: Environment, *, by: Actor, at: datetime) -> None:
    with inside(environment.place):
        known = company_queries.member(account.pk)
    if known is None:
        _open_account(account, environment, by=by, at=at)
    services.confirm_seat(environment.pk, account.pk, at=at)


def _open_account(account: AccessAccount, environment: Environment, *, by: Actor, at: datetime) -> None:
    today = at.astimezone(PARIS).date()
    seat = services.reserve_seat(environment.pk, account.pk, modules=(), today=today, by=by, at=at)
    with inside(environment.place):
        opened = company.open_account(
            person_id=account.pk,
            name=account.full_name,
            email=account.email,
            seat=str(seat.pk) if seat else "",
            by=by,
            at=at,
        )
        company.grant(opened, room="company", right="administer", by=by, at=at)
