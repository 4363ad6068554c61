"""Verbs: freeze a report, deliver it, name its contact, draw it again to check it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from livret.care.figures import mails, rendering
from livret.care.figures.models import HalfYearlyReport, ReportContact, ReportDelivery
from livret.care.figures.queries import reports as queries
from livret.care.figures.queries.report_data import report_data
from livret.care.figures.rules.reports import canonical
from livret.core.audit import services as audit
from livret.core.blobs import store
from livret.core.clock import PARIS
from livret.core.mail import services as mail
from livret.core.people import Actor
from livret.kernel.errors import Refusal
from livret.kernel.periods import DayPeriod

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Contract


class NotOfTheClient(Refusal):
    """The contact named is not an open account of the contract's client."""


class NobodyToTell(Refusal):
    """A report has nobody to go to: no contact, and no SaaS administrator with an open account."""


class NoSuchReport(Refusal):
    """No report has this number."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a second drawing says. data_is_kept, pdf_is_kept: the files still are what was frozen.

    is_same: drawn again from the data, the page is the same bytes; drawn_by: what drew it now.
    """

    report: HalfYearlyReport
    data_is_kept: bool
    pdf_is_kept: bool
    is_same: bool
    drawn_by: str

    @property
    def is_good(self) -> bool:
        return self.data_is_kept and self.pdf_is_kept and self.is_same


def freeze_report(
    contract: Contract, index: int, period: DayPeriod, *, by: Actor, now: datetime
) -> HalfYearlyReport | None:
    """Freeze the report of *contract* over *period*, number *index*; None when it is frozen already."""
    if HalfYearlyReport.objects.filter(contract=contract, index=index).exists():
        return None
    content = report_data(contract, period, publisher=mail.sender_name(), now=now)
    data = canonical(content)
    page = rendering.pdf_of(data, layout=rendering.LAYOUT)
    owner = str(contract.client.uuid)
    kept, drawn = store.put([data], owner=owner), store.put([page], owner=owner)
    try:
        with transaction.atomic():
            report = HalfYearlyReport.objects.create(
                contract=contract,
                client=contract.client,
                index=index,
                first_on=period.first_day,
                last_on=period.last_day,
                requests=len(content["requests"]),
                data_digest=kept.digest,
                data_size=kept.size,
                pdf_digest=drawn.digest,
                pdf_size=drawn.size,
                template=rendering.LAYOUT,
                renderer=rendering.renderer(),
                frozen_at=now,
            )
            audit.record("figures.report.frozen", report, by=by, at=now, detail={"data": kept.digest})
    except IntegrityError:  # Another job froze it meanwhile: one report is enough.
        return None
    return report


def freeze_due_reports(*, by: Actor, now: datetime) -> list[HalfYearlyReport]:
    """Freeze every report that is owed and not made, deliver the latest of each contract; return those made."""
    day, made = now.astimezone(PARIS).date(), []
    for contract in queries.contracts_owed():
        due = queries.periods_to_freeze(contract, day=day)
        for index, period in due:
            with transaction.atomic():
                report = freeze_report(contract, index, period, by=by, now=now)
                if report is not None and (index, period) == due[-1]:
                    _deliver_if_anybody(report, by=by, now=now)
            made += [report] if report else []
    return made


def _deliver_if_anybody(report: HalfYearlyReport, *, by: Actor, now: datetime) -> None:
    try:
        deliver_report(report, by=by, now=now)
    except NobodyToTell:
        return  # The console's list shows a report that went to nobody.


@transaction.atomic
def deliver_report(report: HalfYearlyReport, *, by: Actor, now: datetime, site: str = "") -> list[ReportDelivery]:
    """Send *report* to its contact, else to the SaaS administrators. Raises NobodyToTell."""
    people = queries.recipients_of(report.contract, day=now.astimezone(PARIS).date())
    if not people:
        raise NobodyToTell(f"report {report} has nobody to go to")
    sent = [
        ReportDelivery.objects.create(
            report=report,
            account=person,
            message=mails.send_report(report, to=person, now=now, site=site),
            at=now,
            by_id=by.id,
            by_name=by.name,
        )
        for person in people
    ]
    audit.record("figures.report.delivered", report, by=by, at=now, detail={"to": [row.account.email for row in sent]})
    return sent


@transaction.atomic
def name_contact(contract: Contract, account: AccessAccount | None, *, by: Actor, now: datetime) -> ReportContact:
    """Name whom the reports of *contract* go to, the SaaS administrators with None. Raises NotOfTheClient."""
    if account is not None and (account.client_id != contract.client_id or not account.is_active):
        raise NotOfTheClient(f"{account} is not an open account of {contract.client}")
    row = ReportContact.objects.create(contract=contract, account=account, at=now, by_id=by.id, by_name=by.name)
    told = {"account": str(account.pk) if account else ""}
    audit.record("figures.report.contact_named", contract, by=by, at=now, detail=told)
    return row


def verify_report(pk: int) -> Verified:
    """Draw a report again from its data file and compare the bytes. Raises NoSuchReport."""
    report = HalfYearlyReport.objects.select_related("client", "contract").filter(pk=pk).first()
    if report is None:
        raise NoSuchReport(f"There is no report {pk}.")
    data, page = queries.data_of(report), queries.pdf_of(report)
    again = rendering.pdf_of(data, layout=report.template)
    return Verified(
        report,
        sha256(data).hexdigest() == report.data_digest,
        sha256(page).hexdigest() == report.pdf_digest,
        sha256(again).hexdigest() == report.pdf_digest,
        rendering.renderer(),
    )
