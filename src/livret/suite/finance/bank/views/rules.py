"""Rules: what they would match before they are saved, and their application in batches."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.money import euros_of
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access as books
from livret.suite.finance.bank import access
from livret.suite.finance.bank.forms import RuleForm
from livret.suite.finance.bank.models import BankRule
from livret.suite.finance.bank.queries.accounts import rule_matches
from livret.suite.finance.bank.queries.queue import left_ids
from livret.suite.finance.bank.services import bulk, setup
from livret.suite.finance.bank.views.queue import accept_many


@require_safe
@member_required(module="finance", right="read")
def rules(request: MemberRequest, siren: str) -> HttpResponse:
    company = books.company_for(request, siren)
    held = BankRule.objects.filter(company=company).select_related("auxiliary").order_by("position", "pk")
    rows = [(rule, len(left_ids(company, sure=0, rule=rule.pk))) for rule in held]
    may_write = request.member.may("finance", "write", company_id=company.pk)
    return render(request, "bank/rules.html", {"company": company, "rows": rows, "may_write": may_write})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def rule_new(request: MemberRequest, siren: str) -> HttpResponse:
    company = books.company_for(request, siren, right="write")
    words = access.words_of(company, request.GET.get("movement", ""))
    initial = {"words": words[:200], "side": "any", "position": 10}
    return _edited(request, company, None, initial)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def rule(request: MemberRequest, siren: str, rule: int) -> HttpResponse:
    company = books.company_for(request, siren, right="write")
    held = access.rule_for(company, rule)
    return _edited(request, company, held, _initial(held))


def _edited(request: MemberRequest, company: Company, held: BankRule | None, initial: dict[str, Any]) -> HttpResponse:
    """Show what a rule would match, or save it when that is what was asked."""
    form = RuleForm(request.POST or None, company=company, today=clock.today(), held=held, initial=initial)
    seen: tuple[int, Any] | None = None
    if form.is_valid():
        if "save" in request.POST:
            setup.save_rule(company, form.facts(), held=held, by=request.actor, at=clock.now())
            bulk.ask_to_suggest(company)
            messages.success(request, _("Rule saved. The movements left are being looked at again."))
            return redirect_here(request, "bank:rules", siren=company.siren)
        seen = rule_matches(BankRule(company=company, **form.facts()))
    response = answer(request, "bank/rule.html", {"company": company, "rule": held, "form": form, "seen": seen})
    response.status_code = 200 if seen else response.status_code
    return response


def _initial(held: BankRule) -> dict[str, Any]:
    names = ("name", "side", "account", "vat_account", "vat_code", "label", "position")
    amounts = {"least": held.least_cents, "most": held.most_cents}
    typed = {name: f"{euros_of(cents):f}".replace(".", ",") if cents else "" for name, cents in amounts.items()}
    rate = f"{held.vat_rate.normalize():f}" if held.vat_rate else ""
    party = held.auxiliary.number if held.auxiliary else ""
    plain = {name: getattr(held, name) for name in names}
    return {**plain, **typed, "words": " ".join(held.words), "vat_rate": rate, "auxiliary": party}


@require_POST
@member_required(module="finance", right="write")
def deletion(request: MemberRequest, siren: str, rule: int) -> HttpResponse:
    company = books.company_for(request, siren, right="write")
    setup.delete_rule(access.rule_for(company, rule), by=request.actor, at=clock.now())
    bulk.ask_to_suggest(company)
    return redirect_here(request, "bank:rules", siren=siren)


@require_POST
@member_required(module="finance", right="write")
def application(request: MemberRequest, siren: str, rule: int) -> HttpResponse:
    """Treat the movements for which a rule speaks first, each in a transaction of its own."""
    company = books.company_for(request, siren, right="write")
    found = left_ids(company, sure=0, rule=access.rule_for(company, rule).pk)
    may_post = request.member.may("finance", "validate", company_id=company.pk)
    accept_many(request, company, found, may_post=may_post)
    return redirect_here(request, "bank:home", siren=siren)
