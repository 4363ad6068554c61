"""Accepting many suggestions, each in a transaction of its own: one that is refused stays in the queue, alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company
from livret.suite.finance.bank.models import BankAccount, Suggestion
from livret.suite.finance.bank.services.suggesting import suggest
from livret.suite.finance.bank.services.treating import SuggestionGone, accept

ACCEPT_TASK, SUGGEST_TASK = "bank.accept", "bank.suggest"
EVERY = 20


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
    done, refused, reason = 0, 0, ""
    for count, movement in enumerate(movements, start=1):
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


def told(outcome: Outcome) -> str:
    """Return an outcome in words."""
    words = _("Movements treated: %(done)s.") % {"done": outcome.done}
    if outcome.refused:
        left = _("Left in the queue: %(refused)s. The first because: %(reason)s")
        words += " " + left % {"refused": outcome.refused, "reason": outcome.reason}
    return words


def ask_to_accept(company: Company, movements: Sequence[int], *, may_post: bool, by: Actor) -> None:
    """Have many suggestions accepted as a job."""
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
