"""Clients, their contracts and environments.

Source: Sprint S-1, S-3; Care C-2, C-3, C-19, C-20.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livret.booklet import Booklet, library
from livret.booklet.entitlements import OrderRefused, entitlements
from livret.clients import queries
from livret.clients.models import AccessAccount, Client, ClientEnvironment, Contract, ContractChange
from livret.clients.names import booklet_title, module_name, option_name
from livret.clients.rules.administrators import Term
from livret.clients.rules.offers import editions_at_once, modules_of, options_of, plans_of
from livret.clients.rules.siren import normalised_siren, siren_fault
from livret.clients.services.administrators import name_saas_administrator
from livret.clients.services.letters import write_to
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.models import Environment
from livret.core.ui.figures import day_text
from livret.kernel.errors import Refusal

SLUG_LENGTH = 50
MOVED_SUBJECT = gettext_lazy("Contract %(contract)s: new version of the service booklet")
MOVED_TEXT = gettext_lazy(
    "From %(day)s, contract %(contract)s follows version %(version)s of its service booklet. The booklet can be read "
    "at any time from your customer space, and every figure there opens its clause."
)

PLAN_UNLISTED = gettext_lazy("The plan “%(unknown)s” is not in the %(booklet)s, which offers: %(known)s.")
MODULE_UNLISTED = gettext_lazy("The module “%(unknown)s” is not in the %(booklet)s, which offers: %(known)s.")
OPTION_UNLISTED = gettext_lazy("The option “%(unknown)s” is not in the %(booklet)s, which offers: %(known)s.")
OPTIONS_NONE = gettext_lazy("The option “%(unknown)s” is not in the %(booklet)s, which offers none.")


class ContractRefused(Refusal):
    """The client or the contract cannot be as asked: the message says which value and why."""


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What a client signs. ordered: quantities by "module.meter", such as "hr.payslips"."""

    number: str
    booklet: str
    booklet_version: str
    plan: str
    modules: tuple[str, ...]
    signed_on: date
    starts_on: date
    named_users: int
    options: tuple[str, ...] = ()
    ordered: Mapping[str, int] = field(default_factory=dict)
    access_codes_on: date | None = None
    support_start_on: date | None = None


@transaction.atomic
def create_client(*, name: str, siren: str, by: Actor, at: datetime, slug: str = "") -> Client:
    """Write down a new client. Raises ContractRefused on a bad or known SIREN."""
    number = normalised_siren(siren)
    if fault := siren_fault(number):
        raise ContractRefused(_siren_message(fault, siren))
    if Client.objects.filter(siren=number).exists():
        raise ContractRefused(_("SIREN %(siren)s is already that of a client.") % {"siren": number})
    client = Client.objects.create(name=name.strip(), siren=number, slug=_free_slug(slug or name), created_at=at)
    record("clients.client.created", client, by=by, at=at)
    return client


@transaction.atomic
def sign_contract(
    client: Client, terms: ContractTerms, *, administrator: AccessAccount, by: Actor, at: datetime
) -> Contract:
    """Write down a signed contract and name its first SaaS administrator, unless the client already has one that day.

    Raises ContractRefused (unknown booklet, plan or module; number in use; another contract on the same days) and
    AdministratorRefused.
    """
    Client.objects.select_for_update().get(pk=client.pk)
    _refuse_overlap(client, terms)
    contract = Contract(client=client, **_columns(terms))
    _refuse_impossible(contract)
    contract.save(force_insert=True)
    if not queries.administrators_on(client, day=terms.starts_on).exists():
        name_saas_administrator(client, administrator, from_on=terms.starts_on, by=by, at=at)
    _change(contract, ContractChange.Kind.SIGNED, {}, _facts(terms), on=terms.starts_on, by=by, at=at)
    return contract


