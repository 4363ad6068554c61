"""The command menu: what a person may reach from anywhere, offered by the edges."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the command menu. group: heading it stands under; detail: words that also match a search."""

    label: str | Promise
    url: str
    group: str | Promise = ""
    detail: str | Promise = ""
    icon: str = "chevron-right"


Provider = Callable[[HttpRequest, str], Iterable[Command]]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add *provider* to the menu: called with the request and the words typed, it gives what that person may reach.

    What it gives is filtered by the words afterwards. Called once, from the ready() of an edge.
    """
    if provider not in _providers:
        _providers.append(provider)
    return provider


def matching(request: HttpRequest, query: str, *, limit: int = 30) -> list[Command]:
    """Return at most *limit* commands whose words hold every word of *query*, accents and case apart, by group."""
    words = _plain(query).split()
    found = [command for command in _offered(request, query) if all(word in _text(command) for word in words)]
    groups = list(dict.fromkeys(str(command.group) for command in found))
    return sorted(found[:limit], key=lambda command: groups.index(str(command.group)))


def _offered(request: HttpRequest, query: str) -> Iterator[Command]:
    for provider in _providers:
        yield from provider(request, query)


def _text(command: Command) -> str:
    return _plain(f"{command.label} {command.detail} {command.group}")


def _plain(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))
