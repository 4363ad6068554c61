"""What figures need to be read by people: names of what they are split by, and the target of each request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from livret.care.support import wording
from livret.care.support.models import Request, Team
from livret.care.support.queries.requests import booklet_of
from livret.care.support.rules import events as rules
from livret.care.support.rules.commitment import Commitment, commitment_of
from livret.care.support.wording import Mark, Words
from livret.clients import queries as clients


def names_of(dimension: str, values: Iterable[Any]) -> dict[Any, Words]:
    """Return the name of each of *values* of a dimension; values are texts, as figures give them."""
    keys = [value for value in values if value]
    if dimension == "kind":
        return {key: wording.KINDS[key][0] for key in keys}
    if dimension == "product":
        return {key: wording.product_label(key) for key in keys}
    if dimension == "team":
        return {str(pk): name for pk, name in Team.objects.filter(pk__in=keys).values_list("pk", "name")}
    if dimension == "contract":
        return {str(pk): number for pk, number in clients.numbers_of_contracts(keys).items()}
    if dimension == "client":
        return {str(pk): name for pk, name in clients.names_of_clients(keys).items()}
    return {str(pk): name for pk, name in clients.names_of_people(keys).items()}


def commitment_counted(request: Request) -> Commitment | None:
    """Return the pick-up promised to *request* under its present criticality or plan, None where none is counted."""
    return commitment_of(booklet_of(request), request.criticality or request.plan) if request.hours else None


def state_of(request: Request, *, is_staff: bool) -> Mark:
    """Return the badge of a request's state as one side reads it."""
    return wording.state_mark(request.state, is_staff=is_staff)


def is_kind(value: str) -> bool:
    return value in wording.KINDS


def kind_label(kind: str) -> Words:
    return wording.KINDS[kind][0]


def product_label(product: str) -> Words:
    return wording.product_label(product)


def level_label(level: str) -> Words:
    return wording.level_label(level)


def duration_words(seconds: int) -> str:
    return wording.duration(seconds)


def is_left_out(events: Sequence[rules.Event]) -> bool:
    """Tell whether a request is left out of the share, as its events say."""
    return rules.exclusion(events) is not None


def all_requests() -> QuerySet[Request]:
    """Return every request, for the publisher's figures."""
    return Request.objects.all()
