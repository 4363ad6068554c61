"""Who may see or do what in assistance; the only place that finds a row for a page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import Http404

from livret.care.assistance import queries
from livret.care.assistance.models import RemoteSession, WebSession
from livret.care.assistance.rules.web import Opening
from livret.care.support import queries as support
from livret.clients.access import holds_role

if TYPE_CHECKING:
    from livret.care.support.models import Request
    from livret.clients.models import AccessAccount

TECHNICIAN, CUSTOMER_SERVICE, TRAINER, ADMINISTRATOR = "technician", "customer_service", "trainer", "administrator"
READERS, HOSTS = (TECHNICIAN, CUSTOMER_SERVICE), (TECHNICIAN, TRAINER)


def own_request(account: AccessAccount, number: str, *, day: date) -> Request:
    """Return a request that a client's person reads. Raises Http404 on any other, existing or not."""
    found = support.request_numbered(number)
    if found is None or not queries.is_reader(account, found, day=day):
        raise Http404
    return found


def console_request(number: str) -> Request:
    """Return a request for the console. Raises Http404."""
    found = support.request_numbered(number)
    if found is None:
        raise Http404
    return found


def remote_session(request: Request, pk: int) -> RemoteSession:
    """Return a remote session of *request*. Raises Http404."""
    found = queries.remote_sessions(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def may_propose(account: AccessAccount) -> bool:
    return holds_role(account, TECHNICIAN)


def readable_session(opening: Opening | None, pk: int) -> WebSession:
    """Return a web session that *opening* holds. Raises Http404 on any other, existing or not."""
    found = queries.sessions_open_to(opening).filter(pk=pk).first() if opening else None
    if found is None:
        raise Http404
    return found


def console_session(pk: int) -> WebSession:
    """Return a web session for the console. Raises Http404."""
    found = WebSession.objects.select_related("host").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
