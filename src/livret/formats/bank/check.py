"""What must hold inside a statement: its opening balance and its movements make its closing balance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from .catalogue import Findings
from .statement import Head, Item, Movement, Tail


def checked(items: Iterable[Item], findings: Findings) -> Iterator[Item]:
    """Yield *items* unchanged, adding to *findings* what does not hold in each statement when it ends.

    Source: ISO 20022, camt.053, balances OPBD and CLBD; CFONB 120, records 01 and 07: the same rule.
    """
    head: Head | None = None
    total = count = 0
    for item in items:
        match item:
            case Head():
                head, total, count = item, 0, 0
                _check_head(item, findings)
            case Movement():
                total, count = total + item.minor, count + 1
            case Tail() if head is not None:
                _check_tail(head, item, total, count, findings)
        yield item


def _check_head(head: Head, findings: Findings) -> None:
    if not head.account.identifier:
        findings.add("account-missing", line=head.line)


def _check_tail(head: Head, tail: Tail, total: int, count: int, findings: Findings) -> None:
    if tail.pending:
        findings.add("pending-left-out", line=tail.line, count=tail.pending)
    if not count:
        findings.add("no-movement", line=tail.line, account=head.account.identifier)
    if tail.closing is None:
        findings.add("closing-missing", line=tail.line, account=head.account.identifier)
    elif head.opening is None:
        findings.add("opening-missing", line=head.line, account=head.account.identifier)
    elif head.opening.minor + total != tail.closing.minor:
        opening, closing = _major(head.opening.minor, head), _major(tail.closing.minor, head)
        moved, gap = _major(total, head), _major(tail.closing.minor - head.opening.minor - total, head)
        values = {"opening": opening, "moved": moved, "closing": closing, "gap": gap}
        findings.add("balance-broken", line=tail.line, currency=head.currency, **values)


def _major(minor: int, head: Head) -> str:
    return f"{Decimal(minor).scaleb(-head.decimals):f}"
