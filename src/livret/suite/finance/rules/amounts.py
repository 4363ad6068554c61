"""Amounts as people type them: 1 204,80 or 1204.80, and sums such as 100+20. Pure."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from livret.kernel.money import cents_of

BLANKS = str.maketrans("", "", " \u00a0\u202f\u2009'’")
LARGEST_DIGITS = 15  # Before the decimal mark, as in a FEC.
_SUM = re.compile(r"[0-9.,]+(?:[+-][0-9.,]+)+")
_TERM = re.compile(r"[+-]?[0-9.,]+")
_GROUPED = re.compile(r"([0-9]{1,3})((?:[.][0-9]{3})+),([0-9]+)|([0-9]{1,3})((?:,[0-9]{3})+)[.]([0-9]+)")


class NotAnAmount(ValueError):
    """The text is no amount in euros and whole cents."""


class TooLarge(ValueError):
    """The amount has more digits than the books take."""


def typed_cents(text: str) -> int:
    """Return the cents that *text* says, whatever their sign; 0 when it is empty. Raises NotAnAmount, TooLarge.

    A mark with three digits behind it alone (1.234) is refused: it may be a thousand or a fraction.
    """
    plain = text.translate(BLANKS).replace("−", "-")
    if not plain:
        return 0
    is_signed = plain[0] in "+-"
    if _SUM.fullmatch(plain[1:] if is_signed else plain):
        return sum(_cents(term) for term in _TERM.findall(plain))
    return _cents(plain)


def _cents(term: str) -> int:
    try:
        euros = Decimal(_with_point(term))
        # Looked at first: the whole number that 1e999999 stands for would take a minute to write out.
        if euros.is_finite() and euros.adjusted() >= LARGEST_DIGITS:
            raise TooLarge(term)
        return cents_of(euros)
    except (InvalidOperation, OverflowError) as error:
        raise NotAnAmount(term) from error
    except TooLarge:
        raise
    except ValueError as error:
        raise NotAnAmount(term) from error


def _with_point(term: str) -> str:
    """Return *term* with a point as its decimal mark, the marks between thousands taken off."""
    sign, body = (term[0], term[1:]) if term[0] in "+-" else ("", term)
    if grouped := _GROUPED.fullmatch(body):
        first, groups, cents = grouped.group(1, 2, 3) if grouped.group(1) else grouped.group(4, 5, 6)
        body = first + groups.replace(".", "").replace(",", "") + "." + cents
    return sign + body.replace(",", ".")
