"""Canned answers: written, changed, put away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from livret.care.support.models import CannedAnswer
from livret.care.support.rules.canned import PLACES, unknown_places
from livret.care.support.services.refusals import WordsMissing
from livret.core.audit import services as audit
from livret.core.people import Actor
from livret.kernel.errors import Refusal

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount


class UnknownPlaces(Refusal):
    """A canned answer holds places that nothing fills; *names* says which, *known* those that are filled."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names, self.known = tuple(names), PLACES
        super().__init__(f"nothing fills {', '.join(self.names)}; known places: {', '.join(PLACES)}")


class TitleTaken(Refusal):
    """Another canned answer, or another team, has this name."""


@transaction.atomic
def write_canned_answer(
    title: str,
    body: str,
    *,
    product: str = "",
    author: AccessAccount,
    by: Actor,
    now: datetime,
    replaces: CannedAnswer | None = None,
) -> CannedAnswer:
    """Keep words for answers that come again; *replaces*: the one that they change.

    Raises WordsMissing, UnknownPlaces, TitleTaken.
    """
    for name, words in (("title", title), ("body", body)):
        if not words.strip():
            raise WordsMissing(name)
    if unknown := unknown_places(body):
        raise UnknownPlaces(unknown)
    answer = replaces or CannedAnswer()
    answer.title, answer.body, answer.product = title.strip(), body.strip(), product
    answer.written_by, answer.written_at, answer.is_active = author, now, True
    try:
        with transaction.atomic():
            answer.save()
    except IntegrityError as error:
        raise TitleTaken(title) from error
    audit.record("support.canned_answer.written", answer, by=by, at=now, detail={"title": answer.title})
    return answer


@transaction.atomic
def withdraw_canned_answer(answer: CannedAnswer, *, by: Actor, now: datetime) -> None:
    """Put a canned answer away: the picker offers it no more, and it may be written again."""
    answer.is_active = False
    answer.save(update_fields=["is_active"])
    audit.record("support.canned_answer.withdrawn", answer, by=by, at=now, detail={"title": answer.title})
