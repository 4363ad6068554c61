"""Debts lost and advances received: whose tax is taken back, and when it is due."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.services.lettering import unletter
from livret.suite.finance.tests.factories import ALICE
from livret.suite.finance.vat.models import Share
from livret.suite.finance.vat.queries.checks import checks_of
from livret.suite.finance.vat.tests.books import AT, Books, balances, euros

JANUARY, FEBRUARY = date(2025, 1, 15), date(2025, 2, 15)
CUSTOMER = {"aux": "C1"}


@pytest.fixture
def inside_it(environment):
    with inside(environment.place):
        yield


@pytest.fixture
def books(inside_it):
    return Books()


def lost(books, day, net, *, account="411000", vat="445710"):
    tax = round(net / 5)
    return books.post(day, ("654000", net), (vat, tax), (account, -net - tax, CUSTOMER), journal="OD", ref="PERTE")


@pytest.mark.parametrize("vat", ["445710", "445711"])
def test_the_tax_of_a_debt_lost_is_deducted_and_can_be_filed(books, vat):
    books.account("445711", "TVA collectée 20 %")
    books.sale(JANUARY, 100_000, vat=vat)
    books.filed(1)
    lost(books, FEBRUARY, 100_000, vat=vat)

    filing = books.filed(2)

    assert euros(filing.vat_return) == {"21/tax": 200, "23/tax": 200, "25/tax": 200, "27/tax": 200}
    assert vat not in balances()


def test_a_debt_lost_asks_for_the_invoice_to_be_corrected(books):
    lost(books, JANUARY, 100_000)

    found = [check for check in checks_of(books.prepared(1)) if check.code == "IRR"]

    assert [check.severity for check in found] == ["note"]
    assert "200,00" in found[0].title


def test_no_account_is_said_to_differ_when_a_debt_is_lost(books):
    books.sale(JANUARY, 100_000)
    lost(books, JANUARY, 30_000)

    assert not [check for check in checks_of(books.prepared(1)) if check.account]


def test_a_debt_lost_then_paid_gives_its_tax_back(books):
    books.post(JANUARY, ("654000", -10_000), ("445710", -2_000), ("411000", 12_000, CUSTOMER), journal="OD")

    assert euros(books.prepared(1))["15/tax"] == 20


@pytest.mark.parametrize("to", ["411000", "416000"])
def test_the_tax_of_a_service_never_paid_is_neither_due_nor_taken_back(inside_it, to):
    books = Books(services_due="receipts")
    invoice, moved = books.sale(JANUARY, 100_000, income="706000"), None
    if to != "411000":
        moved = books.post(JANUARY, (to, 120_000, CUSTOMER), ("411000", -120_000, CUSTOMER), journal="OD")
        books.letter(invoice, moved)
    books.letter(moved or invoice, lost(books, FEBRUARY, 100_000, account=to), account=to)

    assert [euros(books.filed(month).vat_return) for month in (1, 2)] == [{}, {}]


def test_of_a_service_paid_in_part_then_lost_the_part_paid_stays_due(inside_it):
    books = Books(services_due="receipts")
    invoice, money = books.sale(JANUARY, 100_000, income="706000"), books.paid(JANUARY, 60_000)
    books.letter(invoice, money)
    books.filed(1)
    books.letter(invoice, money, lost(books, FEBRUARY, 50_000))

    assert euros(books.prepared(2)) == {}


def test_the_tax_of_goods_lost_is_deducted_on_receipts_too(inside_it):
    books = Books(services_due="receipts")
    books.letter(books.sale(JANUARY, 100_000), lost(books, JANUARY, 100_000))

    found = euros(books.prepared(1))

    assert (found["08/tax"], found["21/tax"]) == (200, 200)


def service_lost(**more):
    """Return books on receipts where a service of January was written off in February, and both entries."""
    books = Books(services_due="receipts")
    return books, books.sale(JANUARY, 100_000, income="706000", **more), lost(books, FEBRUARY, 100_000)


def test_the_tax_of_a_service_lost_is_given_back_once_its_loss_is_lettered(inside_it):
    books, invoice, loss = service_lost()
    taken = [euros(books.filed(month).vat_return) for month in (1, 2)][1]
    books.letter(invoice, loss)
    march = books.prepared(3)
    words = [check.title for check in checks_of(march) if check.code == "IRR"]
    books.file(march)

    assert (taken["21/tax"], euros(march)["15/tax"]) == (200, 200)
    assert ["200,00" in title for title in words] == [True]
    assert euros(books.prepared(4)) == {}
    assert balances().get("445510", 0) + balances().get("445670", 0) == 0


def test_a_loss_taken_apart_from_its_service_is_deducted_again(inside_it):
    books, invoice, loss = service_lost()
    for month in (1, 2):
        books.filed(month)
    made = books.letter(invoice, loss)
    books.filed(3)
    unletter(made, reason="Erreur", by=ALICE, at=AT)

    assert euros(books.prepared(4))["21/tax"] == 200


def test_a_loss_lettered_with_goods_after_its_filing_stays_deducted(inside_it):
    books = Books(services_due="receipts")
    invoice, loss = books.sale(JANUARY, 100_000), lost(books, FEBRUARY, 100_000)
    for month in (1, 2):
        books.filed(month)
    books.letter(invoice, loss)

    assert "15/tax" not in euros(books.prepared(3))


def mixed(books):
    """Post goods and a service to one customer, the price of the service paid, and a loss of the price of the goods."""
    goods, service = books.sale(JANUARY, 100_000), books.sale(JANUARY, 50_000, income="706000", ref="F2")
    return goods, service, books.paid(JANUARY, 60_000), lost(books, JANUARY, 100_000)


def test_a_loss_lettered_with_goods_and_services_is_in_no_box_and_pointed_at(inside_it):
    books = Books(services_due="receipts")
    books.letter(*mixed(books))

    made = books.prepared(1)

    (check,) = [check for check in checks_of(made) if check.code == "?perte"]
    assert (check.severity, "200,00" in check.title, "21/tax" in euros(made)) == ("warning", True, False)


def test_a_loss_lettered_apart_after_it_was_left_out_is_deducted(inside_it):
    books = Books(services_due="receipts")
    goods, service, paid, loss = mixed(books)
    together = books.letter(goods, service, paid, loss)
    books.filed(1)
    unletter(together, reason="Erreur", by=ALICE, at=AT)
    books.letter(goods, loss)
    books.letter(service, paid)

    assert euros(books.prepared(2))["21/tax"] == 200


def test_a_loss_whose_line_states_the_code_is_deducted_whatever_it_is_lettered_with(inside_it):
    books = Books(services_due="receipts")
    goods, service = books.sale(JANUARY, 100_000), books.sale(JANUARY, 50_000, income="706000", ref="F2")
    lines = ("654000", 100_000), ("445710", 20_000, {"code": "IRR"}), ("411000", -120_000, CUSTOMER)
    books.letter(goods, service, books.paid(JANUARY, 60_000), books.post(JANUARY, *lines, journal="OD"))

    assert euros(books.prepared(1))["21/tax"] == 200


ADVANCES = {
    "before tax": (("411000", 60_000, CUSTOMER), ("419100", -50_000), ("445710", -10_000)),
    "tax inside": (("512000", 60_000), ("419100", -60_000), ("445870", 10_000), ("445710", -10_000)),
    "taken off": (
        ("411000", 60_000),
        ("419100", 60_000),
        ("707000", -100_000),
        ("445710", -10_000),
        ("445870", -10_000),
    ),
    "a payment": (("411000", 60_000), ("419100", 60_000), ("707000", -100_000), ("445710", -20_000)),
}


@pytest.mark.parametrize(
    ("lines", "base"), list(zip(ADVANCES.values(), (500, 500, 500, 1000), strict=True)), ids=list(ADVANCES)
)
def test_the_base_of_an_advance_is_what_its_tax_tells_without_a_warning(books, lines, base):
    books.post(JANUARY, *lines)

    made = books.prepared(1)

    assert (euros(made)["08/base"], euros(made)["08/tax"]) == (base, base // 5)
    assert not Share.objects.filter(vat_return=made, code__startswith="?").exists()


def test_an_advance_received_without_its_tax_is_pointed_at(books):
    books.post(JANUARY, ("512000", 60_000), ("419100", -60_000, CUSTOMER), journal="BQ")

    (check,) = checks_of(books.prepared(1))

    assert (check.severity, check.account) == ("warning", "419100")
    assert "600,00" in check.title


def test_an_advance_whose_line_says_that_it_bears_no_tax_is_left_alone(books):
    books.post(JANUARY, ("512000", 60_000), ("419100", -60_000, {"code": "EXP"}), journal="BQ")

    assert not [check for check in checks_of(books.prepared(1)) if check.account]
