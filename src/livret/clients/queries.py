"""Reads for screens, exports and other domains."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from livret.booklet import library
from livret.booklet.entitlements import Entitlements, entitlements
from livret.clients.models import (
    AccessAccount,
    AccessEvent,
    AdministratorChange,
    Client,
    ClientEnvironment,
    Contract,
    ContractChange,
    Instruction,
    InstructionOutcome,
    Invitation,
    RevokedAccess,
    SaasAdministrator,
    Seat,
    StaffRole,
)
from livret.clients.rules.registers import AccessEntry, ApplicationEntry
from livret.core import clock
from livret.core.ui.figures import day_text
from livret.kernel.errors import Refusal

MOST_WORDS = 8
ApplicationRegister = Callable[[UUID], Iterable[ApplicationEntry]]
"""Given an environment's id, its application accounts; the edge that knows the client plane brings one."""


class UnknownClient(Refusal):
    """No client has this short name."""


def client_named(slug: str) -> Client:
    """Return the client of that short name. Raises UnknownClient."""
    found = Client.objects.filter(slug=slug).first()
    if found is None:
        raise UnknownClient(_("There is no client %(slug)s.") % {"slug": slug})
    return found


def clients_found(words: str = "") -> QuerySet[Client]:
    """Return the clients whose name, SIREN or contract number holds every word, by name."""
    found = Client.objects.all()
    for word in words.replace("\0", " ").split()[:MOST_WORDS]:
        found = found.filter(
            Q(name__icontains=word) | Q(siren__startswith=word) | Q(contracts__number__icontains=word)
        ).distinct()
    return found.order_by("name", "pk")


def clients_listed(words: str = "") -> QuerySet[Client]:
    """Return the clients found with what their list shows: people, environments, latest contract."""
    latest = Prefetch("contracts", Contract.objects.order_by("-starts_on"), to_attr="listed_contracts")
    return (
        clients_found(words)
        .annotate(
            people=Count("accounts", filter=Q(accounts__is_active=True), distinct=True),
            rooms=Count("environments", distinct=True),
        )
        .prefetch_related(latest)
    )


def contract_in_force(client: Client | int, *, day: date) -> Contract | None:
    """Return the contract that rules on *day*, if any."""
    pk = client if isinstance(client, int) else client.pk
    running = Contract.objects.filter(client_id=pk, starts_on__lte=day)
    return running.filter(Q(ends_until=None) | Q(ends_until__gt=day)).select_related("client").first()


def contracts_in_force(*, day: date) -> QuerySet[Contract]:
    """Return every contract that rules on *day*, by client."""
    running = Contract.objects.filter(Q(ends_until=None) | Q(ends_until__gt=day), starts_on__lte=day)
    return running.select_related("client").order_by("client__name", "client_id", "pk")


def next_contract(client: Client | int, *, day: date) -> Contract | None:
    """Return the first contract that starts after *day*, if one was signed ahead."""
    pk = client if isinstance(client, int) else client.pk
    ahead = Contract.objects.filter(client_id=pk, starts_on__gt=day).order_by("starts_on")
    return ahead.select_related("client").first()


def contract_to_prepare(client: Client | int, *, day: date) -> Contract | None:
    """Return the contract that rules on *day*, else the next one: its people and rooms are made ready before it."""
    return contract_in_force(client, day=day) or next_contract(client, day=day)


def owner_of(environment_id: UUID) -> int | None:
    """Return the client that an environment belongs to, if any."""
    owned = ClientEnvironment.objects.filter(environment_id=environment_id)
    return owned.values_list("client_id", flat=True).first()


class NoContract(Refusal):
    """No contract rules the environment on that day: nothing is allowed in it."""


class NotBegun(NoContract):
    """The contract of the environment was signed ahead and has not begun."""


def entitlements_of(environment_id: UUID) -> Entitlements:
    """Return what the contract allows in an environment today; edges put it into the context. Raises NoContract."""
    return entitlements_on(environment_id, day=clock.today())


def entitlements_on(environment_id: UUID, *, day: date) -> Entitlements:
    """Return what the contract allows in an environment on *day*. Raises NoContract, or NotBegun before it."""
    owner = owner_of(environment_id)
    contract = contract_in_force(owner, day=day) if owner else None
    if contract is None:
        _refuse_before(next_contract(owner, day=day) if owner else None)
        raise NoContract(_("No contract rules this environment on %(day)s.") % {"day": day_text(day)})
    return entitlements_of_contract(contract)


