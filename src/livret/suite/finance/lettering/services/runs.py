"""Automatic lettering in three steps: propose, confirm, undo. Each is a job, safe to run twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.lettering.models import AutoGroup, AutoRun, Rule
from livret.suite.finance.lettering.services.matching import match
from livret.suite.finance.models import ChartAccount
from livret.suite.finance.rules.lettering import following_code
from livret.suite.finance.services.ledger import cursor, prefer_set_joins
from livret.suite.finance.services.lettering import highest_ranks, lock_account, lock_open_year

PROPOSE, LETTER, UNDO = "lettering.propose", "lettering.letter", "lettering.undo"
State = AutoRun.State


class RunRefused(Refusal):
    """The run cannot take this step."""


def ask(
    year: FiscalYear,
    *,
    rules: Sequence[Rule],
    accounts: Sequence[ChartAccount] = (),
    without_party: bool = False,
    until: date,
    by: Actor,
    at: datetime,
) -> AutoRun:
    """Ask for a proposal; nothing is lettered. A proposal of the same year that still waits is replaced.

    Raises RunRefused while another run of the year is at work, or without a rule.
    """
    if not rules:
        raise RunRefused(_("Choose one rule at least."))
    try:
        with transaction.atomic(using=current_alias()):
            AutoRun.objects.filter(fiscal_year=year, state=State.PROPOSED).delete()
            run = AutoRun.objects.create(
                fiscal_year=year,
                rules=[rule.value for rule in rules],
                accounts=[account.pk for account in accounts],
                without_party=without_party,
                until=min(until, year.last_day),
                author_id=by.id,
                author_name=by.name,
                asked_at=at,
            )
            record("lettering.run.asked", run, by=by, at=at, detail={"rules": run.rules})
            outbox.post(PROPOSE, run_id=run.pk)
    except IntegrityError as error:
        if "lettering_run_one_at_work" not in str(error):
            raise
        raise RunRefused(_("An automatic lettering is at work in this fiscal year. Wait until it has ended.")) from None
    return run


def propose(run_id: int) -> AutoRun:
    """Look for what goes together and write it down for a person to confirm."""
    with transaction.atomic(using=current_alias()):
        run = _locked(run_id)
        if run.state == State.ASKED:
            run.examined = match(run)
            _move(run, State.PROPOSED)
    return run


def strike(group: AutoGroup, *, is_kept: bool) -> None:
    """Leave a proposed group out, or take it back in."""
    with transaction.atomic(using=current_alias()):
        if _locked(group.run_id).state != State.PROPOSED:
            raise RunRefused(_("This proposal no longer waits to be confirmed."))
        AutoGroup.objects.filter(pk=group.pk).update(is_kept=is_kept)


def confirm(run: AutoRun, *, by: Actor, at: datetime) -> None:
    """Have what was proposed lettered. Raises RunRefused when it no longer waits for this."""
    _ask_for(run, State.PROPOSED, State.CONFIRMED, LETTER, by=by, at=at)


def ask_to_undo(run: AutoRun, *, by: Actor, at: datetime) -> None:
    """Have all that a run lettered taken apart. Raises RunRefused when it lettered nothing, or was undone already."""
    _ask_for(run, State.DONE, State.UNDOING, UNDO, by=by, at=at)


def _ask_for(run: AutoRun, former: State, state: State, task: str, *, by: Actor, at: datetime) -> None:
    try:
        with transaction.atomic(using=current_alias()):
            held = _locked(run.pk)
            if held.state != former:
                words = _("This automatic lettering cannot take that step: its state is “%(state)s”.")
                raise RunRefused(words % {"state": held.get_state_display()})
            lock_open_year(held.fiscal_year_id)
            _move(held, state)
            record(f"lettering.run.{state.value}", held, by=by, at=at)
            outbox.post(task, run_id=held.pk, author_id=str(by.id), author_name=by.name)
    except IntegrityError as error:
        if "lettering_run_one_at_work" not in str(error):
            raise
        raise RunRefused(_("An automatic lettering is at work in this fiscal year. Wait until it has ended.")) from None


def letter_run(run_id: int, *, by: Actor, at: datetime, today: date) -> AutoRun:
    """Letter the groups kept of a confirmed run, account by account, each in its own transaction.

    A group one line of which was lettered meanwhile is left out. Run again after a kill, it goes on where it stopped.
    """
    run = AutoRun.objects.select_related("fiscal_year").get(pk=run_id)
    if run.state == State.CONFIRMED:
        for account_id in _accounts(run, lettering__isnull=True, is_kept=True):
            _letter_account(run, account_id, by=by, at=at, today=today)
        _end(run, State.CONFIRMED, State.DONE, at=at)
    return AutoRun.objects.get(pk=run_id)


def give_back(run_id: int) -> None:
    """Put a run whose asker may not go on back to the state before; what it had lettered or undone already stays."""
    with transaction.atomic(using=current_alias()):
        run = _locked(run_id)
        former = {State.CONFIRMED: State.PROPOSED, State.UNDOING: State.DONE}.get(State(run.state))
        if former:
            _move(run, former)


def undo_run(run_id: int, *, by: Actor, at: datetime) -> AutoRun:
    """Take apart what a run lettered; what somebody took apart since is left as it is."""
    run = AutoRun.objects.get(pk=run_id)
    if run.state == State.UNDOING:
        for account_id in _accounts(run, lettering__isnull=False):
            _undo_account(run, account_id, by=by, at=at)
        _end(run, State.UNDOING, State.UNDONE, at=at)
    return AutoRun.objects.get(pk=run_id)


def _accounts(run: AutoRun, **which: bool) -> list[int]:
    return list(
        AutoGroup.objects.filter(run=run, **which).order_by("account").values_list("account", flat=True).distinct()
    )


FREE = """
SELECT g.number, g.auxiliary_id FROM lettering_autogroup g
 WHERE g.run_id = %(run)s AND g.account_id = %(account)s AND g.is_kept AND g.lettering IS NULL
   AND NOT EXISTS (SELECT 1 FROM lettering_autoline n
                     JOIN finance_letteredline m ON m.entry_id = n.entry_id AND m.position = n.position
                    WHERE n.run_id = g.run_id AND n.number = g.number)
 ORDER BY g.auxiliary_id NULLS FIRST, g.number
