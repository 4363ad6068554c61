"""The figures of a contract, each with the clause it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext as _

from livret.booklet import Absent, Booklet, Stated, library
from livret.booklet.statements import Unlimited
from livret.clients import queries
from livret.clients.models import Client, Contract
from livret.clients.names import booklet_title, module_name
from livret.core.ui.figures import number_text


@dataclass(frozen=True, slots=True)
class ContractFigure:
    """One line of the contract: what, how much, and where that is written."""

    label: str
    value: str
    booklet: str
    version: str
    clause: str


def contract_facts(client: Client, *, day: date) -> dict[str, object]:
    """Return what is shown on the contract of *day*, or the next one: figures, modules, clause on administrators.

    upcoming: the contract signed ahead, if any; it is `contract` itself when none is in force.
    """
    contract = queries.contract_to_prepare(client, day=day)
    if contract is None:
        return {"contract": None}
    booklet = library()[contract.booklet, contract.booklet_version]
    return {
        "contract": contract,
        "upcoming": queries.next_contract(client, day=day),
        "figures": contract_figures(contract),
        "booklet_name": booklet_title(booklet),
        "modules_named": ", ".join(module_name(module) for module in contract.modules),
        "administrators_clause": booklet.accounts.administrators_least.clause,
    }


def contract_figures(contract: Contract) -> list[ContractFigure]:
    """Return what the order and the booklet set for *contract*: people, ceilings, history, backups, targets."""
    booklet = library()[contract.booklet, contract.booklet_version]
    return [_named_users(contract, booklet), *_ceilings(contract, booklet), *_promises(contract, booklet)]


def _named_users(contract: Contract, booklet: Booklet) -> ContractFigure:
    value = _("%(held)s of %(ordered)s") % {"held": queries.named_users(contract), "ordered": contract.named_users}
    return _figure(booklet, _("Named users"), value, booklet.scope.ordered_quantities.clause)


def _ceilings(contract: Contract, booklet: Booklet) -> list[ContractFigure]:
    ceilings = booklet.scope.ceilings
    if isinstance(ceilings, Absent):
        return [_figure(booklet, _("Ceilings"), _("none"), ceilings.clause or "")]
    return [
        _figure(booklet, _said(entry), _quantity(entry.value), entry.clause)
        for module in contract.modules
        for entry in ceilings.get(module, {}).values()
    ]


def _promises(contract: Contract, booklet: Booklet) -> list[ContractFigure]:
    stated = [booklet.history.years, booklet.backups.oldest_day_back, booklet.accounts.external_administrators_most]
    stated += [
        entry for key, entry in booklet.support.pick_up.items() if key == contract.plan or _is_by_criticality(booklet)
    ]
    found = [entry for entry in stated if isinstance(entry, Stated)]
    return [_figure(booklet, _said(entry), _measured(entry), entry.clause) for entry in found]


def _is_by_criticality(booklet: Booklet) -> bool:
    return booklet.support.pick_up_by.value == "criticality"


def _figure(booklet: Booklet, label: str, value: str, clause: str) -> ContractFigure:
    return ContractFigure(label, value, booklet.id, booklet.version, clause)


def _said(entry: Stated[Any]) -> str:
    return entry.en if (get_language() or "").startswith("en") else entry.fr


def _measured(entry: Stated[int]) -> str:
    """Return a figure with its unit, where the label does not already say it."""
    days = ngettext_lazy("%(n)s day", "%(n)s days", "n")
    hours = ngettext_lazy("%(n)s business hour", "%(n)s business hours", "n")
    years = ngettext_lazy("%(n)s year", "%(n)s years", "n")
    units = {"days": days, "business hours": hours, "years, the current one included": years}
    wording = units.get(entry.unit)
    return str(wording % {"n": entry.value}) if wording else _quantity(entry.value)


def _quantity(value: int | Unlimited) -> str:
    if isinstance(value, Unlimited):
        return _("unlimited")
    return number_text(value, language=(get_language() or "fr")[:2])
