"""Automatic lettering: asked for, proposed, confirmed, undone; and how differences are settled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.kernel.money import euros_of
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access as books
from livret.suite.finance.lettering import access, queries
from livret.suite.finance.lettering.forms import RunForm, SettlingForm
from livret.suite.finance.lettering.jobs import refusal_key
from livret.suite.finance.lettering.models import AutoRun, Rule
from livret.suite.finance.lettering.services import differences, runs
from livret.suite.finance.lettering.views.accounts import shared
from livret.suite.finance.lettering.views.groups import number_asked
from livret.suite.finance.queries.open_items import lettered_accounts
from livret.suite.finance.told import last_told

SHOWN_RUNS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def automatic(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    """Ask for a proposal, and see the former ones."""
    company = books.company_for(request, siren, right="write")
    held = books.year_for(company, year)
    initial = {"rules": [rule.value for rule in Rule], "until": held.last_day}
    form, refusal = RunForm(request.POST or None, accounts=lettered_accounts(held), initial=initial), ""
    if form.is_valid():
        typed = form.cleaned_data
        wanted = {"accounts": list(typed["accounts"]), "without_party": typed["without_party"], "until": typed["until"]}
        try:
            rules = [Rule(name) for name in typed["rules"]]
            run = runs.ask(held, rules=rules, **wanted, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "lettering:run", siren=siren, run=run.pk)
    context = {**shared(request, company, held), "form": form, "refusal": refusal}
    return answer(request, "lettering/automatic.html", {**context, "runs": queries.runs_of(company)[:SHOWN_RUNS]})


@require_safe
@member_required(module="finance", right="read")
def run(request: MemberRequest, siren: str, run: int) -> HttpResponse:
    company = books.company_for(request, siren)
    return _run_page(request, company, access.run_for(company, run))


def _run_page(request: MemberRequest, company: Company, held: AutoRun, refusal: str = "") -> HttpResponse:
    rule = request.GET.get("rule", "")
    found, following = queries.proposals(held, rule=rule, after=number_asked(request, "after"))
    context: dict[str, Any] = {
        **shared(request, company, held.fiscal_year),
        "run": held,
        "counts": queries.counts_of(held),
        "groups": found,
        "rule": rule,
        "next": f"?rule={rule}&after={following}" if following and (rule in Rule.values or not rule) else "",
        "rules": [Rule(name).label for name in held.rules],
        "refusal": refusal or last_told(refusal_key(held)),
        "tone": {"done": "good", "proposed": "warn", "undone": "neutral"}.get(held.state, "info"),
    }
    return answer(request, "lettering/run.html", context)


@require_POST
@member_required(module="finance", right="write")
def confirmation(request: MemberRequest, siren: str, run: int) -> HttpResponse:
    return _step(request, siren, run, runs.confirm)


@require_POST
@member_required(module="finance", right="write")
def undoing(request: MemberRequest, siren: str, run: int) -> HttpResponse:
    return _step(request, siren, run, runs.ask_to_undo)


def _step(request: MemberRequest, siren: str, run: int, step: Any) -> HttpResponse:
    company = books.company_for(request, siren, right="write")
    held = access.run_for(company, run)
    try:
        step(held, by=request.actor, at=clock.now())
    except Refusal as refused:
        return _run_page(request, company, held, str(refused))
    return redirect_here(request, "lettering:run", siren=siren, run=run)


@require_POST
@member_required(module="finance", right="write")
def keeping(request: MemberRequest, siren: str, run: int, number: int) -> HttpResponse:
    """Leave a proposed group out, or take it back in."""
    company = books.company_for(request, siren, right="write")
    held = access.run_for(company, run)
    try:
        runs.strike(access.group_for(held, number), is_kept=request.POST.get("keep") == "1")
    except Refusal as refused:
        return _run_page(request, company, held, str(refused))
    return redirect_here(request, "lettering:run", siren=siren, run=run)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def settling(request: MemberRequest, siren: str) -> HttpResponse:
    """How the company settles differences when it letters."""
    company = books.company_for(request, siren, right="administer")
    held = differences.settling_of(company)
    names = ("journal", "loss", "gain", "exchange_loss", "exchange_gain")
    initial: dict[str, Any] = {name: getattr(held, name) for name in names}
    initial["threshold"] = f"{euros_of(held.threshold_cents):f}".replace(".", ",") if held.threshold_cents else ""
    form = SettlingForm(request.POST or None, company=company, initial=initial)
    if form.is_valid():
        differences.save_settling(form.settling(), by=request.actor, at=clock.now())
        messages.success(request, _("Kept."))
        return redirect_here(request, "lettering:home", siren=siren)
    return answer(request, "lettering/settling.html", {**shared(request, company, None), "form": form})
