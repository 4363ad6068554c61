"""The base of every model that lives in the clients' databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self, TypeVar

from django.db import models

from livret.core.tenancy.context import WrongEnvironment, current_alias, has_place
from livret.core.tenancy.routing import refuse_foreign

M = TypeVar("M", bound=models.Model)


class ClientQuerySet(models.QuerySet[M]):
    """Refuses objects of another environment where the router is not asked about them.

    In bulk writes, and in conditions: their keys would silently find the rows that bear the same number here.
    """

    def filter(self, *args: Any, **kwargs: Any) -> Self:
        _check_conditions(args, kwargs)
        return super().filter(*args, **kwargs)

    def exclude(self, *args: Any, **kwargs: Any) -> Self:
        _check_conditions(args, kwargs)
        return super().exclude(*args, **kwargs)

    def using(self, alias: str | None) -> Self:
        if alias is not None and alias != current_alias():
            raise WrongEnvironment(f"this code works in {current_alias()}, a query names {alias}")
        return super().using(alias)

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        return super().bulk_create(_checked(objs), *args, **kwargs)

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        return super().bulk_update(_checked(objs), fields, *args, **kwargs)


def _check_conditions(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for value in _values((*args, *kwargs.values())):
        if isinstance(value, ClientModel) and has_place():
            refuse_foreign(value, alias=current_alias())


def _values(found: Iterable[Any]) -> Iterator[Any]:
    """Yield what stands in conditions: inside Q objects, their pairs, and lists."""
    for value in found:
        if isinstance(value, models.Q):
            yield from _values(value.children)
        elif isinstance(value, list | tuple | set | frozenset):
            yield from _values(value)
        else:
            yield value


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
