"""The tax proposed while an entry is typed: from the code of its accounts, or from what they bore before."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.core.tenancy.context import inside
from livret.suite.finance.models import DraftEntry, DraftLine
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.tests.factories import ALICE
from livret.suite.finance.tests.test_pages import text_of
from livret.suite.finance.vat.queries.proposing import proposed_tax
from livret.suite.finance.vat.rules.proposals import Tax, with_tax
from livret.suite.finance.vat.services.setup import choose_code
from livret.suite.finance.vat.tests.books import AT, Books

DAY = date(2025, 3, 10)
TAX = Tax(Decimal("0.2"), "445660")
GRID = "/e/client-a/comptabilite/732829320/brouillons/nouveau/"


@pytest.fixture
def books(environment):
    with inside(environment.place):
        books = Books()
        for number, label in (("445660", ""), ("445710", ""), ("445662", ""), ("445200", ""), ("401000", "")):
            books.account(number, label)
        yield books


def line(account, cents=0):
    return TypedLine(account, debit_cents=max(cents, 0), credit_cents=max(-cents, 0), label="Achat")


def shown(found):
    return [(one.account, one.debit_cents - one.credit_cents) for one in found.lines]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ([("607000", 100_000)], [("607000", 100_000), ("445660", 20_000)]),
        ([("607000", 100_000), ("401000", -120_000)], [("607000", 100_000), ("401000", -120_000), ("445660", 20_000)]),
        ([("607000", 120_000), ("401000", -120_000)], [("607000", 100_000), ("401000", -120_000), ("445660", 20_000)]),
        ([("607000", 0), ("401000", -120_000)], [("607000", 100_000), ("401000", -120_000), ("445660", 20_000)]),
        ([("607000", -10_000)], [("607000", -10_000), ("445660", -2_000)]),
    ],
    ids=["before tax", "before tax, with the supplier", "with tax", "no amount yet", "credit note"],
)
def test_the_tax_is_added_to_amounts_before_tax_and_taken_out_of_those_with_it(typed, wanted):
    assert shown(with_tax([line(*one) for one in typed], {0: TAX})) == wanted


@pytest.mark.parametrize("typed", [[("607000", 0)], [("607000", 1)]])
def test_without_amount_there_is_nothing_to_propose(typed):
    assert with_tax([line(*one) for one in typed], {0: TAX}) is None


@given(gross=st.integers(1, 10**9), rate=st.sampled_from(["0.2", "0.1", "0.055", "0.021"]))
def test_what_is_taken_out_of_an_amount_adds_up_to_it(gross, rate):
    found = with_tax([line("607000", gross), line("401000", -gross)], {0: Tax(Decimal(rate), "445660")})

    assert found is None or sum(cents for _account, cents in shown(found)) == 0


@pytest.mark.parametrize(
    ("number", "code", "added"),
    [
        ("607000", "ABS", [("445660", 20_000, "")]),
        ("706000", "V10", [("445710", -10_000, "V10")]),
        ("607000", "AIC20", [("445200", -20_000, "AIC20"), ("445660", 20_000, "")]),
        ("707000", "EXO", []),
    ],
)
def test_the_code_of_an_account_says_what_is_proposed(books, number, code, added):
    choose_code(books.company, number, code, day=DAY, by=ALICE, at=AT)
    books.account(number)
    typed = [line(number, -100_000 if number.startswith("7") else 100_000)]

    found = proposed_tax(books.company, DAY, typed)

    assert [
        (one.account, one.debit_cents - one.credit_cents, one.vat_code) for one in (found.lines[1:] if found else ())
    ] == added


def test_else_the_last_entry_with_the_account_says_it(books):
    books.purchase(date(2025, 1, 5), 10_000, rate=5.5, expense="601000")

    found = proposed_tax(books.company, DAY, [line("601000", 100_000)])

    assert shown(found)[1:] == [("445660", 5_500)]
    assert "5,5\u00a0%" in found.why[0]


@pytest.mark.parametrize("typed", [[("607000", 1_000), ("445660", 200)], [("512000", 1_000)], [("613000", 1_000)]])
def test_an_entry_with_its_tax_or_no_habit_is_left_alone(books, typed):
    choose_code(books.company, "607", "ABS", day=DAY, by=ALICE, at=AT)
    for number, _cents in typed:
        books.account(number)

    assert proposed_tax(books.company, DAY, [line(*one) for one in typed]) is None


@pytest.fixture
def company(environment, cast):
    with inside(environment.place):
        books = Books()
        books.account("445660")
        books.account("401000")
        choose_code(books.company, "607", "ABS", day=DAY, by=ALICE, at=AT)
        books.account("607000")
        return {"journal": str(books.journals["AC"].pk)}


def typed_page(company, *lines, **keys):
    rows = {"lines-TOTAL_FORMS": "4", "lines-INITIAL_FORMS": "0"}
    for place, (account, debit, credit) in enumerate(lines):
        rows |= {f"lines-{place}-account": account, f"lines-{place}-debit": debit, f"lines-{place}-credit": credit}
    return {**company, "date": "2025-03-10", "piece_ref": "F1", "label": "Achat", **rows, **keys}


PURCHASE = ("607000", "1200,00", ""), ("401000", "", "1200,00")


def test_the_button_shows_the_tax_then_adds_it_and_keeps_nothing(browse, company, environment):
    browser = browse()

    offered = text_of(browser.post(GRID, typed_page(company, *PURCHASE, tax="show")))
    taken = browser.post(GRID, typed_page(company, *PURCHASE, tax="take")).content.decode()

    assert "TVA proposée pour cette écriture" in offered
    assert "607000 porte le code ABS" in offered
    assert 'value="1000,00"' in taken
    assert 'value="200,00"' in taken
    with inside(environment.place):
        assert not DraftEntry.objects.exists()


def test_what_is_left_out_stays_out(browse, company, environment):
    browser = browse()
    page = browser.post(GRID, typed_page(company, *PURCHASE, tax="leave"))
    browser.post(GRID, typed_page(company, *PURCHASE, save="1"))

    assert "TVA proposée pour cette écriture" not in text_of(page)
    with inside(environment.place):
        assert list(DraftLine.objects.order_by("position").values_list("account", flat=True)) == ["607000", "401000"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [(PURCHASE, "TVA proposée"), ((("607000", "abc", ""),), ""), ((), "")],
    ids=["a purchase", "unreadable", "nothing"],
)
def test_the_script_is_answered_with_the_proposal_alone(browse, company, lines, words):
    page = browse().post(GRID, typed_page(company, *lines, tax="peek"))

    assert page.status_code == 200
    assert "<html" not in page.content.decode()
    assert text_of(page).strip().startswith(words)
    assert bool(text_of(page).strip()) == bool(words)


def test_without_a_tax_to_propose_the_button_says_why(browse, company):
    assert "Pas de TVA à proposer" in text_of(browse().post(GRID, typed_page(company, tax="show")))
