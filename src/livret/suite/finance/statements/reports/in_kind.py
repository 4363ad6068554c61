"""Contributions in kind, below the income statement: they are neither income nor expense, and weigh on no balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from livret.core.ui.figures import amount_text
from livret.kernel.money import euros_of
from livret.suite.finance.statements.queries import positions
from livret.suite.finance.statements.reports.asked import Asked, lines_of
from livret.suite.finance.statements.rules.layouts import Special
from livret.suite.finance.statements.rules.placing import Position
from livret.suite.finance.statements.rules.sheets import GROUP, HEADING, Check, Row

LANGUAGE = "fr"


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below the income statement; nothing in a year without contributions in kind."""

    rows: tuple[Row, ...] = ()
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()


def contributions_in_kind(asked: Asked, special: Special) -> Below:
    """Return the contributions in kind that the period moved, account by account, and whether both sides are equal.

    Source: that of the layout, règlement ANC n° 2018-06.
    """
    moved = positions.moves_in(asked.year, asked.period)
    uses = [one for one in moved if one.number.startswith(special.uses)]
    resources = [one for one in moved if one.number.startswith(special.resources)]
    if not (uses or resources):
        return Below()
    used, received = sum(one.balance for one in uses), -sum(one.balance for one in resources)
    rows = (
        Row((_("Contributions in kind"),), HEADING),
        *_side(_("Resources in kind"), resources, received, -1, asked),
        *_side(_("Uses in kind"), uses, used, 1, asked),
    )
    amounts = " / ".join(amount_text(euros_of(cents), language=LANGUAGE) for cents in (received, used))
    check = Check(_("Contributions in kind are used as they were received"), used == received, amounts)
    return Below(rows, (check,), (special.source, special.doubt))


def _side(label: str, held: Sequence[Position], total: int, sign: int, asked: Asked) -> list[Row]:
    accounts = [
        Row(
            (f"{one.number} {one.label}", sign * one.balance, None, None),
            level=2,
            targets={1: lines_of(asked.year, one.number, asked.period)},
        )
        for one in held
    ]
    return [*accounts, Row((label, total, None, None), GROUP, 1)]
