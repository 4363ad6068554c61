"""What the database refuses by itself, whoever writes."""

from datetime import date

import pytest
from django.db import DatabaseError, connections, transaction

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import Entry, EntryText, Journal, JournalCounter, Line, Seal
from livret.suite.finance.services import ledger
from livret.suite.finance.services.ledger import NewEntry, NewLine
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_account, make_company, make_journal, make_year

DAY = date(2025, 3, 4)


@pytest.fixture
def books(entered):
    company = make_company()
    return (
        company,
        make_year(company),
        make_journal(company),
        make_account(company),
        make_account(company, "706000", "Ventes"),
    )


def new_entry(books, debit=1000, credit=1000, **changed):
    _company, _year, journal, customer, sales = books
    lines = (NewLine(customer.pk, None, debit, 0), NewLine(sales.pk, None, 0, credit))
    facts = {
        "journal_id": journal.pk,
        "on": DAY,
        "label": "Facture",
        "piece_ref": "F1",
        "piece_date": DAY,
        "lines": lines,
    }
    return NewEntry(**{**facts, **changed})


def post(books, entry=None, **changed):
    return ledger.post(entry or new_entry(books, **changed), year=books[1], allowance=None, by=ALICE, at=AT, on=TODAY)


def refused_by(guard):
    return pytest.raises(DatabaseError, match=guard)


def at_once():
    with connections[current_alias()].cursor() as sql:
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_balanced_entry_is_posted_and_sealed(books):
    entry = post(books)
    at_once()

    assert entry.number == 1
    assert Seal.objects.get().entry_id == entry.pk


@pytest.mark.parametrize(
    ("changed", "guard"),
    [
        ({"credit": 999}, "entry_balanced"),
        ({"on": date(2024, 12, 31)}, "entry_date_in_year"),
        ({"on": date(2026, 1, 1)}, "entry_date_in_year"),
        ({"lines": ()}, "entry_has_number_and_lines"),
    ],
)
def test_a_false_entry_is_refused(books, changed, guard):
    with refused_by(guard), transaction.atomic(using=current_alias()):
        post(books, **changed)

    assert not Entry.objects.exists()


def test_a_line_has_one_side(books):
    both = (NewLine(books[3].pk, None, 10, 10), NewLine(books[4].pk, None, 0, 0))

    with refused_by("line_one_sided"):
        post(books, lines=both)


def test_an_account_of_another_company_is_refused(books):
    other = make_account(make_company(siren="552100554", name="Autre"))

    with refused_by("line_agrees_with_entry"):
        post(books, lines=(NewLine(other.pk, None, 10, 0), NewLine(books[4].pk, None, 0, 10)))


def test_a_journal_of_another_company_is_refused(books):
    other = make_journal(make_company(siren="552100554", name="Autre"))

    with refused_by("entry_of_one_company"):
        post(books, journal_id=other.pk)


def test_a_closed_year_takes_no_entry_even_from_a_careless_writer(books):
    FiscalYear.objects.filter(pk=books[1].pk).update(state="closed")

    with refused_by("entry_in_open_year"):
        bare_entry(books)


def test_a_service_says_that_the_year_is_closed(books):
    FiscalYear.objects.filter(pk=books[1].pk).update(state="closed")

    with pytest.raises(ledger.YearClosed):
        post(books)


@pytest.mark.parametrize("number", [2, 7])
def test_a_number_that_leaves_a_gap_is_refused(books, number):
    with refused_by("entry_number_dense"):
        bare_entry(books, number=number)


def test_a_number_serves_once(books):
    post(books)

    with refused_by("entry_number_once"):
        bare_entry(books, number=1)


def test_an_entry_without_seal_does_not_survive_its_commit(books):
    bare_entry(books)

    with refused_by("entry_sealed_at_commit"):
        at_once()


def test_a_sealed_entry_takes_no_line(books):
    company, year, journal, customer, _sales = books
    entry = post(books)

    with refused_by("entry_sealed_takes_no_line"):
        Line.objects.create(
            entry=entry, position=3, company=company, fiscal_year=year, journal=journal, account=customer,
            date=DAY, debit_cents=0, credit_cents=0,
        )  # fmt: skip


@pytest.mark.parametrize("table", ["entry", "entrytext", "line", "linetext", "linecurrency", "seal"])
@pytest.mark.parametrize(
    "verb", ["DELETE FROM finance_{}", "UPDATE finance_{0} SET {1} = {1}", "TRUNCATE finance_{} CASCADE"]
)
def test_the_application_has_no_right_to_change_posted_rows(books, table, verb):
    column = "id" if table == "entry" else "entry_id"

    with refused_by("permission denied"), connections[current_alias()].cursor() as sql:
        sql.execute(verb.format(table, column))


@pytest.mark.parametrize("model", [EntryText, Line, Seal])
def test_even_the_owner_of_the_database_cannot_change_posted_rows_by_mistake(books, model, environment):
    with connections[current_alias()].cursor() as sql:
        sql.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'", [model._meta.db_table]
        )
        guards = {name for (name,) in sql.fetchall()}

    assert guards >= {"finance_posted_is_final", "finance_posted_stays", "finance_posted_is_not_emptied"}


@pytest.mark.parametrize(("model", "field"), [(Journal, "code"), ("account", "number")])
def test_names_that_seals_are_made_with_do_not_change(books, model, field):
    row = books[2] if model is Journal else books[3]

    with refused_by("is_final"):
        type(row).objects.filter(pk=row.pk).update(**{field: "999"})


def test_an_account_in_use_is_not_deleted(books):
    post(books)

    with refused_by("foreign key|referenced|protected"), connections[current_alias()].cursor() as sql:
        sql.execute("DELETE FROM finance_chartaccount WHERE id = %s", [books[3].pk])
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_siren_of_a_company_is_final(books):
    with refused_by("company_siren_is_final"):
        type(books[0]).objects.filter(pk=books[0].pk).update(siren="552100554")


def test_fiscal_years_of_a_company_do_not_overlap(books):
    with refused_by("fiscal_years_do_not_overlap"):
        FiscalYear.objects.create(
            company=books[0], first_day=date(2025, 12, 31), last_day=date(2026, 12, 30), opened_at=AT
        )


def bare_entry(books, number=1):
    company, year, journal, *_accounts = books
    JournalCounter.objects.get_or_create(journal=journal, fiscal_year=year, defaults={"head": bytes(32)})
    return Entry.objects.create(
        company=company, fiscal_year=year, journal=journal, number=number, date=DAY, validated_on=TODAY,
        validated_at=AT, line_count=2, amount_cents=0,
    )  # fmt: skip
