"""Verbs that change the knowledge base, one transaction each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from livret.care.knowledge.models import Article, ArticleVersion, Opinion
from livret.core.audit import services as audit
from livret.core.people import Actor
from livret.core.ui.richtext import plain
from livret.kernel.errors import Refusal

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

# Addresses of the customer space that no article may take.
TAKEN = frozenset({"proposees"})


class WrittenMeanwhile(Refusal):
    """Somebody wrote a version after the one that this text starts from."""

    def __init__(self, latest: ArticleVersion) -> None:
        self.latest = latest
        super().__init__(f"version {latest.number} was written by {latest.written_by_name}")


class AlreadyPublished(Refusal):
    """Readers see this version already."""


class NotPublished(Refusal):
    """Readers do not see this article: there is nothing to withdraw, or to judge."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands. product: empty for all of them."""

    product: str = ""
    area: str = ""
    language: str = Article.Language.FRENCH


@dataclass(frozen=True, slots=True)
class Draft:
    """What a version will say. body: Markdown; software_version: the version of the software it describes."""

    title: str
    summary: str
    body: str
    software_version: str


@transaction.atomic
def create_article(place: Place, draft: Draft, *, nonce: UUID, by: Actor, now: datetime) -> Article:
    """Open an article with its first version, as a draft. A form sent again gives the article that it made."""
    sent = ArticleVersion.objects.filter(nonce=nonce).select_related("article").first()
    if sent is not None:
        return sent.article
    article = Article.objects.create(
        slug=_free_slug(draft.title), product=place.product, area=place.area, language=place.language
    )
    write_version(article, draft, after=0, nonce=nonce, by=by, now=now)
    article.refresh_from_db()
    return article


@transaction.atomic
def write_version(
    article: Article, draft: Draft, *, after: int, nonce: UUID, by: Actor, now: datetime
) -> ArticleVersion:
    """Add a version; readers keep the one they see until this one is published.

    after: number of the version that the text starts from. A form sent again gives the version that it wrote.
    Raises WrittenMeanwhile.
    """
    mine = _locked(article)
    sent = ArticleVersion.objects.filter(nonce=nonce, article=mine).first()
    if sent is not None:
        return sent
    if after != mine.last_number:
        raise WrittenMeanwhile(mine.versions.get(number=mine.last_number))
    mine.last_number += 1
    mine.save(update_fields=["last_number"])
    version = ArticleVersion.objects.create(
        article=mine,
        number=mine.last_number,
        title=draft.title,
        summary=draft.summary,
        body=draft.body,
        text=plain(draft.body),
        software_version=draft.software_version,
        nonce=nonce,
        written_by_id=by.id,
        written_by_name=by.name,
        written_at=now,
    )
    audit.record("knowledge.article.written", mine, by=by, at=now, detail={"version": version.number})
    return version


@transaction.atomic
def place_article(article: Article, place: Place, *, by: Actor, now: datetime) -> Article:
    """Move *article* to another product, area or language, at once."""
    mine = _locked(article)
    before = {"product": mine.product, "area": mine.area, "language": mine.language}
    mine.product, mine.area, mine.language = place.product, place.area, place.language
    mine.save(update_fields=["product", "area", "language"])
    audit.record("knowledge.article.placed", mine, by=by, at=now, detail={"before": before})
    return mine


@transaction.atomic
def publish(article: Article, *, number: int, by: Actor, now: datetime) -> Article:
    """Show version *number* to readers. Raises AlreadyPublished; ArticleVersion.DoesNotExist on an unknown number."""
    mine = _locked(article)
    version = mine.versions.get(number=number)
    if mine.current_id == version.pk:
        raise AlreadyPublished(f"{mine} shows version {number} already")
    mine.state, mine.current = Article.State.PUBLISHED, version
    mine.save(update_fields=["state", "current"])
    audit.record("knowledge.article.published", mine, by=by, at=now, detail={"version": number})
    return mine


@transaction.atomic
def withdraw(article: Article, *, by: Actor, now: datetime) -> Article:
    """Take *article* away from readers; its versions stay. Raises NotPublished."""
    mine = _locked(article)
    if mine.current is None:
        raise NotPublished(f"{mine} is not published")
    number = mine.current.number
    mine.state, mine.current = Article.State.WITHDRAWN, None
    mine.save(update_fields=["state", "current"])
    audit.record("knowledge.article.withdrawn", mine, by=by, at=now, detail={"version": number})
    return mine


@transaction.atomic
def give_opinion(article: Article, *, account: AccessAccount, is_useful: bool, now: datetime) -> Opinion:
    """Keep whether *article* was useful to a person; the latest answer replaces theirs. Raises NotPublished."""
    if article.current is None:
        raise NotPublished(f"{article} is not published")
    said = {"is_useful": is_useful, "version": article.current, "given_at": now}
    opinion, _is_new = Opinion.objects.update_or_create(article=article, account=account, defaults=said)
    return opinion


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update(of=("self",)).get(pk=article.pk)


def _free_slug(title: str) -> str:
    """Return an address made of the title that no article has."""
    base = slugify(title)[:70].strip("-") or "article"
    held = {*Article.objects.filter(slug__startswith=base).values_list("slug", flat=True), *TAKEN}
    names = (f"{base}-{number}" if number > 1 else base for number in range(1, len(held) + 2))
    return next(name for name in names if name not in held)
