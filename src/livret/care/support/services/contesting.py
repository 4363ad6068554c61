"""Leaving a request out of the share with clause and evidence, and the client's right to contest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from livret.care.support import queries
from livret.care.support.models import Request, RequestEvent
from livret.care.support.notices import tell_client, tell_publisher
from livret.care.support.rules import events as rules
from livret.care.support.rules.files import Incoming
from livret.care.support.services.refusals import NotACause, NotThisKind, WordsMissing
from livret.care.support.services.timeline import add_event, checked, kept, locked, refresh
from livret.core.audit import services as audit
from livret.core.people import Actor

Kind = RequestEvent.Kind
CONTESTABLE = (rules.QUALIFICATION, rules.EXCLUSION, rules.CRITICALITY)


@transaction.atomic
def exclude(
    request: Request,
    clause: str,
    *,
    reason: str,
    evidence: str,
    by: Actor,
    now: datetime,
    files: Sequence[Incoming] = (),
    site: str = "",
) -> RequestEvent:
    """Leave *request* out of the share of requests picked up in time; the client is told and may contest it.

    clause: of the booklet of the request, that calls for it. Raises NotACause on another, WordsMissing without reason
    or evidence, NotThisKind where no target was counted or it is left out already, FilesRefused.
    """
    booklet = queries.booklet_of(request)
    if clause not in booklet.clauses:
        raise NotACause(clause, list(booklet.clauses))
    for name, words in (("reason", reason), ("evidence", evidence)):
        if not words.strip():
            raise WordsMissing(name)
    stored = kept(checked(files), owner=str(request.client.uuid))
    mine = locked(request)
    if mine.is_excluded or not mine.hours:
        raise NotThisKind(mine, "an exclusion")
    facts = {"clause": clause, "evidence": evidence.strip()}
    event = add_event(mine, Kind.EXCLUDED, by=by, at=now, text=reason.strip(), data=facts, files=stored)
    refresh(mine)
    tell_client(mine, event, now=now, site=site)
    audit.record("support.request.excluded", mine, by=by, at=now, detail=facts)
    return event


@transaction.atomic
def contest(request: Request, what: str, *, reason: str, by: Actor, now: datetime, site: str = "") -> RequestEvent:
    """The client contests the qualification, the exclusion or the criticality of its request.

    Raises NotThisKind when there is no such thing or it is contested already, WordsMissing without a reason.
    """
    mine = locked(request)
    events = queries.as_events(mine.events.all())
    if what in rules.open_contests(events) or not _stands(what, events):
        raise NotThisKind(mine, f"contesting {what}")
    if not reason.strip():
        raise WordsMissing("reason")
    event = add_event(mine, Kind.CONTESTED, by=by, at=now, text=reason.strip(), data={"what": what})
    refresh(mine)
    tell_publisher(mine, event, now=now, site=site)
    audit.record("support.request.contested", mine, by=by, at=now, detail={"what": what})
    return event


@transaction.atomic
def answer_contest(
    request: Request, what: str, *, is_accepted: bool, words: str, by: Actor, now: datetime, site: str = ""
) -> RequestEvent:
    """Answer what the client contested; accepted, it no longer stands. Raises NotThisKind, WordsMissing."""
    mine = locked(request)
    if what not in rules.open_contests(queries.as_events(mine.events.all())):
        raise NotThisKind(mine, f"answering a contest of {what}")
    if not words.strip():
        raise WordsMissing("words")
    facts = {"what": what, "is_accepted": is_accepted}
    event = add_event(mine, Kind.CONTEST_ANSWERED, by=by, at=now, text=words.strip(), data=facts)
    if mine.criticality:
        mine.criticality = rules.level_of(queries.as_events(mine.events.all()))
    refresh(mine)
    tell_client(mine, event, now=now, site=site)
    audit.record("support.request.contest_answered", mine, by=by, at=now, detail=facts)
    return event


def _stands(what: str, events: Sequence[rules.Event]) -> bool:
    return {
        rules.QUALIFICATION: rules.qualification(events) is not None,
        rules.EXCLUSION: rules.exclusion(events) is not None,
        rules.CRITICALITY: rules.latest(rules.without_undone(events), rules.CRITICALITY_CHANGED) is not None,
    }.get(what, False)
