"""What a contract allows, as one frozen value derived from its order and its booklet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from livret.booklet.model import Booklet
from livret.booklet.statements import Absent, Stated, Unlimited
from livret.kernel.errors import Refusal

USERS = "users"
OPTIONS = frozenset({"assistance_plus", "service_plus"})
_NO_TABLE: Mapping[str, int] = MappingProxyType({})


class OrderRefused(Refusal):
    """An order that the booklet cannot honour: an unknown plan, module or option, or more than a ceiling."""


class Usage(StrEnum):
    """Where a quantity stands: OVER_ORDERED is priced, OVER_CEILING may be blocked."""

    WITHIN = "within"
    OVER_ORDERED = "over_ordered"
    OVER_CEILING = "over_ceiling"


@dataclass(frozen=True, slots=True)
class Order:
    """What the contract orders. meters: quantities by "module.meter", such as "hr.payslips"."""

    plan: str
    modules: frozenset[str]
    named_users: int
    meters: Mapping[str, int] = field(default_factory=lambda: _NO_TABLE)
    options: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Allowance:
    """A quantity ordered and its ceiling, each with its clause; None is a quantity that is not limited so."""

    ordered: int | None
    ordered_clause: str | None
    ceiling: int | None
    ceiling_clause: str | None
    unit: str

    def usage(self, quantity: int) -> Usage:
        """Return where *quantity* stands; a quantity equal to a limit is within it."""
        if self.ceiling is not None and quantity > self.ceiling:
            return Usage.OVER_CEILING
        return Usage.OVER_ORDERED if self.ordered is not None and quantity > self.ordered else Usage.WITHIN

    def excess(self, quantity: int) -> int:
        """Return how much of *quantity* lies beyond what was ordered."""
        return 0 if self.ordered is None else max(quantity - self.ordered, 0)


@dataclass(frozen=True, slots=True)
class Entitlements:
    """What a client may use: modules, named users, meters by "module.meter", options, and the features of its plan."""

    booklet_id: str
    booklet_version: str
    plan: str
    features: frozenset[str]
    modules: frozenset[str]
    named_users: Allowance
    meters: Mapping[str, Allowance]
    options: frozenset[str]

    def has_module(self, module: str) -> bool:
        return module in self.modules

    def has_feature(self, feature: str) -> bool:
        return feature in self.features


def entitlements(booklet: Booklet, order: Order) -> Entitlements:
    """Return what *order* allows under *booklet*. Raises OrderRefused, naming the value and the clause.

    A ceiling stands per module; named users of the contract are limited by the sum of those of its modules.
    """
    _require_known(booklet, order)
    ceilings = _ceilings(booklet, order.modules)
    ordered_clause = booklet.scope.ordered_quantities.clause
    meters = {
        name: _allowance(order.meters.get(name), ordered_clause, ceilings.get(name))
        for name in sorted(ceilings.keys() | order.meters.keys())
    }
    users = _named_users(order, ordered_clause, [ceilings.get(f"{module}.{USERS}") for module in order.modules])
    for name, allowance in {**meters, "named users": users}.items():
        if allowance.ordered is not None and allowance.usage(allowance.ordered) is Usage.OVER_CEILING:
            raise OrderRefused(
                f"{name}: {allowance.ordered} ordered, but {allowance.ceiling_clause} allows {allowance.ceiling} "
                f"{allowance.unit} at most; order fewer, or another module"
            )
    return Entitlements(
        booklet.id,
        booklet.version,
        order.plan,
        frozenset(booklet.support.plans[order.plan].value),
        order.modules,
        users,
        MappingProxyType(meters),
        order.options,
    )


def _require_known(booklet: Booklet, order: Order) -> None:
    if order.plan not in booklet.support.plans:
        raise OrderRefused(f"{booklet} has no plan {order.plan!r}; it has {', '.join(booklet.support.plans)}")
    ceilings = booklet.scope.ceilings
    if not isinstance(ceilings, Absent) and (unknown := order.modules - ceilings.keys()):
        raise OrderRefused(f"{booklet} has no module {', '.join(sorted(unknown))}; it has {', '.join(ceilings)}")
    offered = frozenset() if isinstance(booklet.options.credits_valid, Absent) else OPTIONS
    if unknown := order.options - offered:
        raise OrderRefused(f"{booklet} has no option {', '.join(sorted(unknown))}")
    foreign = {name for name in order.meters if name.partition(".")[0] not in order.modules}
    if foreign:
        raise OrderRefused(f"{', '.join(sorted(foreign))}: ordered without its module")
    negative = [name for name, quantity in order.meters.items() if quantity < 0]
    if negative or order.named_users < 0:
        raise OrderRefused(f"{', '.join(negative) or 'named users'}: an ordered quantity cannot be negative")


def _ceilings(booklet: Booklet, modules: frozenset[str]) -> dict[str, Stated[int | Unlimited]]:
    table = booklet.scope.ceilings
    if isinstance(table, Absent):
        return {}
    return {f"{module}.{meter}": stated for module in modules for meter, stated in table[module].items()}


def _allowance(ordered: int | None, clause: str, ceiling: Stated[int | Unlimited] | None) -> Allowance:
    is_bounded = ceiling is not None and not isinstance(ceiling.value, Unlimited)
    return Allowance(
        ordered,
        None if ordered is None else clause,
        int(ceiling.value) if ceiling is not None and is_bounded else None,
        ceiling.clause if ceiling is not None else None,
        ceiling.unit if ceiling is not None else "",
    )


def _named_users(order: Order, clause: str, ceilings: list[Stated[int | Unlimited] | None]) -> Allowance:
    bounds = [stated.value for stated in ceilings if stated is not None and not isinstance(stated.value, Unlimited)]
    is_bounded = bool(ceilings) and len(bounds) == len(ceilings)
    cited = next((stated.clause for stated in ceilings if stated is not None), None)
    return Allowance(order.named_users, clause, sum(bounds) if is_bounded else None, cited, USERS)
