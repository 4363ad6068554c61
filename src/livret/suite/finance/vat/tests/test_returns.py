"""Returns worked out from the books: each kind of operation in its box, and nothing twice."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.vat.models import Share
from livret.suite.finance.vat.tests.books import Books, euros

JANUARY = date(2025, 1, 15)


@pytest.fixture
def inside_it(environment):
    with inside(environment.place):
        yield


@pytest.fixture
def books(inside_it):
    return Books()


def test_a_sale_and_a_purchase_make_the_tax_to_pay(books):
    books.sale(JANUARY, 100_000)
    books.purchase(JANUARY, 40_000)

    made = books.prepared(1)

    assert euros(made) == {
        "08/base": 1000,
        "08/tax": 200,
        "16/tax": 200,
        "20/tax": 80,
        "23/tax": 80,
        "28/tax": 120,
        "32/tax": 120,
        "A1/base": 1000,
        "TD/tax": 120,
    }


@pytest.mark.parametrize(("rate", "box"), [(20, "08"), (10, "9B"), (5.5, "09"), (2.1, "T6")])
def test_the_rate_of_a_tax_is_found_in_its_entry(books, rate, box):
    books.sale(JANUARY, 123_456, rate=rate)

    found = euros(books.prepared(1))

    assert (found[f"{box}/base"], found[f"{box}/tax"]) == (1235, round(1234.56 * rate / 100))


def test_two_rates_on_two_accounts_are_told_apart(books):
    lines = ("411000", 22_550), ("707000", -10_000), ("707100", -10_000), ("445711", -2_000), ("445713", -550)
    books.post(JANUARY, *lines)

    found = euros(books.prepared(1))

    assert (found["08/base"], found["08/tax"], found["09/base"], found["09/tax"]) == (100, 20, 100, 6)


def test_an_exempt_line_beside_a_taxed_one_is_shown_and_not_guessed(books):
    books.post(JANUARY, ("411000", 17_000), ("707000", -10_000), ("708000", -5_000), ("445710", -2_000))

    made = books.prepared(1)

    assert (euros(made)["08/base"], euros(made)["A1/base"]) == (100, 100)
    assert Share.objects.get(vat_return=made, code="?base").base_cents == 5_000


def test_a_code_stated_on_a_line_wins(books):
    books.post(
        JANUARY, ("411000", 17_000), ("707000", -10_000), ("708000", -5_000, {"code": "EXO"}), ("445710", -2_000)
    )

    found = euros(books.prepared(1))

    assert (found["A1/base"], found["E2/base"]) == (100, 50)


def test_an_intra_community_acquisition_is_declared_and_deducted(books):
    lines = ("607000", 100_000), ("401000", -100_000), ("445200", -20_000), ("445662", 20_000)
    books.post(JANUARY, *lines, journal="AC")

    found = euros(books.prepared(1))

    assert [found[box] for box in ("B2/base", "08/base", "08/tax", "17/tax", "20/tax")] == [1000, 1000, 200, 200, 200]
    assert "32/tax" not in found


def test_an_import_goes_in_the_boxes_of_imports(books):
    tax = {"code": "IMP20"}, {"code": "ABI"}
    lines = ("607000", 100_000), ("401000", -100_000), ("445710", -20_000, tax[0]), ("445660", 20_000, tax[1])
    books.post(JANUARY, *lines, journal="AC")

    found = euros(books.prepared(1))

    assert [found[box] for box in ("A4/base", "I1/base", "I1/tax", "20/tax", "24/tax")] == [1000, 1000, 200, 200, 200]


@pytest.mark.parametrize(("code", "box"), [("EXP", "E1"), ("LIC", "F2"), ("STV", "E2"), ("VAD", "E3")])
def test_a_sale_without_tax_goes_in_the_box_of_its_code(books, code, box):
    books.post(JANUARY, ("411000", 50_000), ("707000", -50_000, {"code": code}))

    assert euros(books.prepared(1)) == {f"{box}/base": 500}


def test_a_sale_with_neither_tax_nor_code_is_shown(books):
    books.post(JANUARY, ("411000", 50_000), ("707000", -50_000))

    made = books.prepared(1)

    assert euros(made) == {}
    assert Share.objects.get(vat_return=made).code == "?code"


def test_a_tax_on_fixed_assets_has_its_box(books):
    books.purchase(JANUARY, 50_000, expense="218300", vat="445620")

    assert euros(books.prepared(1))["19/tax"] == 100


def test_credit_notes_that_pass_the_sales_are_moved_and_not_dropped(books):
    books.sale(JANUARY, 10_000)
    books.sale(JANUARY, -60_000)

    found = euros(books.prepared(1))

    assert found == {"21/tax": 100, "23/tax": 100, "25/tax": 100, "27/tax": 100, "B5/base": 500}


def test_deductions_that_turn_negative_are_paid_back(books):
    books.purchase(JANUARY, -60_000)

    assert euros(books.prepared(1)) == {"15/tax": 120, "16/tax": 120, "28/tax": 120, "32/tax": 120, "TD/tax": 120}


def test_what_settles_another_return_is_no_tax_of_the_period(books):
    books.sale(JANUARY, 100_000)
    books.post(date(2025, 1, 31), ("445710", 20_000), ("445510", -20_000), journal="OD")

    assert euros(books.prepared(1))["08/tax"] == 200


def test_opening_balances_are_no_operation(books):
    books.post(date(2025, 1, 1), ("445710", -20_000), ("512000", 20_000), journal="AN")

    assert euros(books.prepared(1)) == {}


def test_preparing_again_takes_what_came_meanwhile(books):
    books.sale(JANUARY, 100_000)
    books.prepared(1)
    books.sale(JANUARY, 100_000)

    assert euros(books.prepared(1))["08/tax"] == 400


def test_a_discount_for_prompt_payment_takes_its_tax_and_its_base_back(books):
    books.sale(date(2025, 1, 10), 100_000)
    books.post(date(2025, 1, 15), ("665000", 2_000), ("445710", 400), ("411000", -2_400, {"aux": "C1"}), journal="BQ")

    made = euros(books.prepared(1))

    assert (made["08/base"], made["08/tax"]) == (980, 196)


def test_an_invoice_of_an_advance_and_the_one_that_takes_it_off_declare_each_their_part(books):
    customer = {"aux": "C1"}
    books.post(date(2025, 1, 10), ("411000", 60_000, customer), ("419100", -50_000), ("445710", -10_000), ref="AC1")
    books.post(
        date(2025, 2, 10), ("411000", 60_000, customer), ("419100", 50_000), ("706000", -100_000), ("445710", -10_000)
    )

    first, second = euros(books.prepared(1)), books.filed(1) and euros(books.prepared(2))

    assert (first["08/base"], first["08/tax"]) == (second["08/base"], second["08/tax"]) == (500, 100)


def test_an_advance_with_its_tax_inside_is_no_sale(books):
    books.post(date(2025, 1, 10), ("512000", 60_000), ("419100", -60_000, {"aux": "C1"}), journal="BQ")

    assert not Share.objects.filter(vat_return=books.prepared(1)).exists()
