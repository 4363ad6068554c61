"""Bank accounts, their statements, and the reconciliation statement of a day."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.views import answer
from livret.suite.finance import access as books
from livret.suite.finance.bank import access
from livret.suite.finance.bank.forms import BankAccountForm, DayForm
from livret.suite.finance.bank.queries.accounts import account_card, account_cards, last_day_of, statement_rows
from livret.suite.finance.bank.queries.choices import year_at
from livret.suite.finance.bank.queries.reconciliation import reconciliation as reconciled
from livret.suite.finance.bank.services import setup


@require_safe
@member_required(module="finance", right="read")
def accounts(request: MemberRequest, siren: str) -> HttpResponse:
    company = books.company_for(request, siren)
    may_open = request.member.may("finance", "administer", company_id=company.pk)
    context = {"company": company, "cards": account_cards(company), "may_open": may_open}
    return render(request, "bank/accounts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def account_new(request: MemberRequest, siren: str) -> HttpResponse:
    company = books.company_for(request, siren, right="administer")
    initial = {"identifier": access.unknown_identifier(company, request.GET.get("file", "")), "account": "512000"}
    form = BankAccountForm(request.POST or None, company=company, initial=initial)
    if form.is_valid():
        account = setup.open_account(company, **form.cleaned_data, by=request.actor, at=clock.now())
        messages.success(request, _("Bank account noted: %(account)s.") % {"account": account.label})
        return redirect_here(request, "bank:accounts", siren=siren)
    return answer(request, "bank/account_new.html", {"company": company, "form": form})


@require_safe
@member_required(module="finance", right="read")
def account(request: MemberRequest, siren: str, account: int) -> HttpResponse:
    company = books.company_for(request, siren)
    held = access.bank_account_for(company, account)
    context = {"company": company, "account": held, "card": account_card(held), "rows": statement_rows(held)}
    return render(request, "bank/account.html", context)


@require_safe
@member_required(module="finance", right="read")
def reconciliation(request: MemberRequest, siren: str, account: int) -> HttpResponse:
    company = books.company_for(request, siren)
    held = access.bank_account_for(company, account)
    asked = DayForm(request.GET)
    typed: dict[str, Any] = asked.cleaned_data if asked.is_valid() else {}
    on = typed.get("on") or last_day_of(held) or clock.today()
    context = {
        "company": company,
        "account": held,
        "form": DayForm({"on": on}),
        "found": reconciled(held, on),
        "year": year_at(company, on),
        "printed_at": clock.now(),
    }
    return render(request, "bank/reconciliation.html", context)
