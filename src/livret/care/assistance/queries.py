"""Reads for screens and jobs."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, Value, When

from livret.booklet import library
from livret.care.assistance.models import Registration, RemoteSession, RemoteSessionEvent, RemoteTool, WebSession
from livret.care.assistance.models.remote import IS_LIVE
from livret.care.assistance.rules import remote as rules
from livret.care.assistance.rules.remote import Facts, Obstacle
from livret.care.assistance.rules.web import Opening, opening_of
from livret.care.support import queries as support
from livret.clients import queries as clients
from livret.core.clock import PARIS

if TYPE_CHECKING:
    from livret.booklet.calendar import Calendar
    from livret.care.support.models import Request
    from livret.clients.models import AccessAccount, Contract

OUT_OF_SCOPE, PAID = "out_of_scope", "paid"
SEATED_FIRST = ("place", "at", "pk")


def current_tool() -> RemoteTool | None:
    """Return the external tool that the publisher chose, None when it has none now."""
    latest = RemoteTool.objects.order_by("-set_at", "-pk").first()
    return latest if latest is not None and latest.is_active else None


def tool_settings() -> QuerySet[RemoteTool]:
    """Return every setting of the tool, the latest first."""
    return RemoteTool.objects.order_by("-set_at", "-pk")


def calendar_of(request: Request, *, day: date) -> tuple[Calendar | None, str]:
    """Return the opening hours that count for *request*, and the clause that gives them or leaves them open."""
    booklet, book = support.booklet_of(request), support.HoursBook()
    hours = book.named(request.hours, booklet) if request.hours else book.on(day, booklet)
    return (hours.calendar, hours.clause) if hours is not None else (None, "")


def facts_of(request: Request, *, now: datetime) -> Facts:
    """Return what decides whether a remote session may take place for *request*."""
    booklet = support.booklet_of(request)
    calendar, clause = calendar_of(request, day=now.astimezone(PARIS).date())
    suspension = support.suspension_in_force(request.client_id, at=now)
    is_out = request.qualification == OUT_OF_SCOPE
    return Facts(
        booklet=booklet,
        plan=request.plan,
        kind=request.kind,
        is_closed=request.is_closed,
        is_picked_up=request.is_picked_up,
        is_out_of_scope=is_out or request.standing == PAID,
        scope_clause=booklet.support.out_of_scope.clause if is_out else request.standing_clause,
        suspended_by=suspension.clause if suspension else "",
        has_tool=current_tool() is not None,
        calendar=calendar,
        hours_clause=rules.hours_clause(booklet, clause),
    )


def obstacle_to(request: Request, *, now: datetime) -> Obstacle | None:
    """Return what stands against a remote session for *request* now, None when nothing does."""
    return rules.obstacle(facts_of(request, now=now), now=now)


def remote_sessions(request: Request) -> QuerySet[RemoteSession]:
    """Return the remote sessions of *request* with their events, the latest first."""
    events = Prefetch("events", RemoteSessionEvent.objects.order_by("sequence"))
    found = RemoteSession.objects.filter(request=request).select_related("technician", "tool", "request")
    return found.prefetch_related(events).order_by("-proposed_at", "-pk")


def sessions_to_lapse(*, now: datetime) -> QuerySet[RemoteSession]:
    """Return the live remote sessions whose step holds no longer, and those of requests closed meanwhile."""
    due = Q(expires_at__lte=now) | Q(request__closed_at__isnull=False)
    return RemoteSession.objects.filter(IS_LIVE, due).select_related("request").order_by("expires_at", "pk")


def is_reader(account: AccessAccount, request: Request, *, day: date) -> bool:
    """Tell whether a client's person reads *request*: they filed it, it is shared with them, or they administer."""
    return readable_requests(account, day=day).filter(pk=request.pk).exists()


def readable_requests(account: AccessAccount, *, day: date) -> QuerySet[Request]:
    wide = account.client is not None and clients.is_saas_administrator(account, client=account.client, day=day)
    return support.requests_of(account, whole_company=wide)


def opening_for(account: AccessAccount, *, day: date) -> Opening | None:
    """Return what the contract of *account* opens of web assistance on *day*, None without a contract."""
    contract = clients.contract_in_force(account.client, day=day) if account.client else None
    return opening_under(contract) if contract is not None else None


def opening_under(contract: Contract) -> Opening:
    return opening_of(library()[contract.booklet, contract.booklet_version], contract.plan, contract.modules)


def sessions_open_to(opening: Opening) -> QuerySet[WebSession]:
    """Return the web sessions about the products that *opening* holds, none when it is closed."""
    if not opening.is_open:
        return WebSession.objects.none()
    return WebSession.objects.filter(Q(product="") | Q(product__in=opening.products)).select_related("host")


def registrations_of(account: AccessAccount) -> dict[int, Registration]:
    """Return the registrations of *account* that count, by session."""
    return {row.session_id: row for row in Registration.objects.filter(account=account, cancelled_at=None)}


def standing_registrations(session: WebSession) -> QuerySet[Registration]:
    """Return the registrations that count: those with a place by its number, then those who wait, in order."""
    found = Registration.objects.filter(session=session, cancelled_at=None).select_related("account__client")
    return found.order_by(*SEATED_FIRST)


def waiting_before(registration: Registration) -> int:
    """Return how many wait for a place before *registration*."""
    waiting = Registration.objects.filter(session=registration.session_id, cancelled_at=None, place=None)
    return waiting.filter(Q(at__lt=registration.at) | Q(at=registration.at, pk__lt=registration.pk)).count()


def with_counts(found: QuerySet[WebSession]) -> QuerySet[WebSession]:
    """Return sessions with `seated_count` and `waiting_count`."""
    counts = Q(registrations__cancelled_at=None)
    return found.select_related("host").annotate(
        seated_count=Count("registrations", filter=counts & Q(registrations__place__isnull=False)),
        waiting_count=Count("registrations", filter=counts & Q(registrations__place=None)),
    )


def people_concerned(session: WebSession, *, products: frozenset[str], day: date) -> list[AccessAccount]:
    """Return the people who may register for *session*, of the clients whose contract holds one of *products*.

    The empty product stands for all of them. Only people who came in once are written to.
    """
    found: list[AccessAccount] = []
    for contract in clients.contracts_in_force(day=day):
        opening = opening_under(contract)
        if opening.holds(session.product) and any(opening.holds(product) for product in products):
            found += [one for one in clients.open_accounts(contract.client) if one.has_usable_password()]
    return found


def replays(found: QuerySet[WebSession]) -> QuerySet[WebSession]:
    """Return those of *found* that have a replay, the latest first."""
    return found.exclude(replay_url="").order_by("-starts_at", "-pk")


def sessions_listed(*, now: datetime) -> QuerySet[WebSession]:
    """Return every web session: those to come in their order, then the others, the latest first."""
    is_coming = Q(state=WebSession.State.PLANNED, starts_at__gt=now)
    rank = Case(When(is_coming, then=Value(0)), default=Value(1))
    soonest = Case(When(is_coming, then=F("starts_at")))
    return with_counts(WebSession.objects.all()).order_by(rank, soonest.asc(), "-starts_at", "-pk")
