"""Remote assistance: proposed, agreed to by the client, begun, ended with a report, each step in the timeline."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from livret.booklet.calendar import Calendar
from livret.care.assistance import queries
from livret.care.assistance.models import RemoteSession, RemoteTool
from livret.care.assistance.rules import remote as rules
from livret.care.assistance.rules.defaults import remote_defaults, wording_on
from livret.care.assistance.rules.tool import is_code, template_fault
from livret.care.assistance.services.refusals import (
    AlreadyLive,
    BadTool,
    NotAReader,
    NotPossible,
    NotTheStep,
    NotYours,
    OutOfRange,
    WordingChanged,
    WordsMissing,
)
from livret.care.assistance.services.steps import (
    CACHED,
    holds_no_longer,
    lapse,
    lock,
    lock_request,
    take_step,
    tell,
    tell_end,
    write,
)
from livret.core.audit import services as audit
from livret.core.clock import PARIS
from livret.core.people import Actor, system_actor

if TYPE_CHECKING:
    from livret.care.support.models import Request
    from livret.clients.models import AccessAccount

CODE_DIGITS = 9
LAPSE_JOB = "assistance.lapse"


@transaction.atomic
def set_tool(*, name: str, url_template: str, is_active: bool, by: Actor, now: datetime) -> RemoteTool:
    """Choose the external tool, or put it out of use; sessions keep the one they began with.

    Raises BadTool, WordsMissing.
    """
    if (fault := template_fault(url_template)) is not None:
        raise BadTool(fault)
    _require_words(name, "name")
    made = RemoteTool.objects.create(
        name=name.strip(),
        url_template=url_template,
        is_active=is_active,
        set_by_id=by.id,
        set_by_name=by.name,
        set_at=now,
    )
    audit.record("assistance.tool_set", made, by=by, at=now, detail={"active": is_active})
    return made


@transaction.atomic
def propose(
    request: Request,
    *,
    purpose: str,
    minutes: int,
    technician: AccessAccount,
    by: Actor,
    now: datetime,
    code: str = "",
    site: str = "",
) -> RemoteSession:
    """Ask the client to let *technician* see and use their screen for *purpose*, *minutes* at most; they are told.

    code: of the session in the tool where the tool gives one, drawn otherwise.
    Raises NotPossible, WordsMissing, OutOfRange, BadTool, AlreadyLive.
    """
    _require_words(purpose, "purpose")
    _check_length_and_code(minutes, code)
    mine = lock_request(request)
    tool, until = _possible(mine, rules.PROPOSED, minutes, now)
    _lapse_what_is_over(mine, now)
    if RemoteSession.objects.filter(request=mine, state__in=rules.LIVE).exists():
        raise AlreadyLive(f"{mine} has a remote session that is not over")
    session = RemoteSession.objects.create(
        request=mine,
        technician=technician,
        purpose=purpose.strip(),
        minutes=minutes,
        tool=tool,
        code=code or f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}",
        proposed_at=now,
        expires_at=until,
    )
    facts = {"scope": session.purpose.rstrip(" ."), "minutes": minutes}
    write(session, rules.PROPOSED, by=by, now=now, data=facts)
    tell(session, rules.PROPOSED, by=by, now=now, data=facts, tells_client=True, site=site)
    return session


@transaction.atomic
def consent(
    session: RemoteSession, *, account: AccessAccount, wording: str, by: Actor, now: datetime, site: str = ""
) -> RemoteSession:
    """Agree to *session*, under the *wording* that was shown. Only a person who reads the request may.

    Raises NotAReader, WordingChanged, NotTheStep, NotPossible.
    """
    mine = lock(session)
    _require_reader(mine, account, now)
    in_use = wording_on(now.astimezone(PARIS).date()).version
    if wording != in_use:
        raise WordingChanged(in_use)
    if mine.state != rules.PROPOSED or holds_no_longer(mine, now=now):
        raise NotTheStep(mine, rules.CONSENTED)
    _, until = _possible(mine.request, rules.CONSENTED, mine.minutes, now)
    take_step(mine, rules.CONSENTED, by=by, now=now, data={"wording": wording}, until=until)
    tell(mine, rules.CONSENTED, by=by, now=now, data={"wording": wording}, tells_publisher=True, site=site)
    return mine


@transaction.atomic
def refuse(
    session: RemoteSession, *, account: AccessAccount, by: Actor, now: datetime, words: str = "", site: str = ""
) -> RemoteSession:
    """Say no to a proposal, with words or without. Raises NotAReader, NotTheStep."""
    mine = lock(session)
    _require_reader(mine, account, now)
    take_step(mine, rules.REFUSED, by=by, now=now, text=words)
    tell(mine, rules.REFUSED, by=by, now=now, text=words, tells_publisher=True, site=site)
    return mine


@transaction.atomic
def withdraw(
    session: RemoteSession, *, account: AccessAccount, by: Actor, now: datetime, site: str = ""
) -> RemoteSession:
    """Take an agreement back, at any moment: a session that runs ends at once. Raises NotAReader, NotTheStep."""
    mine = lock(session)
    _require_reader(mine, account, now)
    was_running = mine.state == rules.STARTED
    take_step(mine, rules.WITHDRAWN, by=by, now=now)
    tell(mine, rules.WITHDRAWN, by=by, now=now, tells_publisher=True, site=site)
    if was_running:
        tell_end(mine, by=by, now=now, ended_at=now)
    return mine


@transaction.atomic
def cancel(session: RemoteSession, *, by: Actor, now: datetime, site: str = "") -> RemoteSession:
    """Take a proposal back before anything began; the client is told. Raises NotTheStep."""
    mine = lock(session)
    take_step(mine, rules.CANCELLED, by=by, now=now)
    tell(mine, rules.CANCELLED, by=by, now=now, tells_client=True, site=site)
    return mine


@transaction.atomic
def start(session: RemoteSession, *, technician: AccessAccount, by: Actor, now: datetime) -> RemoteSession:
    """Begin a session that the client agreed to. Raises NotYours, NotTheStep, NotPossible."""
    mine = lock(session)
    _require_own(mine, technician)
    if mine.state != rules.CONSENTED or holds_no_longer(mine, now=now):
        raise NotTheStep(mine, rules.STARTED)
    _, until = _possible(mine.request, rules.STARTED, mine.minutes, now)
    mine.started_at = now
    take_step(mine, rules.STARTED, by=by, now=now, until=until)
    tell(mine, rules.STARTED, by=by, now=now)
    return mine


@transaction.atomic
def end(
    session: RemoteSession, *, technician: AccessAccount, text: str, by: Actor, now: datetime, site: str = ""
) -> RemoteSession:
    """End a session with the report of what was done; the client is told.

    A report that comes after the client or the time ended the session is added to it.
    Raises NotYours, WordsMissing, NotTheStep.
    """
    mine = lock(session)
    _require_own(mine, technician)
    _require_words(text, "report")
    if mine.state == rules.STARTED and holds_no_longer(mine, now=now):
        lapse(mine, by=system_actor(LAPSE_JOB), now=now)
    if mine.state != rules.STARTED:
        return _add_report(mine, text, by=by, now=now, site=site)
    mine.has_report = True
    take_step(mine, rules.ENDED, by=by, now=now, text=text)
    tell_end(mine, by=by, now=now, ended_at=now, text=text, tells_client=True, site=site)
    return mine


def _add_report(session: RemoteSession, text: str, *, by: Actor, now: datetime, site: str) -> RemoteSession:
    if not session.is_report_owed:
        raise NotTheStep(session, rules.REPORTED)
    session.has_report = True
    session.save(update_fields=CACHED)
    write(session, rules.REPORTED, by=by, now=now, text=text)
    tell(session, rules.REPORTED, by=by, now=now, text=text, tells_client=True, site=site)
    return session


def lapse_sessions(*, by: Actor, now: datetime) -> int:
    """End what holds no longer: unanswered, not begun, past its length, of a closed request; return how many."""
    return sum(_lapsed(session, by=by, now=now) for session in queries.sessions_to_lapse(now=now))


@transaction.atomic
def _lapsed(session: RemoteSession, *, by: Actor, now: datetime) -> bool:
    mine = lock(session)
    is_over = holds_no_longer(mine, now=now)
    if is_over:
        lapse(mine, by=by, now=now)
    return is_over


def _lapse_what_is_over(request: Request, now: datetime) -> None:
    """End what no job ended yet, so that a new proposal does not wait for it."""
    for session in queries.sessions_to_lapse(now=now).filter(request=request):
        _lapsed(session, by=system_actor(LAPSE_JOB), now=now)


def _possible(request: Request, step: str, minutes: int, now: datetime) -> tuple[RemoteTool, datetime]:
    """Return the tool, and until when *step* holds. Raises NotPossible."""
    facts, tool = queries.facts_of(request, now=now), queries.current_tool()
    found = rules.obstacle(facts, now=now)
    if found is not None or tool is None:
        raise NotPossible(found or rules.Obstacle(rules.Why.NO_TOOL))
    return tool, _until(step, minutes, facts.calendar, now)


def _until(step: str, minutes: int, calendar: Calendar | None, now: datetime) -> datetime:
    if calendar is None:
        raise NotPossible(rules.Obstacle(rules.Why.NO_HOURS))
    return rules.lapses_at(step, now=now, minutes=minutes, calendar=calendar, defaults=remote_defaults())


def _check_length_and_code(minutes: int, code: str) -> None:
    limits = remote_defaults()
    if not limits.shortest_minutes <= minutes <= limits.longest_minutes:
        raise OutOfRange("minutes", minutes, least=limits.shortest_minutes, most=limits.longest_minutes)
    if code and not is_code(code):
        raise BadTool("code")


def _require_words(text: str, field: str) -> None:
    if not text.strip():
        raise WordsMissing(field)


def _require_own(session: RemoteSession, technician: AccessAccount) -> None:
    if session.technician_id != technician.pk:
        raise NotYours(session)


def _require_reader(session: RemoteSession, account: AccessAccount, now: datetime) -> None:
    day = now.astimezone(PARIS).date()
    if not account.is_active or not queries.is_reader(account, session.request, day=day):
        raise NotAReader(f"{account} does not read {session.request}")