@transaction.atomic
def move_contract(contract: Contract, *, booklet_version: str, effective_on: date, by: Actor, at: datetime) -> Contract:
    """Move a contract to another version of its booklet, by a recorded act.

    Raises ContractRefused on an unknown version, or one the contract already follows.
    """
    contract = _locked(contract)
    if booklet_version == contract.booklet_version:
        raise ContractRefused(_("The contract already follows version %(version)s.") % {"version": booklet_version})
    before, contract.booklet_version = {"booklet_version": contract.booklet_version}, booklet_version
    _refuse_impossible(contract)
    contract.save(update_fields=["booklet_version"])
    after = {"booklet_version": booklet_version}
    _change(contract, ContractChange.Kind.MOVED, before, after, on=effective_on, by=by, at=at)
    _tell_of_move(contract, on=effective_on, at=at)
    return contract


def _tell_of_move(contract: Contract, *, on: date, at: datetime) -> None:
    """Tell the client's SaaS administrators. Source: Sprint S-1; that the change is told is our reading."""
    facts = {"contract": contract.number, "version": contract.booklet_version, "day": day_text(on)}
    for named in queries.administrators_on(contract.client, day=on):
        write_to(named.account, subject=MOVED_SUBJECT, text=MOVED_TEXT, facts=facts, about=contract, at=at)


@transaction.atomic
def change_order(
    contract: Contract,
    *,
    modules: tuple[str, ...],
    named_users: int,
    options: tuple[str, ...],
    ordered: Mapping[str, int],
    effective_on: date,
    by: Actor,
    at: datetime,
) -> Contract:
    """Change what is ordered. Raises ContractRefused when fewer people are ordered than hold a seat."""
    contract = _locked(contract)
    held = queries.named_users(contract)
    if held > named_users:
        raise ContractRefused(
            _("%(held)s people hold a seat: free some before ordering %(ordered)s named users.")
            % {"held": held, "ordered": named_users}
        )
    before = _order_of(contract)
    contract.modules, contract.options = list(modules), list(options)
    contract.named_users, contract.ordered = named_users, dict(ordered)
    _refuse_impossible(contract)
    contract.save(update_fields=["modules", "options", "named_users", "ordered"])
    _change(contract, ContractChange.Kind.ORDERED, before, _order_of(contract), on=effective_on, by=by, at=at)
    return contract


@transaction.atomic
def hand_over_codes(contract: Contract, *, on: date, by: Actor, at: datetime) -> Contract:
    """Write down the day the access codes are handed over: under Care, the first invoice and the term start there.

    Raises ContractRefused the second time: that day anchors the invoices. Source: Care C-19, C-20.
    """
    contract = _locked(contract)
    if contract.access_codes_on is not None:
        raise ContractRefused(
            _("The access codes were handed over on %(day)s, and invoices count from there.")
            % {"day": day_text(contract.access_codes_on)}
        )
    contract.access_codes_on = on
    contract.save(update_fields=["access_codes_on"])
    _change(contract, ContractChange.Kind.CODES, {}, {"access_codes_on": on.isoformat()}, on=on, by=by, at=at)
    return contract


@transaction.atomic
def end_contract(contract: Contract, *, until: date, by: Actor, at: datetime) -> Contract:
    """End a contract; *until* is the first day without it. Raises ContractRefused on a day before its start."""
    contract = _locked(contract)
    if until <= contract.starts_on:
        raise ContractRefused(_("A contract cannot end before it starts."))
    before = {"ends_until": contract.ends_until.isoformat() if contract.ends_until else None}
    contract.ends_until = until
    contract.save(update_fields=["ends_until"])
    _change(contract, ContractChange.Kind.ENDED, before, {"ends_until": until.isoformat()}, on=until, by=by, at=at)
    return contract


@transaction.atomic
def attach_environment(
    client: Client,
    environment: Environment,
    *,
    kind: ClientEnvironment.Kind | str,
    by: Actor,
    at: datetime,
    label: str = "",
) -> ClientEnvironment:
    """Give an environment to a client; it has one owner for good. label: its name on screen, else its slug."""
    label = label or environment.slug
    owned = ClientEnvironment.objects.create(client=client, environment=environment, kind=kind, label=label)
    record("clients.environment.attached", client, by=by, at=at, detail={"environment": environment.slug, "kind": kind})
    return owned


