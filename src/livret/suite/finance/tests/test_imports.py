from datetime import date

import pytest
from django.db import connections

from livret.booklet.entitlements import Allowance
from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company
from livret.suite.finance.models import (
    AuxiliaryBalance,
    Balance,
    Entry,
    ImportRun,
    JournalCounter,
    LetteredLine,
    Lettering,
    Line,
    LineCurrency,
    LineText,
    Seal,
    YearLedger,
)
from livret.suite.finance.services.imports import Allowances, ImportRefused, confirm, import_run
from livret.suite.finance.tests.factories import (
    ALICE,
    AT,
    NAME,
    TODAY,
    checked,
    confirmed,
    dollars,
    fec_bytes,
    imported,
    sale,
)

State = ImportRun.State


def check_deferred():
    with connections[current_alias()].cursor() as sql:
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_file_enters_the_books_whole(entered):
    run = imported(fec_bytes([*sale("1"), *sale("2", day=date(2025, 2, 3))]))
    check_deferred()

    assert (run.state, run.lines, run.entries) == (State.DONE, 6, 2)
    assert (Entry.objects.count(), Line.objects.count(), Seal.objects.count()) == (2, 6, 2)
    assert list(Entry.objects.order_by("id").values_list("number", "text__source_number")) == [(1, "1"), (2, "2")]
    assert JournalCounter.objects.get().last_number == 2
    assert YearLedger.objects.get().entries == 2
    assert Balance.objects.count() == 6
    assert AuxiliaryBalance.objects.count() == 2


def test_the_head_of_the_journal_is_the_last_seal(entered):
    imported(fec_bytes([*sale("1"), *sale("2")]))

    last = Seal.objects.order_by("-entry_id").first()
    assert bytes(JournalCounter.objects.get().head) == bytes(last.hash)


def test_a_preview_writes_nothing_in_the_books_and_says_what_is_new(entered):
    run = checked(fec_bytes(sale("1")))

    assert run.state == State.CHECKED
    assert (run.siren, run.first_day, run.last_day) == ("732829320", date(2025, 1, 1), date(2025, 12, 31))
    assert run.summary["new_accounts"] == 3
    assert run.summary["journals"] == [{"code": "VE", "label": "Ventes", "lines": 3, "is_new": True}]
    assert not Company.objects.exists()


def test_a_file_with_an_error_is_refused_with_its_list(entered):
    run = checked(fec_bytes(sale("1")[1:]))

    assert run.state == State.REFUSED
    assert "entry-unbalanced" in {finding["code"] for finding in run.findings}


def test_a_line_outside_the_fiscal_year_stops_the_whole_file(entered):
    content = fec_bytes([*sale("1"), *sale("2", day=date(2024, 12, 31))])

    run = imported(content, first_day=date(2025, 1, 1))

    assert run.state == State.REFUSED
    assert [(f["line"], f["code"]) for f in run.findings[:3]] == [
        (5, "date-outside-year"),
        (6, "date-outside-year"),
        (7, "date-outside-year"),
    ]
    assert not Entry.objects.exists()
    assert not Company.objects.exists()


def test_the_same_file_is_refused_the_second_time_citing_the_first(entered):
    first = imported(fec_bytes(sale("1")))

    again = checked(fec_bytes(sale("1")))

    assert again.state == State.REFUSED
    assert str(first.pk) in again.refusal
    assert "Alice Martin" in again.refusal


def test_two_confirmed_runs_of_one_file_import_it_once(entered):
    content = fec_bytes(sale("1"))
    runs = [confirmed(content), confirmed(content)]

    ended = [import_run(run.pk, allowances=Allowances(), at=AT, today=TODAY) for run in runs]

    assert [run.state for run in ended] == [State.DONE, State.REFUSED]
    assert Entry.objects.count() == 1


def test_an_entry_already_in_the_books_stops_the_file(entered):
    imported(fec_bytes(sale("1")))

    run = imported(fec_bytes([*sale("1", cents=600), *sale("2")]))

    assert run.state == State.REFUSED
    assert run.findings[0]["code"] == "entry-already-here"
    assert NAME in run.findings[0]["message"]


def test_a_job_run_twice_imports_once(entered):
    run = imported(fec_bytes(sale("1")))

    import_run(run.pk, allowances=Allowances(), at=AT, today=TODAY)

    assert Entry.objects.count() == 1


def test_a_run_is_confirmed_once(entered):
    run = confirmed(fec_bytes(sale("1")))

    with pytest.raises(ImportRefused):
        confirm(run, siren=run.siren, company_name="", first_day=run.first_day, last_day=run.last_day, by=ALICE, at=AT)


def test_a_later_file_continues_numbers_and_chain(entered):
    imported(fec_bytes(sale("1")))
    imported(fec_bytes([*sale("2"), *sale("3")]))
    check_deferred()

    assert list(Entry.objects.order_by("id").values_list("number", flat=True)) == [1, 2, 3]


def test_scattered_lines_of_an_entry_are_brought_together(entered):
    first, second = sale("1"), sale("2", cents=600)
    imported(fec_bytes([first[0], *second, *first[1:]]))
    check_deferred()

    assert dict(Entry.objects.values_list("text__source_number", "line_count")) == {"1": 3, "2": 3}
    assert list(
        Line.objects.filter(entry__text__source_number="1").order_by("position").values_list("position", flat=True)
    ) == [1, 2, 3]


def test_texts_of_a_line_are_kept_where_they_differ_from_those_of_the_entry(entered):
    lines = sale("1")
    other = sale("1", label="Remise")[1]

    imported(fec_bytes([lines[0], other, lines[2]]))

    assert list(LineText.objects.values_list("position", "label", "piece_ref")) == [(2, "Remise", "FA-1")]


def test_amounts_in_currency_are_kept(entered):
    lines = sale("1")

    imported(fec_bytes([dollars(lines[0]), *lines[1:]]))

    assert [(str(kept.amount), kept.currency) for kept in LineCurrency.objects.all()] == [("100.500000", "USD")]


def test_letters_group_the_lines_of_an_account_and_party(entered):
    paid = sale("1", letter="AA")
    payment = sale("2", letter="AA", journal_code="BQ", journal_label="Banque")

    imported(fec_bytes([*paid, *payment]))

    assert Lettering.objects.get().is_partial is True
    assert LetteredLine.objects.count() == 2


@pytest.mark.parametrize(("ceiling", "state"), [(1, State.REFUSED), (2, State.DONE)])
def test_the_ceiling_of_entries_stops_a_file_citing_its_clause(entered, ceiling, state):
    allowance = Allowance(None, None, ceiling, "S-4", "entries a year and company")

    run = imported(fec_bytes([*sale("1"), *sale("2")]), allowances=Allowances(entries=allowance))

    assert run.state == state
    assert ("S-4" in run.refusal) is (state == State.REFUSED)


def test_a_line_without_validation_date_takes_that_of_its_entry(entered):
    lines = sale("1")
    imported(fec_bytes([sale("1", valid_date=None)[0], *lines[1:]]))

    assert Entry.objects.get().validated_on == date(2025, 1, 31)


def test_an_entry_without_validation_date_is_validated_on_the_day_of_its_import(entered):
    run = imported(fec_bytes(sale("1", valid_date=None)))

    assert run.summary["without_validation"] == 3
    assert Entry.objects.get().validated_on == TODAY
