"""The words of the knowledge base in the reader's language, and the version that an article was written for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import metadata

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from livret.booklet import Booklet
from livret.care.knowledge.models import Article, ArticleVersion
from livret.care.knowledge.rules.opening import SPACE
from livret.care.knowledge.rules.versions import is_older

Words = str | Promise

PRODUCTS: Mapping[str, Words] = {
    "": pgettext_lazy("article", "All products"),
    "finance": gettext_lazy("Finance"),
    "finance_express": gettext_lazy("Finance Express"),
    "trade": gettext_lazy("Trade and services"),
    "hr": gettext_lazy("Human resources and payroll"),
    "dsn": gettext_lazy("DSN"),
    SPACE: gettext_lazy("Customer space and access"),
}
STATES: Mapping[str, tuple[Words, str, str]] = {
    Article.State.DRAFT: (Article.State.DRAFT.label, "neutral", "file-pen-line"),
    Article.State.PUBLISHED: (Article.State.PUBLISHED.label, "good", "circle-check"),
    Article.State.WITHDRAWN: (Article.State.WITHDRAWN.label, "warn", "archive"),
}
ACTS: Mapping[str, Words] = {
    "knowledge.article.written": gettext_lazy("Version %(version)s written"),
    "knowledge.article.published": gettext_lazy("Version %(version)s published"),
    "knowledge.article.withdrawn": gettext_lazy("Version %(version)s withdrawn from readers"),
    "knowledge.article.placed": gettext_lazy("Article moved"),
}


def act_label(action: str, detail: Mapping[str, object]) -> str:
    """Return what somebody did to an article, in words."""
    return str(ACTS.get(action, action)) % {"version": detail.get("version", "")}


def product_label(product: str) -> Words:
    return PRODUCTS.get(product, product.replace("_", " ").capitalize())


def booklet_title(booklet: Booklet) -> str:
    return booklet.title_en if (get_language() or "").startswith("en") else booklet.title_fr


@cache
def running_version() -> str:
    """Return the version of the software that runs."""
    return metadata.version("livret")


def is_outdated(version: ArticleVersion) -> bool:
    """Tell whether the software went on since *version* of an article was written."""
    return is_older(version.software_version, running_version())
