"""The customer space: search, articles by product, each with the question whether it was useful, and proposals."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from livret.care.knowledge import access, queries, services, wording
from livret.care.knowledge.forms import OpinionForm, SearchForm
from livret.care.knowledge.models import Article
from livret.care.knowledge.rules.opening import Opening
from livret.clients.access import AccountRequest, client_required
from livret.core import clock
from livret.core.ui import figures

MOST_FOUND, MOST_PROPOSED = 25, 5
# What the form of a request sends while it is filled in.
TYPED = ("words", "subject", "context", "error_message")


@require_GET
@client_required
def articles(request: AccountRequest) -> HttpResponse:
    """The articles that hold the words looked for, or all of them by product."""
    opening = access.opening_for(request.account, day=clock.today())
    if opening is None or not opening.is_open:
        return _closed(request, opening)
    search = SearchForm(request.GET)
    words = search.words()
    facts = {
        **_booklet_facts(opening),
        "search": search,
        "words": words,
        "matches": queries.matching(words, products=opening.products, limit=MOST_FOUND),
        "groups": [] if words else _by_product(queries.published(opening.products)),
    }
    return render(request, "knowledge/portal/articles.html", facts)


def _by_product(found: Iterable[Article]) -> list[tuple[wording.Words, list[Article]]]:
    return [(wording.product_label(key), list(rows)) for key, rows in groupby(found, lambda row: row.product)]


def _booklet_facts(opening: Opening) -> dict[str, object]:
    return {
        "booklet": opening.booklet,
        "booklet_title": wording.booklet_title(opening.booklet),
        "clause_id": opening.clause,
    }


def _closed(request: AccountRequest, opening: Opening | None) -> HttpResponse:
    facts = _booklet_facts(opening) if opening else {}
    return render(request, "knowledge/portal/closed.html", {"has_contract": opening is not None, **facts})


@require_GET
@client_required
def article(request: AccountRequest, article_slug: str) -> HttpResponse:
    """One article, in the version that is published."""
    opening = access.opening_for(request.account, day=clock.today())
    if opening is None or not opening.is_open:
        return _closed(request, opening)
    found = access.readable_article(opening, article_slug)
    facts = {
        "article": found,
        "version": found.current,
        "written_on": figures.in_paris(found.current.written_at).date() if found.current else None,
        "product": wording.product_label(found.product),
        "is_outdated": found.current is not None and wording.is_outdated(found.current),
        "running": wording.running_version(),
        "opinion": queries.opinion_of(found, request.account),
    }
    return render(request, "knowledge/portal/article.html", facts)


@require_POST
@client_required
def opinion(request: AccountRequest, article_slug: str) -> HttpResponse:
    """Whether the article was useful to the person."""
    found = access.readable_article(access.opening_for(request.account, day=clock.today()), article_slug)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return redirect(found)
    services.give_opinion(found, account=request.account, is_useful=form.said_yes, now=clock.now())
    return redirect(found.get_absolute_url() + "#avis")


@require_GET
@client_required
def proposed(request: AccountRequest) -> HttpResponse:
    """The few articles that match what is being typed, as a part of a page; nothing when none does."""
    opening = access.opening_for(request.account, day=clock.today())
    words = " ".join(request.GET[name] for name in TYPED if request.GET.get(name))
    is_open = opening is not None and opening.is_open
    found = queries.matching(words, products=opening.products, limit=MOST_PROPOSED) if opening and is_open else []
    return render(request, "knowledge/portal/_proposed.html", {"matches": found})
