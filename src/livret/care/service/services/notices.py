"""The life of a notice file. Days are typed, what they bring is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from livret.care.service import queries
from livret.care.service.models import NoticeEvent, NoticeFile
from livret.care.service.queries import NoTerms, Terms
from livret.care.service.rules import notice as rules
from livret.care.service.rules.defaults import defaults
from livret.care.service.services import answering
from livret.care.service.services.refusals import AlreadyBeside, NoLetter, NotOpen, NotTheirs, WordsMissing
from livret.care.support import services as support
from livret.care.support.models import Request, RequestEvent
from livret.care.support.rules.files import Incoming
from livret.clients import services as clients
from livret.core.audit import services as audit
from livret.core.clock import PARIS
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

Kind = NoticeEvent.Kind
_ONE_DAY = timedelta(days=1)


@transaction.atomic
def open_notice(request: Request, kind: str, *, by: Actor, now: datetime) -> NoticeFile:
    """Open the notice file of *request*, for its contract. Raises AlreadyBeside when it has one."""
    if NoticeFile.objects.filter(request=request).exists():
        raise AlreadyBeside(f"{request} has a notice file")
    file = NoticeFile(request=request, contract=request.contract, kind=NoticeFile.Kind(kind), opened_at=now)
    terms = queries.terms_of(file.contract)
    if isinstance(terms, Terms):
        ahead = rules.term_ahead(terms.subscription, now.astimezone(PARIS).date(), applied=terms.applied)
        file.safe_on, file.accepted_until = ahead.safe_on, ahead.accepted_until
    file.save(force_insert=True)
    _add(file, Kind.REGISTERED, by=by, now=now)
    audit.record("service.notice.opened", file, by=by, at=now, detail={"kind": file.kind})
    return file


@transaction.atomic
def record_sent(
    file: NoticeFile,
    sent_on: date,
    *,
    account: AccessAccount,
    by: Actor,
    now: datetime,
    reference: str = "",
    files: Sequence[Incoming] = (),
    site: str = "",
) -> NoticeFile:
    """Keep the day on which the letter was posted, with its proof, and compute what it brings.

    The client may say it until customer service has recorded the reception; a day said again stands beside the first.
    Raises NotOpen, NotTheirs, BadDay, FilesRefused.
    """
    mine = _locked(file)
    if by.kind == "client" and mine.received_on is not None:
        raise NotTheirs(f"the letter of {mine} was received on {mine.received_on}")
    _check(mine, sent_on, mine.received_on, now)
    mine.sent_on, mine.letter_reference = sent_on, reference.strip() or mine.letter_reference
    data = {"on": sent_on.isoformat(), "reference": mine.letter_reference}
    said = _said(mine, files, account=account, by=by, now=now, site=site)
    return _recorded(mine, Kind.SENT, data, said, by=by, now=now)


@transaction.atomic
def record_received(
    file: NoticeFile,
    received_on: date,
    *,
    account: AccessAccount,
    by: Actor,
    now: datetime,
    sent_on: date | None = None,
    reference: str = "",
    files: Sequence[Incoming] = (),
    site: str = "",
) -> NoticeFile:
    """Keep the day on which the letter was handed over, and the day of its postmark where it is read there.

    Raises NotOpen, BadDay, FilesRefused.
    """
    mine = _locked(file)
    posted = sent_on or mine.sent_on
    _check(mine, posted, received_on, now)
    mine.sent_on, mine.received_on = posted, received_on
    mine.letter_reference = reference.strip() or mine.letter_reference
    data = {"on": received_on.isoformat(), "reference": mine.letter_reference}
    if sent_on:
        data["sent_on"] = sent_on.isoformat()
    said = _said(mine, files, account=account, by=by, now=now, site=site)
    return _recorded(mine, Kind.RECEIVED, data, said, by=by, now=now)


@transaction.atomic
def withdraw_notice(
    file: NoticeFile, *, reason: str, account: AccessAccount, by: Actor, now: datetime, site: str = ""
) -> NoticeFile:
    """Take the notice back: by the client until the letter is received, by customer service after that.

    Raises NotOpen, NotTheirs, WordsMissing.
    """
    mine = _locked(file)
    if by.kind == "client" and mine.received_on is not None:
        raise NotTheirs(f"the letter of {mine} was received on {mine.received_on}")
    _end(mine, NoticeFile.State.WITHDRAWN, Kind.WITHDRAWN, reason, by=by, now=now)
    if by.kind != "client":
        answering.end(mine.request, account, reason, cause=answering.ANSWERED, by=by, now=now, site=site)
    elif not mine.request.is_closed:
        support.withdraw(mine.request, by=by, now=now, text=reason, site=site)
    return mine


@transaction.atomic
def close_notice(
    file: NoticeFile, *, words: str, account: AccessAccount, by: Actor, now: datetime, site: str = ""
) -> NoticeFile:
    """Close the file with words for the client; a termination ends the contract on the day computed.

    Where the booklet is silent, nothing is computed and the contract is ended by its own act.
    Raises NotOpen, WordsMissing, and NoLetter for a termination whose day could be computed and is not.
    """
    mine = _locked(file)
    ends = mine.kind == NoticeFile.Kind.TERMINATION and isinstance(queries.terms_of(mine.contract), Terms)
    if ends and mine.effect_on is None:
        raise NoLetter(f"no letter is known for {mine}")
    _end(mine, NoticeFile.State.CLOSED, Kind.CLOSED, words, by=by, now=now)
    if ends and mine.effect_on and mine.contract.ends_until is None:
        clients.end_contract(mine.contract, until=mine.effect_on + _ONE_DAY, by=by, at=now)
    answering.end(mine.request, account, words, cause=answering.ANSWERED, by=by, now=now, site=site)
    return mine


def _end(mine: NoticeFile, state: str, kind: str, words: str, *, by: Actor, now: datetime) -> None:
    if not words.strip():
        raise WordsMissing("words")
    mine.state = state
    _add(mine, kind, by=by, now=now, text=words.strip())
    audit.record(f"service.notice.{state}", mine, by=by, at=now)


def _check(file: NoticeFile, sent_on: date | None, received_on: date | None, now: datetime) -> None:
    today, signed_on = now.astimezone(PARIS).date(), file.contract.signed_on
    rules.check_days(sent_on=sent_on, received_on=received_on, today=today, signed_on=signed_on)


def _recorded(
    mine: NoticeFile, kind: str, data: Mapping[str, Any], said: RequestEvent | None, *, by: Actor, now: datetime
) -> NoticeFile:
    _add(mine, kind, by=by, now=now, data=data, said=said)
    _compute(mine, by=by, now=now)
    audit.record(f"service.notice.{kind}", mine, by=by, at=now, detail=dict(data))
    return mine


def _compute(mine: NoticeFile, *, by: Actor, now: datetime) -> None:
    """Compute the last day of the contract from the letter known so far; say so when it changes."""
    terms = queries.terms_of(mine.contract)
    day = rules.counted_day(mine.sent_on, mine.received_on, wanted=defaults().counts_from)
    if isinstance(terms, NoTerms) or day is None:
        return
    counted, on = day
    found = rules.effect(terms.subscription, counted=counted, on=on, applied=terms.applied)
    if found.last_day == mine.effect_on:
        return
    mine.effect_on = found.last_day
    data = {
        "counted": counted.value,
        "on": on.isoformat(),
        "reading": terms.applied.value,
        "clause": terms.clause,
        "last_day": found.last_day.isoformat(),
    }
    _add(mine, Kind.EFFECT_COMPUTED, by=by, now=now, data=data)


def _said(
    file: NoticeFile, files: Sequence[Incoming], *, account: AccessAccount, by: Actor, now: datetime, site: str
) -> RequestEvent | None:
    """Keep the proof in the timeline of the request, which both sides read; None without a file."""
    if not files:
        return None
    return support.add_message(file.request, "", account=account, by=by, now=now, files=files, site=site)


def _locked(file: NoticeFile) -> NoticeFile:
    mine = NoticeFile.objects.select_for_update(of=("self",)).select_related("request", "contract").get(pk=file.pk)
    if not mine.is_open:
        raise NotOpen(f"{mine} is {mine.state}")
    return mine


def _add(
    file: NoticeFile,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    text: str = "",
    data: Mapping[str, Any] | None = None,
    said: RequestEvent | None = None,
) -> None:
    file.last_sequence += 1
    NoticeEvent.objects.create(
        file=file,
        sequence=file.last_sequence,
        kind=kind,
        at=now,
        actor_id=by.id,
        actor_name=by.name,
        actor_kind=by.kind,
        text=text,
        data=dict(data or {}),
        said=said,
    )
    file.save()
