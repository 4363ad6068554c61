"""Suspending support for a client, and lifting the suspension."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from livret.booklet import library
from livret.care.support import mails
from livret.care.support.models import Suspension, SuspensionLift
from livret.care.support.services.refusals import NoContract, NotACause, Suspended, WordsMissing
from livret.clients import queries as clients
from livret.core.audit import services as audit
from livret.core.clock import PARIS
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import Client


@transaction.atomic
def suspend_support(
    client: Client, cause: str, *, reason: str, from_at: datetime, by: Actor, now: datetime, site: str = ""
) -> Suspension:
    """Suspend support for *client* from an instant on, for a cause that its booklet names; its administrators are told.

    Customer service stays open. Raises NoContract, NotACause, WordsMissing, Suspended when it is or will be already.
    Source: Sprint S-13; Care C-14.
    """
    contract = clients.contract_in_force(client, day=now.astimezone(PARIS).date())
    if contract is None:
        raise NoContract(f"{client} has no contract in force")
    allowed = library()[contract.booklet, contract.booklet_version].support.suspended_when
    if cause not in allowed.value:
        raise NotACause(cause, allowed.value)
    if not reason.strip():
        raise WordsMissing("reason")
    type(client).objects.select_for_update().get(pk=client.pk)  # Of two at once, the second one sees the first.
    unlifted = Suspension.objects.filter(client=client, lift=None).order_by("from_at").first()
    if unlifted is not None:
        raise Suspended(unlifted)
    made = Suspension.objects.create(
        client=client,
        contract=contract,
        cause=cause,
        clause=allowed.clause,
        reason=reason.strip(),
        from_at=max(from_at, now),
        by_id=by.id,
        by_name=by.name,
        at=now,
    )
    audit.record("support.suspended", made, by=by, at=now, detail={"client": client.slug, "cause": cause})
    _tell(made, now=now, site=site)
    return made


@transaction.atomic
def lift_suspension(suspension: Suspension, *, reason: str, by: Actor, now: datetime, site: str = "") -> SuspensionLift:
    """End a suspension, once; the client's administrators are told. Raises WordsMissing."""
    if not reason.strip():
        raise WordsMissing("reason")
    made, is_new = SuspensionLift.objects.get_or_create(
        suspension=suspension, defaults={"reason": reason.strip(), "by_id": by.id, "by_name": by.name, "at": now}
    )
    if not is_new:
        return made
    audit.record("support.suspension_lifted", suspension, by=by, at=now, detail={"client": suspension.client.slug})
    _tell(suspension, now=now, site=site)
    return made


def _tell(suspension: Suspension, *, now: datetime, site: str) -> None:
    day = now.astimezone(PARIS).date()
    for person in clients.administrator_accounts(suspension.client, day=day):
        mails.send_suspension(suspension, to=person, now=now, site=site)
