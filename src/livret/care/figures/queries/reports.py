"""Half-yearly reports: which are owed, frozen, delivered, and what changed since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from json import loads
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet

from livret.care.figures.models import HalfYearlyReport, ReportContact, ReportDelivery
from livret.care.figures.queries.attainment import booklet_of
from livret.care.figures.queries.report_data import report_data
from livret.care.figures.rules import periods
from livret.care.figures.rules import reports as rules
from livret.clients import queries as clients
from livret.core.blobs import store
from livret.kernel.periods import DayPeriod

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Client, Contract


def owed_by(contract: Contract) -> rules.Owed | None:
    """Return how often *contract* is owed a report, None where its plan has none."""
    return rules.owed(booklet_of(contract), contract.plan)


def periods_to_freeze(contract: Contract, *, day: date) -> list[tuple[int, DayPeriod]]:
    """Return the periods of *contract* that ended before *day* and have no report yet, the oldest first."""
    owed, start = owed_by(contract), contract.support_start_on
    if owed is None or start is None:
        return []
    ended = rules.periods_owed(start, months=owed.months, day=day, ends_until=contract.ends_until)
    frozen = set(HalfYearlyReport.objects.filter(contract=contract).values_list("index", flat=True))
    return [(index, period) for index, period in ended if index not in frozen]


def running_period(contract: Contract, *, day: date) -> DayPeriod | None:
    """Return the period whose report comes next, None where none is owed or support has not started."""
    owed, start = owed_by(contract), contract.support_start_on
    spans = periods.periods_so_far(start, months=owed.months, day=day) if owed and start else []
    return spans[0] if spans else None


def contracts_owed() -> Iterator[Contract]:
    """Yield the contracts that are owed reports, by number."""
    for contract in clients.contracts_with_support():
        if owed_by(contract) is not None:
            yield contract


def reports_of(client: Client) -> QuerySet[HalfYearlyReport]:
    """Return a client's reports with their deliveries, the latest first."""
    return _with_deliveries().filter(client=client)


def all_reports() -> QuerySet[HalfYearlyReport]:
    """Return every report with its deliveries, the latest first."""
    return _with_deliveries()


def _with_deliveries() -> QuerySet[HalfYearlyReport]:
    sent = Prefetch("deliveries", ReportDelivery.objects.select_related("account", "message").order_by("at", "pk"))
    return (
        HalfYearlyReport.objects.select_related("client", "contract")
        .prefetch_related(sent)
        .order_by("-first_on", "contract__number")
    )


def contact_of(contract: Contract) -> ReportContact | None:
    """Return the last naming of a contact, None before the first."""
    return ReportContact.objects.filter(contract=contract).select_related("account").order_by("-at", "-pk").first()


def recipients_of(contract: Contract, *, day: date) -> list[AccessAccount]:
    """Return whom a report of *contract* goes to: the named contact, else the SaaS administrators of *day*."""
    named = contact_of(contract)
    if named is not None and named.account is not None and named.account.is_active:
        return [named.account]
    return [row.account for row in clients.administrators_on(contract.client, day=day) if row.account.is_active]


def people_of(client: Client) -> list[AccessAccount]:
    """Return the people of *client* who may be named: those whose account is open."""
    return list(clients.access_accounts(client).filter(is_active=True))


def content_of(report: HalfYearlyReport) -> dict[str, Any]:
    """Return what the frozen data file of *report* says."""
    found: dict[str, Any] = loads(data_of(report))
    return found


def data_of(report: HalfYearlyReport) -> bytes:
    return _blob(report, report.data_digest)


def pdf_of(report: HalfYearlyReport) -> bytes:
    return _blob(report, report.pdf_digest)


def _blob(report: HalfYearlyReport, digest: str) -> bytes:
    with store.open_blob(digest, owner=str(report.client.uuid)) as held:
        return held.read()


def changed_since(report: HalfYearlyReport, *, now: datetime) -> list[rules.Change]:
    """Return what the report would say differently if it were made *now*; the frozen one stays as it is."""
    before = content_of(report)
    period = DayPeriod(report.first_on, report.last_on)
    after = report_data(report.contract, period, publisher=str(before["publisher"]), now=now)
    return rules.changes(before, after)
