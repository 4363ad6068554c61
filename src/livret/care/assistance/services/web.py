"""Web sessions: planned, changed until held, cancelled, held, with a replay."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from livret.care.assistance import mails, queries
from livret.care.assistance.models import Registration, WebSession
from livret.care.assistance.rules.defaults import web_defaults
from livret.care.assistance.rules.tool import is_safe_link
from livret.care.assistance.services.refusals import (
    BadTool,
    ChangedMeanwhile,
    NotPlanned,
    OutOfRange,
    TooFewPlaces,
    TooLate,
    TooSoon,
    WordsMissing,
)
from livret.care.assistance.services.registering import lock, seat_waiting
from livret.care.knowledge import services as knowledge
from livret.core.audit import services as audit
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

PLANNED = ("title", "topic", "product", "host", "starts_at", "minutes", "capacity", "join_url")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session is to be. product: empty for all of them; join_url: where it takes place, under https."""

    title: str
    topic: str
    product: str
    host: AccessAccount
    starts_at: datetime
    minutes: int
    capacity: int
    join_url: str


@transaction.atomic
def plan_session(plan: Plan, *, nonce: UUID, by: Actor, now: datetime) -> WebSession:
    """Plan a session that people may register for. A form sent again gives the session it made.

    Raises WordsMissing, OutOfRange, BadTool, TooFewPlaces, TooLate.
    """
    _check(plan, now)
    values = {name: getattr(plan, name) for name in PLANNED}
    made, is_new = WebSession.objects.get_or_create(nonce=nonce, defaults={**values, "planned_at": now})
    if is_new:
        audit.record("assistance.web.planned", made, by=by, at=now, detail={"product": plan.product})
    return made


@transaction.atomic
def change_session(
    session: WebSession, plan: Plan, *, version: int, by: Actor, now: datetime, site: str = ""
) -> WebSession:
    """Change a session that was not held yet; who registered is told when its time, length or link changes.

    More places go to those who wait, in their order. version: the one that the page showed.
    Raises NotPlanned, ChangedMeanwhile, WordsMissing, OutOfRange, BadTool, TooFewPlaces, TooLate.
    """
    mine = _locked_planned(session)
    if mine.version != version:
        raise ChangedMeanwhile(f"{mine} is at version {mine.version}")
    _check(plan, now)
    highest = _highest_seat(mine)
    if plan.capacity < highest:
        raise TooFewPlaces(seated=highest)
    is_moved = (mine.starts_at, mine.minutes) != (plan.starts_at, plan.minutes)
    for name in PLANNED:
        setattr(mine, name, getattr(plan, name))
    mine.version += 1
    mine.save(update_fields=[*PLANNED, "version"])
    audit.record("assistance.web.changed", mine, by=by, at=now, detail={"moved": is_moved})
    if is_moved:
        Registration.objects.filter(session=mine).update(reminded_at=None)
        _tell_all(mine, mails.MOVED, now=now, site=site)
    seat_waiting(mine, now=now, site=site)
    return mine


def _highest_seat(session: WebSession) -> int:
    """Return how many places there must at least be. Places freed below the last one are closed up first."""
    seats = list(Registration.objects.filter(session=session, place__isnull=False).order_by("place"))
    for number, row in enumerate(seats, start=1):
        if row.place != number:
            row.place = number
            row.save(update_fields=["place"])
    return len(seats)


@transaction.atomic
def cancel_session(session: WebSession, *, reason: str, by: Actor, now: datetime, site: str = "") -> WebSession:
    """Cancel a session; everybody who registered is told why. Raises NotPlanned, WordsMissing."""
    mine = _locked_planned(session)
    if not reason.strip():
        raise WordsMissing("reason")
    mine.state, mine.cancel_reason = WebSession.State.CANCELLED, reason.strip()
    mine.version += 1
    mine.save(update_fields=["state", "cancel_reason", "version"])
    audit.record("assistance.web.cancelled", mine, by=by, at=now, detail={"reason": mine.cancel_reason})
    _tell_all(mine, mails.CANCELLED, now=now, site=site)
    return mine


@transaction.atomic
def mark_held(session: WebSession, *, present: Collection[int], by: Actor, now: datetime) -> WebSession:
    """Say that the session was held, and which of those with a place were there, by the key of their registration.

    Raises NotPlanned, TooSoon before it began.
    """
    mine = _locked_planned(session)
    if now < mine.starts_at:
        raise TooSoon(mine.starts_at)
    mine.state = WebSession.State.HELD
    mine.save(update_fields=["state"])
    seats = Registration.objects.filter(session=mine, place__isnull=False)
    seats.filter(pk__in=present).update(attended=True)
    there = seats.exclude(pk__in=present).update(attended=False)
    audit.record("assistance.web.held", mine, by=by, at=now, detail={"present": seats.count() - there})
    return mine


@transaction.atomic
def publish_replay(
    session: WebSession, *, url: str, language: str, by: Actor, now: datetime, site: str = ""
) -> WebSession:
    """Publish the replay of a session that was held, with an article of the knowledge base that leads to it.

    Those who had a place are told. A new address replaces the one before. Raises NotPlanned unless held, BadTool.
    """
    mine = lock(session)
    if mine.state != WebSession.State.HELD:
        raise NotPlanned(mine)
    if not is_safe_link(url):
        raise BadTool("link")
    is_first = not mine.replay_url
    mine.replay_url, mine.article = url, mine.article or _article(mine, language, by=by, now=now)
    mine.save(update_fields=["replay_url", "article"])
    audit.record("assistance.web.replay_published", mine, by=by, at=now)
    if is_first:
        _tell_all(mine, mails.REPLAY, now=now, site=site)
    return mine


def _article(session: WebSession, language: str, *, by: Actor, now: datetime) -> str:
    """Write and publish the article that leads to the replay; return its address in the knowledge base."""
    place = knowledge.Place(product=session.product, language=language)
    body = mails.replay_article(session, language)
    summary = " ".join(session.topic.split())[:300]
    draft = knowledge.Draft(session.title, summary, body, metadata.version("livret"))
    made = knowledge.create_article(place, draft, nonce=session.uuid, by=by, now=now)
    knowledge.publish(made, number=made.last_number, by=by, now=now)
    return made.slug


def _tell_all(session: WebSession, kind: str, *, now: datetime, site: str) -> None:
    for row in queries.standing_registrations(session):
        if row.account.is_active:
            mails.send(session, kind, to=row.account, now=now, site=site, registration=row)


def _locked_planned(session: WebSession) -> WebSession:
    mine = lock(session)
    if not mine.is_planned:
        raise NotPlanned(mine)
    return mine


def _check(plan: Plan, now: datetime) -> None:
    limits = web_defaults()
    for field in ("title", "topic"):
        if not getattr(plan, field).strip():
            raise WordsMissing(field)
    if not limits.shortest_minutes <= plan.minutes <= limits.longest_minutes:
        raise OutOfRange("minutes", plan.minutes, least=limits.shortest_minutes, most=limits.longest_minutes)
    if not 1 <= plan.capacity <= limits.largest_capacity:
        raise OutOfRange("capacity", plan.capacity, least=1, most=limits.largest_capacity)
    if not is_safe_link(plan.join_url):
        raise BadTool("link")
    if plan.starts_at <= now:
        raise TooLate(plan.starts_at)
