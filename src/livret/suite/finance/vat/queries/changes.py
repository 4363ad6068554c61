"""What came since a return was prepared, and makes it out of date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from livret.suite.finance.models import Entry, LetteringEvent
from livret.suite.finance.vat.models import Filing, Return
from livret.suite.finance.vat.queries import regimes, returns

SHOWN, COUNTED = 5, 1_000


@dataclass(frozen=True, slots=True)
class Changes:
    """What came since. count: of the entries, counted up to a thousand; entries: the last of them."""

    entries: Sequence[Entry] = ()
    count: int = 0
    letterings: int = 0
    filings: int = 0
    credit_before: int | None = None
    codes_changed: bool = False
    regime_changed: bool = False

    def __bool__(self) -> bool:
        moved = self.count or self.letterings or self.filings or self.codes_changed or self.regime_changed
        return bool(moved) or self.credit_before is not None

    @property
    def is_many(self) -> bool:
        return self.count >= COUNTED


def changes_since(made: Return) -> Changes:
    """Return what came since *made* was prepared; nothing of one that is filed, or not prepared yet.

    Letterings count where tax is due on receipts; credit_before: the credit brought now, None when it is the same.
    """
    if made.state != Return.State.PREPARED or made.prepared_at is None:
        return Changes()
    rows = Entry.objects.filter(company=made.company_id, id__gt=made.watermark, date__lte=made.last_day)
    lettered = LetteringEvent.objects.filter(company=made.company_id, at__gt=made.prepared_at)
    filed = Filing.objects.filter(vat_return__company=made.company_id, at__gt=made.prepared_at)
    credit = returns.credit_before(made)
    held, regime = made.figures.get("chosen"), made.figures.get("regime")
    return Changes(
        entries=list(rows.select_related("journal", "text").order_by("-id")[:SHOWN]),
        count=rows[:COUNTED].count(),
        letterings=lettered[:COUNTED].count() if made.regime.is_on_receipts else 0,
        filings=filed.count(),
        credit_before=credit if credit != made.credit_cents else None,
        codes_changed=held is not None and held != regimes.chosen_codes(made.company),
        regime_changed=regime is not None and regime != regimes.facts_of(made.regime),
    )
