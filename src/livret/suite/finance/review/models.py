"""Questions on entries, whose words are never changed; exports of everything that somebody asked for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.core.tenancy.models_base import ClientModel


class Question(ClientModel):
    """A question on a posted entry, or on one of its lines (position).

    state and last_at are what its messages say, kept for the list. assigned: who is asked, nobody in particular when
    it is empty.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Question closed")

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    entry = models.ForeignKey("finance.Entry", models.DO_NOTHING, db_constraint=False, related_name="+")
    position = models.IntegerField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)
    assigned_id = models.UUIDField(null=True)
    assigned_name = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "state", "-last_at"], name="question_latest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(position=None) | Q(position__gte=1), name="question_of_a_line"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Message(ClientModel):
    """One thing said about a question."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        ANSWER = "answer", pgettext_lazy("said of a question", "Answer")
        CLOSED = "closed", _("Question closed")

    question = models.ForeignKey(Question, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField(blank=True)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text="") | Q(kind="closed"), name="message_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.kind}"


class BooksExport(ClientModel):
    """All the books of a company in one file, made by a job and offered for some days.

    has_bank_details: made for somebody who may see the bank accounts of parties.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Export under way")
        DONE = "done", _("Export ready")
        REFUSED = "refused", _("Export refused")

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    has_bank_details = models.BooleanField()
    digest = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    files = models.IntegerField(default=0)
    refusal = models.CharField(max_length=2000, blank=True)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    offered_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "author_id"], condition=Q(state="asked"), name="books_export_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.asked_at:%Y-%m-%d}"
