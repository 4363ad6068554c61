"""A cursor on the environment at hand, for what the ORM does not say."""

from __future__ import annotations

from django.db import connections
from django.db.backends.utils import CursorWrapper

from livret.core.tenancy.context import current_alias


def cursor() -> CursorWrapper:
    return connections[current_alias()].cursor()
