"""Tax due on receipts: in proportion to what is paid, never more nor less than the whole."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livret.core.tenancy.context import current_alias, inside
from livret.suite.finance.closing.services.forwarding import carry_forward
from livret.suite.finance.models import Lettering, Line
from livret.suite.finance.services.lettering import letter, unletter
from livret.suite.finance.tests.factories import ALICE, TODAY, make_year
from livret.suite.finance.vat.models import Return, Share
from livret.suite.finance.vat.tests.books import AT, Books, euros


@pytest.fixture
def inside_it(environment):
    with inside(environment.place):
        yield


@pytest.fixture
def books(inside_it):
    return Books(services_due="receipts")


def day(month, number=10):
    return date(2025, month, number)


def service(books, month, net=100_000, **more):
    return books.sale(day(month), net, income="706000", **more)


def test_a_service_is_due_when_it_is_paid(books):
    invoice = service(books, 1)
    assert euros(books.prepared(1)) == {}
    books.filed(1)

    books.letter(invoice, books.paid(day(2), 120_000))

    assert euros(books.prepared(2))["08/tax"] == 200


def test_an_advance_invoiced_is_due_when_it_is_received(books):
    advance = books.post(day(1), ("411000", 60_000, {"aux": "C1"}), ("419100", -50_000), ("445710", -10_000))
    books.filed(1)
    assert euros(Return.objects.get()) == {}

    books.letter(advance, books.paid(day(2), 60_000))

    assert euros(books.prepared(2))["08/tax"] == 100


def test_goods_stay_due_when_they_are_invoiced(books):
    books.sale(day(1), 100_000)

    assert euros(books.prepared(1))["08/tax"] == 200


def test_a_part_paid_makes_a_part_due(books):
    invoice = service(books, 1)
    first = books.paid(day(1, 20), 30_000)
    books.letter(invoice, first)

    made = books.prepared(1)
    share = Share.objects.get(vat_return=made)

    assert (share.base_cents, share.tax_cents, share.whole_cents) == (25_000, 5_000, 20_000)
    assert (euros(made)["08/base"], euros(made)["08/tax"]) == (250, 50)


def test_the_rest_comes_with_the_rest_of_the_money(books):
    invoice = service(books, 1)
    first = books.paid(day(1, 20), 30_000)
    books.letter(invoice, first)
    books.filed(1)
    books.letter(invoice, first, books.paid(day(2), 90_000))

    assert euros(books.prepared(2))["08/tax"] == 150


def test_a_service_paid_at_once_is_due_at_once(books):
    books.post(day(1), ("512000", 12_000), ("706000", -10_000), ("445710", -2_000))

    assert euros(books.prepared(1))["08/tax"] == 20


def test_a_lettering_taken_apart_after_filing_is_paid_back(books):
    invoice = service(books, 1)
    books.letter(invoice, books.paid(day(1, 20), 120_000))
    books.filed(1)
    later = AT.replace(day=3)
    unletter(Lettering.objects.get(), reason="Erreur", by=ALICE, at=later)

    assert euros(books.prepared(2, at=later))["21/tax"] == 200


def test_a_lettering_made_late_counts_in_the_next_return(books):
    invoice, money = service(books, 1), books.paid(day(1, 20), 120_000)
    books.filed(1)
    lettering = books.letter(invoice, money)
    Lettering.objects.filter(pk=lettering.pk).update(created_at=AT.replace(day=3))

    assert euros(books.prepared(2))["08/tax"] == 200


def test_the_oldest_invoice_is_paid_first(books):
    first, second = service(books, 1, ref="F1"), service(books, 2, ref="F2")
    books.letter(first, second, books.paid(day(2, 20), 120_000))

    made = books.prepared(1)
    again = books.filed(1).vat_return

    assert euros(made) == euros(again) == {}
    assert Share.objects.get(vat_return=books.prepared(2)).entry_id == first.pk


def test_an_invoice_of_before_the_regime_counts_when_it_is_paid(inside_it):
    books = Books(services_due="receipts", since=date(2025, 3, 1))
    invoice = service(books, 1)
    books.letter(invoice, books.paid(day(3), 120_000))

    assert euros(books.prepared(3))["08/tax"] == 200


def test_what_was_paid_before_the_regime_was_declared_elsewhere(inside_it):
    books = Books(services_due="receipts", since=date(2025, 3, 1))
    invoice, first = service(books, 1), books.paid(day(2), 60_000)
    books.letter(invoice, first, books.paid(day(3), 60_000))

    assert euros(books.prepared(3))["08/tax"] == 100


def test_an_invoice_brought_forward_is_found_again(books):
    service(books, 12, ref="F12")
    books.year_after = make_year(books.company, date(2026, 1, 1), date(2026, 12, 31))
    forward = books.post(
        date(2026, 1, 1), ("411000", 120_000, {"aux": "C1"}), ("890000", -120_000), journal="AN", ref="F12"
    )
    books.letter(forward, books.paid(date(2026, 1, 20), 120_000))
    for month in range(1, 13):
        books.filed(month, posts_settlement=False)

    made = books.prepared_of(date(2026, 1, 1), date(2026, 1, 31))

    assert euros(made)["08/tax"] == 200


def carried_and_paid(books, cents, **party):
    """Carry 2025 forward, pay in January 2026 the line opened with of that amount; return the return of January."""
    books.year_after = make_year(books.company, date(2026, 1, 1), date(2026, 12, 31))
    for month in range(1, 13):
        books.filed(month, posts_settlement=False, locks=False)
    carry_forward(books.year, allowance=None, by=ALICE, at=AT, today=TODAY)
    opened = Line.objects.get(fiscal_year=books.year_after, account__number="411000", debit_cents=cents)
    paid = books.post(date(2026, 1, 20), ("512000", cents), ("411000", -cents, party), journal="BQ")
    letter([(opened.entry_id, opened.position), (paid.pk, 2)], by=ALICE, at=AT, on=paid.date)
    return books.prepared_of(date(2026, 1, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("party", "ref"), [({}, "F12"), ({"aux": "C1"}, ""), ({}, "")], ids=["no party", "no document", "neither"]
)
def test_what_was_carried_forward_is_due_when_it_is_paid_whatever_it_names(books, party, ref):
    books.post(day(12), ("411000", 120_000, party), ("706000", -100_000), ("445710", -20_000), ref=ref)

    assert euros(carried_and_paid(books, 120_000, **party))["08/tax"] == 200


def test_of_two_invoices_that_bear_one_number_the_one_paid_counts(books):
    service(books, 11, 100_000, ref="F12")
    service(books, 12, 50_000, ref="F12")

    assert euros(carried_and_paid(books, 120_000, aux="C1"))["08/tax"] == 200


def test_an_opening_from_a_file_stands_for_the_invoice_of_its_amount(books):
    service(books, 11, 100_000, ref="F12")
    service(books, 12, 50_000, ref="F12")
    books.year_after = make_year(books.company, date(2026, 1, 1), date(2026, 12, 31))
    forward = books.post(
        date(2026, 1, 1), ("411000", 120_000, {"aux": "C1"}), ("890000", -120_000), journal="AN", ref="F12"
    )
    books.letter(forward, books.paid(date(2026, 1, 20), 120_000))
    for month in range(1, 13):
        books.filed(month, posts_settlement=False)

    assert euros(books.prepared_of(date(2026, 1, 1), date(2026, 1, 31)))["08/tax"] == 200


def test_a_credit_note_set_against_an_invoice_counts_with_it(books):
    invoice, note = service(books, 1), service(books, 1, net=-30_000)
    books.letter(invoice, note, books.paid(day(2), 84_000))
    assert euros(books.prepared(1)) == {}
    books.filed(1)

    assert euros(books.prepared(2))["08/tax"] == 140


def cents(amount):
    return int(Decimal(amount).quantize(Decimal(1), ROUND_HALF_UP))


INVOICES = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 300_000), st.lists(st.integers(1, 6), min_size=1, max_size=4)),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(invoices=INVOICES)
def test_periods_add_up_to_the_tax_of_each_invoice(environment, invoices):
    with inside(environment.place), transaction.atomic(using=current_alias()):
        books = Books(services_due="receipts")
        naive = _fill(books, invoices)
        for month in range(1, 7):
            made = books.filed(month, posts_settlement=False).vat_return
            declared = {
                share.entry_id: share.tax_cents for share in Share.objects.filter(vat_return=made) if share.tax_cents
            }
            assert declared == {entry: amount for entry, amount in naive[month].items() if amount}
        transaction.set_rollback(True, using=current_alias())


def _fill(books, invoices):
    """Post invoices paid in as many parts as months named, and return by month what naive arithmetic declares."""
    naive = {month: {} for month in range(1, 7)}
    for rank, (month, net, months) in enumerate(invoices):
        aux = {"aux": f"C{rank}"}
        invoice = books.sale(day(month), net, income="706000", **aux)
        tax, whole = round(net / 5), net + round(net / 5)
        paid_in = sorted(max(month, paid) for paid in months)
        parts = [whole * (n + 1) // len(paid_in) - whole * n // len(paid_in) for n in range(len(paid_in))]
        held = [(paid, part) for paid, part in zip(paid_in, parts, strict=True) if part]
        books.letter(invoice, *(books.paid(day(paid, 20), part, **aux) for paid, part in held))
        before = 0
        for until in range(1, 7):
            due = cents(Decimal(tax) * sum(part for paid, part in held if paid <= until) / whole)
            naive[until][invoice.pk] = due - before
            before = due
    return naive
