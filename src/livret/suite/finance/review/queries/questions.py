"""Questions as lists and pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from livret.suite.company.models import ApplicationAccount, Company
from livret.suite.finance.models import Entry
from livret.suite.finance.queries.ledgers import entry_reference
from livret.suite.finance.review.models import Message, Question


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question in a list: its entry, and its first words."""

    question: Question
    reference: str
    entry_label: str
    text: str


def questions_of(company: Company, *, state: str = "", person: UUID | None = None) -> QuerySet[Question]:
    """Return the questions of a company, the latest first; person: asked by or of that person."""
    found = Question.objects.filter(company=company)
    if state:
        found = found.filter(state=state)
    if person:
        found = found.filter(Q(asked_by_id=person) | Q(assigned_id=person))
    return found.order_by("-last_at", "-pk")


def waiting_for(company: Company, person: UUID, *, keeps_books: bool) -> int:
    """Count the questions that *person* is to answer: asked of them, or of nobody when they keep the books."""
    waiting = Question.objects.filter(company=company, state=Question.State.OPEN).exclude(asked_by_id=person)
    asked_of = Q(assigned_id=person) | Q(assigned_id=None) if keeps_books else Q(assigned_id=person)
    return waiting.filter(asked_of).count()


def rows_of(questions: Sequence[Question]) -> list[QuestionRow]:
    """Return a few questions with what a list says of them."""
    wanted = {one.entry_id for one in questions}
    entries = Entry.objects.select_related("text", "journal").in_bulk(wanted)
    said = Message.objects.filter(question__in=[one.pk for one in questions], kind=Message.Kind.QUESTION)
    firsts: dict[int, str] = dict(said.order_by("-pk").values_list("question_id", "text"))
    return [
        QuestionRow(one, entry_reference(entry), entry.text.label, firsts.get(one.pk, ""))
        for one in questions
        if (entry := entries.get(one.entry_id))
    ]


def questions_on(entry: Entry) -> list[QuestionRow]:
    """Return the questions asked about an entry, the latest first."""
    return rows_of(list(Question.objects.filter(entry=entry).order_by("-pk")[:50]))


def messages_of(question: Question) -> list[Message]:
    return list(Message.objects.filter(question=question).order_by("pk"))


def readers_of(company: Company) -> list[tuple[UUID, str]]:
    """Return id and name of those who read the books of a company."""
    held = ApplicationAccount.objects.filter(is_active=True, grants__module="finance")
    mine = held.filter(Q(grants__company=None) | Q(grants__company=company))
    return list(mine.order_by("name").values_list("person_id", "name").distinct())
