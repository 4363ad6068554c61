"""Finding what a request about the bank names, inside the company it may open."""

from __future__ import annotations

from typing import TypeVar

from django.http import Http404

from livret.suite.company.models import Company
from livret.suite.finance.bank.models import BankAccount, BankRule, Movement, StatementFile, Suggestion
from livret.suite.finance.bank.services.files import unknown_accounts

Row = TypeVar("Row")


def bank_account_for(company: Company, pk: int) -> BankAccount:
    rows = BankAccount.objects.select_related("journal", "account", "company")
    return _found(rows.filter(company=company, pk=pk).first())


def file_for(company: Company, pk: int) -> StatementFile:
    return _found(StatementFile.objects.select_related("company").filter(company=company, pk=pk).first())


def movement_for(company: Company, pk: int) -> Movement:
    rows = Movement.objects.select_related(
        "statement__file", "bank_account__journal", "bank_account__account", "bank_account__company"
    )
    return _found(rows.filter(bank_account__company=company, pk=pk).first())


def unknown_identifier(company: Company, file: str) -> str:
    """Return the number of an account that the file of an address tells of and that nobody noted yet, "" without.

    Addresses are kept in histories and logs: they name the file, never the account.
    """
    held = StatementFile.objects.select_related("company").filter(company=company, pk=_number(file)).first()
    unknown = unknown_accounts(held) if held else []
    return unknown[0] if unknown else ""


def words_of(company: Company, movement: str) -> str:
    """Return the words that tell the movement of an address from others, "" without; they may name a person."""
    held = Movement.objects.filter(bank_account__company=company, pk=_number(movement)).first()
    return held.signature if held else ""


def suggestion_for(movement: Movement, text: str) -> Suggestion | None:
    """Return the suggestion that a form names, None when it was replaced since."""
    found = Suggestion.objects.filter(movement=movement, pk=_number(text)).first()
    if found is not None:
        found.movement = movement
    return found


def rule_for(company: Company, pk: int) -> BankRule:
    return _found(BankRule.objects.select_related("auxiliary").filter(company=company, pk=pk).first())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row
