"""Tax due on receipts, followed through bills of exchange and doubtful accounts to the money itself."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.closing.services.forwarding import carry_forward
from livret.suite.finance.models import Line
from livret.suite.finance.services.lettering import letter
from livret.suite.finance.tests.factories import ALICE, TODAY, make_year
from livret.suite.finance.vat.models import Share
from livret.suite.finance.vat.tests.books import AT, Books, euros

CUSTOMER = {"aux": "C1"}


@pytest.fixture
def books(environment):
    with inside(environment.place):
        yield Books(services_due="receipts")


def day(month, number=10):
    return date(2025, month, number)


def accepted(books, month, cents, *, aux="C1", due=None, to="413000"):
    """Post the acceptance of a bill, or another move from 411, and return the entry."""
    bill = {"aux": aux, **({"due": due} if due else {})}
    return books.post(day(month, 20), (to, cents, bill), ("411000", -cents, {"aux": aux}), journal="OD", ref="LC1")


def invoice_on_a_bill(books, **more):
    """Return the bill of a service of 1 000 € and its tax, accepted in January."""
    invoice = books.sale(day(1), 100_000, income="706000")
    bill = accepted(books, 1, 120_000, **more)
    books.letter(invoice, bill)
    return bill


def test_a_bill_accepted_pays_nothing(books):
    invoice_on_a_bill(books)

    assert euros(books.prepared(1)) == {}


def test_a_service_is_due_when_its_bill_is_cashed(books):
    bill = invoice_on_a_bill(books)
    books.filed(1)
    books.letter(bill, books.paid(day(3), 120_000, account="413000"), account="413000")

    assert euros(books.filed(2).vat_return) == {}
    assert euros(books.prepared(3))["08/tax"] == 200


def test_a_bill_discounted_is_due_when_it_falls_due(books):
    bill = invoice_on_a_bill(books, due=day(3, 31))
    bank = ("512000", 119_000), ("661600", 1_000), ("413000", -120_000, CUSTOMER)
    books.letter(bill, books.post(day(1, 25), *bank, journal="BQ"), account="413000")

    assert [euros(books.filed(month).vat_return).get("08/tax", 0) for month in (1, 2, 3)] == [0, 0, 200]


def test_a_bill_cashed_in_part_makes_a_part_due(books):
    bill = invoice_on_a_bill(books)
    books.filed(1)
    books.letter(bill, books.paid(day(2), 30_000, account="413000"), account="413000")

    assert euros(books.prepared(2))["08/tax"] == 50


def test_of_an_invoice_paid_by_money_and_by_a_bill_the_money_is_due(books):
    invoice = books.sale(day(1), 100_000, income="706000")
    money, bill = books.paid(day(1, 15), 60_000), accepted(books, 1, 60_000)
    books.letter(invoice, money, bill)
    assert euros(books.filed(1).vat_return)["08/tax"] == 100

    books.letter(bill, books.paid(day(2), 60_000, account="413000"), account="413000")

    assert euros(books.prepared(2))["08/tax"] == 100


def test_the_bills_of_one_entry_are_each_of_their_customer(books):
    mine, other = (books.sale(day(1), 100_000, income="706000", aux=aux) for aux in ("C1", "C2"))
    parts = [
        (number, way * 120_000, {"aux": aux}) for aux in ("C1", "C2") for number, way in (("413000", 1), ("411000", -1))
    ]
    bills = books.post(day(1, 20), *parts, journal="OD")
    for invoice, place in ((mine, 2), (other, 4)):
        letter([(invoice.pk, 1), (bills.pk, place)], by=ALICE, at=AT, on=bills.date)
    cashed = books.paid(day(1, 25), 120_000, account="413000", aux="C2")
    letter([(bills.pk, 3), (cashed.pk, 2)], by=ALICE, at=AT, on=cashed.date)

    made = books.prepared(1)

    assert euros(made)["08/tax"] == 200
    assert Share.objects.get(vat_return=made).entry_id == other.pk


def test_a_bill_refused_gives_nothing_until_the_customer_pays(books):
    bill = invoice_on_a_bill(books)
    back = books.post(day(2), ("411000", 120_000, CUSTOMER), ("413000", -120_000, CUSTOMER), journal="OD", ref="IMP")
    books.letter(bill, back, account="413000")
    assert [euros(books.filed(month).vat_return) for month in (1, 2)] == [{}, {}]

    books.letter(back, books.paid(day(3), 120_000))

    assert euros(books.prepared(3))["08/tax"] == 200


def test_a_doubtful_debt_is_due_when_it_is_paid(books):
    doubtful = invoice_on_a_bill(books, to="416000")
    assert euros(books.filed(1).vat_return) == {}

    books.letter(doubtful, books.paid(day(2), 120_000, account="416000"), account="416000")

    assert euros(books.prepared(2))["08/tax"] == 200


def test_a_bill_brought_forward_is_followed_to_its_payment(books):
    invoice = books.sale(day(12), 100_000, income="706000")
    first, second = accepted(books, 12, 60_000), accepted(books, 12, 60_000, due=date(2026, 1, 31))
    books.letter(invoice, first, second)
    books.year_after = make_year(books.company, date(2026, 1, 1), date(2026, 12, 31))
    for month in range(1, 13):
        books.filed(month, posts_settlement=False, locks=False)
    carry_forward(books.year, allowance=None, by=ALICE, at=AT, today=TODAY)
    opened = Line.objects.filter(fiscal_year=books.year_after, account__number="413000").order_by("position")
    for month, line in zip((1, 2), opened, strict=True):
        cashed = books.post(date(2026, month, 20), ("512000", 60_000), ("413000", -60_000, CUSTOMER), journal="BQ")
        letter([(line.entry_id, line.position), (cashed.pk, 2)], by=ALICE, at=AT, on=cashed.date)

    january = books.prepared_of(date(2026, 1, 1), date(2026, 1, 31))
    assert euros(january)["08/tax"] == 100
    books.file(january, posts_settlement=False)
    assert euros(books.prepared_of(date(2026, 2, 1), date(2026, 2, 28)))["08/tax"] == 100


def test_the_tax_of_a_purchase_paid_by_bill_is_deducted_when_the_bill_is_paid(books):
    bought = books.purchase(day(1), 100_000, expense="611000", vat="445640")
    bill = books.post(day(1, 20), ("401000", 120_000, {"aux": "F1"}), ("403000", -120_000, {"aux": "F1"}), journal="OD")
    books.letter(bought, bill, account="401000")
    assert euros(books.filed(1).vat_return) == {}

    paid = books.paid(day(2), -120_000, account="403000", aux="F1")
    books.letter(bill, paid, account="403000")

    assert euros(books.prepared(2))["20/tax"] == 200
