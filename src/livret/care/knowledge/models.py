"""The tables of the knowledge base."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Article(models.Model):
    """Where an article stands, and which of its versions readers see.

    product: a module, `space` for the customer space, empty for every product. current: the published version.
    last_number: number of the latest version, the one that is worked on.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("article", "Draft")
        PUBLISHED = "published", pgettext_lazy("article", "Published")
        WITHDRAWN = "withdrawn", pgettext_lazy("article", "Withdrawn")

    class Language(models.TextChoices):
        FRENCH = "fr", _("French")
        ENGLISH = "en", _("English")

    slug = models.SlugField(max_length=80, unique=True)
    product = models.SlugField(max_length=40, blank=True, default="")
    area = models.CharField(max_length=80, blank=True, default="")
    language = models.CharField(max_length=2, choices=Language, default=Language.FRENCH)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    current = models.OneToOneField(
        "ArticleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="published_for"
    )
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "withdrawn"]), name="article_state_is_known"
            ),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="article_language_is_known"),
            models.CheckConstraint(
                condition=Q(state="published", current__isnull=False) | (~Q(state="published") & Q(current=None)),
                name="article_published_has_a_version",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "product"], name="article_by_product")]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("knowledge:article", args=[self.slug])

    def get_console_url(self) -> str:
        return reverse("knowledge_console:article", args=[self.slug])


class ArticleVersion(models.Model):
    """What an article says, in one version. Never edited: a new version follows.

    body: Markdown; text: its words, for the search. software_version: the version of the software it describes.
    nonce: identity of the form that wrote it. A column `words`, that only the search reads, is computed by the
    database from title, summary and text.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=150)
    summary = models.CharField(max_length=300)
    body = models.TextField()
    text = models.TextField()
    software_version = models.CharField(max_length=24)
    nonce = models.UUIDField(unique=True)
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_in_its_place"),
            models.CheckConstraint(condition=Q(number__gt=0), name="article_version_from_one"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(summary="") & ~Q(body=""), name="article_version_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Opinion(models.Model):
    """Whether an article was useful to a person, who may change their mind; version: the one they had read last."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="opinions")
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="opinions")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="article_opinions")
    is_useful = models.BooleanField()
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "account"], name="article_opinion_once_by_person")
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.is_useful}"
