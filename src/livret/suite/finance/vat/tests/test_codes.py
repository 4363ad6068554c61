"""The code that a line bears, for whoever asks: the one it states, else that of its account."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.tests.factories import ALICE
from livret.suite.finance.vat import queries
from livret.suite.finance.vat.services.setup import UnknownCode, choose_code
from livret.suite.finance.vat.tests.books import AT, Books

DAY = date(2025, 1, 15)


@pytest.fixture
def books(environment):
    with inside(environment.place):
        yield Books()


@pytest.mark.parametrize(
    ("number", "label", "code"),
    [("445711", "TVA collectée 20 %", "V20"), ("445620", "TVA sur immobilisations", "IMM"), ("445660", "", "ABS")],
)
def test_an_account_has_the_code_of_the_general_chart(books, number, label, code):
    assert queries.code_of(books.company, books.account(number, label), DAY).key == code


@pytest.mark.parametrize("number", ["445710", "707000", "512000"])
def test_an_account_whose_rate_is_to_be_found_has_none(books, number):
    assert queries.code_of(books.company, books.account(number), DAY) is None


def test_a_line_has_the_code_it_states_and_else_that_of_its_account(books):
    choose_code(books.company, "7071", "EXP", day=DAY, by=ALICE, at=AT)
    entry = books.post(DAY, ("411000", 300), ("707000", -100, {"code": "EXO"}), ("707100", -200))

    assert [queries.code_of_line(entry, position).key for position in (2, 3)] == ["EXO", "EXP"]


def test_a_code_taken_back_leaves_the_general_chart(books):
    choose_code(books.company, "7071", "EXP", day=DAY, by=ALICE, at=AT)
    choose_code(books.company, "7071", "", day=DAY, by=ALICE, at=AT)

    assert queries.code_of(books.company, books.account("707100"), DAY) is None


def test_a_code_that_does_not_exist_is_refused(books):
    with pytest.raises(UnknownCode, match="V99"):
        choose_code(books.company, "7071", "V99", day=DAY, by=ALICE, at=AT)
