"""Access accounts: opened and closed by the publisher on the client's recorded instruction.

Source: Care C-11; Sprint S-9 for who may ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livret.clients import queries
from livret.clients.models import (
    AccessAccount,
    AccessEvent,
    Client,
    Instruction,
    InstructionOutcome,
    Invitation,
    RevokedAccess,
    Seat,
    StaffRole,
)
from livret.clients.services.events import record_event
from livret.clients.services.letters import write_to
from livret.clients.services.roles import grant_roles, refuse_last_administrator
from livret.core.audit.services import record
from livret.core.clock import PARIS
from livret.core.people import Actor
from livret.kernel.errors import Refusal

ANSWER_SUBJECT = gettext_lazy("Your request about the account of %(person)s")
REFUSED_TEXT = gettext_lazy("Your request about the account of %(person)s was refused, for this reason:\n\n%(reason)s")
DONE_TEXTS = {
    Instruction.Kind.OPEN: gettext_lazy("The access account of %(person)s is open; a personal link was sent to them."),
    Instruction.Kind.CLOSE: gettext_lazy("The access account of %(person)s is closed and their sessions are ended."),
}


class NotTheirAccount(Refusal):
    """Somebody who is not a SaaS administrator asks for an operation that only one may ask for."""


class AddressTaken(Refusal):
    """The mail address already opens an access account."""


class AddressUnknown(Refusal):
    """No open access account of the client has this mail address."""


class InstructionAnswered(Refusal):
    """The instruction was already carried out or refused."""


@transaction.atomic
def record_instruction(
    client: Client,
    *,
    kind: Instruction.Kind,
    person_name: str,
    person_email: str,
    asked_by: AccessAccount,
    asked_at: datetime,
    channel: Instruction.Channel,
    text: str,
    by: Actor,
    at: datetime,
) -> Instruction:
    """Write down what a client's SaaS administrator asks about an access account.

    Raises NotTheirAccount when *asked_by* is not one of the client's SaaS administrators on the day of asking,
    AddressTaken or AddressUnknown when the account to open exists, or the one to close does not.
    """
    if not queries.is_saas_administrator(asked_by, client=client, day=asked_at.astimezone(PARIS).date()):
        raise NotTheirAccount(
            _(
                "%(name)s is not a SaaS administrator of %(client)s: only a SaaS administrator may ask to open or "
                "close an access account. Have one of them ask, or have the person named first."
            )
            % {"name": asked_by.full_name, "client": client.name}
        )
    _refuse_pointless(client, kind, person_email)
    instruction = Instruction.objects.create(
        client=client,
        kind=kind,
        person_name=person_name,
        person_email=person_email.lower(),
        asked_by=asked_by,
        asked_by_name=asked_by.full_name,
        asked_at=asked_at,
        channel=channel,
        text=text,
        recorded_by_id=by.id,
        recorded_by_name=by.name,
        recorded_at=at,
    )
    record("clients.instruction.recorded", instruction, by=by, at=at, detail={"kind": kind, "channel": channel})
    return instruction


@transaction.atomic
def record_contract_instruction(
    client: Client, *, person_name: str, person_email: str, by: Actor, at: datetime
) -> Instruction:
    """Write down that the contract itself names the client's first person: nobody else can ask for that account."""
    text = _("The contract names this person as SaaS administrator.")
    instruction = Instruction.objects.create(
        client=client,
        kind=Instruction.Kind.OPEN,
        person_name=person_name,
        person_email=person_email.lower(),
        asked_by=None,
        asked_by_name=client.name,
        asked_at=at,
        channel=Instruction.Channel.CONTRACT,
        text=text,
        recorded_by_id=by.id,
        recorded_by_name=by.name,
        recorded_at=at,
    )
    record("clients.instruction.recorded", instruction, by=by, at=at, detail={"kind": "open", "channel": "contract"})
    return instruction


@transaction.atomic
def create_access_account(instruction: Instruction, *, by: Actor, at: datetime, language: str = "fr") -> AccessAccount:
    """Open the account that *instruction* asks for; its holder can only come in by an invitation.

    Raises InstructionAnswered the second time, AddressTaken when the address already opens an account.
    """
    _refuse_answered(instruction)
    account = _new_account(instruction.person_email, instruction.person_name, instruction.client, language, at)
    _answer(instruction, by=by, at=at, account=account)
    record("clients.access_account.opened", account, by=by, at=at, detail={"instruction": instruction.pk})
    return account


@transaction.atomic
def refuse_instruction(instruction: Instruction, *, reason: str, by: Actor, at: datetime) -> InstructionOutcome:
    """Refuse *instruction*, saying why. Raises InstructionAnswered the second time."""
    _refuse_answered(instruction)
    outcome = _answer(instruction, by=by, at=at, refusal=reason)
    record("clients.instruction.refused", instruction, by=by, at=at, detail={"reason": reason})
    return outcome


