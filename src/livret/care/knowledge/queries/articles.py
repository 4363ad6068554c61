"""Articles, their versions, and what readers think of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from livret.care.knowledge.models import Article, ArticleVersion, Opinion

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """What a writer asks of the list; empty for all. product: None for all, since empty names general articles."""

    words: str = ""
    state: str = ""
    product: str | None = None


def published(products: Collection[str]) -> QuerySet[Article]:
    """Return what readers see about *products* and in general, by product, area and title."""
    found = Article.objects.filter(state=Article.State.PUBLISHED, product__in={"", *products})
    return found.select_related("current").order_by("product", "area", "current__title", "pk")


def listed(wanted: ArticleFilter) -> QuerySet[Article]:
    """Return the articles for their writers, the latest written first.

    Each comes with `title`, `written_at`, `written_by` and `written_for` of its latest version, `useful` and `useless`.
    """
    latest = ArticleVersion.objects.filter(article=OuterRef("pk"), number=OuterRef("last_number"))
    found = Article.objects.annotate(
        title=Subquery(latest.values("title")),
        written_at=Subquery(latest.values("written_at")),
        written_by=Subquery(latest.values("written_by_name")),
        written_for=Subquery(latest.values("software_version")),
        useful=Count("opinions", filter=Q(opinions__is_useful=True)),
        useless=Count("opinions", filter=Q(opinions__is_useful=False)),
    )
    for word in wanted.words.replace("\0", " ").split()[:MOST_WORDS]:
        found = found.filter(Q(title__icontains=word) | Q(area__icontains=word) | Q(slug__icontains=word))
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.product is not None:
        found = found.filter(product=wanted.product)
    return found.select_related("current").order_by(F("written_at").desc(nulls_last=True), "-pk")


def versions(article: Article) -> QuerySet[ArticleVersion]:
    """Return the versions of *article*, the latest first."""
    return article.versions.order_by("-number")


def version_numbered(article: Article, number: int) -> ArticleVersion | None:
    return article.versions.filter(number=number).first()


def opinions(article: Article) -> dict[str, int]:
    """Return how many readers found *article* useful, and how many did not."""
    return article.opinions.aggregate(
        useful=Count("pk", filter=Q(is_useful=True)), useless=Count("pk", filter=Q(is_useful=False))
    )


def opinion_of(article: Article, account: AccessAccount) -> Opinion | None:
    """Return what a person said of *article*, None as long as they said nothing."""
    return article.opinions.filter(account=account).first()
