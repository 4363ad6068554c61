"""Customers, suppliers and other parties."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.models import AuxiliaryAccount, Party
from livret.suite.finance.setup.access import party_for
from livret.suite.finance.setup.forms import PartyForm
from livret.suite.finance.setup.queries import lists
from livret.suite.finance.setup.rules.terms import excess
from livret.suite.finance.setup.services import parties as services
from livret.suite.finance.setup.services.parties import Bank, Identity

PAGE = 50
MASKED = "•••• "
Kind = AuxiliaryAccount.Kind


def masked(iban: str) -> str:
    """Return the country and the last four characters of an IBAN: enough to recognise it, not to use it."""
    return f"{iban[:2]}{MASKED}{iban[-4:]}" if iban else ""


@require_safe
@member_required(module="finance", right="read")
def parties(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren)
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    kind = kind if kind in Kind.values else ""
    page = Paginator(lists.parties(company, kind=kind, words=words), PAGE).get_page(request.GET.get("page"))
    counts = lists.counts_by_kind(company)
    context = {
        "company": company,
        "page": page,
        "rows": [(one, known := _known(one), masked(known.iban) if known else "") for one in page],
        "kinds": [("", sum(counts.values())), *((one, counts.get(one, 0)) for one in Kind.values)],
        "kind": kind,
        "words": words,
        "unsorted": lists.unsorted_parties(company),
        "may_write": request.member.may("finance", "write", company_id=company.pk),
    }
    return render(request, "setup/parties.html", context)


@require_POST
@member_required(module="finance", right="write")
def party_kinds(request: MemberRequest, siren: str) -> HttpResponse:
    """Give the parties that an import brought their kind and general account, after what they moved."""
    company = access.company_for(request, siren, right="write")
    count = services.sort_parties(company, by=request.actor, at=clock.now())
    words = ngettext("%(count)s party sorted.", "%(count)s parties sorted.", count)
    messages.success(request, words % {"count": count})
    return redirect_here(request, "setup:parties", siren=siren)


def _known(auxiliary: AuxiliaryAccount) -> Party | None:
    return getattr(auxiliary, "party", None)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def party_new(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else Kind.CUSTOMER
    initial = {
        "kind": kind,
        "number": lists.proposed_number(company, kind),
        "account": lists.proposed_account(company, kind),
        "country": "FR",
    }
    return _form(request, company, None, initial)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def party(request: MemberRequest, siren: str, number: str) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    held = party_for(company, number)
    known = _known(held)
    names = (*Identity.__slots__, *Bank.__slots__)
    initial = {
        "label": held.label,
        "kind": held.kind,
        "account": held.account.number if held.account else "",
        "is_closed": held.is_closed,
        **({name: getattr(known, name) for name in names} if known else {}),
    }
    return _form(request, company, held, initial)


def _form(
    request: MemberRequest, company: Company, held: AuxiliaryAccount | None, initial: dict[str, Any]
) -> HttpResponse:
    sees_bank = request.member.may("finance", "validate", company_id=company.pk)
    form = PartyForm(request.POST or None, initial=initial, company=company, auxiliary=held, sees_bank=sees_bank)
    refusal = ""
    if form.is_valid():
        try:
            saved = _save(request, company, held, form)
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "setup:party", siren=company.siren, number=saved.number)
    context = {"company": company, "auxiliary": held, "form": form, "refusal": refusal, "sees_bank": sees_bank}
    return answer(request, "setup/party.html", {**context, "limit": _limit(held)})


def _save(request: MemberRequest, company: Company, held: AuxiliaryAccount | None, form: PartyForm) -> AuxiliaryAccount:
    facts: dict[str, Any] = {"standing": form.standing(), "identity": form.identity(), "bank": form.bank()}
    facts |= {"by": request.actor, "at": clock.now()}
    if held:
        return services.change_party(held, **facts)
    return services.open_party(company, number=form.cleaned_data["number"], **facts)


def _limit(held: AuxiliaryAccount | None) -> Any:
    """Return the legal limit that the terms kept for a party pass, None when they are within it."""
    known = _known(held) if held else None
    if known is None:
        return None
    return excess(known.due_days, end_of_month=known.due_end_of_month, on=clock.today())
