"""Absurd amounts and days, from a form or a file, are refused with words and leave nothing behind."""

import time
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from livret.core.tenancy.context import inside
from livret.suite.finance.forms import AmountField
from livret.suite.finance.models import DraftEntry, Entry, ImportRun
from livret.suite.finance.services import drafts, imports, reversal
from livret.suite.finance.tests.factories import (
    ALICE,
    AT,
    NAME,
    TODAY,
    fec_bytes,
    fec_line,
    imported,
    make_account,
    make_company,
    make_journal,
    make_year,
    sale,
)

LARGEST = 10**17 - 1
COMPANY = "/e/client-a/comptabilite/732829320/"
NEW = f"{COMPANY}brouillons/nouveau/"


@pytest.fixture
def journal(environment):
    with inside(environment.place):
        company = make_company()
        make_year(company)
        make_account(company)
        make_account(company, "707000", "Ventes")
        return make_journal(company).pk


def grid(journal, lines):
    head = {"journal": journal, "date": "2025-05-05", "piece_ref": "F1", "label": "Facture", "version": ""}
    rows = {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0}
    for number, (account, debit, credit) in enumerate(lines):
        row = {"account": account, "auxiliary": "", "label": "", "debit": debit, "credit": credit}
        rows |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return {**head, **rows, "review": "1"}


@pytest.mark.parametrize(
    "typed", ["1e99999999", "1e999990", "1e17", "0e999990", "NaN", "sNaN", "Infinity", "1e-999990"]
)
def test_an_amount_that_is_none_is_said_in_a_moment(browse, journal, typed):
    began = time.monotonic()

    answer = browse().post(NEW, grid(journal, [("411000", typed, ""), ("707000", "", "1")]))

    assert answer.status_code == 422
    assert time.monotonic() - began < 5  # Written out as a whole number, the second takes most of a minute.


def test_the_largest_amount_is_taken():
    assert AmountField().clean("999 999 999 999 999,99") == LARGEST


def test_a_total_beyond_the_books_is_a_problem_of_the_draft(browse, environment, journal):
    browser, lines = browse(), [("411000", "999999999999999,99", ""), ("707000", "", "999999999999999,99")] * 95
    review = browser.post(NEW, grid(journal, lines)).headers["location"]

    answer = browser.post(review, {"version": "1"})

    assert answer.status_code == 422
    assert "plus grand que ce que les livres peuvent contenir" in answer.content.decode()
    with inside(environment.place):
        assert (Entry.objects.count(), DraftEntry.objects.count()) == (0, 1)


@pytest.mark.parametrize("lines_of_one_entry", [True, False])
def test_a_file_whose_totals_pass_the_books_is_refused_whole(entered, lines_of_one_entry):
    lines = []
    for number in range(100):
        entry = "1" if lines_of_one_entry else str(number)
        lines.append(fec_line(entry_number=entry, debit_cents=LARGEST))
        lines.append(fec_line(entry_number=entry, account="707000", account_label="Ventes", credit_cents=LARGEST))

    run = imported(fec_bytes(lines))

    assert run.state == "refused"
    assert "larger than the books can hold" in run.refusal or "plus grand" in run.refusal
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"account": "4" * 41}, "CompteNum"),
        ({"journal_code": "J" * 21}, "JournalCode"),
        ({"aux": "A" * 61, "aux_label": "Client"}, "CompAuxNum"),
    ],
    ids=["account", "journal", "auxiliary"],
)
def test_a_name_longer_than_the_books_hold_is_told_with_its_column(entered, changed, column):
    lines = [fec_line(debit_cents=100, **changed), fec_line(credit_cents=100, **{**changed, "account": "707000"})]

    run = imported(fec_bytes(lines))

    assert run.state == "refused"
    assert ("value-too-long", column) in {(found["code"], found["column"]) for found in run.findings}


def test_what_the_check_let_through_and_the_database_refuses_ends_the_import(entered):
    unbalanced = [fec_bytes([fec_line(debit_cents=100)])]
    run = imports.upload(unbalanced, file_name=NAME, by=ALICE, at=AT)
    facts = {"siren": "732829320", "first_day": date(2025, 1, 1), "last_day": date(2025, 12, 31)}
    ImportRun.objects.filter(pk=run.pk).update(state="confirmed", **facts)

    ended = imports.import_run(run.pk, allowances=imports.Allowances(), at=AT, today=TODAY)

    assert (ended.state, "entry_balanced" in ended.refusal) == ("refused", True)
    assert Entry.objects.count() == 0


def test_a_long_label_of_a_journal_is_cut(entered):
    lines = [fec_line(journal_label="J" * 500, **side) for side in ({"debit_cents": 100}, {"credit_cents": 100})]

    assert imported(fec_bytes(lines)).state == "done"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (fec_bytes(sale("1")).replace(b"20250115", b"00010101"), NAME),
        (fec_bytes(sale("1")), "732829320FEC99991231.txt"),
        (fec_bytes(sale("1")), "732829320FEC00010101.txt"),
        (fec_bytes(sale("1")).replace(b"FA-1", b"F\x00-1"), NAME),
    ],
    ids=["entries of the year 1", "closing in 9999", "closing in the year 1", "a NUL"],
)
def test_a_file_of_another_age_is_shown_like_any_other(browse, content, name):
    answer = browse().post("/e/client-a/comptabilite/fec/", {"file": SimpleUploadedFile(name, content)}, follow=True)

    assert answer.status_code == 200


def test_an_entry_of_many_lines_is_taken_from_the_grid(browse, environment, journal):
    lines = [("411000", "1", ""), ("707000", "", "1")] * 200

    assert browse().post(NEW, grid(journal, lines)).status_code == 302
    with inside(environment.place):
        assert DraftEntry.objects.get().lines.count() == 400


def test_what_was_changed_after_the_review_is_not_validated(browse, environment, journal):
    browser = browse()
    lines = [("411000", "1", ""), ("707000", "", "1")]
    review = browser.post(NEW, grid(journal, lines)).headers["location"]
    seen = browser.get(review).context["version"]
    changed = {**grid(journal, [("411000", "900", ""), ("707000", "", "900")]), "version": seen}
    browser.post(review.replace("validation/", ""), changed)

    answer = browser.post(review, {"version": seen})

    assert answer.status_code == 422
    with inside(environment.place):
        assert Entry.objects.count() == 0


@pytest.mark.parametrize("version", ["", "2", "x", "9" * 5000])
def test_a_validation_that_does_not_say_what_was_reviewed_is_refused(browse, journal, version):
    browser = browse()
    review = browser.post(NEW, grid(journal, [("411000", "1", ""), ("707000", "", "1")])).headers["location"]

    assert browser.post(review, {"version": version}).status_code == 422


def test_a_draft_deleted_by_somebody_else_is_gone_for_both(browse, environment, journal):
    browser = browse()
    review = browser.post(NEW, grid(journal, [("411000", "1", "")])).headers["location"]
    with inside(environment.place):
        drafts.delete_draft(DraftEntry.objects.get(), by=ALICE, at=AT)

    assert browser.post(review.replace("validation/", "suppression/")).status_code == 404


def test_an_entry_is_reversed_once(entered):
    imported(fec_bytes(sale("1")))
    facts = {"on": TODAY.replace(year=2025), "reason": "", "allowance": None, "by": ALICE, "at": AT, "today": TODAY}
    entry = Entry.objects.get()
    reversal.reverse_entry(entry, **facts)

    with pytest.raises(reversal.NotReversible):
        reversal.reverse_entry(entry, **facts)
