"""From the books of one year to the balance sheet that opens the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from livret.suite.finance.demo.entries import Entry, Line, Opening, OpeningLine

BALANCE_SHEET = "12345"
OPEN_ITEMS = ("411", "401", "404")


def carry_forward(entries: Iterable[Entry]) -> Opening:
    """Return the opening of the next year: balances of the accounts of classes 1 to 5, unpaid invoices one by one.

    The profit or loss (classes 6 and 7) goes to 120000 or 129000. One pass; memory follows the unpaid invoices.
    """
    balances: defaultdict[str, int] = defaultdict(int)
    items: list[OpeningLine] = []
    result = 0
    for entry in entries:
        for line in entry.lines:
            cents = line.debit_cents - line.credit_cents
            if line.account[0] not in BALANCE_SHEET:
                result += cents
            elif not line.account.startswith(OPEN_ITEMS):
                balances[line.account] += cents
            elif not line.letter:
                items.append(_open_item(entry, line, cents))
    balances["120000" if result < 0 else "129000"] += result
    carried = [
        OpeningLine(account, "", "", _label(account), cents) for account, cents in sorted(balances.items()) if cents
    ]
    return Opening((*carried, *items))


def _open_item(entry: Entry, line: Line, cents: int) -> OpeningLine:
    return OpeningLine(line.account, line.aux, line.aux_label, line.label, cents, entry.date)


def _label(account: str) -> str:
    return {"445510": "TVA à décaisser", "444000": "Impôt sur les bénéfices"}.get(account, "Report du solde")
