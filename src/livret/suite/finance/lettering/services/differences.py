"""Lettering lines that differ by an exchange difference or by a few cents, with the entry that settles it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.lettering.models import Settling
from livret.suite.finance.lettering.rules.differences import EXCHANGE, Amount, kind_of, root_of
from livret.suite.finance.models import ChartAccount, DraftEntry, Entry, EntryOrigin, Journal, Lettering, YearLedger
from livret.suite.finance.queries.open_items import OpenLine
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services.drafts import TypedEntry, save_draft, validate_draft
from livret.suite.finance.services.lettering import NotLetterable

ROOM = "lettering"
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Difference:
    """What keeps ticked lines from being lettered whole, and the account that would take it."""

    kind: str
    cents: int
    account: str

    @property
    def is_exchange(self) -> bool:
        return self.kind == EXCHANGE


def settling_of(company: Company) -> Settling:
    """Return how the company settles differences; not saved when it never said."""
    return Settling.objects.filter(company=company).first() or Settling(company=company)


def save_settling(settling: Settling, *, by: Actor, at: datetime) -> None:
    with transaction.atomic(using=current_alias()):
        settling.save()
        record("lettering.settling.saved", settling, by=by, at=at, detail={"threshold_cents": settling.threshold_cents})


def difference_of(lines: Sequence[OpenLine], settling: Settling) -> Difference | None:
    """Return the difference that *lines*, of one account, leave, when an entry may settle it."""
    amounts = [Amount(line.cents, line.currency, line.currency_signed) for line in lines]
    kind = kind_of(amounts, threshold_cents=settling.threshold_cents)
    if not kind:
        return None
    cents = sum(line.cents for line in lines)
    return Difference(kind, cents, _account(settling, kind, lines[0].account, is_loss=cents > 0))


def _account(settling: Settling, kind: str, account: str, *, is_loss: bool) -> str:
    names = ("exchange_loss", "exchange_gain") if kind == EXCHANGE else ("loss", "gain")
    chosen = str(getattr(settling, names[0] if is_loss else names[1]))
    root = root_of(kind, account=account, is_loss=is_loss)
    held = ChartAccount.objects.filter(company=settling.company, number__startswith=root, is_closed=False)
    return chosen or held.order_by("number").values_list("number", flat=True).first() or root.ljust(DIGITS, "0")


def settle(lines: Sequence[OpenLine], *, year: FiscalYear, by: Actor, at: datetime) -> DraftEntry:
    """Write the draft of the entry that settles what *lines* leave, which letters them once it is validated.

    Its day is that of the latest line, or the first that is not locked. Raises NotLetterable when nothing settles them.
    """
    settling = settling_of(year.company)
    found = difference_of(lines, settling)
    if found is None:
        raise NotLetterable(_("The difference is neither one of exchange nor small enough to be written off."))
    key = sha256(repr(sorted((line.entry_id, line.position) for line in lines)).encode()).hexdigest()
    _require_free(lines, year.company, key)
    typed = TypedEntry(
        journal=_journal(year.company, settling),
        on=_day(lines, year),
        label=_("Exchange difference") if found.is_exchange else _("Difference of payment"),
        piece_ref=lines[-1].piece_ref or lines[-1].reference,
        piece_date=None,
        lines=_lines(lines, found),
        origin=(ROOM, key),
    )
    return save_draft(typed, by=by, at=at)


def _require_free(lines: Sequence[OpenLine], company: Company, key: str) -> None:
    """Refuse what could not be lettered once the entry is validated, or would be posted twice."""
    if len({(line.account_id, line.auxiliary_id) for line in lines}) > 1:
        raise NotLetterable(_("Lines of one account and one party only can be lettered together."))
    letterings = {line.lettering_id for line in lines if line.lettering_id}
    if whole := Lettering.objects.filter(pk__in=letterings, is_partial=False).first():
        words = _("A line is lettered already, under %(code)s. Take that lettering apart first.")
        raise NotLetterable(words % {"code": whole.code})
    if DraftEntry.objects.filter(company=company, origin_room=ROOM, origin_key=key).exists():
        raise NotLetterable(_("The entry for this difference waits among the drafts already."))
    if EntryOrigin.objects.filter(company=company, room=ROOM, key=key).exists():
        raise NotLetterable(_("The entry for this difference is in the books already: tick its line with these."))


def settle_now(
    lines: Sequence[OpenLine], *, year: FiscalYear, allowance: Allowance | None, by: Actor, at: datetime, today: date
) -> Entry:
    """Post that entry at once and letter the lines with it; nothing is kept when either is refused."""
    with transaction.atomic(using=current_alias()):
        draft = settle(lines, year=year, by=by, at=at)
        return validate_draft(draft, version=draft.version, allowance=allowance, by=by, at=at, today=today)


def _lines(lines: Sequence[OpenLine], found: Difference) -> tuple[TypedLine, ...]:
    first, owed, due = lines[0], max(-found.cents, 0), max(found.cents, 0)
    keys = tuple((line.entry_id, line.position) for line in lines)
    return (
        TypedLine(first.account, first.auxiliary, debit_cents=owed, credit_cents=due, letters=keys),
        TypedLine(found.account, debit_cents=due, credit_cents=owed),
    )


def _day(lines: Sequence[OpenLine], year: FiscalYear) -> date:
    locked = YearLedger.objects.filter(fiscal_year=year).values_list("locked_until", flat=True).first()
    latest = max(line.date for line in lines)
    return min(max(latest, locked), year.last_day) if locked else latest


def _journal(company: Company, settling: Settling) -> Journal:
    held = Journal.objects.filter(company=company, kind=Journal.Kind.GENERAL, is_closed=False)
    journal = settling.journal or held.order_by("code").first()
    if journal is None:
        raise NotLetterable(
            _("The company has no general journal for the entry. Open one in the settings of the books.")
        )
    return journal
