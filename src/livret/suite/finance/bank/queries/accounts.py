"""Bank accounts with what the bank and the books say of them, and their statements in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company
from livret.suite.finance.bank.models import BankAccount, BankRule, Movement, Statement
from livret.suite.finance.bank.queries.queue import Counts, counts_of
from livret.suite.finance.bank.queries.reconciliation import bank_balance, books_balance
from livret.suite.finance.bank.queries.rules import condition_of


@dataclass(frozen=True, slots=True)
class AccountCard:
    """A bank account at the day of its last statement. on: None while it has none."""

    account: BankAccount
    on: date | None
    bank: int | None
    books: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement, and how far its opening balance is from the closing balance before it, in cents; 0 when it goes on.

    gap: None when one of the two is not known.
    """

    statement: Statement
    gap: int | None


def account_cards(company: Company) -> list[AccountCard]:
    rows = BankAccount.objects.filter(company=company, is_closed=False).select_related("account", "journal")
    return [account_card(account) for account in rows.order_by("label", "pk")]


def account_card(account: BankAccount) -> AccountCard:
    on = last_day_of(account)
    bank = bank_balance(account, on) if on else None
    books = books_balance(account, on) if on else 0
    return AccountCard(account, on, bank, books, counts_of(account.company, account))


def last_day_of(account: BankAccount) -> date | None:
    """Return the last day that the statements of *account* tell of."""
    rows = Statement.objects.filter(bank_account=account)
    days = rows.order_by("-closing_on").values_list("closing_on", flat=True).exclude(closing_on=None).first()
    return days or rows.exclude(last_on=None).order_by("-last_on").values_list("last_on", flat=True).first()


def statement_rows(account: BankAccount) -> list[StatementRow]:
    """Return the statements of *account*, latest first, each held against the one before it."""
    rows = list(Statement.objects.filter(bank_account=account).select_related("file"))
    rows.sort(key=lambda one: (one.closing_on or one.last_on or one.opening_on or date.min, one.pk))
    found, before = [], None
    for one in rows:
        known = before is not None and one.opening_cents is not None
        found.append(StatementRow(one, one.opening_cents - before if known else None))  # type: ignore[operator]
        before = one.closing_cents
    return found[::-1]


def rule_matches(rule: BankRule, *, limit: int = 20) -> tuple[int, list[Movement]]:
    """Return how many movements *rule*, saved or not, would speak for, those treated included, and the latest."""
    condition, values = condition_of(rule)
    query = f"""SELECT o.id, count(*) OVER () FROM bank_movement o
                  JOIN bank_bankaccount a ON a.id = o.bank_account_id AND a.company_id = %(company)s
                 WHERE {condition} ORDER BY o.booked_on DESC, o.id DESC LIMIT %(limit)s"""  # noqa: S608 - pieces of ours.
    with connections[current_alias()].cursor() as sql:
        sql.execute(query, {**values, "company": rule.company_id, "limit": limit})
        rows = sql.fetchall()
    found = Movement.objects.filter(pk__in=[pk for pk, _many in rows]).order_by("-booked_on", "-pk")
    return (rows[0][1] if rows else 0), list(found)
