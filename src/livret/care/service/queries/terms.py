"""The terms of a contract, as its booklet and its access codes make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livret.booklet import Booklet, NotInBooklet, library
from livret.booklet.readings import NoticeDay
from livret.booklet.terms import Subscription, accepted_notice, subscription

if TYPE_CHECKING:
    from livret.clients.models import Contract


@dataclass(frozen=True, slots=True)
class Terms:
    """What rules the end of a contract, and the clause that says so."""

    subscription: Subscription
    applied: NoticeDay
    clause: str


@dataclass(frozen=True, slots=True)
class NoTerms:
    """Why no day can be computed: `silent` (the contract rules, the booklet does not), `no_codes` (not billed yet)."""

    why: str
    en: str = ""
    fr: str = ""


def terms_of(contract: Contract) -> Terms | NoTerms:
    """Return the terms of *contract*: they run from the day the access codes were handed over, as billing does.

    Source: Care C-19, C-20. Sprint leaves them to the contract.
    """
    booklet: Booklet = library()[contract.booklet, contract.booklet_version]
    try:
        ruled = subscription(booklet, contract.access_codes_on or contract.starts_on)
    except NotInBooklet as silence:
        return NoTerms("silent", silence.absent.en, silence.absent.fr)
    if contract.access_codes_on is None:
        return NoTerms("no_codes")
    return Terms(ruled, accepted_notice(booklet), getattr(booklet.terms.notice, "clause", "") or "")