def _refuse_before(contract: Contract | None) -> None:
    if contract is not None:
        raise NotBegun(
            _("Contract %(number)s starts on %(day)s: the modules of this environment open on that day.")
            % {"number": contract.number, "day": day_text(contract.starts_on)}
        )


def entitlements_of_contract(contract: Contract) -> Entitlements:
    """Return what a contract allows, derived from its order and its booklet."""
    return entitlements(library()[contract.booklet, contract.booklet_version], contract.order)


def environments_of(account: AccessAccount) -> QuerySet[ClientEnvironment]:
    """Return the environments whose door *account* may open: all those of its client; production first.

    What the person may do inside is the client plane's business.
    """
    if account.client_id is None or not account.is_active:
        return ClientEnvironment.objects.none()
    return environments_of_client(account.client_id)


def environments_of_client(client_id: int) -> QuerySet[ClientEnvironment]:
    """Return a client's environments, production first, then by label."""
    found = ClientEnvironment.objects.filter(client_id=client_id).select_related("environment__cell", "client")
    return found.order_by(F("kind").asc(), "label")


def access_accounts(client: Client) -> QuerySet[AccessAccount]:
    """Return a client's accounts by name, the open ones first, each with `is_invited` and `administers`."""
    waiting = Invitation.objects.filter(account=OuterRef("pk"), accepted_at=None, cancelled_at=None)
    naming = SaasAdministrator.objects.filter(account=OuterRef("pk"), until_on=None)
    found = AccessAccount.objects.filter(client=client)
    return found.annotate(is_invited=Exists(waiting), administers=Exists(naming)).order_by("-is_active", "full_name")


def access_register(client: Client) -> list[AccessEntry]:
    """Return a client's access accounts as the two-register view wants them."""
    return [
        AccessEntry(row.pk, row.full_name, row.email, is_active=row.is_active, has_joined=row.has_usable_password())
        for row in AccessAccount.objects.filter(client=client)
    ]


def administrators_on(client: Client, *, day: date) -> QuerySet[SaasAdministrator]:
    """Return the SaaS administrators of *day*, the client's own people first."""
    running = SaasAdministrator.objects.filter(client=client, from_on__lte=day)
    running = running.filter(Q(until_on=None) | Q(until_on__gt=day))
    return running.select_related("account").order_by("is_external", "from_on", "pk")


def administrators_from(client: Client, *, day: date) -> QuerySet[SaasAdministrator]:
    """Return the SaaS administrators of *day* and those named from a later day, each with `is_upcoming`."""
    named = SaasAdministrator.objects.filter(Q(until_on=None) | Q(until_on__gt=day), client=client)
    named = named.annotate(is_upcoming=Q(from_on__gt=day)).select_related("account")
    return named.order_by("is_upcoming", "is_external", "from_on", "pk")


def is_saas_administrator(account: AccessAccount, *, client: Client, day: date) -> bool:
    """Tell whether *account* may ask for operations on the client's data on *day*."""
    return account.is_active and administrators_on(client, day=day).filter(account=account).exists()


def open_instructions(client: Client | None = None) -> QuerySet[Instruction]:
    """Return the instructions that nobody answered yet, the oldest first."""
    found = Instruction.objects.filter(outcome=None).select_related("client", "asked_by")
    return (found.filter(client=client) if client else found).order_by("asked_at", "pk")


def instructions_of(client: Client) -> QuerySet[Instruction]:
    """Return a client's instructions with their outcome, the latest first."""
    return Instruction.objects.filter(client=client).select_related("outcome").order_by("-asked_at", "-pk")


def outcome_of(instruction: Instruction) -> InstructionOutcome | None:
    return InstructionOutcome.objects.filter(instruction=instruction).select_related("account").first()


def open_accounts(client: Client) -> QuerySet[AccessAccount]:
    """Return a client's open accounts, by name."""
    return AccessAccount.objects.filter(client=client, is_active=True).order_by("full_name", "pk")


def account_by_email(client: Client, email: str) -> AccessAccount | None:
    return AccessAccount.objects.filter(client=client, email=email.strip().lower()).first()


def account_with_email(email: str) -> AccessAccount | None:
    """Return the account, open or closed, of that address, of whatever side."""
    return AccessAccount.objects.filter(email=email.strip().lower()).first()


def administrator_accounts(client: Client, *, day: date) -> QuerySet[AccessAccount]:
    """Return the accounts of the SaaS administrators of *day*, by name."""
    return open_accounts(client).filter(pk__in=administrators_on(client, day=day).values("account"))


