"""Who may see or do what about figures; the only place that finds a row for a request."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404

from livret.care.figures.models import HalfYearlyReport
from livret.care.figures.queries import reports
from livret.care.support import queries as support
from livret.clients import queries as clients
from livret.clients.access import own_client
from livret.clients.models import Client, Contract

if TYPE_CHECKING:
    from livret.care.support.models import Request
    from livret.clients.models import AccessAccount

TECHNICIAN, CUSTOMER_SERVICE, ADMINISTRATOR = "technician", "customer_service", "administrator"


def reads_whole_company(account: AccessAccount, *, day: date) -> bool:
    """Tell whether *account* reads the figures of its whole company: its SaaS administrators do."""
    return account.client is not None and clients.is_saas_administrator(account, client=account.client, day=day)


def own_requests(account: AccessAccount, *, day: date) -> QuerySet[Request]:
    """Return the requests that the figures of *account* count: those that it may read."""
    return support.requests_of(account, whole_company=reads_whole_company(account, day=day))


def own_report(account: AccessAccount, pk: int, *, day: date) -> HalfYearlyReport:
    """Return a report of the company of *account*. Raises Http404 on any other, and for who is not told of it.

    Reports go to the company's SaaS administrators and to the contact that they named.
    """
    report = _found(HalfYearlyReport.objects.filter(pk=pk, client=own_client(account)))
    if not may_read_reports(account, report.contract, day=day):
        raise Http404
    return report


def may_read_reports(account: AccessAccount, contract: Contract, *, day: date) -> bool:
    """Tell whether *account* may read the reports of *contract*: its administrators, and the contact they named."""
    contact = reports.contact_of(contract)
    return reads_whole_company(account, day=day) or (contact is not None and contact.account_id == account.pk)


def contract_with_reports(client: Client, *, day: date) -> Contract:
    """Return the contract in force of *client*, where it is owed reports. Raises Http404."""
    contract = clients.contract_in_force(client, day=day)
    if contract is None or reports.owed_by(contract) is None:
        raise Http404
    return contract


def administrators_of(client: Client, *, day: date) -> list[str]:
    """Return the names of the SaaS administrators of *day*: who can name a contact."""
    return [row.account.full_name for row in clients.administrators_on(client, day=day)]


def console_report(pk: int) -> HalfYearlyReport:
    """Return a report for the console. Raises Http404."""
    return _found(HalfYearlyReport.objects.filter(pk=pk))


def contract_named(number: str) -> Contract:
    """Return a contract for the console. Raises Http404."""
    found = Contract.objects.filter(number=number).select_related("client").first()
    if found is None:
        raise Http404
    return found


def _found(rows: QuerySet[HalfYearlyReport]) -> HalfYearlyReport:
    found = rows.select_related("contract", "client").first()
    if found is None:
        raise Http404
    return found
