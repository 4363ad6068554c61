"""The customer space: the half-yearly reports, their files, and whom they go to."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from livret.care.figures import access, queries, services, wording
from livret.care.figures.forms import ContactForm
from livret.care.figures.queries import reports as reads
from livret.care.figures.views.files import data_answer, pdf_answer, report_facts
from livret.clients.access import AccountRequest, client_administrator_required, client_required, own_client
from livret.core import clock


@require_GET
@client_required
def listing(request: AccountRequest) -> HttpResponse:
    """The reports of the company, when the next one comes, and to whom."""
    client, today = own_client(request.account), clock.today()
    contract = queries.contract_shown(client, day=today)
    may_read = contract is not None and access.may_read_reports(request.account, contract, day=today)
    owed = reads.owed_by(contract) if contract else None
    running = reads.running_period(contract, day=today) if contract and owed else None
    booklet = queries.booklet_of(contract) if contract else None
    facts = {
        "reports": reads.reports_of(client) if may_read else (),
        "may_read": may_read,
        "owed": owed,
        "booklet": booklet,
        "clause": owed.clause if owed else booklet.support.request_report_every.clause if booklet else "",
        "running": running,
        "people": reads.recipients_of(contract, day=today) if contract and owed else [],
        "may_name": owed is not None and access.reads_whole_company(request.account, day=today),
        "administrators": access.administrators_of(client, day=today),
    }
    return render(request, "figures/portal/reports.html", facts)


@require_GET
@client_required
def report(request: AccountRequest, pk: int) -> HttpResponse:
    """One report: what it says in short, its files, what changed since."""
    found = access.own_report(request.account, pk, day=clock.today())
    return render(request, "figures/portal/report.html", report_facts(found, now=clock.now()))


@require_GET
@client_required
def pdf(request: AccountRequest, pk: int) -> HttpResponse:
    return pdf_answer(access.own_report(request.account, pk, day=clock.today()))


@require_GET
@client_required
def data(request: AccountRequest, pk: int) -> HttpResponse:
    return data_answer(access.own_report(request.account, pk, day=clock.today()))


@require_http_methods(["GET", "POST"])
@client_administrator_required
def contact(request: AccountRequest) -> HttpResponse:
    """Name whom the reports go to."""
    contract = access.contract_with_reports(own_client(request.account), day=clock.today())
    people = reads.people_of(contract.client)
    named = reads.contact_of(contract)
    first = {"account": str(named.account_id) if named and named.account_id else ""}
    form = ContactForm(people, request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        services.name_contact(contract, form.account_chosen(), by=request.actor, now=clock.now())
        return redirect("figures:reports")
    facts = {"form": form, "contract": contract, "title": wording.CONTACT}
    return render(request, "figures/portal/contact.html", facts, status=422 if form.is_bound else 200)