def administrator_history(client: Client) -> QuerySet[AdministratorChange]:
    """Return every naming and ending of a client's SaaS administrators, the latest first."""
    return AdministratorChange.objects.filter(client=client).order_by("-at", "-pk")


def contract_changes(client: Client) -> QuerySet[ContractChange]:
    """Return every recorded act on a client's contracts, the latest first."""
    return ContractChange.objects.filter(contract__client=client).select_related("contract").order_by("-at", "-pk")


def door_log(account: AccessAccount, *, lines: int = 20) -> list[AccessEvent]:
    """Return the latest *lines* of an account's door log, the latest first."""
    return list(AccessEvent.objects.filter(account=account).order_by("-at", "-pk")[:lines])


def revoked_people(environment_id: UUID) -> list[UUID]:
    """Return everybody who ever lost access to an environment, so that a restored one takes it away again."""
    rows = RevokedAccess.objects.filter(Q(environment_id=environment_id) | Q(environment_id=None))
    return list(rows.order_by("account_id").values_list("account_id", flat=True).distinct())


def people_of(ids: Iterable[UUID]) -> dict[UUID, AccessAccount]:
    """Return the accounts of *ids*, by id; unknown ones are left out."""
    return AccessAccount.objects.in_bulk(list(ids))


def people_found(words: str) -> QuerySet[AccessAccount]:
    """Return the people of clients whose name or address holds every word, by name."""
    found = AccessAccount.objects.filter(client__isnull=False)
    for word in words.replace("\0", " ").split()[:MOST_WORDS]:
        found = found.filter(Q(full_name__icontains=word) | Q(email__icontains=word))
    return found.order_by("full_name", "pk")


def staff_with(*roles: StaffRole.Role | str) -> QuerySet[AccessAccount]:
    """Return the publisher's open accounts that hold one of *roles*, by name."""
    found = AccessAccount.objects.filter(client=None, is_active=True, staff_roles__role__in=roles)
    return found.distinct().order_by("full_name", "pk")


def team() -> QuerySet[AccessAccount]:
    """Return the publisher's open accounts with their roles, by name."""
    found = AccessAccount.objects.filter(client=None, is_active=True).prefetch_related("staff_roles")
    waiting = Invitation.objects.filter(account=OuterRef("pk"), accepted_at=None, cancelled_at=None)
    return found.annotate(is_invited=Exists(waiting)).order_by("full_name", "pk")


def seats_held(contract: Contract) -> QuerySet[Seat]:
    """Return the seats that count, with their person, by name."""
    held = Seat.objects.filter(contract=contract).exclude(state=Seat.State.FREED)
    return held.select_related("account", "environment").order_by("account__full_name", "pk")


def seat_holders(contract: Contract) -> dict[UUID, frozenset[str]]:
    """Return the people who hold a seat, each with the modules of all their seats."""
    held: dict[UUID, frozenset[str]] = {}
    for account_id, modules in seats_held(contract).order_by().values_list("account_id", "modules"):
        held[account_id] = held.get(account_id, frozenset()) | frozenset(modules)
    return held


def named_users(contract: Contract) -> int:
    """Return how many people hold a seat: one person in two environments is one named user."""
    return seats_held(contract).order_by().values("account_id").distinct().count()


def names_of_clients(pks: Iterable[int | str]) -> dict[int, str]:
    """Return the names of clients by their key."""
    return dict(Client.objects.filter(pk__in=pks).values_list("pk", "name"))


def names_of_people(pks: Iterable[UUID | str]) -> dict[UUID, str]:
    """Return the names of people, of clients and of the publisher, by their key."""
    return dict(AccessAccount.objects.filter(pk__in=pks).values_list("pk", "full_name"))


def numbers_of_contracts(pks: Iterable[int | str]) -> dict[int, str]:
    """Return the numbers of contracts by their key."""
    return dict(Contract.objects.filter(pk__in=pks).values_list("pk", "number"))


def contracts_supported(*, day: date) -> QuerySet[Contract]:
    """Return the contracts in force on *day* whose support has started, by client."""
    running = Contract.objects.filter(starts_on__lte=day, support_start_on__lte=day)
    running = running.filter(Q(ends_until=None) | Q(ends_until__gt=day))
    return running.select_related("client").order_by("client__name", "pk")


def contracts_with_support() -> QuerySet[Contract]:
    """Return every contract whose first day of support is known, those that ended too, by number."""
    return Contract.objects.exclude(support_start_on=None).select_related("client").order_by("number")
