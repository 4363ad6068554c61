"""Bringing lines together under a visible code, and taking them apart again with a trace.

A lettering changes no posted line: it is allowed in a locked period. It is refused in a closed year, whose open lines
were carried forward: what was open then must stay readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import LetteredLine, Lettering, LetteringEvent, Line
from livret.suite.finance.rules.lettering import following_code, rank_of
from livret.suite.finance.services.ledger import cursor

LineKey = tuple[int, int]  # Entry and position.


class NotLetterable(Refusal):
    """These lines cannot be lettered together."""


def letter(lines: Sequence[LineKey], *, by: Actor, at: datetime, on: date, reason: str = "") -> Lettering:
    """Letter *lines*, posted ones, together on day *on*; partial, in small letters, when they do not sum to zero.

    Lines that stand in a partial lettering already bring the others of it along. Raises NotLetterable when they are of
    several accounts, auxiliaries or fiscal years, fewer than two, of a closed year, or lettered whole elsewhere.
    """
    with transaction.atomic(using=current_alias()):
        first = _line(lines)
        lock_open_year(first.fiscal_year_id)
        lock_account(first.account_id)
        joined = _with_partial(lines)
        held = _rows(joined)
        _check(joined, held)
        total = sum(row.debit_cents - row.credit_cents for row in held.values())
        former = list(Lettering.objects.filter(lines__in=_lettered(joined)).distinct())
        LetteredLine.objects.filter(lettering__in=former).delete()
        Lettering.objects.filter(pk__in=[one.pk for one in former]).delete()
        group: dict[str, int | None] = {"fiscal_year_id": first.fiscal_year_id, "account_id": first.account_id}
        group |= {"company_id": first.company_id, "auxiliary_id": first.auxiliary_id}
        made = Lettering.objects.create(
            **group, code=_code(group, is_partial=bool(total)), is_partial=bool(total), created_at=at
        )
        LetteredLine.objects.bulk_create(
            LetteredLine(entry_id=entry, position=position, lettering=made, lettered_on=on)
            for entry, position in joined
        )
        LetteringEvent.objects.create(
            **group,
            kind=LetteringEvent.Kind.EXTENDED if former else LetteringEvent.Kind.LETTERED,
            code=made.code,
            lines=[list(key) for key in joined],
            cents=total,
            reason=reason,
            author_id=by.id,
            author_name=by.name,
            at=at,
        )
    return made


def unletter(lettering: Lettering, *, reason: str, by: Actor, at: datetime) -> None:
    """Take a lettering apart; its lines are open again, and an event keeps what it held and why it ended."""
    with transaction.atomic(using=current_alias()):
        if lettering.fiscal_year_id:
            lock_open_year(lettering.fiscal_year_id)
        lock_account(lettering.account_id)
        held = Lettering.objects.filter(pk=lettering.pk).first()
        if held is None:
            raise NotLetterable(_("Somebody took this lettering apart already."))
        rows = list(LetteredLine.objects.filter(lettering=held).values_list("entry_id", "position"))
        total = sum(row.debit_cents - row.credit_cents for row in _rows(rows).values())
        LetteringEvent.objects.create(
            company_id=held.company_id,
            fiscal_year_id=held.fiscal_year_id,
            account_id=held.account_id,
            auxiliary_id=held.auxiliary_id,
            kind=LetteringEvent.Kind.UNLETTERED,
            code=held.code,
            lines=[list(key) for key in rows],
            cents=total,
            reason=reason,
            author_id=by.id,
            author_name=by.name,
            at=at,
        )
        LetteredLine.objects.filter(lettering=held).delete()
        held.delete()


def lock_open_year(year_id: int) -> None:
    """Keep a fiscal year from being closed for the rest of the transaction. Raises NotLetterable when it is."""
    year = FiscalYear.objects.raw("SELECT * FROM company_fiscalyear WHERE id = %s FOR SHARE", [year_id])[0]
    if not year.is_open:
        raise NotLetterable(
            _("The fiscal year %(year)s is closed: its letterings stay as they are. Letter in the following year.")
            % {"year": year.label}
        )


def lock_account(account_id: int) -> None:
    """Let one transaction at a time letter the lines of an account."""
    with cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(hashtext('finance.lettering'), %s)", [account_id])


def _line(lines: Sequence[LineKey]) -> Line:
    if len(set(lines)) < 2:
        raise NotLetterable(_("Choose two lines at least."))
    entry_id, position = lines[0]
    found = Line.objects.filter(entry_id=entry_id, position=position).first()
    if found is None:
        raise NotLetterable(_("A line is no longer there."))
    return found


def _rows(lines: Sequence[LineKey]) -> dict[LineKey, Line]:
    wanted = set(lines)
    rows = Line.objects.filter(entry_id__in={entry for entry, _position in lines})
    return {key: row for row in rows if (key := (row.entry_id, row.position)) in wanted}


def _lettered(lines: Sequence[LineKey]) -> list[tuple[int, int]]:
    wanted = set(lines)
    rows = LetteredLine.objects.filter(entry_id__in={entry for entry, _position in lines})
    return [key for key in rows.values_list("entry_id", "position") if key in wanted]


def _with_partial(lines: Sequence[LineKey]) -> list[LineKey]:
    """Return *lines* with those of the partial letterings that one of them stands in. Raises NotLetterable."""
    found = _lettered(lines)
    groups = Lettering.objects.filter(lines__in=found).distinct() if found else Lettering.objects.none()
    if whole := [one for one in groups if not one.is_partial]:
        raise NotLetterable(
            _("A line is lettered already, under %(code)s. Take that lettering apart first.") % {"code": whole[0].code}
        )
    others = LetteredLine.objects.filter(lettering__in=groups).values_list("entry_id", "position")
    return list(dict.fromkeys([*lines, *others]))


def _check(joined: Sequence[LineKey], held: dict[LineKey, Line]) -> None:
    if len(held) < len(joined):
        raise NotLetterable(_("A line is no longer there."))
    if len({(row.account_id, row.auxiliary_id) for row in held.values()}) > 1:
        raise NotLetterable(_("Lines of one account and one party only can be lettered together."))
    if len({row.fiscal_year_id for row in held.values()}) > 1:
        raise NotLetterable(
            _("These lines are of several fiscal years. Letter in the later year, with its opening balances.")
        )


HIGHEST = """
SELECT auxiliary_id, code FROM (
  SELECT DISTINCT ON (auxiliary_id) auxiliary_id, code FROM finance_lettering
   WHERE account_id = %(account)s AND fiscal_year_id IS NOT DISTINCT FROM %(year)s AND code ~ '^[A-Za-z]+$'{party}
   ORDER BY auxiliary_id, length(code) DESC, upper(code) COLLATE "C" DESC) highest
"""


def highest_ranks(account_id: int, year_id: int | None) -> dict[int | None, int]:
    """Return the rank of the last code of each auxiliary of an account, None standing for lines of no party."""
    with cursor() as sql:
        sql.execute(HIGHEST.format(party=""), {"account": account_id, "year": year_id})
        return {auxiliary: rank_of(code) for auxiliary, code in sql.fetchall()}


def _code(group: dict[str, int | None], *, is_partial: bool) -> str:
    facts = {"account": group["account_id"], "year": group["fiscal_year_id"], "auxiliary": group["auxiliary_id"]}
    with cursor() as sql:
        sql.execute(HIGHEST.format(party=" AND auxiliary_id IS NOT DISTINCT FROM %(auxiliary)s"), facts)
        found = sql.fetchone()
    return following_code(rank_of(found[1]) if found else 0, is_partial=is_partial)
