"""Filing a request: number, registration, files and acknowledgement in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from livret.care.support import queries
from livret.care.support.mails import send_acknowledgement
from livret.care.support.models import Request, RequestEvent, Team
from livret.care.support.rules.commitment import SUPPORT_KINDS, Commitment, Offer, OpeningHours
from livret.care.support.rules.files import Incoming
from livret.care.support.rules.numbers import new_call_code, request_number
from livret.care.support.rules.standing import Standing
from livret.care.support.services.refusals import AlreadyFiled, NoContract, NotInPlan, OnlyAdministrators, Suspended
from livret.care.support.services.timeline import Kept, add_event, checked, kept, refresh
from livret.clients import queries as clients
from livret.core.audit import services as audit
from livret.core.clock import PARIS
from livret.core.people import Actor, system_actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Contract

_NEXT_SERIAL = """
INSERT INTO support_requestcounter (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = support_requestcounter.last + 1 RETURNING last
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks, as typed. criticality: a level of the booklet, empty where the plan decides.

    topic: what a question or a customer-service request is about. origin: the page, version and last error that travel
    with it. channel: how it came, a value of Request.Channel.
    """

    kind: str
    product: str
    subject: str
    context: str
    criticality: str = ""
    area: str = ""
    error_message: str = ""
    menu_path: str = ""
    topic: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)
    channel: str = Request.Channel.SPACE


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the contract makes of the request at the instant it is registered."""

    contract: Contract
    offer: Offer
    criticality: str
    standing: Standing
    commitment: Commitment | None
    hours: OpeningHours | None


def file_request(
    account: AccessAccount,
    wanted: Wanted,
    *,
    nonce: UUID,
    by: Actor,
    now: datetime,
    files: Sequence[Incoming] = (),
    site: str = "",
) -> Request:
    """Register *wanted*, keep its files, acknowledge it by mail; all of it or nothing.

    account: whose request it is; by: who registers it, a technician when it came by phone. nonce: identity of the form,
    so that it files once; site: address that links in the mail begin with.
    Raises NoContract, NotInPlan, Suspended, UnknownLevel, OnlyAdministrators, FilesRefused, and AlreadyFiled with the
    request of the first sending.
    """
    terms = _terms(account, wanted, now)
    accepted = checked(files)
    stored = kept(accepted, owner=str(terms.contract.client.uuid))
    try:
        return _write(account, wanted, terms, nonce=nonce, by=by, now=now, files=stored, site=site)
    except IntegrityError:
        first = queries.filed_with(account, nonce)
        if first is None:
            raise
        raise AlreadyFiled(first) from None


def _terms(account: AccessAccount, wanted: Wanted, now: datetime) -> _Terms:
    day = now.astimezone(PARIS).date()
    contract = clients.contract_in_force(account.client, day=day) if account.client else None
    if contract is None:
        raise NoContract(f"no contract in force on {day}")
    offer = queries.offer_for(contract)
    is_support = wanted.kind in SUPPORT_KINDS
    if is_support and not offer.has_support:
        raise NotInPlan(contract.plan, offer.support_clause)
    suspension = queries.suspension_in_force(contract.client_id, at=now) if is_support else None
    if suspension is not None:
        raise Suspended(suspension)
    _require_administrator(account, contract, wanted, day)
    standing = queries.standing(account, offer, kind=wanted.kind, topic=wanted.topic, day=day)
    if not standing.has_target:
        return _Terms(contract, offer, "", standing, None, None)
    criticality = offer.check_level(wanted.kind, wanted.criticality)
    commitment = offer.commitment(wanted.kind, criticality)
    return _Terms(contract, offer, criticality, standing, commitment, queries.HoursBook().on(day, offer.booklet))


def _require_administrator(account: AccessAccount, contract: Contract, wanted: Wanted, day: date) -> None:
    """Source: Sprint S-9; Care C-9 and C-11 as we read them: the administrators registered on the contract."""
    is_operation = wanted.kind == Request.Kind.OPERATION
    if is_operation and not clients.is_saas_administrator(account, client=contract.client, day=day):
        raise OnlyAdministrators(f"{account} is not a SaaS administrator on {day}")


@transaction.atomic
def _write(
    account: AccessAccount,
    wanted: Wanted,
    terms: _Terms,
    *,
    nonce: UUID,
    by: Actor,
    now: datetime,
    files: Sequence[Kept],
    site: str,
) -> Request:
    request = Request.objects.create(
        number=_next_number(now),
        client=terms.contract.client,
        contract=terms.contract,
        booklet=terms.contract.booklet,
        booklet_version=terms.contract.booklet_version,
        plan=terms.contract.plan,
        kind=wanted.kind,
        topic=wanted.topic,
        channel=wanted.channel,
        standing=terms.standing.kind,
        standing_clause=terms.standing.clause,
        origin=dict(wanted.origin),
        team=team_for(wanted.kind, wanted.product),
        product=wanted.product,
        area=wanted.area,
        subject=wanted.subject,
        context=wanted.context,
        error_message=wanted.error_message,
        menu_path=wanted.menu_path,
        filed_by=account,
        registered_at=now,
        last_event_at=now,
        call_code=_free_call_code(),
        nonce=nonce,
        criticality=terms.criticality,
    )
    add_event(request, RequestEvent.Kind.REGISTERED, by=by, at=now, data=_registration(terms), files=files)
    mail = send_acknowledgement(request, to=account, now=now, site=site)
    acknowledgement = {"to": mail.to, "mail": mail.pk}
    add_event(request, RequestEvent.Kind.ACKNOWLEDGED, by=system_actor("support.filing"), at=now, data=acknowledgement)
    refresh(request)
    audit.record("support.request.filed", request, by=by, at=now, detail={"kind": wanted.kind, "files": len(files)})
    return request


def _registration(terms: _Terms) -> dict[str, object]:
    """Return the facts that the clock starts from: level, target and names, as they stood when registered."""
    promised = terms.commitment
    return {
        "level": promised.level if promised else "",
        "target_s": promised.target_s if promised else None,
        "clause": promised.clause if promised else "",
        "hours": terms.hours.name if terms.hours else "",
        "booklet": str(terms.offer.booklet),
        "plan": terms.offer.plan,
        "standing": terms.standing.kind,
        "standing_clause": terms.standing.clause,
    }


def team_for(kind: str, product: str) -> Team | None:
    """Return the first team, by rank, that takes this kind and this product, None when none does.

    A team that names no kind takes those of support: what customer service and operations answer is named.
    """
    for team in Team.objects.filter(is_active=True).order_by("rank", "pk"):
        if kind in (team.kinds or SUPPORT_KINDS) and (not team.products or product in team.products):
            return team
    return None


def _next_number(now: datetime) -> str:
    year = now.astimezone(PARIS).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_SERIAL, [year])
        return request_number(year, cursor.fetchone()[0])


def _free_call_code() -> str:
    """Return a code that no request has; the unique constraint stays the judge of two at once."""
    code = new_call_code()
    while Request.objects.filter(call_code=code).exists():
        code = new_call_code()
    return code
