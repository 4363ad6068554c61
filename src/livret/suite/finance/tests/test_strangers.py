"""Who works in the books of one company learns nothing of another's, whatever numbers the forms are given."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.company import services as companies
from livret.suite.finance.bank.tests import factories as bank
from livret.suite.finance.bank.tests.test_pages import first_movement
from livret.suite.finance.entry.tests.factories import ACCOUNTS
from livret.suite.finance.models import ChartAccount, DraftEntry, Line
from livret.suite.finance.services.ledger import NewEntry, NewLine, post
from livret.suite.finance.tests.factories import (
    ALICE,
    AT,
    TODAY,
    make_account,
    make_auxiliary,
    make_company,
    make_journal,
    make_year,
)

OTHER = "552100554"
SECRET = "Honoraires secrets"


@pytest.fixture
def stage(environment, cast):
    """Nina writes in the first company only; the second holds an invoice. Gives the key of its line at the customer."""
    with inside(environment.place):
        account = bank.make_books()
        for number, label in ACCOUNTS.items():
            make_account(account.company, number, label)
        bank.imported(account.company, bank.camt([(12_000, "VIR MAISON FOUGERE")], opening=50_000))
        nina = companies.open_account(
            person_id=uuid.UUID(int=70), name="Nina", email="nina@atelier.example", by=ALICE, at=AT
        )
        companies.grant(nina, room="finance", right="write", company=account.company, by=ALICE, at=AT)
        cast["nina"] = nina
        entry = _invoice(make_company(OTHER, "Autre société"))
        line = Line.objects.get(entry_id=entry.pk, debit_cents__gt=0)
        return line.entry_id, line.position


def _invoice(company):
    year = make_year(company)
    customers, sales = make_account(company, "411000", "Clients"), make_account(company, "706000", "Prestations")
    ChartAccount.objects.filter(pk=customers.pk).update(can_letter=True)
    party = make_auxiliary(company, "CSECRET", "Client secret")
    lines = (
        NewLine(account_id=customers.pk, auxiliary_id=party.pk, debit_cents=12_000, credit_cents=0),
        NewLine(account_id=sales.pk, auxiliary_id=None, debit_cents=0, credit_cents=12_000),
    )
    entry = NewEntry(make_journal(company).pk, date(2025, 3, 1), SECRET, "FA-SECRET", date(2025, 3, 1), lines)
    return post(entry, year=year, allowance=None, by=ALICE, at=AT, on=TODAY)


BOOKS = "/e/client-a/comptabilite/732829320/"


def told(response):
    text = response.content.decode()
    return [word for word in (SECRET, "FA-SECRET", "CSECRET", "Client secret") if word in text]


def test_the_stage_is_set_nina_may_not_open_the_other_books(browse, stage):
    browser = browse("nina")

    assert browser.get(f"{BOOKS}ecritures/").status_code == 200
    assert browser.get(f"/e/client-a/comptabilite/{OTHER}/ecritures/").status_code == 404


def test_the_open_lines_of_a_row_tell_no_line_of_another_company(browse, stage):
    asked = {"row": "0", "account": "411000", "auxiliary": "", "day": "2025-03-01", "held": "{}.{}".format(*stage)}

    page = browse("nina").get(f"{BOOKS}ecritures/lignes-ouvertes/", asked)

    assert page.status_code == 200
    assert told(page) == []


@pytest.mark.parametrize("act", ["open", "save"])
def test_the_grid_tells_no_line_of_another_company(browse, stage, environment, act):
    with inside(environment.place):
        journal = make_journal(bank.Movement.objects.get().bank_account.company, "OD").pk
    row = {"account": "411000", "auxiliary": "", "debit": "", "credit": "120", "letters": "{}.{}".format(*stage)}
    form = {
        "journal": journal,
        "date": "10/03/2025",
        "label": "Essai",
        "piece_ref": "E-1",
        act: "1",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        **{f"lines-0-{name}": value for name, value in row.items()},
    }

    page = browse("nina").post(f"{BOOKS}brouillons/nouveau/", form, follow=True)

    assert page.status_code == 200
    assert told(page) == []


@pytest.mark.parametrize("key", ["99999999999999999999.1", "1.99999999999", "٣.1"])
def test_keys_of_no_line_are_corrected_and_break_nothing(browse, stage, key):
    form = {
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-account": "411000",
        "lines-0-letters": key,
    }

    page = browse("nina").post(f"{BOOKS}brouillons/nouveau/", form)

    assert page.status_code == 422


def test_a_movement_is_not_shared_over_the_invoice_of_another_company(browse, stage, environment):
    with inside(environment.place):
        movement = first_movement()
    form = {"parts-TOTAL_FORMS": "0", "parts-INITIAL_FORMS": "0", "item": "{}.{}".format(*stage), "draft": "1"}

    page = browse("nina").post(f"{BOOKS}banque/mouvements/{movement}/repartition/", form, follow=True)

    assert told(page) == []
    with inside(environment.place):
        assert not DraftEntry.objects.exists()


def test_lines_of_another_company_are_not_added_up(browse, stage):
    form = {"line": "{}.{}".format(*stage), "act": "sum"}

    page = browse("nina").post(f"{BOOKS}lettrage/2025-12-31/comptes/411000/lignes/choix/", form)

    assert page.status_code == 404
