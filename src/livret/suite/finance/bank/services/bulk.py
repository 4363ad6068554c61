"""Accepting many suggestions, each in a transaction of its own: one that is refused stays in the queue, alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections, transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company
from livret.suite.finance.bank.models import BankAccount, MatchEvent, Movement, Suggestion
from livret.suite.finance.bank.queries.sql import DRAFTED, TREATED
from livret.suite.finance.bank.services.suggesting import suggest
from livret.suite.finance.bank.services.treating import SuggestionGone, accept

ACCEPT_TASK, SUGGEST_TASK = "bank.accept", "bank.suggest"
EVERY, BATCH = 20, 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many movements were treated, and how many were refused, with the first reason."""

    done: int
    refused: int
    reason: str


def silent(_done: int) -> None:
    """Accept without telling anyone."""


def accept_best(
    movements: Sequence[int],
    *,
    may_post: bool,
    allowance: Allowance | None,
    by: Actor,
    at: datetime,
    today: date,
    on_done: Callable[[int], None] = silent,
) -> Outcome:
    """Accept the best suggestion of each of *movements*. Run again, it finds those treated gone, and goes on."""
    matched = match_best(movements, by=by, at=at, on_done=on_done)
    done, refused, reason = len(matched), 0, ""
    for count, movement in enumerate((one for one in movements if one not in matched), start=len(matched) + 1):
        best = Suggestion.objects.filter(movement=movement, rank=1)
        best = best.select_related("movement__bank_account__journal", "movement__bank_account__account")
        try:
            found = best.first()
            if found is None:
                raise SuggestionGone
            accept(found, may_post=may_post, allowance=allowance, by=by, at=at, today=today)
            done += 1
        except Refusal as refusal:
            refused, reason = refused + 1, reason or str(refusal)
        if not count % EVERY:
            on_done(count)
    return Outcome(done, refused, reason)


LOCK = """
SELECT pg_advisory_xact_lock(hashtext('bank.movement'), hashint8(id))
  FROM unnest(%(ids)s::bigint[]) AS asked(id) ORDER BY id
"""
MATCH = f"""
INSERT INTO bank_matchedline (movement_id, entry_id, position)
SELECT s.movement_id, (line.pair ->> 0)::bigint, (line.pair ->> 1)::integer
  FROM bank_suggestion s CROSS JOIN LATERAL jsonb_array_elements(s.proposal -> 'lines') AS line(pair)
  JOIN finance_line l ON l.entry_id = (line.pair ->> 0)::bigint AND l.position = (line.pair ->> 1)::integer
 WHERE s.movement_id = ANY(%(ids)s) AND s.rank = 1 AND s.kind = 'line' AND jsonb_array_length(s.proposal -> 'lines') = 1
   AND s.movement_id NOT IN (SELECT movement_id FROM ({TREATED}) t)
   AND s.movement_id NOT IN (SELECT movement_id FROM ({DRAFTED}) d)
   AND NOT EXISTS (SELECT FROM finance_entryorigin o WHERE o.entry_id = l.entry_id AND o.room = 'bank')
    ON CONFLICT DO NOTHING
RETURNING movement_id, entry_id, position
"""  # noqa: S608 - pieces of ours.


def match_best(
    movements: Sequence[int], *, by: Actor, at: datetime, on_done: Callable[[int], None] = silent
) -> set[int]:
    """Match those of *movements* whose best suggestion is a posted line, batch by batch; return which they are."""
    matched: set[int] = set()
    for start in range(0, len(movements), BATCH):
        matched |= _match_batch(list(movements[start : start + BATCH]), by=by, at=at)
        on_done(len(matched))
    return matched


def _match_batch(ids: list[int], *, by: Actor, at: datetime) -> set[int]:
    company = Movement.objects.filter(pk__in=ids).values_list("bank_account__company_id", flat=True).first()
    with transaction.atomic(using=current_alias()):
        with connections[current_alias()].cursor() as sql:
            sql.execute(LOCK, {"ids": ids})
            sql.execute(MATCH, {"ids": ids, "company": company})
            rows = sql.fetchall()
        who = {"author_id": by.id, "author_name": by.name, "at": at}
        MatchEvent.objects.bulk_create(
            MatchEvent(movement_id=movement, kind=MatchEvent.Kind.MATCHED, lines=[[entry, position]], **who)
            for movement, entry, position in rows
        )
        found = {movement for movement, _entry, _position in rows}
        Suggestion.objects.filter(movement__in=found).delete()
    return found


def told(outcome: Outcome) -> str:
    """Return an outcome in words."""
    words = _("Movements treated: %(done)s.") % {"done": outcome.done}
    if outcome.refused:
        left = _("Left in the queue: %(refused)s. The first because: %(reason)s")
        words += " " + left % {"refused": outcome.refused, "reason": outcome.reason}
    return words


def ask_to_accept(company: Company, movements: Sequence[int], *, may_post: bool, by: Actor) -> None:
    """Have many suggestions accepted as a job; posted by it only if *may_post*, then as now."""
    with transaction.atomic(using=current_alias()):
        outbox.post(
            ACCEPT_TASK,
            company_id=company.pk,
            movements=list(movements),
            may_post=may_post,
            author_id=str(by.id),
            author_name=by.name,
        )


def ask_to_suggest(company: Company) -> None:
    """Have the suggestions of a company made again as a job, account by account."""
    with transaction.atomic(using=current_alias()):
        outbox.post(SUGGEST_TASK, company_id=company.pk)


def suggest_all(company: Company) -> int:
    """Make the suggestions of every account of *company* again; one short transaction for each account."""
    accounts = BankAccount.objects.filter(company=company, is_closed=False)
    return sum(suggest(account) for account in accounts)
