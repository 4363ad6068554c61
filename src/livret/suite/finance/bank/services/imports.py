"""The movements of a confirmed file: all of them in one transaction, or none; those held already are recognised."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog
from django.db import DataError, IntegrityError, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.formats.bank import Findings, Head, Item, Movement, Tail
from livret.formats.bank.reading import read
from livret.kernel.errors import Refusal
from livret.suite.finance.bank.models import LABEL_LENGTH, BankAccount, Statement, StatementFile
from livret.suite.finance.bank.rules.words import identity_of, refs_of, signature_of, words_of
from livret.suite.finance.bank.services.files import FileRefused, State, open_file, same_file, twin_of

log = structlog.get_logger(__name__)
OnMovements = Callable[[int], None]
EVERY = 500

STAGE = """
CREATE TEMPORARY TABLE bank_staged (
    statement integer, position integer, bank_account_id integer, booked_on date, value_on date, cents bigint,
    label text, reference text, end_to_end text, mandate text, party_name text, party_iban text, code text,
    is_reversal boolean, details jsonb, identity text, words text, refs text, signature text
) ON COMMIT DROP
"""
COPY = "COPY bank_staged FROM STDIN"
# The rank of a movement among those that nothing tells apart: after those held, where the statement goes on from them.
NUMBER = """
CREATE TEMPORARY TABLE bank_numbered ON COMMIT DROP AS
SELECT s.*, row_number() OVER (PARTITION BY s.bank_account_id, s.identity ORDER BY s.statement, s.position)
       + CASE WHEN s.statement = ANY(%(following)s) THEN coalesce(h.many, 0) ELSE 0 END AS ordinal
  FROM bank_staged s
  LEFT JOIN (SELECT m.bank_account_id, m.identity, count(*) AS many FROM bank_movement m
              WHERE (m.bank_account_id, m.identity) IN (SELECT bank_account_id, identity FROM bank_staged)
              GROUP BY 1, 2) h ON h.bank_account_id = s.bank_account_id AND h.identity = s.identity
"""
KNOWN = """
DELETE FROM bank_numbered n USING bank_movement m
 WHERE m.bank_account_id = n.bank_account_id AND m.identity = n.identity AND m.ordinal = n.ordinal
RETURNING n.statement
"""
ADD = """
INSERT INTO bank_movement (statement_id, bank_account_id, position, booked_on, value_on, cents, label, reference,
       end_to_end, mandate, party_name, party_iban, code, is_reversal, details, identity, ordinal, words, refs,
       signature)
SELECT (%(ids)s::bigint[])[n.statement], n.bank_account_id, n.position, n.booked_on, n.value_on, n.cents, n.label,
       n.reference, n.end_to_end, n.mandate, n.party_name, n.party_iban, n.code, n.is_reversal, n.details, n.identity,
       n.ordinal, n.words, n.refs, n.signature
  FROM bank_numbered n ORDER BY n.statement, n.position
