"""A company where entries are typed: journals, accounts, a customer and a supplier with terms, an axis, a rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from livret.suite.finance.models import (
    AnalyticAxis,
    AnalyticSection,
    AuxiliaryAccount,
    DraftEntry,
    ExchangeRate,
    Journal,
    Party,
)
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services import drafts
from livret.suite.finance.services.drafts import TypedEntry
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_account, make_company, make_journal, make_year

DAY = date(2025, 5, 6)
ACCOUNTS = {
    "401000": "Fournisseurs",
    "411000": "Clients",
    "445660": "TVA déductible",
    "445710": "TVA collectée",
    "512000": "Banque",
    "606400": "Fournitures administratives",
    "706000": "Prestations de services",
}
PURCHASE = (
    TypedLine("606400", debit_cents=10_000),
    TypedLine("445660", debit_cents=2_000),
    TypedLine("401000", "FPAPE", credit_cents=12_000),
)


def furnished():
    """Return a company of 2025 with the usual journals, accounts and two parties."""
    company = make_company()
    make_year(company)
    drafts.open_company_books(company, by=ALICE, at=AT)
    accounts = {number: make_account(company, number, label) for number, label in ACCOUNTS.items()}
    for number in ("401000", "411000"):
        type(accounts[number]).objects.filter(pk=accounts[number].pk).update(can_letter=True)
    _party(company, "FPAPE", "Papeterie Élan", "supplier", accounts["401000"], due_days=30, due_end_of_month=True)
    _party(company, "CLUM", "Lumière SARL", "customer", accounts["411000"], due_days=45)
    return company


def _party(company, number, label, kind, account, **terms):
    party = AuxiliaryAccount.objects.create(company=company, number=number, label=label, kind=kind, account=account)
    Party.objects.create(auxiliary=party, **terms)
    return party


def make_axis(company, code="SITE", sections=("PARIS", "LYON")):
    axis = AnalyticAxis.objects.create(company=company, code=code, label=code.capitalize())
    return axis, [AnalyticSection.objects.create(axis=axis, code=one, label=one.capitalize()) for one in sections]


def make_rate(company, currency="USD", day=DAY, per_euro="1.25"):
    return ExchangeRate.objects.create(company=company, currency=currency, day=day, per_euro=Decimal(per_euro))


def journal_of(company, code="AC") -> Journal:
    return make_journal(company, code)


def drafted(company, lines=PURCHASE, **changed) -> DraftEntry:
    facts = {"journal": journal_of(company), "on": DAY, "label": "Papier", "piece_ref": "F-1", "piece_date": None}
    return drafts.save_draft(TypedEntry(**{**facts, "lines": lines, **changed}), by=ALICE, at=AT)


def posted(company, lines=PURCHASE, **changed):
    draft = drafted(company, lines, **changed)
    return drafts.validate_draft(draft, version=draft.version, allowance=None, by=ALICE, at=AT, today=TODAY)
