"""Who may read or do what with customer service and operations; the only place that finds a row for a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, TypeVar, cast

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _

from livret.booklet import Booklet, library
from livret.care.service import queries
from livret.care.service.models import Complaint, DataOperation, NoticeFile
from livret.care.service.rules import operations as rules
from livret.care.support import access as support_access
from livret.care.support import queries as support
from livret.care.support.models import Request
from livret.clients import queries as clients
from livret.clients.access import AccountRequest, Forbidden, client_required, own_client
from livret.core import clock

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Client

CUSTOMER_SERVICE, OPERATIONS, ADMINISTRATOR = "customer_service", "operations", "administrator"
T = TypeVar("T")
V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def administrators_only(view: V) -> V:
    """Ask for a SaaS administrator of the client, today; anybody else reads who is, how one becomes one, by which
    clause."""

    @wraps(view)
    def guarded(request: AccountRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        _refuse_plain_person(request.account)
        return view(request, *args, **kwargs)

    return cast(V, client_required(guarded))


def _refuse_plain_person(account: AccessAccount) -> None:
    client, day = own_client(account), clock.today()
    if clients.is_saas_administrator(account, client=client, day=day):
        return
    names = [row.account.full_name for row in clients.administrators_on(client, day=day)]
    booklet = booklet_on(client, day=day)
    clause = rules.reserved_clause(booklet) if booklet else ""
    words = (
        _("Only a SaaS administrator of your company may ask for an operation on its data (clause %(clause)s).")
        % {"clause": clause}
        if clause
        else _("Only a SaaS administrator of your company may ask for an operation on its data.")
    )
    raise Forbidden(
        words,
        granted_by=_("Ask %(names)s: a SaaS administrator asks for you, or names you one under My company.")
        % {"names": ", ".join(names)},
    )


def booklet_on(client: Client, *, day: date) -> Booklet | None:
    """Return the booklet of the contract in force on *day*, if any."""
    contract = clients.contract_in_force(client, day=day)
    return library()[contract.booklet, contract.booklet_version] if contract else None


def reads_whole_company(account: AccessAccount) -> bool:
    client = account.client
    return client is not None and clients.is_saas_administrator(account, client=client, day=clock.today())


def own_notice(account: AccessAccount, number: str) -> NoticeFile:
    """Return a notice file beside a request that a client's person may read. Raises Http404 on any other."""
    among = queries.notices_of(account, whole_company=reads_whole_company(account))
    return _found(queries.notice_numbered(number, among=among))


def own_complaint(account: AccessAccount, number: str) -> Complaint:
    among = queries.complaints_of(account, whole_company=reads_whole_company(account))
    return _found(queries.complaint_numbered(number, among=among))


def is_owner(account: AccessAccount, request: Request) -> bool:
    """Tell whether *account* may take back what stands beside *request*: who filed it, and the administrators do."""
    return support_access.owns(account, request, day=clock.today())


def require_owner(account: AccessAccount, request: Request) -> None:
    """Raise Forbidden, saying who may, when *account* only reads *request*."""
    support_access.require_owner(account, request, day=clock.today())


def own_operation(account: AccessAccount, number: str) -> DataOperation:
    """Return an operation of the person's client. Raises Http404 on any other."""
    return _found(queries.operation_numbered(number, among=queries.operations_of(own_client(account))))


def own_request(account: AccessAccount, number: str) -> Request:
    found = support.requests_of(account, whole_company=reads_whole_company(account))
    return _found(found.filter(number=number).first())


def console_notice(number: str) -> NoticeFile:
    return _found(queries.notice_numbered(number))


def console_complaint(number: str) -> Complaint:
    return _found(queries.complaint_numbered(number))


def console_operation(number: str) -> DataOperation:
    return _found(queries.operation_numbered(number))


def console_request(number: str) -> Request:
    return _found(Request.objects.filter(number=number).select_related("client", "contract").first())


def _found(row: T | None) -> T:
    if row is None:
        raise Http404
    return row
