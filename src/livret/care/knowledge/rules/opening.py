"""Whom a contract lets into the knowledge base, and to which articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from livret.booklet import Booklet

ROOM: Final = "knowledge_base"
# The customer space itself is no module that a contract orders: everybody who comes in has it.
SPACE: Final = "space"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a plan opens: whether it holds the knowledge base, by which clause, for articles about which products."""

    booklet: Booklet
    is_open: bool
    clause: str
    products: frozenset[str]


def opening_of(booklet: Booklet, plan: str, modules: Iterable[str]) -> Opening:
    """Return what *plan* opens to a contract that orders *modules*. Source: Sprint S-13; Care C-12."""
    listed = booklet.support.plans.get(plan)
    is_open = listed is not None and ROOM in listed.value
    return Opening(booklet, is_open, listed.clause if listed else "", frozenset({*modules, SPACE}))