"""
GROUPS = """
CREATE TEMPORARY TABLE lettering_made ON COMMIT DROP AS
SELECT n.number, n.code, nextval(pg_get_serial_sequence('finance_lettering', 'id')) AS id
  FROM unnest(%(numbers)s::int[], %(codes)s::text[]) AS n (number, code)
"""
LETTERINGS = """
INSERT INTO finance_lettering (id, company_id, fiscal_year_id, account_id, auxiliary_id, code, is_partial, created_at)
SELECT m.id, %(company)s, %(year)s, g.account_id, g.auxiliary_id, m.code, false, %(at)s
  FROM lettering_made m JOIN lettering_autogroup g ON g.run_id = %(run)s AND g.number = m.number
"""
LINES = """
INSERT INTO finance_letteredline (entry_id, position, lettering_id, lettered_on)
SELECT n.entry_id, n.position, m.id, %(today)s
  FROM lettering_made m JOIN lettering_autoline n ON n.run_id = %(run)s AND n.number = m.number
"""
EVENTS = """
INSERT INTO finance_letteringevent (company_id, fiscal_year_id, account_id, auxiliary_id, kind, code, lines, cents,
                                    reason, author_id, author_name, at)
SELECT %(company)s, %(year)s, %(account)s, g.auxiliary_id, %(kind)s, m.code, n.lines, 0, %(reason)s, %(author)s,
       %(name)s, %(at)s
  FROM lettering_made m
  JOIN lettering_autogroup g ON g.run_id = %(run)s AND g.number = m.number
  JOIN (SELECT number, jsonb_agg(jsonb_build_array(entry_id, position) ORDER BY entry_id, position) AS lines
          FROM lettering_autoline WHERE run_id = %(run)s GROUP BY number) n ON n.number = m.number
