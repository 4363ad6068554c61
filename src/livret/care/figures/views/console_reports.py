"""The console: every half-yearly report, its deliveries, and the contact of each contract."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livret.care.figures import access, services, wording
from livret.care.figures.forms import ContactForm
from livret.care.figures.queries import reports as reads
from livret.care.figures.views.files import data_answer, pdf_answer, report_facts
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock

READERS = (access.TECHNICIAN, access.CUSTOMER_SERVICE)
PAGE_SIZE = 50


@require_GET
@staff_required(*READERS)
def listing(request: AccountRequest) -> HttpResponse:
    """Every report and every contract that is owed some."""
    today = clock.today()
    page = Paginator(reads.all_reports(), PAGE_SIZE).get_page(request.GET.get("page"))
    owed = [
        (contract, reads.running_period(contract, day=today), reads.recipients_of(contract, day=today))
        for contract in reads.contracts_owed()
        if contract.is_in_force(today)
    ]
    return render(request, "figures/console/reports.html", {"page": page, "owed": owed})


@require_GET
@staff_required(*READERS)
def report(request: AccountRequest, pk: int) -> HttpResponse:
    """One report as the client sees it, with its deliveries."""
    return render(request, "figures/console/report.html", report_facts(access.console_report(pk), now=clock.now()))


@require_GET
@staff_required(*READERS)
def pdf(request: AccountRequest, pk: int) -> HttpResponse:
    return pdf_answer(access.console_report(pk))


@require_GET
@staff_required(*READERS)
def data(request: AccountRequest, pk: int) -> HttpResponse:
    return data_answer(access.console_report(pk))


@require_POST
@staff_required(access.CUSTOMER_SERVICE)
def deliveries(request: AccountRequest, pk: int) -> HttpResponse:
    """Send a report once more."""
    found = access.console_report(pk)
    try:
        services.deliver_report(found, by=request.actor, now=clock.now(), site=_site(request))
    except services.NobodyToTell:
        messages.error(request, _("This report has nobody to go to. Name its contact, then send it."))
    return redirect(found.get_console_url())


@require_http_methods(["GET", "POST"])
@staff_required(access.CUSTOMER_SERVICE)
def contact(request: AccountRequest, number: str) -> HttpResponse:
    """Name whom the reports of a contract go to."""
    contract = access.contract_named(number)
    named = reads.contact_of(contract)
    first = {"account": str(named.account_id) if named and named.account_id else ""}
    people = reads.people_of(contract.client)
    form = ContactForm(people, request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        services.name_contact(contract, form.account_chosen(), by=request.actor, now=clock.now())
        return redirect("figures_console:reports")
    facts = {"form": form, "contract": contract, "title": wording.CONTACT}
    return render(request, "figures/console/contact.html", facts, status=422 if form.is_bound else 200)


def _site(request: AccountRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