def _free_slug(wanted: str) -> str:
    base = slugify(wanted)[:SLUG_LENGTH].strip("-") or "client"
    taken = set(Client.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


def _siren_message(fault: str, typed: str) -> str:
    if fault == "checksum":
        return _("%(typed)s is not a SIREN: its check digit is wrong. Read it again on the company's papers.") % {
            "typed": typed
        }
    return _("A SIREN has nine digits; %(typed)s was typed.") % {"typed": typed}


def _refuse_overlap(client: Client, terms: ContractTerms) -> None:
    if Contract.objects.filter(number=terms.number).exists():
        raise ContractRefused(_("Contract number %(number)s is already in use.") % {"number": terms.number})
    for other in client.contracts.all():
        if Term(other.starts_on, other.ends_until).meets(Term(terms.starts_on)):
            raise ContractRefused(
                _("Contract %(number)s already runs on these days: end it first.") % {"number": other.number}
            )


def _refuse_impossible(contract: Contract) -> None:
    """Raise ContractRefused when the booklet cannot honour the contract: unknown version, plan, module, option."""
    booklet = library().get((contract.booklet, contract.booklet_version))
    if booklet is None:
        asked = {"booklet": contract.booklet, "version": contract.booklet_version}
        raise ContractRefused(_("There is no booklet %(booklet)s in version %(version)s.") % asked)
    _refuse_unlisted(booklet, PLAN_UNLISTED, [contract.plan], plans_of(booklet), str.capitalize)
    _refuse_unlisted(booklet, MODULE_UNLISTED, contract.modules, modules_of(booklet, library()), module_name)
    _refuse_unlisted(booklet, OPTION_UNLISTED, contract.options, options_of(booklet), option_name)
    if both := editions_at_once(contract.modules):
        names = {"first": module_name(both[0]), "second": module_name(both[1])}
        raise ContractRefused(_("%(first)s and %(second)s are not ordered together: keep one of them.") % names)
    try:
        entitlements(booklet, contract.order)
    except OrderRefused as refused:
        raise ContractRefused(str(refused)) from refused


def _refuse_unlisted(
    booklet: Booklet, wording: Any, asked: Iterable[str], known: tuple[str, ...], named: Callable[[str], str]
) -> None:
    """Raise ContractRefused, in that *wording*, on what *booklet* does not offer; only options may be none."""
    unknown = sorted(set(asked) - set(known))
    if unknown:
        facts = {
            "unknown": ", ".join(named(one) for one in unknown),
            "booklet": f"{booklet_title(booklet)} {booklet.version}",
            "known": ", ".join(named(one) for one in known),
        }
        raise ContractRefused(str(wording if known else OPTIONS_NONE) % facts)


def _columns(terms: ContractTerms) -> dict[str, Any]:
    columns = asdict(terms)
    columns.update(modules=list(terms.modules), options=list(terms.options), ordered=dict(terms.ordered))
    return columns


def _facts(terms: ContractTerms) -> dict[str, Any]:
    facts = _columns(terms)
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in facts.items()}


def _order_of(contract: Contract) -> dict[str, Any]:
    return {
        "modules": sorted(contract.modules),
        "options": sorted(contract.options),
        "named_users": contract.named_users,
        "ordered": contract.ordered,
    }


def _locked(contract: Contract) -> Contract:
    return Contract.objects.select_for_update(of=("self",)).select_related("client").get(pk=contract.pk)


def _change(
    contract: Contract,
    kind: ContractChange.Kind,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    on: date,
    by: Actor,
    at: datetime,
) -> None:
    ContractChange.objects.create(
        contract=contract, kind=kind, before=before, after=after, effective_on=on, by_id=by.id, by_name=by.name, at=at
    )
    record(f"clients.contract.{kind}", contract, by=by, at=at, detail={"before": before, "after": after})
