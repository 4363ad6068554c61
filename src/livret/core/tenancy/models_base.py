"""The base of every model that lives in the clients' databases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models

from livret.core.tenancy.context import current_alias
from livret.core.tenancy.routing import refuse_foreign

M = TypeVar("M", bound=models.Model)


class ClientQuerySet(models.QuerySet[M]):
    """Refuses objects of another environment in bulk writes, which the router is not asked about one by one."""

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        return super().bulk_create(_checked(objs), *args, **kwargs)

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        return super().bulk_update(_checked(objs), fields, *args, **kwargs)


def _checked(objs: Iterable[M]) -> list[M]:
    alias, found = current_alias(), list(objs)
    for instance in found:
        refuse_foreign(instance, alias=alias)
    return found


class ClientModel(models.Model):
    """A row of a client's database. A subclass with `append_only = True` may only be inserted by the application."""

    append_only = False

    objects = ClientQuerySet.as_manager()

    class Meta:
        abstract = True
