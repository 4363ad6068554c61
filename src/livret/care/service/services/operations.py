"""An operation on data: asked, started, done or refused; both sides read each step in the request's timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from livret.booklet import library
from livret.care.service import queries, wording
from livret.care.service.models import DataOperation, DataOperationEvent
from livret.care.service.rules import operations as rules
from livret.care.service.services import answering
from livret.care.service.services.refusals import NotThisStep, WordsMissing
from livret.care.support import mails
from livret.care.support import services as support
from livret.care.support.models import Request, RequestEvent
from livret.care.support.rules.files import Incoming
from livret.clients import queries as clients
from livret.clients import services as accounts
from livret.clients.models import Instruction
from livret.core.audit import services as audit
from livret.core.clock import PARIS
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, ClientEnvironment

Kind, State = DataOperationEvent.Kind, DataOperation.State
SPACE = "space"
SUBJECT_LENGTH = 150
WITHDRAWN = "withdrawn"  # Cause by which the client closes a request of its own.


@dataclass(frozen=True, slots=True)
class AskedOperation:
    """What an administrator asks. room: the environment, None for a change of accounts. words: what it is for."""

    parameters: rules.Parameters
    words: str
    room: ClientEnvironment | None = None

    @property
    def kind(self) -> str:
        return rules.kind_of(self.parameters)


@transaction.atomic
def ask_operation(
    account: AccessAccount,
    asked: AskedOperation,
    *,
    nonce: UUID,
    by: Actor,
    now: datetime,
    files: Sequence[Incoming] = (),
    site: str = "",
) -> DataOperation:
    """Register an operation with its request; every administrator of the client is told.

    An external administrator's is carried out without asking the client again. A change of accounts becomes an
    instruction at once. Raises BadParameter, what `support.services.file_request` does (OnlyAdministrators among it),
    and what `clients.services.record_instruction` does. Source: Sprint S-9; Care C-11.
    """
    request = _file(account, asked, nonce=nonce, by=by, now=now, files=files, site=site)
    booklet = library()[request.booklet, request.booklet_version]
    day = now.astimezone(PARIS).date()
    rules.check(asked.parameters, booklet=booklet, today=day)
    naming = queries.naming_of(account, client=request.client, day=day)
    operation = DataOperation.objects.create(
        request=request,
        client=request.client,
        kind=asked.kind,
        environment=asked.room.environment if asked.room else None,
        parameters=asked.parameters.as_plain(),
        asked_by=account,
        asked_at=now,
        is_external=bool(naming and naming.is_external),
        company_name=naming.company_name if naming else "",
        instruction=_instruction(account, asked, request, by=by, now=now),
    )
    facts = _asked_facts(operation, rules.external_clause(booklet))
    event = _step(operation, Kind.ASKED, by=by, now=now, text=asked.words, facts=facts)
    _tell(operation, event, but_author=not operation.is_external, now=now, site=site)
    audit.record("service.operation.asked", operation, by=by, at=now, detail={"kind": operation.kind})
    return operation


@transaction.atomic
def start_operation(operation: DataOperation, *, account: AccessAccount, by: Actor, now: datetime) -> DataOperation:
    """Take the operation in hand; the client is told so in the timeline. Raises NotThisStep."""
    mine = _locked(operation, State.ASKED)
    answering.take(mine.request, account, by=by, now=now)
    _step(mine, Kind.STARTED, by=by, now=now)
    audit.record("service.operation.started", mine, by=by, at=now)
    return mine


@transaction.atomic
def finish_operation(
    operation: DataOperation,
    *,
    report: str,
    account: AccessAccount,
    by: Actor,
    now: datetime,
    files: Sequence[Incoming] = (),
    data: Mapping[str, Any] | None = None,
    site: str = "",
) -> DataOperation:
    """Record what was done, with a report that every administrator of the client gets, and close the request.

    Raises NotThisStep unless it was started, WordsMissing without a report, FilesRefused.
    """
    mine = _locked(operation, State.STARTED)
    _require(report, "report")
    if files:
        support.add_message(mine.request, "", account=account, by=by, now=now, files=files, site=site)
    event = _step(mine, Kind.DONE, by=by, now=now, text=report, data=data)
    return _ended(mine, event, report, answering.SOLVED, account=account, by=by, now=now, site=site)


@transaction.atomic
def refuse_operation(
    operation: DataOperation, *, reason: str, account: AccessAccount, by: Actor, now: datetime, site: str = ""
) -> DataOperation:
    """Refuse an operation, saying why to every administrator of the client. Raises NotThisStep, WordsMissing."""
    mine = _locked(operation, State.ASKED, State.STARTED)
    _require(reason, "reason")
    event = _step(mine, Kind.REFUSED, by=by, now=now, text=reason)
    return _ended(mine, event, reason, answering.ANSWERED, account=account, by=by, now=now, site=site)


def _ended(
    mine: DataOperation,
    event: RequestEvent,
    words: str,
    cause: str,
    *,
    account: AccessAccount,
    by: Actor,
    now: datetime,
    site: str,
) -> DataOperation:
    """Tell everybody how it ended: its author by the closing of the request, the other administrators by the step."""
    answering.end(mine.request, account, words, cause=cause, by=by, now=now, site=site)
    _tell(mine, event, but_author=True, now=now, site=site)
    audit.record(f"service.operation.{mine.state}", mine, by=by, at=now)
    return mine


def _file(
    account: AccessAccount,
    asked: AskedOperation,
    *,
    nonce: UUID,
    by: Actor,
    now: datetime,
    files: Sequence[Incoming],
    site: str,
) -> Request:
    place = asked.room.label if asked.room else ""
    title = wording.operation_title(asked.kind, asked.parameters.as_plain(), place)
    wanted = support.Wanted(
        kind=Request.Kind.OPERATION,
        product=SPACE,
        subject=title[:SUBJECT_LENGTH],
        context=asked.words,
        topic=asked.kind,
    )
    return support.file_request(account, wanted, nonce=nonce, by=by, now=now, files=files, site=site)


def _instruction(
    account: AccessAccount, asked: AskedOperation, request: Request, *, by: Actor, now: datetime
) -> Instruction | None:
    change = asked.parameters
    if not isinstance(change, rules.AccountChange):
        return None
    return accounts.record_instruction(
        request.client,
        kind=Instruction.Kind(change.act),
        person_name=change.name,
        person_email=change.email,
        asked_by=account,
        asked_at=now,
        channel=Instruction.Channel.SPACE,
        text=asked.words,
        by=by,
        at=now,
    )


def _asked_facts(operation: DataOperation, clause: str) -> str:
    title = wording.operation_title(operation.kind, operation.parameters, wording.place_of(operation))
    if not operation.is_external:
        return title
    return f"{title}. {wording.external_words(operation.asked_by.full_name, operation.company_name, clause)}"


def _tell(operation: DataOperation, event: RequestEvent, *, but_author: bool, now: datetime, site: str) -> None:
    day = now.astimezone(PARIS).date()
    for person in clients.administrator_accounts(operation.client, day=day):
        if not (but_author and person.pk == operation.asked_by_id):
            mails.send_event(operation.request, event, to=person, now=now, site=site)


def _require(words: str, field: str) -> None:
    if not words.strip():
        raise WordsMissing(field)


def _locked(operation: DataOperation, *states: str) -> DataOperation:
    found = DataOperation.objects.select_for_update(of=("self",))
    mine = found.select_related("request", "client", "environment__cell", "asked_by").get(pk=operation.pk)
    if mine.state not in states:
        raise NotThisStep(mine.state, " or ".join(states))
    if State.STARTED not in states and mine.request.close_cause == WITHDRAWN:
        raise NotThisStep(State.WITHDRAWN, " or ".join(states))
    return mine


def _step(
    operation: DataOperation,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    text: str = "",
    facts: str = "",
    data: Mapping[str, Any] | None = None,
) -> RequestEvent:
    """Keep a step, and say it in the timeline that both sides read."""
    note_step(operation, kind, by=by, now=now, text=text, data=data)
    operation.state = kind
    operation.save(update_fields=["state", "last_sequence"])
    told = {"step": kind, **({"facts": facts} if facts else {})}
    return support.record_fact(operation.request, RequestEvent.Kind.OPERATION, by=by, now=now, data=told, text=text)


def note_step(
    operation: DataOperation,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    text: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Add a row to the steps of a locked (or new) operation; its state is the caller's to move."""
    operation.last_sequence += 1
    DataOperationEvent.objects.create(
        operation=operation,
        sequence=operation.last_sequence,
        kind=kind,
        at=now,
        actor_id=by.id,
        actor_name=by.name,
        actor_kind=by.kind,
        text=text.strip(),
        data=dict(data or {}),
    )
