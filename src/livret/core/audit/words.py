"""Acts in words: each application tells those that it records in its module `acts`, by their codes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule


@cache
def acts() -> Mapping[str, str | Promise]:
    """Return the words of every act by its code. Raises ValueError when two applications tell the same one."""
    found: dict[str, str | Promise] = {}
    for config in apps.get_app_configs():
        if config.module is None or not module_has_submodule(config.module, "acts"):
            continue
        told: Mapping[str, str | Promise] = import_module(f"{config.name}.acts").ACTS
        if twice := found.keys() & told.keys():
            raise ValueError(f"{config.name} tells again {', '.join(sorted(twice))}")
        found |= told
    return found


def words_of(action: str) -> str:
    """Return *action* in the language of the moment; an act of a former version stays its code."""
    return str(acts().get(action, action))


def actions_saying(word: str) -> list[str]:
    """Return the codes of the acts whose words hold *word*, in the language of the moment, whatever its capitals."""
    return [action for action, words in acts().items() if word.casefold() in str(words).casefold()]
