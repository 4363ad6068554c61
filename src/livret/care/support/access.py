"""Who may read or do what in support; the only place that finds a request for a page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from livret.care.support import queries
from livret.care.support.models import Attachment, Request
from livret.care.support.rules.numbers import is_request_number
from livret.clients import queries as clients
from livret.clients.access import Forbidden

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

TECHNICIAN, CUSTOMER_SERVICE, ADMINISTRATOR = "technician", "customer_service", "administrator"


def reads_whole_company(account: AccessAccount, *, day: date) -> bool:
    """Tell whether *account* reads all the requests of its company: its SaaS administrators do."""
    return account.client is not None and clients.is_saas_administrator(account, client=account.client, day=day)


def own_request(account: AccessAccount, number: str, *, day: date) -> Request:
    """Return a request that a client's person may read. Raises Http404 on any other, existing or not."""
    found = queries.requests_of(account, whole_company=reads_whole_company(account, day=day))
    return _found(found, number)


def owns(account: AccessAccount, request: Request, *, day: date) -> bool:
    """Tell whether *account* may share *request* or take it back: who filed it, and the SaaS administrators do."""
    return request.filed_by_id == account.pk or reads_whole_company(account, day=day)


def require_owner(account: AccessAccount, request: Request, *, day: date) -> None:
    """Raise Forbidden, saying who may, when *account* only reads *request*."""
    if not owns(account, request, day=day):
        raise Forbidden(
            _("Only who filed a request, or a SaaS administrator of the company, may share it or take it back."),
            granted_by=_("Ask %(name)s.") % {"name": request.filed_by.full_name},
        )


def console_request(number: str) -> Request:
    """Return a request for the console. Raises Http404."""
    return _found(Request.objects.all(), number)


def attachment_of(request: Request, pk: int, *, is_staff: bool) -> Attachment:
    """Return a file of *request*; those of internal notes are for the publisher only. Raises Http404."""
    files = request.attachments.select_related("event")
    if not is_staff:
        files = files.filter(event__is_internal=False)
    found = files.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def may_act(account: AccessAccount, request: Request) -> bool:
    """Tell whether a person of the publisher may take and answer *request*: its kind decides which role does."""
    return bool(account.roles & {role_for(request), ADMINISTRATOR})


def role_for(request: Request) -> str:
    """Return the role that takes *request*, by its kind."""
    return CUSTOMER_SERVICE if request.kind == Request.Kind.CUSTOMER_SERVICE else TECHNICIAN


def require_may_act(account: AccessAccount, request: Request) -> None:
    """Raise Forbidden, saying who can grant the right, when *account* may not act on *request*."""
    refusal = refusal_to_act(account, request)
    if refusal is not None:
        raise refusal


def refusal_to_act(account: AccessAccount, request: Request) -> Forbidden | None:
    """Return why *account* may not act on *request* and who can grant the right, None when it may."""
    if may_act(account, request):
        return None
    names = ", ".join(person.full_name for person in clients.staff_with(ADMINISTRATOR))
    message = (
        _("Requests to customer service are taken by customer service.")
        if request.kind == Request.Kind.CUSTOMER_SERVICE
        else _("Requests to support are taken by the technicians.")
    )
    return Forbidden(message, granted_by=_("An administrator can give you the role: %(names)s.") % {"names": names})


def _found(requests: QuerySet[Request], number: str) -> Request:
    wanted = requests.filter(number=number) if is_request_number(number) else requests.none()
    found = wanted.select_related("client", "contract", "filed_by", "assigned_to").first()
    if found is None:
        raise Http404
    return found
