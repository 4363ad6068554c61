"""Exclusion constraints over days, without an extension of PostgreSQL."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.models import F, Func, Q


class Alone(Func):
    """The range that holds one number: it lets an exclusion constraint compare equality without an extension."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, '[]')"
    arg_joiner = ", "


class Days(Func):
    """Days from the first, included, to the second, excluded; an absent second has no end."""

    function = "daterange"


def one_client_at_a_time(*, name: str, since: str, until: str, condition: Q | None = None) -> ExclusionConstraint:
    """Refuse two rows of one client whose days meet."""
    return ExclusionConstraint(
        name=name,
        index_type="GIST",
        expressions=[(Alone(F("client"), F("client")), "&&"), (Days(F(since), F(until)), "&&")],
        condition=condition,
    )