"""


@dataclass(slots=True)
class Read:
    """A statement of the file once its movements are staged."""

    head: Head
    account: BankAccount
    tail: Tail | None = None
    movements: int = 0
    first_on: date | None = None
    last_on: date | None = None
    prints: list[str] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        ends = [self.head.opening, self.tail.closing if self.tail else None]
        return identity_of(self.head.identifier, self.head.sequence, *ends, *self.prints)


def silent(_movements: int) -> None:
    """Follow an import without telling anyone."""


def import_file(
    file_id: int,
    *,
    at: datetime,
    on_movements: OnMovements = silent,
    require: Callable[[StatementFile], object] = bool,
) -> StatementFile:
    """Import a confirmed file whole, or note on it why not. Nothing happens to a file that has ended.

    require: raises a Refusal when whoever confirmed it may not any more.

    One transaction holds the statements, the movements and the end of the file: a process killed at any moment leaves
    it confirmed and nothing else, and it can be run again.
    """
    try:
        with transaction.atomic(using=current_alias()):
            held = StatementFile.objects.select_for_update(of=("self",)).select_related("company").get(pk=file_id)
            if held.state == State.CONFIRMED:
                require(held)
                _import(held, at=at, on_movements=on_movements)
    except Refusal as refusal:
        held = _refuse(file_id, str(refusal), at=at)
    except (DataError, IntegrityError):  # Run again, it would fail again, and the file would wait for ever.
        log.exception("the database refused a statement", file=file_id)
        held = _refuse(file_id, _("The database refused this file. Nothing was recorded; tell support."), at=at)
    return held


def _import(held: StatementFile, *, at: datetime, on_movements: OnMovements) -> None:
    twin = twin_of(held)
    if twin is not None:
        raise FileRefused(same_file(twin))
    with connections[current_alias()].cursor() as sql:
        sql.execute(STAGE)
        found = _staged(sql, held, on_movements)
        fresh = _not_held(found)
        if found and not fresh:
            raise FileRefused(_already(found[0]))
        sql.execute(NUMBER, {"following": [place for place, one in fresh.items() if _follows(one)]})
        sql.execute("DELETE FROM bank_numbered WHERE NOT statement = ANY(%s)", [list(fresh)])
        sql.execute(KNOWN)
        known = Counter(place for (place,) in sql.fetchall())
        ids = _add_statements(held, found, fresh, known)
        sql.execute(ADD, {"ids": ids})
        held.movements, held.known = sql.cursor.rowcount, known.total()
        sql.execute("DROP TABLE bank_staged, bank_numbered")
    held.state, held.ended_at = State.DONE, at
    held.save(update_fields=["state", "ended_at", "movements", "known"])
    by = Actor(held.author_id, held.author_name, "client", f"import {held.pk}")
    record("bank.file.imported", held, by=by, at=at, detail={"movements": held.movements, "known": held.known})


def _staged(sql: CursorWrapper, held: StatementFile, on_movements: OnMovements) -> list[Read]:
    """Copy the movements beside the tables, and return the statements in the order of the file."""
    accounts = _accounts(held)
    found: list[Read] = []
    findings = Findings()
    with closing(open_file(held)) as stream, sql.cursor.copy(COPY) as copy:
        for count, row in enumerate(_rows(read(stream, findings), accounts, found), start=1):
            copy.write_row(row)
            if not count % EVERY:
                on_movements(count)
    if findings.errors:
        raise FileRefused(_("The file holds errors. Nothing was recorded; look at its check."))
    return found


def _accounts(held: StatementFile) -> dict[str, BankAccount]:
    rows = {one.pk: one for one in BankAccount.objects.filter(company=held.company)}
    named = {identifier: rows[pk] for identifier, pk in held.chosen.items() if pk in rows}
    return {one.identifier: one for one in rows.values()} | named


def _rows(items: Iterator[Item], accounts: dict[str, BankAccount], found: list[Read]) -> Iterator[tuple[Any, ...]]:
    for item in items:
        match item:
            case Head():
                account = accounts.get(item.account.identifier)
                if account is None:
                    message = _("No bank account of the company bears %(number)s. Say which one it is, then confirm.")
                    raise FileRefused(message % {"number": item.account.identifier})
                if item.currency != account.currency:
                    message = _("The statement is in %(given)s, the account %(account)s in %(held)s.")
                    words = {"given": item.currency, "account": account.label, "held": account.currency}
                    raise FileRefused(message % words)
                found.append(Read(item, account))
            case Movement():
                yield _row(item, found[-1], len(found))
            case Tail():
                found[-1].tail = item


def _row(item: Movement, one: Read, place: int) -> tuple[Any, ...]:
    label = " – ".join(item.label)[:LABEL_LENGTH].replace("\x00", "")
    words = words_of(label, item.name, *(detail.label for detail in item.details), *(d.name for d in item.details))
    own = item.reference or f"{words_of(label)}|{item.end_to_end}|{item.value_on}"
    identity = identity_of(item.booked_on, item.minor, own)
    one.movements += 1
    one.first_on = min(one.first_on or item.booked_on, item.booked_on)
    one.last_on = max(one.last_on or item.booked_on, item.booked_on)
    one.prints.append(identity)
    texts = (label, item.end_to_end, item.reference, *(detail.end_to_end for detail in item.details))
    return (
        place,
        one.movements,
        one.account.pk,
        item.booked_on,
        item.value_on,
        item.minor,
        label,
        item.reference[:100],
        item.end_to_end[:100],
        item.mandate[:100],
        item.name[:140],
        item.iban[:34],
        item.code[:40],
        item.is_reversal,
        json.dumps([_detail(detail) for detail in item.details], ensure_ascii=False),
        identity,
        words,
        refs_of(*texts, *(detail.label for detail in item.details)),
        signature_of(words),
    )


def _detail(detail: Any) -> dict[str, Any]:
    return {name: getattr(detail, name) for name in detail.__slots__}


def _not_held(found: list[Read]) -> dict[int, Read]:
    """Return the statements by place, less those imported before and those that the file holds twice."""
    fresh: dict[int, Read] = {}
    prints = {(one.account.pk, one.fingerprint) for one in found}
    rows = Statement.objects.filter(fingerprint__in=[mark for _account, mark in prints])
    held = set(rows.values_list("bank_account_id", "fingerprint"))
    for place, one in enumerate(found, start=1):
        key = (one.account.pk, one.fingerprint)
        if key not in held:
            held.add(key)
            fresh[place] = one
    return fresh


def _already(one: Read) -> str:
    twin = Statement.objects.filter(bank_account=one.account, fingerprint=one.fingerprint).select_related("file").get()
    message = _("Its statements were all imported before, in %(file)s (import no. %(number)s). Nothing was recorded.")
    return message % {"file": twin.file.file_name, "number": twin.file.pk}


def _follows(one: Read) -> bool:
    """Tell whether a statement goes on exactly where the last one held ends: none of its movements is known then."""
    last = Statement.objects.filter(bank_account=one.account, closing_on__isnull=False).order_by("-closing_on").first()
    if last is None or last.closing_on is None or one.head.opening is None:
        return False
    goes_on = one.head.opening.minor == last.closing_cents and one.head.opening.on >= last.closing_on
    return goes_on and (one.first_on is None or last.last_on is None or one.first_on >= last.last_on)


def _add_statements(held: StatementFile, found: list[Read], fresh: dict[int, Read], known: Counter[int]) -> list[int]:
    """Add the statements, and return their ids by place; 0 where the statement was held already."""
    added = Statement.objects.bulk_create(
        Statement(
            file=held,
            bank_account=one.account,
            position=place,
            identifier=one.head.identifier,
            sequence=one.head.sequence,
            opening_on=one.head.opening.on if one.head.opening else None,
            opening_cents=one.head.opening.minor if one.head.opening else None,
            closing_on=one.tail.closing.on if one.tail and one.tail.closing else None,
            closing_cents=one.tail.closing.minor if one.tail and one.tail.closing else None,
            first_on=one.first_on,
            last_on=one.last_on,
            movements=one.movements - known[place],
            known=known[place],
            fingerprint=one.fingerprint,
        )
        for place, one in fresh.items()
    )
    ids = {one.position: one.pk for one in added}
    return [ids.get(place, 0) for place in range(1, len(found) + 1)]


def _refuse(file_id: int, refusal: str, *, at: datetime) -> StatementFile:
    with transaction.atomic(using=current_alias()):
        held = StatementFile.objects.select_for_update(of=("self",)).get(pk=file_id)
        held.state, held.refusal, held.ended_at = State.REFUSED, refusal, at
        held.save(update_fields=["state", "refusal", "ended_at"])
        by = Actor(held.author_id, held.author_name, "client", f"import {held.pk}")
        record("bank.file.refused", held, by=by, at=at)
    return held
