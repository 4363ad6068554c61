"""One movement: what is suggested, what else it could be, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access as books
from livret.suite.finance.bank import access
from livret.suite.finance.bank.forms import PartForm
from livret.suite.finance.bank.models import MatchEvent, Movement, Suggestion
from livret.suite.finance.bank.queries.choices import chosen_items, free_lines, open_items
from livret.suite.finance.bank.queries.states import draft_of, treatments_of
from livret.suite.finance.bank.rules.parts import LineKey, Part
from livret.suite.finance.bank.services import treating
from livret.suite.finance.bank.wording import proposed
from livret.suite.finance.jobs import allowances

ROWS = 3
Parts = formset_factory(PartForm, extra=ROWS, max_num=20, absolute_max=20)


@require_safe
@member_required(module="finance", right="read")
def movement(request: MemberRequest, siren: str, movement: int) -> HttpResponse:
    company = books.company_for(request, siren)
    return _answer(request, company, access.movement_for(company, movement))


def _answer(
    request: MemberRequest,
    company: Company,
    held: Movement,
    parts: BaseFormSet[PartForm] | None = None,
    *,
    refusal: str = "",
) -> HttpResponse:
    treatments, draft = treatments_of(held), draft_of(held)
    is_left = not treatments and draft is None
    words = request.GET.get("q", "")
    context: dict[str, Any] = {
        "company": company,
        "movement": held,
        "treatments": treatments,
        "is_matched": any(one.how == "matched" for one in treatments),
        "draft": draft,
        "events": MatchEvent.objects.filter(movement=held).order_by("at"),
        "is_left": is_left,
        "suggestions": proposed(Suggestion.objects.filter(movement=held).order_by("rank")) if is_left else (),
        "items": open_items(held, words) if is_left else (),
        "lines": free_lines(held) if is_left else (),
        "parts": parts or Parts(prefix="parts"),
        "words": words,
        "chosen": set(request.POST.getlist("item")),
        "refusal": refusal,
        "may_write": request.member.may("finance", "write", company_id=company.pk),
        "may_post": request.member.may("finance", "validate", company_id=company.pk),
    }
    return answer(request, "bank/movement.html", context)


@require_POST
@member_required(module="finance", right="write")
def acceptance(request: MemberRequest, siren: str, movement: int) -> HttpResponse:
    """Accept one suggestion: post, or write a draft for who may not post; then back to the queue."""
    company = books.company_for(request, siren, right="write")
    held = access.movement_for(company, movement)
    found = access.suggestion_for(held, request.POST.get("suggestion", ""))
    try:
        if found is None:
            raise treating.SuggestionGone
        may_post = request.member.may("finance", "validate", company_id=company.pk)
        treating.accept(found, may_post=may_post, **_acting(request))
    except Refusal as refusal:
        return _answer(request, company, held, refusal=str(refusal))
    messages.success(request, _("Treated: %(movement)s.") % {"movement": held})
    return redirect_here(request, "bank:home", siren=siren)


def _acting(request: MemberRequest) -> dict[str, Any]:
    return {
        "allowance": allowances().entries,
        "by": request.actor,
        "at": clock.now(),
        "today": clock.today(),
    }


@require_POST
@member_required(module="finance", right="write")
def shares(request: MemberRequest, siren: str, movement: int) -> HttpResponse:
    """Share a movement over open invoices and accounts."""
    company = books.company_for(request, siren, right="write")
    held = access.movement_for(company, movement)
    typed = Parts(request.POST, prefix="parts")
    if not typed.is_valid():
        return _answer(request, company, held, typed, refusal=_("Some shares are to be corrected."))
    try:
        parts = _shares(held, typed, _keys(request.POST.getlist("item")))
        if "draft" in request.POST or not request.member.may("finance", "validate", company_id=company.pk):
            treating.write_draft(held, parts, by=request.actor, at=clock.now())
        else:
            treating.post(held, parts, **_acting(request))
    except Refusal as refusal:
        return _answer(request, company, held, typed, refusal=str(refusal))
    messages.success(request, _("Treated: %(movement)s.") % {"movement": held})
    return redirect_here(request, "bank:home", siren=siren)


def _shares(held: Movement, typed: BaseFormSet[PartForm], keys: list[LineKey]) -> list[Part]:
    """Return the parts of a movement: what was typed, then the invoices chosen, by account and party.

    One party alone takes what remains of the movement, less or more than its invoices: a part payment, or an advance.
    Without invoices, so does the one account that bears no amount. Neither takes what is on the other side: that is a
    slip in what was typed, for who posts the parts to refuse.
    """
    sign = 1 if held.cents > 0 else -1
    parts = [part for row in typed.forms if (part := row.part(sign))]
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for line in chosen_items(held, keys):
        groups[line.account, line.auxiliary].append(line)
    left = held.cents - sum(part.cents for part in parts)
    blank = [place for place, part in enumerate(parts) if not part.cents]
    if len(blank) == 1 and not groups and left * sign > 0:
        parts[blank[0]] = replace(parts[blank[0]], cents=left)
    for (account, auxiliary), lines in groups.items():
        cents = sum(line.cents for line in lines)
        if len(groups) == 1 and left * (cents or sign) > 0:
            cents = left
        letters = tuple((line.entry_id, line.position) for line in lines)
        parts.append(Part(account, auxiliary, cents, letters=letters))
    return parts


def _keys(texts: list[str]) -> list[LineKey]:
    """Return the lines that a form names, such as 12.1; what is none is left out."""
    pairs = [text.split(".") for text in texts]
    return [
        (int(pair[0]), int(pair[1]))
        for pair in pairs
        if len(pair) == 2 and all(part.isascii() and part.isdigit() for part in pair)
        if len(pair[0]) < 16 and len(pair[1]) < 9
    ]


@require_POST
@member_required(module="finance", right="write")
def matching(request: MemberRequest, siren: str, movement: int) -> HttpResponse:
    """Match a movement with lines that are in the books."""
    company = books.company_for(request, siren, right="write")
    held = access.movement_for(company, movement)
    try:
        treating.match(held, _keys(request.POST.getlist("line")), by=request.actor, at=clock.now())
    except Refusal as refusal:
        return _answer(request, company, held, refusal=str(refusal))
    messages.success(request, _("Matched: %(movement)s.") % {"movement": held})
    return redirect_here(request, "bank:home", siren=siren)


@require_POST
@member_required(module="finance", right="write")
def unmatching(request: MemberRequest, siren: str, movement: int) -> HttpResponse:
    """Take a match back."""
    company = books.company_for(request, siren, right="write")
    held = access.movement_for(company, movement)
    try:
        reason = request.POST.get("reason", "").replace("\0", "")[:400]
        treating.unmatch(held, reason=reason, by=request.actor, at=clock.now())
    except Refusal as refusal:
        return _answer(request, company, held, refusal=str(refusal))
    return redirect_here(request, "bank:movement", siren=siren, movement=held.pk)
