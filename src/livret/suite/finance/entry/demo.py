"""The desk of entry in the demonstration: templates, a rent that recurs, drafts that wait, a file to import."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from livret.core.people import Actor
from livret.kernel.periods import ONE_DAY, add_months
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.entry.rules.templates import TemplateLine
from livret.suite.finance.entry.services import files, recurring
from livret.suite.finance.entry.services.contents import reading_of, shape_of
from livret.suite.finance.entry.services.templates import TemplateFacts, save_template
from livret.suite.finance.models import AuxiliaryBalance, ChartAccount, EntryTemplate, Journal
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services.drafts import TypedEntry, save_draft

LAST_MONTH = date(2026, 10, 1)
RENT, FEES = 145_000, 38_400


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Give the desk of *company* something to do; once."""
    year = FiscalYear.objects.filter(company=company, first_day__lte=LAST_MONTH, last_day__gte=LAST_MONTH).first()
    journals = {journal.code: journal for journal in Journal.objects.filter(company=company)}
    if year is None or not {"AC", "OD", "VE"} <= journals.keys() or _was_here(company):
        return
    accounts = _Accounts(company)
    rent = _templates(journals, accounts, by=by, at=at)
    recurring.plan(rent, first_on=add_months(LAST_MONTH, 1), every_months=1, last_on=None, cents=None, by=by, at=at)
    for typed in _drafts(journals, accounts):
        save_draft(typed, by=by, at=at)
    _file(company, accounts, by=by, at=at)


def _was_here(company: Company) -> bool:
    return EntryTemplate.objects.filter(company=company).exists()


class _Accounts:
    """Accounts of the general chart at the length that the company's own have, and its parties."""

    def __init__(self, company: Company) -> None:
        own = ChartAccount.objects.filter(company=company, number__startswith="512").first()
        self.length = len(own.number) if own else 6
        self.bank = own.number if own else "512000"
        self.supplier, self.supplier_account = _party(company, "401")
        self.customer, self.customer_account = _party(company, "411")

    def number(self, root: str) -> str:
        return root.ljust(self.length, "0")


def _party(company: Company, root: str) -> tuple[str, str]:
    """Return the number of a party with movements under an account of *root*, and that account."""
    moved = AuxiliaryBalance.objects.filter(fiscal_year__company=company, account__number__startswith=root)
    found = moved.order_by("-month", "auxiliary__number").values_list("auxiliary__number", "account__number").first()
    return found or ("", root.ljust(6, "0"))


def _templates(journals: dict[str, Journal], accounts: _Accounts, *, by: Actor, at: datetime) -> EntryTemplate:
    rent = (
        TemplateLine(accounts.number("6132"), label="Loyer {mois}", cents=RENT),
        TemplateLine(accounts.number("44566"), cents=RENT // 5),
        TemplateLine(accounts.supplier_account, accounts.supplier, side="credit"),
    )
    shared = (
        TemplateLine(accounts.number("6262"), label="Téléphone {mois}", share=Decimal("0.625")),
        TemplateLine(accounts.number("6261"), label="Affranchissements {mois}", share=Decimal("0.375")),
        TemplateLine(accounts.bank, side="credit"),
    )
    save_template(
        TemplateFacts("Téléphone et courrier", journals["OD"], "Frais {mois}", "RELEVÉ", shared), by=by, at=at
    )
    facts = TemplateFacts("Loyer du local", journals["AC"], "Loyer {mois}", "BAIL", rent)
    return save_template(facts, by=by, at=at)


def _drafts(journals: dict[str, Journal], accounts: _Accounts) -> Iterator[TypedEntry]:
    """Yield two drafts that are ready, and one that is not."""
    last = add_months(LAST_MONTH, 1) - ONE_DAY
    fees = (
        TypedLine(accounts.number("6226"), label="Honoraires du conseil", debit_cents=FEES),
        TypedLine(accounts.number("44566"), debit_cents=FEES // 5, vat_code=""),
        TypedLine(accounts.supplier_account, accounts.supplier, credit_cents=FEES + FEES // 5),
    )
    yield TypedEntry(journals["AC"], last, "Honoraires d’octobre", "H-2026-10", last, fees)
    sale = (
        TypedLine(accounts.customer_account, accounts.customer, debit_cents=72_000),
        TypedLine(accounts.number("706"), credit_cents=60_000),
        TypedLine(accounts.number("44571"), credit_cents=12_000),
    )
    yield TypedEntry(journals["VE"], last, "Intervention du 30 octobre", "FA-1098", last, sale)
    yield TypedEntry(journals["OD"], last, "Note de frais à compléter", "", None, (fees[0],))


def _file(company: Company, accounts: _Accounts, *, by: Actor, at: datetime) -> None:
    rows = (
        ("641", "Salaires bruts", "8450,00", ""),
        ("645", "Charges patronales", "3380,00", ""),
        ("431", "URSSAF", "", "5210,00"),
        ("421", "Net à payer", "", "6620,00"),
    )
    lines = [
        f"31/10/2026;OD;{accounts.number(root)};{label};PAIE-10;{debit};{credit}" for root, label, debit, credit in rows
    ]
    content = "\n".join(["Date;Journal;Compte;Libellé;Pièce;Débit;Crédit", *lines]).encode("cp1252")
    held = files.upload(company, [content], file_name="paie-octobre-2026.csv", by=by, at=at)
    files.set_reading(held, shape_of(held), reading_of(held), by=by, at=at)
