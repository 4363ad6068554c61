"""Asking, answering and closing questions: what was said stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.finance.models import Entry
from livret.suite.finance.review.models import Message, Question

State, Kind = Question.State, Message.Kind


class NotAsked(Refusal):
    """The question cannot be asked or answered so."""


def ask_question(
    entry: Entry,
    *,
    text: str,
    position: int | None = None,
    assigned: tuple[UUID, str] | None = None,
    by: Actor,
    at: datetime,
) -> Question:
    """Ask about a posted entry, or one of its lines. assigned: id and name of who is asked. Raises NotAsked."""
    _require_words(text)
    if position is not None and not 1 <= position <= entry.line_count:
        raise NotAsked(_("The entry has no line %(line)s.") % {"line": position})
    with transaction.atomic(using=current_alias()):
        question = Question.objects.create(
            company_id=entry.company_id,
            entry=entry,
            position=position,
            asked_by_id=by.id,
            asked_by_name=by.name,
            assigned_id=assigned[0] if assigned else None,
            assigned_name=assigned[1] if assigned else "",
            asked_at=at,
            last_at=at,
        )
        _say(question, Kind.QUESTION, text, by=by, at=at)
        record("finance.question.asked", question, by=by, at=at, detail={"entry": entry.pk})
    return question


def reply(question: Question, *, text: str, by: Actor, at: datetime) -> Question:
    """Add to a question: an answer, or a further question when it is the asker who writes; a closed one opens again."""
    _require_words(text)
    with transaction.atomic(using=current_alias()):
        held = _held(question)
        is_asker = held.asked_by_id == by.id
        _say(held, Kind.QUESTION if is_asker else Kind.ANSWER, text, by=by, at=at)
        _become(held, State.OPEN if is_asker else State.ANSWERED, at=at)
        record("finance.question.answered", held, by=by, at=at)
    return held


def close_question(question: Question, *, text: str = "", by: Actor, at: datetime) -> Question:
    """End a question, with a last word or none. Raises NotAsked when it is ended already."""
    with transaction.atomic(using=current_alias()):
        held = _held(question)
        if held.state == State.CLOSED:
            raise NotAsked(_("This question is closed already."))
        _say(held, Kind.CLOSED, text, by=by, at=at)
        _become(held, State.CLOSED, at=at)
        record("finance.question.closed", held, by=by, at=at)
    return held


def _require_words(text: str) -> None:
    if not text.strip():
        raise NotAsked(_("Write something."))


def _held(question: Question) -> Question:
    return Question.objects.select_for_update(of=("self",)).get(pk=question.pk)


def _say(question: Question, kind: Message.Kind, text: str, *, by: Actor, at: datetime) -> None:
    Message.objects.create(question=question, kind=kind, text=text.strip(), author_id=by.id, author_name=by.name, at=at)


def _become(question: Question, state: Question.State, *, at: datetime) -> None:
    question.state, question.last_at = state, at
    question.save(update_fields=["state", "last_at"])
