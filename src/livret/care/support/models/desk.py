"""How the publisher's people share the work: teams, canned answers, who is on a request right now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from livret.care.support.models.requests import Request

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount


class Team(models.Model):
    """A team of technicians. A request goes to the first team, by rank, that takes its kind and its product.

    kinds: what it takes, those of support when empty; products: the same, all when empty. lead: whom alerts are sent to
    besides the technician.
    """

    name = models.CharField(max_length=60, unique=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="teams_led"
    )
    members: models.ManyToManyField[AccessAccount, models.Model] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="support_teams", blank=True
    )
    kinds = ArrayField(models.SlugField(max_length=20), default=list, blank=True)
    products = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    rank = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="team_has_a_name")]

    def __str__(self) -> str:
        return self.name


class CannedAnswer(models.Model):
    """Words kept for answers that come again; `{{placeholders}}` are filled for the request at hand."""

    title = models.CharField(max_length=100, unique=True)
    body = models.TextField()
    product = models.SlugField(max_length=40, default="", blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="support_canned_answers"
    )
    written_at = models.DateTimeField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="canned_answer_has_words"),
        ]

    def __str__(self) -> str:
        return self.title


class Presence(models.Model):
    """Who of the publisher is on a request right now, so that two do not answer at once; nothing of the past."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="presences")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="support_presences")
    is_writing = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "account"], name="presence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.account_id}"
