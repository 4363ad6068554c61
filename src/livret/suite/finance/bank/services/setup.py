"""Bank accounts and rules of a company."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company
from livret.suite.finance.bank.models import BankAccount, BankRule
from livret.suite.finance.models import Journal


def open_account(company: Company, *, by: Actor, at: datetime, **facts: Any) -> BankAccount:
    """Note a bank account of *company*; a bank journal without ledger account takes that of the bank account."""
    with transaction.atomic(using=current_alias()):
        account = BankAccount.objects.create(company=company, currency=company.currency, **facts)
        Journal.objects.filter(pk=account.journal_id, account=None).update(account=account.account)
        record("bank.account.opened", account, by=by, at=at)
    return account


def save_rule(company: Company, facts: dict[str, Any], *, held: BankRule | None, by: Actor, at: datetime) -> BankRule:
    """Write a new rule, or change *held*. Movements are not treated by it until somebody accepts."""
    with transaction.atomic(using=current_alias()):
        rule = held or BankRule(company=company)
        for name, value in facts.items():
            setattr(rule, name, value)
        rule.save()
        record("bank.rule.saved", rule, by=by, at=at, detail={"words": rule.words, "account": rule.account})
    return rule


def delete_rule(rule: BankRule, *, by: Actor, at: datetime) -> None:
    """Throw a rule away; what it posted stays."""
    with transaction.atomic(using=current_alias()):
        record("bank.rule.deleted", rule, by=by, at=at)
        rule.delete()
