"""The demonstration: statements drawn from the books, and a dozen movements left to treat."""

from __future__ import annotations

from datetime import date

import pytest

from livret.suite.finance.bank import demo
from livret.suite.finance.bank.models import BankAccount, Statement
from livret.suite.finance.bank.queries.accounts import statement_rows
from livret.suite.finance.bank.queries.queue import counts_of
from livret.suite.finance.bank.queries.reconciliation import reconciliation
from livret.suite.finance.bank.tests.factories import invoice, make_party, posted
from livret.suite.finance.models import ChartAccount
from livret.suite.finance.tests.factories import ALICE, AT, make_company, make_journal, make_year

pytestmark = pytest.mark.usefixtures("entered")


def furnished():
    company = make_company()
    make_year(company, date(2026, 1, 1), date(2026, 12, 31))
    make_journal(company, "BQ", "Banque", "bank")
    posted(company, [("512000", None, 90_000), ("101000", None, -90_000)], day=date(2026, 1, 1), journal="AN")
    for month in range(1, 11):
        day = date(2026, month, 12)
        posted(company, [("512000", None, 1_000 * month), ("758000", None, -1_000 * month)], day=day, journal="BQ")
    for rank in range(9):
        party = make_party(company, f"C{rank}", f"Maison Numéro{rank} SARL")
        invoice(company, party, 5_000 + rank, piece=f"FA-26{rank:02d}", day=date(2026, 10, 1))
    ChartAccount.objects.filter(company=company, number="411000").update(can_letter=True)
    demo.furnish(company, by=ALICE, at=AT)
    return company


def test_months_go_on_and_a_dozen_movements_are_left_and_the_difference_is_explained():
    company = furnished()
    account = BankAccount.objects.get()

    assert {row.gap for row in statement_rows(account)} == {0, None}
    assert counts_of(company).left == 12
    assert reconciliation(account, date(2026, 10, 31)).unexplained == 0


def test_furnishing_again_changes_nothing():
    company = furnished()
    count = Statement.objects.count()

    demo.furnish(company, by=ALICE, at=AT)

    assert Statement.objects.count() == count
