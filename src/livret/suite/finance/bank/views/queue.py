"""The home of the bank: what is left to treat, with what could be done."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.finance import access as books
from livret.suite.finance.bank import access, jobs
from livret.suite.finance.bank.models import BankAccount
from livret.suite.finance.bank.queries.accounts import account_cards
from livret.suite.finance.bank.queries.queue import EVERY, SURE, Key, Wanted, counts_of, left_ids, queue_page
from livret.suite.finance.bank.services import bulk
from livret.suite.finance.bank.wording import queue_rows
from livret.suite.finance.jobs import allowances

AT_ONCE = 60


@require_safe
@member_required(module="finance", right="read")
def home(request: MemberRequest, siren: str) -> HttpResponse:
    company = books.company_for(request, siren)
    account = _account(request, company)
    wanted = Wanted(
        account,
        request.GET.get("band", ""),
        _number(request.GET.get("statement", "")),
        request.GET.get("q", ""),
        _key(request.GET.get("before", "")),
    )
    page, counts = queue_page(company, wanted), counts_of(company, account)
    context = {
        "company": company,
        "cards": account_cards(company),
        "account": account,
        "statement": wanted.statement,
        "counts": counts,
        "bands": _bands(request, counts),
        "rows": queue_rows(page.movements),
        "words": wanted.words,
        "band": wanted.band,
        "next_query": _query(request, before=f"{page.before[0].isoformat()}.{page.before[1]}") if page.before else "",
        "sure": SURE,
        "at_work": jobs.progress("accept", company.pk),
        "refusal": jobs.refusal("accept", company.pk),
        "may_write": request.member.may("finance", "write", company_id=company.pk),
    }
    return render(request, "bank/home.html", context)


def _account(request: HttpRequest, company: Company) -> BankAccount | None:
    number = _number(request.GET.get("account", ""))
    return access.bank_account_for(company, number) if number else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _key(text: str) -> Key | None:
    day, _dot, number = text.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def _bands(request: HttpRequest, counts: Any) -> list[tuple[str, str, int | None, bool]]:
    """Return the address, words, count and state of each tab of the queue."""
    asked = request.GET.get("band", "")
    named: tuple[tuple[str, str, int | None], ...] = (
        ("", _("All"), counts.left),
        ("sure", _("Sure"), counts.sure),
        ("likely", _("To check"), counts.likely),
        ("none", _("Without suggestion"), counts.alone),
        (EVERY, _("Treated too"), None),
    )
    return [(_query(request, band=band, before=""), str(words), count, band == asked) for band, words, count in named]


def _query(request: HttpRequest, **changed: str) -> str:
    held = {name: request.GET.get(name, "") for name in ("account", "band", "statement", "q", "before")} | changed
    return "?" + urlencode({name: value for name, value in held.items() if value})


@require_POST
@member_required(module="finance", right="write")
def acceptances(request: MemberRequest, siren: str) -> HttpResponse:
    """Accept every suggestion that is sure enough: at once when they are few, else as a job."""
    company = books.company_for(request, siren, right="write")
    found = left_ids(company, account=_posted_account(request, company), sure=_sure(request))
    may_post = request.member.may("finance", "validate", company_id=company.pk)
    accept_many(request, company, found, may_post=may_post)
    return redirect_here(request, "bank:home", siren=siren)


def accept_many(request: MemberRequest, company: Company, found: list[int], *, may_post: bool) -> None:
    """Accept the best suggestion of the movements *found*, and say what came of it."""
    if len(found) > AT_ONCE:
        bulk.ask_to_accept(company, found, may_post=may_post, by=request.actor)
        messages.info(
            request, _("%(count)s movements are being treated; this page shows how far.") % {"count": len(found)}
        )
        return
    outcome = bulk.accept_best(
        found,
        may_post=may_post,
        allowance=allowances().entries,
        by=request.actor,
        at=clock.now(),
        today=clock.today(),
    )
    messages.success(request, bulk.told(outcome))


def _posted_account(request: HttpRequest, company: Company) -> BankAccount | None:
    number = _number(request.POST.get("account", ""))
    return access.bank_account_for(company, number) if number else None


def _sure(request: HttpRequest) -> int:
    text = request.POST.get("sure", "")
    return max(int(text), 60) if text.isascii() and text.isdigit() and len(text) < 4 else SURE


@require_POST
@member_required(module="finance", right="write")
def suggestions(request: MemberRequest, siren: str) -> HttpResponse:
    """Look for suggestions again: at once when little is left, else as a job."""
    company = books.company_for(request, siren, right="write")
    if counts_of(company).left > 2000:
        bulk.ask_to_suggest(company)
        messages.info(request, _("Suggestions are being looked for; come back in a moment."))
    else:
        found = bulk.suggest_all(company)
        messages.success(request, _("Suggestions found for %(count)s movements.") % {"count": found})
    return redirect_here(request, "bank:home", siren=siren)