@transaction.atomic
def create_staff_account(
    *, email: str, full_name: str, roles: Iterable[StaffRole.Role], by: Actor, at: datetime, language: str = "fr"
) -> AccessAccount:
    """Open an account of the publisher with its roles. Raises AddressTaken."""
    account = _new_account(email, full_name, None, language, at)
    record("clients.access_account.opened", account, by=by, at=at, detail={"publisher": True})
    grant_roles(account, roles, by=by, at=at)
    return account


@transaction.atomic
def close_access_account(
    account: AccessAccount, *, reason: str, by: Actor, at: datetime, instruction: Instruction | None = None
) -> AccessAccount:
    """Close an account for good: sessions ended, invitations cancelled, seats freed, and the loss kept for restores.

    Raises NotTheirAccount when the person is still a SaaS administrator (name somebody else first),
    LastAdministrator when nobody would be left to grant the publisher's roles, and InstructionAnswered when
    *instruction* was already answered. Closing twice changes nothing.
    """
    account = AccessAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if not account.is_active:
        return account
    _refuse_administrator(account, at)
    if StaffRole.Role.ADMINISTRATOR in account.roles:
        refuse_last_administrator(account)
    if instruction:
        _refuse_answered(instruction)
        _answer(instruction, by=by, at=at, account=account)
    account.is_active, account.closed_at = False, at
    account.save(update_fields=["is_active", "closed_at"])
    end_sessions(account, at=at, address=by.address)
    Invitation.objects.filter(account=account, accepted_at=None, cancelled_at=None).update(cancelled_at=at)
    Seat.objects.filter(account=account).exclude(state=Seat.State.FREED).update(state=Seat.State.FREED, freed_at=at)
    RevokedAccess.objects.create(account_id=account.pk, at=at, reason=reason)
    record_event(account, AccessEvent.Kind.CLOSED, at=at)
    record("clients.access_account.closed", account, by=by, at=at, detail={"reason": reason})
    return account


def end_sessions(account: AccessAccount, *, at: datetime, address: str = "") -> int:
    """End every session of *account*; return how many there were."""
    sessions = list(UserSession.objects.filter(user=account))
    for session in sessions:
        session.end()
    if sessions:
        record_event(account, AccessEvent.Kind.SESSIONS_ENDED, at=at, address=address)
    return len(sessions)


@transaction.atomic
def change_profile(account: AccessAccount, *, full_name: str, language: str, by: Actor, at: datetime) -> AccessAccount:
    """Change how a person is called and in which language the service speaks to them."""
    before = {"full_name": account.full_name, "language": account.language}
    account.full_name, account.language = full_name.strip(), language
    account.save(update_fields=["full_name", "language"])
    record("clients.profile.changed", account, by=by, at=at, detail={"before": before})
    return account


def _refuse_pointless(client: Client, kind: str, email: str) -> None:
    if kind == Instruction.Kind.OPEN:
        _refuse_taken(email.strip().lower())
        return
    found = queries.account_by_email(client, email)
    if found is None or not found.is_active:
        raise AddressUnknown(
            _("%(client)s has no open access account for %(email)s: check the address in the list of people.")
            % {"client": client.name, "email": email}
        )


def _refuse_taken(email: str) -> None:
    if AccessAccount.objects.filter(email=email).exists():
        raise AddressTaken(
            _("%(email)s already opens an access account: one address, one person. Give the person's own address.")
            % {"email": email}
        )


def _refuse_answered(instruction: Instruction) -> None:
    if InstructionOutcome.objects.filter(instruction=instruction).exists():
        raise InstructionAnswered(
            _("This instruction was already answered. Record a new one if the client asks again.")
        )


def _refuse_administrator(account: AccessAccount, at: datetime) -> None:
    if account.client and queries.is_saas_administrator(
        account, client=account.client, day=at.astimezone(PARIS).date()
    ):
        raise NotTheirAccount(
            _(
                "%(name)s is a SaaS administrator of %(client)s: closing the account would leave the contract without "
                "that person. End or replace the administrator first, then close the account."
            )
            % {"name": account.full_name, "client": account.client.name}
        )


def _new_account(email: str, full_name: str, client: Client | None, language: str, at: datetime) -> AccessAccount:
    email = email.strip().lower()
    _refuse_taken(email)
    account = AccessAccount(email=email, full_name=full_name.strip(), client=client, language=language, created_at=at)
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def _answer(
    instruction: Instruction, *, by: Actor, at: datetime, account: AccessAccount | None = None, refusal: str = ""
) -> InstructionOutcome:
    outcome = InstructionOutcome.objects.create(
        instruction=instruction, account=account, refusal=refusal, by_id=by.id, by_name=by.name, at=at
    )
    if instruction.asked_by:
        facts = {"person": instruction.person_name, "reason": refusal}
        text = REFUSED_TEXT if refusal else DONE_TEXTS[Instruction.Kind(instruction.kind)]
        write_to(instruction.asked_by, subject=ANSWER_SUBJECT, text=text, facts=facts, about=instruction, at=at)
    return outcome
