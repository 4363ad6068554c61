"""The open requests of a person that look like what they are typing."""

from __future__ import annotations

import re
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, QuerySet, Value, When

from livret.care.support.models import Request
from livret.care.support.models.requests import IS_OPEN
from livret.care.support.queries.requests import MOST_WORDS, requests_of, said

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

SHORTEST_WORD, MOST_ALIKE = 4, 5


def requests_alike(account: AccessAccount, words: str, *, whole_company: bool) -> QuerySet[Request]:
    """Return the open requests that *account* may read and that hold the most of *words*, at most five.

    Short words are passed over. One word is enough where one or two are typed; two are wanted of a longer sentence.
    """
    typed = [word for word in re.findall(r"\w+", words) if len(word) >= SHORTEST_WORD][:MOST_WORDS]
    if not typed:
        return Request.objects.none()
    held = [Case(When(said(word), then=Value(1)), default=Value(0), output_field=IntegerField()) for word in typed]
    found = requests_of(account, whole_company=whole_company).filter(IS_OPEN).annotate(held=reduce(add, held))
    return found.filter(held__gte=min(2, (len(typed) + 1) // 2)).order_by("-held", "-last_event_at")[:MOST_ALIKE]
