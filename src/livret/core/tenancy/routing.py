"""The router: control models to the control database, client models to the current environment, or an error."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model

from livret.core.tenancy.context import WrongEnvironment, current_alias, has_place

CONTROL = "default"
CONTROL_ALIASES = frozenset({"default", "owner"})


def is_client_plane(app_label: str) -> bool:
    """Tell whether the tables of an app live in the clients' databases (its AppConfig says `plane = "client"`)."""
    config = apps.app_configs.get(app_label)  # Django's cache table has a label of its own and no app.
    return getattr(config, "plane", "control") == "client"


class PlaneRouter:
    """Fails closed: no environment, or an object that belongs to another one, is an error and never a guess."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return self._alias(model, hints.get("instance"))

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return self._alias(model, hints.get("instance"))

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return one._state.db == other._state.db or None in (one._state.db, other._state.db)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return is_client_plane(app_label) == (db not in CONTROL_ALIASES)

    @staticmethod
    def _alias(model: type[Model], instance: Model | None) -> str:
        if not is_client_plane(model._meta.app_label):
            return CONTROL
        alias = current_alias()
        if instance is not None and is_client_plane(instance._meta.app_label):
            refuse_foreign(instance, alias=alias)
        return alias


def refuse_foreign(instance: Model, *, alias: str) -> None:
    """Raise WrongEnvironment when *instance* was read from, or saved to, another database than *alias*."""
    if instance._state.db not in (None, alias):
        raise WrongEnvironment(f"{instance!r} belongs to {instance._state.db}, this code works in {alias}")


def alias_for_plane_of(model: type[Model]) -> str:
    """Return the alias where rows of *model* are written now: the control database or the current environment."""
    return current_alias() if is_client_plane(model._meta.app_label) and has_place() else CONTROL
