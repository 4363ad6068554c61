"""The rules of a company, and the movements that they speak for."""

from __future__ import annotations

from typing import Any

from livret.suite.finance.bank.models import BankAccount, BankRule


def rules_in_force(account: BankAccount) -> list[BankRule]:
    rows = BankRule.objects.filter(company=account.company_id, is_stopped=False).order_by("position", "pk")
    return [rule for rule in rows if rule.bank_account_id in (None, account.pk)]


def condition_of(rule: BankRule) -> tuple[str, dict[str, Any]]:
    """Return the condition in SQL, on a movement `o`, under which *rule* speaks, and its values.

    Words are compared as they are, whole or part of a word; nothing in them is a pattern.
    """
    clauses, values = ["true"], {}
    for place, word in enumerate(rule.words):
        clauses.append(f"position(%(word{place})s in o.words) > 0")
        values[f"word{place}"] = word
    if rule.side != BankRule.Side.ANY:
        clauses.append("o.cents > 0" if rule.side == BankRule.Side.IN else "o.cents < 0")
    for name, sign in (("least_cents", ">="), ("most_cents", "<=")):
        if getattr(rule, name) is not None:
            clauses.append(f"abs(o.cents) {sign} %({name})s")
            values[name] = getattr(rule, name)
    return " AND ".join(clauses), values
