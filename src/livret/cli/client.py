"""`livret client`: take on a client with its contract, its first person and their invitation; list the clients."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from livret.cli.platform import actor, with_database

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Client
    from livret.clients.services import ContractTerms
    from livret.core.people import Actor


ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
DAY = click.DateTime(["%Y-%m-%d"])


def _day(_ctx: click.Context, _param: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


def _address(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if not ADDRESS.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not a mail address")
    return value


class _Quantity(click.ParamType[tuple[str, int]]):
    """`module.meter=quantity`, such as hr.payslips=120."""

    name = "module.meter=quantity"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        meter, _equals, quantity = str(value).partition("=")
        if "." not in meter or not quantity.isdecimal():
            self.fail(f"{value!r} is not like hr.payslips=120", param, ctx)
        return meter, int(quantity)


@click.group()
def client() -> None:
    """Create and list clients."""


@client.command()
@click.argument("name")
@click.argument("siren")
@click.option("--contract", required=True, metavar="NUMBER", help="Number of the signed contract.")
@click.option("--booklet", required=True, metavar="ID/VERSION", help="Such as care/2023-09-18.")
@click.option("--plan", required=True, help="Such as care, or open; the booklet has the list.")
@click.option("--module", "modules", multiple=True, required=True, help="Such as finance; as often as there are.")
@click.option("--users", "named_users", required=True, type=click.IntRange(1), help="Named users ordered.")
@click.option("--administrator", required=True, metavar="NAME", help="The SaaS administrator whom the contract names.")
@click.option("--email", required=True, callback=_address, help="Where that person gets the invitation.")
@click.option("--option", "options", multiple=True, help="Such as assistance_plus.")
@click.option("--ordered", multiple=True, type=_Quantity(), help="Such as hr.payslips=120.")
@click.option("--signed-on", type=DAY, callback=_day, help="Today otherwise.")
@click.option("--starts-on", type=DAY, callback=_day, help="The day of signing otherwise.")
@click.option(
    "--codes-on", type=DAY, callback=_day, help="Day on which the access codes are handed over, when it is known."
)
@click.option("--support-on", type=DAY, callback=_day, help="First day of support, when it is known.")
@click.option("--slug", default="", help="Short name in addresses; made from the name otherwise.")
@click.option("--url", default="http://localhost:8000", show_default=True, help="Address of the service, in the mail.")
@with_database
def create(
    name: str,
    siren: str,
    contract: str,
    booklet: str,
    plan: str,
    modules: tuple[str, ...],
    named_users: int,
    administrator: str,
    email: str,
    options: tuple[str, ...],
    ordered: tuple[tuple[str, int], ...],
    signed_on: date | None,
    starts_on: date | None,
    codes_on: date | None,
    support_on: date | None,
    slug: str,
    url: str,
) -> None:
    """Take on client NAME with its signed contract, and invite the person whom the contract names.

    All of it or nothing is written. Exit 1 when something is refused, with the reason.
    """
    from livret.clients.services import ContractTerms
    from livret.core import clock

    booklet_id, _slash, version = booklet.partition("/")
    signed_on = signed_on or clock.today()
    terms = ContractTerms(
        number=contract,
        booklet=booklet_id,
        booklet_version=version,
        plan=plan,
        modules=modules,
        signed_on=signed_on,
        starts_on=starts_on or signed_on,
        named_users=named_users,
        options=options,
        ordered=dict(ordered),
        access_codes_on=codes_on,
        support_start_on=support_on,
    )
    made, account = _take_on(
        name, siren, slug, terms, (administrator, email), url=url.rstrip("/"), by=actor(), at=clock.now()
    )
    click.echo(f"{made.slug}: client {made}, SIREN {made.siren}, contract {terms.number} under {booklet}")
    click.echo(f"Invitation written to {account.email}; environments: livret environment create {made.slug} SLUG")


def _take_on(
    name: str,
    siren: str,
    slug: str,
    terms: ContractTerms,
    administrator: tuple[str, str],
    *,
    url: str,
    by: Actor,
    at: datetime,
) -> tuple[Client, AccessAccount]:
    """Write the client, its first person on the contract's instruction, the contract and the invitation; or nothing."""
    from django.db import transaction

    from livret.clients import services

    person_name, email = administrator
    with transaction.atomic():
        made = services.create_client(name=name, siren=siren, slug=slug, by=by, at=at)
        asked = services.record_contract_instruction(made, person_name=person_name, person_email=email, by=by, at=at)
        account = services.create_access_account(asked, by=by, at=at)
        services.sign_contract(made, terms, administrator=account, by=by, at=at)
        services.issue_invitation(account, link_to=_links_under(url), by=by, at=at)
    return made, account


def _links_under(url: str) -> Callable[[str], str]:
    """Return how to make the whole address of an invitation under the service's *url*."""
    from django.urls import reverse

    return lambda token: f"{url}{reverse('clients:invitation', args=[token])}"


@client.command(name="list")
@click.argument("words", nargs=-1)
@with_database
def list_(words: tuple[str, ...]) -> None:
    """List the clients whose name, SIREN or contract number holds every one of WORDS; all of them without words."""
    from livret.clients import queries
    from livret.core import clock

    today = clock.today()
    for one in queries.clients_found(" ".join(words)):
        contract = queries.contract_to_prepare(one, day=today)
        terms = f"{contract.number} {contract.booklet}/{contract.booklet_version}" if contract else "no contract"
        if contract and contract.starts_on > today:
            terms += f" starts on {contract.starts_on}"
        rooms = ", ".join(owned.environment.slug for owned in queries.environments_of_client(one.pk))
        click.echo(f"{one.slug:30} {one.siren}  {terms:32} {rooms or 'no environment'}")
