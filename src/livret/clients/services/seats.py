"""Seats: reserved here, granted in the client plane, confirmed here; a reconciler frees those that never were.

Where no contract is in force, the next one gives the seats: a client's people are made ready before its first day.
Source: Sprint S-3, S-4; Care C-3.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from livret.clients import queries
from livret.clients.models import AccessAccount, ClientEnvironment, Contract, Seat
from livret.clients.names import module_name
from livret.clients.rules.seats import SeatLimit, passed_limit
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.kernel.errors import Refusal

GRANT_WITHIN = timedelta(hours=1)
"""Our choice: a reservation that the client plane did not grant within the hour is an orphan."""


class SeatRefused(Refusal):
    """There is no room for one more named user, or the person may not hold a seat. `limit` says which limit, if one."""

    def __init__(self, message: str, *, limit: SeatLimit | None = None) -> None:
        self.limit = limit
        super().__init__(message)


@transaction.atomic
def reserve_seat(
    environment_id: UUID, account_id: UUID, *, modules: Iterable[str], today: date, by: Actor, at: datetime
) -> Seat | None:
    """Hold a place for a person in the *modules* of an environment; the same call again returns the same seat.

    Returns None in a test environment, which costs no seat. Raises SeatRefused: no contract now or
    later, somebody of another client or without open access, a module that is not ordered, the ordered quantity or a
    ceiling reached.
    """
    owned = ClientEnvironment.objects.filter(environment_id=environment_id).first()
    contract = _locked_contract(owned, today)
    account = _own_account(contract, account_id)
    wanted = frozenset(modules)
    _refuse_not_ordered(contract, wanted)
    if owned and not owned.is_production:
        return None
    _refuse_no_room(contract, account, wanted)
    seat = Seat.objects.filter(contract=contract, account=account, environment_id=environment_id)
    held = seat.exclude(state=Seat.State.FREED).first()
    if held is not None:
        return _widened(held, wanted, at=at)
    reserved = Seat.objects.create(
        contract=contract, account=account, environment_id=environment_id, modules=sorted(wanted), reserved_at=at
    )
    record("clients.seat.reserved", reserved, by=by, at=at, detail={"modules": sorted(wanted)})
    return reserved


@transaction.atomic
def confirm_seat(environment_id: UUID, account_id: UUID, *, at: datetime) -> bool:
    """Write down that the client plane granted the rights; safe to run twice. Returns whether a seat is confirmed."""
    found = _held(environment_id, account_id).select_for_update().first()
    if found is None:
        return False
    if found.state == Seat.State.RESERVED:
        found.state, found.confirmed_at = Seat.State.CONFIRMED, at
        found.save(update_fields=["state", "confirmed_at"])
    return True


@transaction.atomic
def free_seat(environment_id: UUID, account_id: UUID, *, given_back_at: datetime, at: datetime) -> bool:
    """Give the place back; safe to run twice. Returns whether there was one.

    given_back_at: when the person lost the last right. A place that was asked for again since then stays: the job that
    tells of the loss may run long after, even after the one that tells of the new right.
    """
    lost = _held(environment_id, account_id).filter(reserved_at__lte=given_back_at)
    return bool(lost.update(state=Seat.State.FREED, freed_at=at))


@transaction.atomic
def free_orphan_seats(*, at: datetime) -> int:
    """Free the reservations that were never granted in time; return how many."""
    orphans = Seat.objects.filter(state=Seat.State.RESERVED, reserved_at__lt=at - GRANT_WITHIN)
    return orphans.update(state=Seat.State.FREED, freed_at=at)


def _held(environment_id: UUID, account_id: UUID) -> QuerySet[Seat]:
    return Seat.objects.filter(environment_id=environment_id, account_id=account_id).exclude(state=Seat.State.FREED)


def _locked_contract(owned: ClientEnvironment | None, today: date) -> Contract:
    contract = queries.contract_to_prepare(owned.client_id, day=today) if owned else None
    if contract is None:
        raise SeatRefused(_("No contract rules this environment today."))
    return Contract.objects.select_for_update(of=("self",)).select_related("client").get(pk=contract.pk)


def _own_account(contract: Contract, account_id: UUID) -> AccessAccount:
    account = AccessAccount.objects.filter(pk=account_id, client_id=contract.client_id, is_active=True).first()
    if account is None:
        raise SeatRefused(
            _("This person has no open access account of %(client)s: ask for one first.")
            % {"client": contract.client.name}
        )
    return account


def _refuse_not_ordered(contract: Contract, wanted: frozenset[str]) -> None:
    missing = sorted(wanted - set(contract.modules))
    if missing:
        raise SeatRefused(
            _("The contract does not order: %(modules)s.")
            % {"modules": ", ".join(module_name(module) for module in missing)}
        )


def _refuse_no_room(contract: Contract, account: AccessAccount, wanted: frozenset[str]) -> None:
    allowed = queries.entitlements_of_contract(contract)
    holders = queries.seat_holders(contract)
    limit = passed_limit(allowed, person=account.pk, modules=wanted, holders=holders)
    if limit is not None:
        raise SeatRefused(_words(limit), limit=limit)


def _words(limit: SeatLimit) -> str:
    figures = {"held": limit.held, "allowed": limit.allowed, "clause": limit.clause}
    if limit.is_ceiling:
        return _(
            "%(module)s allows %(allowed)s users at most, and %(held)s have it (clause %(clause)s). Take the module "
            "from somebody first; this ceiling cannot be bought."
        ) % {"module": module_name(limit.module), **figures}
    return (
        _(
            "The contract orders %(allowed)s named users, and %(held)s hold a seat (clause %(clause)s). Free a seat, "
            "or have more named users ordered."
        )
        % figures
    )


def _widened(seat: Seat, wanted: frozenset[str], *, at: datetime) -> Seat:
    seat.modules, seat.reserved_at = sorted({*seat.modules, *wanted}), at
    seat.save(update_fields=["modules", "reserved_at"])
    return seat
