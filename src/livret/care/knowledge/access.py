"""Who may read or write articles; the only place that finds an article for a page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import Http404

from livret.booklet import library
from livret.care.knowledge import queries
from livret.care.knowledge.models import Article, ArticleVersion
from livret.care.knowledge.rules.opening import Opening, opening_of
from livret.clients import queries as clients

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

WRITERS = ("technician", "trainer")


def opening_for(account: AccessAccount, *, day: date) -> Opening | None:
    """Return what the contract of *account* opens on *day*; None when no contract is in force."""
    contract = clients.contract_in_force(account.client, day=day) if account.client else None
    if contract is None:
        return None
    return opening_of(library()[contract.booklet, contract.booklet_version], contract.plan, contract.modules)


def readable_article(opening: Opening | None, slug: str) -> Article:
    """Return an article that readers of *opening* see. Raises Http404 on any other, existing or not."""
    found = queries.published(opening.products).filter(slug=slug).first() if opening and opening.is_open else None
    if found is None:
        raise Http404
    return found


def written_article(slug: str) -> Article:
    """Return an article for its writers. Raises Http404."""
    found = Article.objects.select_related("current").filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def version_of(article: Article, number: int) -> ArticleVersion:
    """Return one version of *article*. Raises Http404."""
    found = queries.version_numbered(article, number)
    if found is None:
        raise Http404
    return found
