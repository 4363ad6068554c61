"""Suppliers with invoices that fall due."""

from __future__ import annotations

from datetime import date

from livret.suite.finance.bank.tests.factories import make_bank_account, make_books
from livret.suite.finance.models import AuxiliaryAccount, Journal, Party
from livret.suite.finance.services.ledger import NewEntry, NewLine, post
from livret.suite.finance.tests.factories import ALICE, AT, make_account, make_journal

TODAY = date(2026, 3, 2)
SUPPLIER_IBAN = "FR7630006000011234567890189"
OTHER_IBAN = "DE89370400440532013000"


def make_supplier(company, number="F001", label="Papeterie du Port", iban=SUPPLIER_IBAN, **facts):
    account = make_account(company, "401000", "Fournisseurs")
    account.can_letter = True
    account.save(update_fields=["can_letter"])
    supplier = AuxiliaryAccount.objects.create(
        company=company, number=number, label=label, kind="supplier", account=account
    )
    Party.objects.create(auxiliary=supplier, iban=iban, **{"town": "Nantes", "country": "FR", "due_days": 30, **facts})
    return supplier


def buy(supplier, cents, *, day=date(2026, 2, 1), piece="FA-1", due_on=None):
    """Post an invoice of a supplier (below zero: a credit note) and return its line on the supplier's account."""
    company = supplier.company
    year = company.fiscal_years.get(first_day__lte=day, last_day__gte=day)
    expense = make_account(company, "606000", "Achats")
    sides = (max(-cents, 0), max(cents, 0))
    lines = (
        NewLine(expense.pk, None, sides[1], sides[0]),
        NewLine(supplier.account_id, supplier.pk, *sides, due_on=due_on),
    )
    journal = make_journal(company, "AC", "Achats", "purchases")
    entry = post(
        NewEntry(journal.pk, day, f"Facture {piece}", piece, day, lines),
        year=year,
        allowance=None,
        by=ALICE,
        at=AT,
        on=TODAY,
    )
    return entry.pk, 2


__all__ = [
    "ALICE",
    "AT",
    "OTHER_IBAN",
    "SUPPLIER_IBAN",
    "TODAY",
    "Journal",
    "buy",
    "make_bank_account",
    "make_books",
    "make_supplier",
]