"""
NOTE = """
UPDATE lettering_autogroup g SET lettering = m.id FROM lettering_made m
 WHERE g.run_id = %(run)s AND g.number = m.number
"""


def _letter_account(run: AutoRun, account_id: int, *, by: Actor, at: datetime, today: date) -> None:
    with transaction.atomic(using=current_alias()), cursor() as sql:
        lock_open_year(run.fiscal_year_id)
        lock_account(account_id)
        prefer_set_joins(sql)
        facts = _facts(run, account_id, by=by, at=at) | {"today": today, "kind": "lettered"}
        sql.execute(FREE, facts)
        free = sql.fetchall()
        ranks, codes = highest_ranks(account_id, run.fiscal_year_id), []
        for _number, auxiliary in free:
            rank = ranks.get(auxiliary, 0)
            codes.append(following_code(rank, is_partial=False))
            ranks[auxiliary] = rank + 1
        sql.execute("DROP TABLE IF EXISTS lettering_made")
        sql.execute(GROUPS, {"numbers": [number for number, _auxiliary in free], "codes": codes})
        for statement in ("ANALYZE lettering_made", LETTERINGS, LINES, EVENTS, NOTE):
            sql.execute(statement, facts)


def _facts(run: AutoRun, account_id: int, *, by: Actor, at: datetime) -> dict[str, Any]:
    facts = {"run": run.pk, "account": account_id, "year": run.fiscal_year_id, "company": run.fiscal_year.company_id}
    reason = _("Automatic lettering no. %(number)s") % {"number": run.pk}
    return {**facts, "at": at, "author": by.id, "name": by.name, "reason": reason}


STANDING = """
CREATE TEMPORARY TABLE lettering_made ON COMMIT DROP AS
SELECT g.number, l.code, l.id FROM lettering_autogroup g JOIN finance_lettering l ON l.id = g.lettering
 WHERE g.run_id = %(run)s AND g.account_id = %(account)s
"""
UNDONE = (
    "DELETE FROM finance_letteredline l USING lettering_made m WHERE l.lettering_id = m.id",
    "DELETE FROM finance_lettering l USING lettering_made m WHERE l.id = m.id",
    "UPDATE lettering_autogroup SET lettering = NULL WHERE run_id = %(run)s AND account_id = %(account)s",
)


def _undo_account(run: AutoRun, account_id: int, *, by: Actor, at: datetime) -> None:
    with transaction.atomic(using=current_alias()), cursor() as sql:
        lock_open_year(run.fiscal_year_id)
        lock_account(account_id)
        prefer_set_joins(sql)
        facts = _facts(run, account_id, by=by, at=at) | {"kind": "unlettered"}
        for statement in ("DROP TABLE IF EXISTS lettering_made", STANDING, "ANALYZE lettering_made", EVENTS, *UNDONE):
            sql.execute(statement, facts)


def _end(run: AutoRun, former: State, state: State, *, at: datetime) -> None:
    with transaction.atomic(using=current_alias()):
        held = _locked(run.pk)
        if held.state == former:
            held.ended_at = at
            if state == State.DONE:
                held.lettered = AutoGroup.objects.filter(run=held, lettering__isnull=False).count()
            held.save(update_fields=["ended_at", "lettered"])
            _move(held, state)


def _locked(run_id: int) -> AutoRun:
    held = AutoRun.objects.select_for_update(of=("self",)).select_related("fiscal_year").filter(pk=run_id).first()
    if held is None:
        raise RunRefused(_("This proposal is no longer there: a newer one replaced it."))
    return held


def _move(run: AutoRun, state: State) -> None:
    run.state = state
    run.save(update_fields=["state", "examined"])
