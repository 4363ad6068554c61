"""The publisher, its clients and everybody's way in. Each step finds what an interrupted start left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from livret.care.service import services as service
from livret.care.service.models import ServiceHours
from livret.care.service.rules.defaults import defaults as service_defaults
from livret.care.support import services as support
from livret.care.support.models import SupportHours, Team
from livret.care.support.rules.defaults import defaults
from livret.cli.demo.cast import CLIENTS, PASSWORD, PUBLISHER, STAFF, DemoClient, Person
from livret.clients import queries, services
from livret.clients.models import AccessAccount, Client, ClientEnvironment, Contract, Instruction, StaffRole
from livret.core.clock import PARIS
from livret.core.people import Actor
from livret.ops.environments.opening import open_environment
from livret.suite.finance.demo.companies import DEMO_COMPANIES

BEGAN = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Scene:
    """The instant of the story and who tells it."""

    at: datetime
    by: Actor

    @property
    def began_at(self) -> datetime:
        return self.at - BEGAN


def hire_staff(scene: Scene) -> None:
    """Give the publisher its people, and the opening hours that it announces."""
    for name, mailbox, roles, _job in STAFF:
        address = f"{mailbox}@{PUBLISHER}"
        account = AccessAccount.objects.filter(email=address).first()
        if account is None:
            account = services.create_staff_account(
                email=address, full_name=name, roles=map(StaffRole.Role, roles), by=scene.by, at=scene.began_at
            )
        _let_in(account)
    if not Team.objects.exists():
        _make_teams()
    if not SupportHours.objects.exists():
        day = scene.began_at.astimezone(PARIS).date()
        support.publish_hours(defaults().demonstration_hours, from_on=day, by=scene.by, now=scene.began_at)
    if not ServiceHours.objects.exists():
        day = scene.began_at.astimezone(PARIS).date()
        service.publish_hours(service_defaults().demonstration_hours, from_on=day, by=scene.by, now=scene.began_at)


def _make_teams() -> None:
    """Two teams: one by product, and one for everything else. Adèle leads, so that alerts reach somebody else too."""
    lead = AccessAccount.objects.get(email=f"adele@{PUBLISHER}")
    for rank, (name, products, member) in enumerate((("Paie et DSN", ["hr", "dsn"], "emma"), ("Gestion", [], "denis"))):
        team = Team.objects.create(name=name, lead=lead, products=products, rank=10 * (rank + 1))
        team.members.add(AccessAccount.objects.get(email=f"{member}@{PUBLISHER}"))


def sign_clients(scene: Scene) -> None:
    for cast in CLIENTS:
        client, administrator = _client(cast, scene)
        _contract(cast, client, administrator, scene)
        for person in cast.people[1:]:
            account = _colleague(cast, client, person, administrator, scene)
            if person.of:
                _name_external(client, account, person.of, scene)
        for slug, kind, label in cast.environments:
            _environment(client, slug, kind, label, scene)


def account_of(cast: DemoClient, person: Person) -> AccessAccount:
    return AccessAccount.objects.get(email=f"{person.mailbox}@{cast.domain}")


def _client(cast: DemoClient, scene: Scene) -> tuple[Client, AccessAccount]:
    profile = DEMO_COMPANIES[cast.books]
    client = Client.objects.filter(slug=cast.slug).first() or services.create_client(
        name=cast.name, siren=profile.siren, slug=cast.slug, by=scene.by, at=scene.began_at
    )
    first = cast.people[0]
    address = f"{first.mailbox}@{cast.domain}"
    account = AccessAccount.objects.filter(email=address).first()
    if account is None:
        asked = Instruction.objects.filter(client=client, person_email=address, outcome=None).first()
        asked = asked or services.record_contract_instruction(
            client, person_name=first.name, person_email=address, by=scene.by, at=scene.began_at
        )
        account = services.create_access_account(asked, by=scene.by, at=scene.began_at)
    _let_in(account)
    return client, account


def _contract(cast: DemoClient, client: Client, administrator: AccessAccount, scene: Scene) -> None:
    if Contract.objects.filter(number=cast.number).exists():
        return
    began_on = scene.began_at.astimezone(PARIS).date()
    terms = services.ContractTerms(
        number=cast.number,
        booklet=cast.booklet,
        booklet_version=cast.version,
        plan=cast.plan,
        modules=cast.modules,
        signed_on=began_on - timedelta(days=20),
        starts_on=began_on,
        named_users=cast.named_users,
        options=cast.options,
        access_codes_on=began_on,
        support_start_on=began_on,
    )
    services.sign_contract(client, terms, administrator=administrator, by=scene.by, at=scene.began_at)


def _name_external(client: Client, account: AccessAccount, company: str, scene: Scene) -> None:
    began_on = scene.began_at.astimezone(PARIS).date()
    if not account.administrations.exists():
        services.name_saas_administrator(
            client, account, from_on=began_on, by=scene.by, at=scene.began_at, company_name=company
        )


def _colleague(
    cast: DemoClient, client: Client, person: Person, administrator: AccessAccount, scene: Scene
) -> AccessAccount:
    address = f"{person.mailbox}@{cast.domain}"
    account = AccessAccount.objects.filter(email=address).first()
    if account is None:
        asked = queries.open_instructions(client).filter(person_email=address).first()
        asked = asked or services.record_instruction(
            client,
            kind=Instruction.Kind.OPEN,
            person_name=person.name,
            person_email=address,
            asked_by=administrator,
            asked_at=scene.began_at,
            channel=Instruction.Channel.SPACE,
            text=f"Ouvrir un compte d’accès pour {person.name}, {person.job.lower()}.",
            by=scene.by,
            at=scene.began_at,
        )
        account = services.create_access_account(asked, by=scene.by, at=scene.began_at)
    _let_in(account)
    return account


def _let_in(account: AccessAccount) -> None:
    if not account.has_usable_password():
        services.set_password(account, password=PASSWORD)


def _environment(client: Client, slug: str, kind: str, label: str, scene: Scene) -> None:
    if not ClientEnvironment.objects.filter(environment__slug=slug, client=client).exists():
        open_environment(client, slug, kind=kind, label=label, by=scene.by, at=scene.began_at)
