"""The seal of an entry covers every line of it, and each journal and year is one chain."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livret.suite.finance.models import Entry, JournalCounter, Seal
from livret.suite.finance.tests.canonical import chained
from livret.suite.finance.tests.factories import dollars, fec_bytes, imported, sale
from livret.suite.finance.tests.test_guards import books, new_entry, post  # noqa: F401


def heads():
    return {counter.journal.code: bytes(counter.head) for counter in JournalCounter.objects.select_related("journal")}


def recomputed():
    entries = Entry.objects.select_related("company", "fiscal_year", "journal", "text").order_by("journal_id", "number")
    codes = {entry.journal.code for entry in entries}
    return {code: chained(entry for entry in entries if entry.journal.code == code) for code in codes}


def test_posted_entries_are_chained_as_the_documentation_says(books):  # noqa: F811
    post(books)
    post(books, debit=250, credit=250, label='Avoir « été » \\ "x"', piece_date=None)

    assert heads() == recomputed()


def test_imported_entries_are_chained_as_the_documentation_says(entered):
    first, *rest = sale("1", label='Façade – l’été \\ "20 %"')
    other = sale("3", journal_code="OD", journal_label="Divers", aux="", piece_date=None)
    imported(fec_bytes([dollars(first), *rest, *sale("2", cents=60_012, day=date(2025, 2, 28)), *other]))

    assert set(heads()) == {"VE", "OD"}
    assert heads() == recomputed()


def test_posting_goes_on_with_the_chain_of_an_import(entered):
    from livret.suite.company.models import Company, FiscalYear
    from livret.suite.finance.tests.factories import make_account, make_journal

    imported(fec_bytes(sale("1")))
    company = Company.objects.get()
    found = (
        company,
        FiscalYear.objects.get(),
        make_journal(company),
        make_account(company),
        make_account(company, "706000"),
    )
    post(found, new_entry(found))

    assert heads() == recomputed()
    assert Seal.objects.count() == 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), min_size=1, max_size=40))
def test_any_label_is_sealed_the_same_way(books, label):  # noqa: F811
    post(books, label=label)

    assert heads() == recomputed()
