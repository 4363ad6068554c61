"""Files of statements: nothing half done, nothing twice, gaps told, overlaps recognised."""

from __future__ import annotations

from datetime import date

import pytest

from livret.suite.finance.bank.models import Movement, Statement
from livret.suite.finance.bank.queries.accounts import statement_rows
from livret.suite.finance.bank.services import files, imports
from livret.suite.finance.bank.tests.factories import camt, imported, make_books, movements, sent
from livret.suite.finance.tests.factories import ALICE, AT

pytestmark = pytest.mark.usefixtures("entered")
MARCH = [(12_000, "VIR UN"), (-1_200, "FRAIS")]
APRIL = {"opening": 10_800, "first": date(2025, 3, 31), "last": date(2025, 4, 30), "number": "2"}


def codes(held):
    return [finding["code"] for finding in held.findings]


def test_a_statement_brings_its_movements():
    account = make_books()

    done = imported(account.company, camt(MARCH))

    assert (done.state, done.movements, done.known) == ("done", 2, 0)
    assert [one.cents for one in movements(account)] == [12_000, -1_200]


def test_the_same_file_twice_is_refused_saying_which_import():
    account = make_books()
    first = imported(account.company, camt(MARCH))

    again = sent(account.company, camt(MARCH), "autre-nom.xml")

    assert again.state == "refused"
    assert str(first.pk) in again.refusal


def test_the_same_statement_in_another_file_is_refused():
    account = make_books()
    imported(account.company, camt(MARCH))

    again = imported(account.company, camt(MARCH) + b"\n")

    assert (again.state, Statement.objects.count()) == ("refused", 1)


def test_files_that_overlap_add_only_what_is_new_and_say_so():
    account = make_books()
    day = {"day": date(2025, 3, 20)}
    imported(account.company, camt([{"cents": 100, "label": "A"}, {"cents": 200, "label": "B", **day}]))
    longer = [{"cents": 200, "label": "B", **day}, {"cents": 300, "label": "C", "day": date(2025, 4, 2)}]

    done = imported(account.company, camt(longer, opening=100, first=date(2025, 3, 15), number="9"))

    assert (done.movements, done.known) == (1, 1)
    assert [one.cents for one in movements(account)] == [100, 200, 300]


def test_two_movements_alike_in_one_statement_are_two():
    account = make_books()

    imported(account.company, camt([(500, "PEAGE"), (500, "PEAGE")]))

    assert [one.ordinal for one in movements(account)] == [1, 2]


def test_a_movement_alike_in_the_statement_that_follows_is_another_one():
    account = make_books()
    imported(account.company, camt([(500, "PEAGE")], last=date(2025, 3, 10)))
    following = camt([(500, "PEAGE")], opening=500, first=date(2025, 3, 10), number="2")

    done = imported(account.company, following)

    assert (done.movements, done.known) == (1, 0)


def test_a_statement_missing_between_two_is_told_and_stays_shown():
    account = make_books()
    imported(account.company, camt(MARCH))
    content = camt([(100, "APRES")], **{**APRIL, "opening": 99_900})

    checked = sent(account.company, content)
    imported(account.company, content + b"\n")

    assert codes(checked) == ["statement-gap"]
    assert statement_rows(account)[0].gap == 99_900 - 10_800


def test_statements_that_go_on_have_no_gap():
    account = make_books()
    imported(account.company, camt(MARCH))
    imported(account.company, camt([(100, "APRES")], **APRIL))

    assert [row.gap for row in statement_rows(account)] == [0, None]


def test_pending_movements_do_not_enter():
    account = make_books()

    imported(account.company, camt([(100, "SUR"), {"cents": 900, "label": "ATTENTE", "status": "PDNG"}]))

    assert [one.cents for one in movements(account)] == [100]


@pytest.mark.parametrize("content", [b"", b"%PDF", camt(MARCH, closing=1), camt(MARCH)[:-30]])
def test_a_file_that_cannot_be_right_is_refused_and_adds_nothing(content):
    account = make_books()

    held = sent(account.company, content)

    assert held.state == "refused"
    assert not Movement.objects.exists()


def test_a_currency_that_the_books_do_not_keep_is_refused_at_the_import():
    account = make_books()
    dollars = camt([], currency="USD")

    held = sent(account.company, dollars)
    files.confirm(held, chosen={}, by=ALICE, at=AT, as_job=False)

    assert codes(held)[-1] == "account-currency"
    assert imports.import_file(held.pk, at=AT).state == "refused"


def test_a_process_that_dies_in_the_import_leaves_nothing_and_the_file_can_be_imported_again():
    account = make_books()
    held = files.confirm(sent(account.company, camt(MARCH)), chosen={}, by=ALICE, at=AT, as_job=False)

    class Killed(BaseException):
        pass

    def die(*_args, **_values):
        raise Killed

    with pytest.MonkeyPatch.context() as patched, pytest.raises(Killed):
        patched.setattr(imports, "record", die)
        imports.import_file(held.pk, at=AT)
    left = Movement.objects.count()
    again = imports.import_file(held.pk, at=AT)

    assert left == 0
    assert (again.state, Movement.objects.count()) == ("done", 2)


def test_an_import_run_twice_adds_once():
    account = make_books()
    done = imported(account.company, camt(MARCH))

    imports.import_file(done.pk, at=AT)

    assert Movement.objects.count() == 2


def test_a_file_without_known_account_says_so_and_waits_for_the_choice():
    account = make_books()
    other = "FR1420041010050500013M02606"
    held = sent(account.company, camt(MARCH, iban=other))

    refused = files.unknown_accounts(held)
    done = imported(account.company, camt(MARCH, iban=other) + b" ", chosen={other: account.pk})

    assert refused == [other]
    assert done.state == "done"


def test_what_the_bank_wrote_is_kept_to_the_letter():
    account = make_books()
    facts = {"reference": "B-1", "name": "Énergie & Cie".replace("&", "et"), "end_to_end": "E-12"}
    imported(account.company, camt([{"cents": -500, "label": "Prélèvement n° 12/2025", **facts}]))

    (moved,) = movements(account)

    assert (moved.label, moved.reference, moved.end_to_end) == ("Prélèvement n° 12/2025", "B-1", "E-12")
    assert (moved.words, moved.signature) == ("PRELEVEMENT N 12 2025 ENERGIE ET CIE", "PRELEVEMENT N ENERGIE ET CIE")
    assert "E12" in moved.refs.split()
