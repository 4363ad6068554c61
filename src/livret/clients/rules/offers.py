"""What a booklet lets a contract order: its plans, modules and options."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from livret.booklet import Absent, Booklet
from livret.booklet.entitlements import OPTIONS

EDITIONS = ("finance", "finance_express")
"""One product in two sizes, each with its own ceilings: our reading of Sprint S-4, which gives them no sum."""


def editions_at_once(modules: Collection[str]) -> tuple[str, ...]:
    """Return the editions of one product that *modules* holds together; empty when it holds one at most."""
    return EDITIONS if set(EDITIONS) <= set(modules) else ()


def plans_of(booklet: Booklet) -> tuple[str, ...]:
    return tuple(booklet.support.plans)


def options_of(booklet: Booklet) -> tuple[str, ...]:
    """Return the packs that may be added: those of a booklet with service credits."""
    return () if isinstance(booklet.options.credits_valid, Absent) else tuple(sorted(OPTIONS))


def modules_of(booklet: Booklet, library: Mapping[tuple[str, str], Booklet]) -> tuple[str, ...]:
    """Return the modules that a contract under *booklet* may order.

    A booklet that sets ceilings names its modules there; one that sets none is silent about their names, so that those
    of the whole *library* hold.
    """
    named = booklet.scope.ceilings
    if not isinstance(named, Absent):
        return tuple(named)
    others = (one.scope.ceilings for one in library.values())
    return tuple(
        dict.fromkeys(module for ceilings in others if not isinstance(ceilings, Absent) for module in ceilings)
    )
