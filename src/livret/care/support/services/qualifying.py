"""Qualification and what follows it: the second clock, its pauses, what is proposed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from livret.booklet.readings import PauseScope
from livret.booklet.support import AnomalyLevel
from livret.care.support import queries
from livret.care.support.models import Request, RequestEvent
from livret.care.support.notices import tell_client
from livret.care.support.rules import events as rules
from livret.care.support.rules.standing import paid_topics
from livret.care.support.services.desk import open_one
from livret.care.support.services.refusals import Changed, NotACause, NotTheClock, NotThisKind, WordsMissing
from livret.care.support.services.timeline import add_event, refresh
from livret.core.audit import services as audit
from livret.core.people import Actor

Kind = RequestEvent.Kind


def qualify_anomaly(
    request: Request,
    level: AnomalyLevel,
    *,
    reproduction: str,
    is_reproduced: bool,
    by: Actor,
    now: datetime,
    site: str = "",
) -> RequestEvent:
    """Qualify *request* as an anomaly; its second clock starts now where the level opens one.

    reproduction: how it was reproduced, or what was tried. Raises ClosedRequest, WordsMissing, NotThisKind before
    the pick-up. Source: Sprint S-2 and S-13; Care C-1 and C-14.
    """
    facts = {"outcome": rules.ANOMALY, "level": int(level), "is_reproduced": is_reproduced}
    return _qualify(request, facts, text=reproduction, by=by, now=now, site=site)


def qualify_out_of_scope(
    request: Request, topic: str, *, proposal: str, by: Actor, now: datetime, site: str = ""
) -> RequestEvent:
    """Say that *request* is left out of support, by the clause that lists *topic*, and propose the paid service.

    Raises NotACause on a topic that the booklet does not list, ClosedRequest, WordsMissing, NotThisKind.
    """
    sold = paid_topics(queries.booklet_of(request))
    if topic not in sold:
        raise NotACause(topic, list(sold))
    facts = {"outcome": rules.OUT_OF_SCOPE, "topic": topic, "clause": sold[topic]}
    return _qualify(request, facts, text=proposal, by=by, now=now, site=site)


def qualify_as_working(
    request: Request, *, explanation: str, is_reproduced: bool, by: Actor, now: datetime, site: str = ""
) -> RequestEvent:
    """Say that no anomaly was found: it was not reproduced, or the software works as documented."""
    outcome = rules.NO_ANOMALY if is_reproduced else rules.NOT_REPRODUCED
    return _qualify(request, {"outcome": outcome}, text=explanation, by=by, now=now, site=site)


@transaction.atomic
def _qualify(
    request: Request, facts: dict[str, Any], *, text: str, by: Actor, now: datetime, site: str
) -> RequestEvent:
    mine = open_one(request)
    if not mine.is_picked_up or mine.kind not in (Request.Kind.MALFUNCTION, Request.Kind.QUESTION):
        raise NotThisKind(mine, "a qualification")
    if not text.strip():
        raise WordsMissing("text")
    event = add_event(mine, Kind.QUALIFIED, by=by, at=now, text=text.strip(), data=facts)
    refresh(mine)
    tell_client(mine, event, now=now, site=site)
    audit.record("support.request.qualified", mine, by=by, at=now, detail=facts)
    return event


@transaction.atomic
def pause(request: Request, *, reason: str, by: Actor, now: datetime, site: str = "") -> RequestEvent:
    """Pause the second clock, for a reason that the client reads. Raises NotTheClock, WordsMissing, ClosedRequest.

    The pick-up clock is never paused. Source: the booklet's reading `pause_scope`.
    """
    mine = open_one(request)
    _require_clock(mine, is_paused=False)
    if queries.booklet_of(mine).readings.pause_scope.value is PauseScope.NO_CLOCK:
        raise NotTheClock(mine, "no_reading")
    if not reason.strip():
        raise WordsMissing("reason")
    event = add_event(mine, Kind.PAUSED, by=by, at=now, text=reason.strip())
    refresh(mine)
    tell_client(mine, event, now=now, site=site)
    audit.record("support.request.paused", mine, by=by, at=now)
    return event


@transaction.atomic
def resume(request: Request, *, by: Actor, now: datetime) -> RequestEvent:
    """Let the second clock run again. Raises NotTheClock, ClosedRequest."""
    mine = open_one(request)
    _require_clock(mine, is_paused=True)
    event = add_event(mine, Kind.RESUMED, by=by, at=now)
    refresh(mine)
    audit.record("support.request.resumed", mine, by=by, at=now)
    return event


@transaction.atomic
def propose(
    request: Request, step: str, *, text: str, by: Actor, now: datetime, seen: int | None = None, site: str = ""
) -> RequestEvent:
    """Give the client an action plan, a workaround or a fix; the second clock ends with what it calls for.

    The verdict of the clock, with and without pauses, is computed from the events. seen: the last event that the
    author had read. Raises NotThisKind, WordsMissing, and Changed when words were added after *seen*.
    """
    mine = open_one(request)
    if seen is not None and queries.said_since(mine, seen).exists():
        raise Changed(mine, seen=seen)
    if step not in (rules.ACTION_PLAN, rules.WORKAROUND, rules.FIX) or not mine.is_picked_up:
        raise NotThisKind(mine, "a proposal")
    if not text.strip():
        raise WordsMissing("text")
    facts: dict[str, Any] = {"step": step}
    event = add_event(mine, Kind.PROPOSED, by=by, at=now, text=text.strip(), data=facts)
    refresh(mine)
    tell_client(mine, event, now=now, site=site)
    audit.record("support.request.proposed", mine, by=by, at=now, detail=facts)
    return event


def _require_clock(request: Request, *, is_paused: bool) -> None:
    clock = queries.second_clock_of(request, queries.as_events(request.events.all()))
    if clock is None:
        raise NotTheClock(request, "none")
    if clock.stopped_at is not None:
        raise NotTheClock(request, "stopped")
    if clock.is_paused != is_paused:
        raise NotTheClock(request, "paused" if clock.is_paused else "running")
