"""What the database refuses by itself of locks, validity of accounts, details of lines and letterings."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError

from livret.suite.finance.models import (
    AnalyticAxis,
    AnalyticSection,
    Entry,
    EntryOrigin,
    LetteredLine,
    Lettering,
    Line,
    LineDue,
    LineSection,
    LineVat,
    YearLedger,
)
from livret.suite.finance.services import ledger
from livret.suite.finance.services.lettering import letter
from livret.suite.finance.services.writing import written
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_auxiliary, make_company, make_journal, make_year
from livret.suite.finance.tests.test_guards import at_once, books, new_entry, post, refused_by  # noqa: F401

DUE = {"due_on": date(2025, 5, 1)}


def changed_line(books, **changed):  # noqa: F811
    entry = new_entry(books)
    return replace(entry, lines=(replace(entry.lines[0], **changed), entry.lines[1]))


@pytest.fixture
def sale_and_payment(books):  # noqa: F811
    """A sale of 10.00 and its reversal, by entry."""
    sale = post(books)
    return sale, post(books, replace(new_entry(books), lines=tuple(_swapped(new_entry(books).lines))))


def _swapped(lines):
    return [replace(line, debit_cents=line.credit_cents, credit_cents=line.debit_cents) for line in lines]


def group(books, code="AA", **changed):  # noqa: F811
    company, year, _journal, customer, _sales = books
    facts = {"company": company, "fiscal_year": year, "account": customer, "code": code, "is_partial": False}
    return Lettering.objects.create(**{**facts, "created_at": AT, **changed})


def put(lettering, *keys):
    LetteredLine.objects.bulk_create(
        LetteredLine(entry_id=entry, position=position, lettering=lettering, lettered_on=TODAY)
        for entry, position in keys
    )


def lock_march(books):  # noqa: F811
    post(books)
    YearLedger.objects.filter(fiscal_year=books[1]).update(locked_until=date(2025, 4, 1))


def test_no_entry_is_added_before_the_lock_whoever_writes(books):  # noqa: F811
    lock_march(books)
    facts = {"company": books[0], "fiscal_year": books[1], "journal": books[2], "number": 2, "line_count": 2}
    with refused_by("entry_after_period_lock"):
        Entry.objects.create(**facts, date=date(2025, 3, 31), validated_on=TODAY, validated_at=AT, amount_cents=1000)


@pytest.mark.parametrize(
    ("kind", "day", "guard"),
    [
        ("opening", date(2025, 1, 1), ""),
        ("opening", date(2025, 1, 2), "entry_after_period_lock"),
        ("general", date(2025, 1, 1), "entry_after_period_lock"),
    ],
    ids=["first day", "day after", "another journal"],
)
def test_the_lock_lets_only_opening_balances_of_the_first_day_in(books, kind, day, guard):  # noqa: F811
    lock_march(books)
    journal = make_journal(books[0], "AN", "À-nouveaux", kind)
    entry = replace(new_entry(books), journal_id=journal.pk, on=day)
    with refused_by(guard) if guard else nullcontext():
        added = added_below_the_services(books, entry)
        assert (added.date, added.number) == (day, 1)


def added_below_the_services(books, entry):  # noqa: F811
    """Add an entry as whoever writes without asking whether the period is locked."""
    facts = written([entry], company_id=books[0].pk, by=ALICE, at=AT, on=TODAY)
    with ledger.cursor() as sql:
        sql.execute(ledger.ADD, [books[1].pk, facts])
        return Entry.objects.get(pk=sql.fetchone()[0][0])


def test_a_line_of_another_day_stays_out_of_an_opening_entry(books):  # noqa: F811
    lock_march(books)
    journal = make_journal(books[0], "AN", "À-nouveaux", "opening")
    facts = {"company": books[0], "fiscal_year": books[1], "journal": journal, "number": 1, "line_count": 2}
    entry = Entry.objects.create(**facts, date=date(2025, 1, 1), validated_on=TODAY, validated_at=AT, amount_cents=1000)
    line = Line(entry=entry, position=1, account=books[3], date=date(2025, 1, 2), debit_cents=1, credit_cents=0)
    line.company, line.fiscal_year, line.journal = books[0], books[1], journal

    with refused_by("line_after_period_lock"):
        line.save(force_insert=True)


def test_an_entry_after_the_lock_is_taken(books):  # noqa: F811
    lock_march(books)

    assert post(books, replace(new_entry(books), on=date(2025, 4, 1))).number == 2


@pytest.mark.parametrize(
    "bounds", [{"valid_from": date(2026, 1, 1)}, {"valid_until": date(2025, 1, 1)}], ids=["too early", "too late"]
)
def test_an_account_that_is_not_valid_in_the_year_takes_no_line(books, bounds):  # noqa: F811
    for name, value in bounds.items():
        setattr(books[3], name, value)
    books[3].save(update_fields=list(bounds))

    with refused_by("line_account_valid_in_year"):
        post(books)


def test_an_account_stays_valid_in_the_years_where_it_has_lines(books):  # noqa: F811
    post(books)
    books[3].valid_from = date(2026, 1, 1)

    with refused_by("account_validity_holds_its_lines"):
        books[3].save(update_fields=["valid_from"])


@pytest.mark.parametrize(
    "part", [{"currency": "USD"}, {"currency_amount": Decimal("12.5")}], ids=["no amount", "no code"]
)
def test_a_currency_goes_with_its_amount(books, part):  # noqa: F811
    with pytest.raises(DatabaseError, match=r"line_currency_with_amount|line_currency_says_something"):
        post(books, changed_line(books, **part))


@pytest.mark.parametrize(
    "detail",
    [lambda entry: LineDue(entry=entry, position=9, **DUE), lambda entry: LineVat(entry=entry, position=9, code="V20")],
    ids=["due day", "VAT code"],
)
def test_a_detail_is_of_a_line(books, detail):  # noqa: F811
    entry = post(books)

    with pytest.raises(DatabaseError, match=r"line_detail_of_a_line|entry_sealed_takes_no_text"):
        detail(entry).save(force_insert=True)


@pytest.mark.parametrize("model", [LineDue, EntryOrigin])
def test_what_was_told_of_an_entry_is_final(books, model):  # noqa: F811
    post(books, replace(changed_line(books, **DUE), origin=("bank", "1")))

    with refused_by("posted_rows_are_final|permission denied"):
        model.objects.all().delete()


def test_an_auxiliary_account_is_never_removed(books):  # noqa: F811
    unused = make_auxiliary(books[0], "C999")

    with refused_by("auxiliary_is_kept"):
        type(unused).objects.filter(pk=unused.pk).delete()


def test_the_same_thing_is_posted_once(books):  # noqa: F811
    post(books, replace(new_entry(books), origin=("bank", "1")))

    with refused_by("entry_origin_once"):
        post(books, replace(new_entry(books), origin=("bank", "1")))


def test_lines_that_do_not_sum_to_zero_are_not_said_to_be_whole(books):  # noqa: F811
    first, second = post(books), post(books)
    put(group(books), (first.pk, 1), (second.pk, 1))

    with refused_by("lettering_sums_to_zero_or_partial"):
        at_once()


def test_lines_that_sum_to_zero_are_not_said_to_be_partial(books, sale_and_payment):  # noqa: F811
    put(group(books, is_partial=True), *((entry.pk, 1) for entry in sale_and_payment))

    with refused_by("lettering_sums_to_zero_or_partial"):
        at_once()


@pytest.mark.parametrize("whose", ["account", "auxiliary", "fiscal_year", "company"])
def test_a_lettering_is_of_one_account_party_year_and_company(books, sale_and_payment, whose):  # noqa: F811
    others = {
        "account": lambda: books[4],
        "auxiliary": lambda: make_auxiliary(books[0]),
        "fiscal_year": lambda: make_year(books[0], date(2026, 1, 1), date(2026, 12, 31)),
        "company": lambda: make_company(siren="552100554"),
    }
    put(group(books, **{whose: others[whose]()}), *((entry.pk, 1) for entry in sale_and_payment))

    with refused_by("lettering_of_one_account"):
        at_once()


def test_a_line_taken_out_of_a_whole_lettering_is_seen(books, sale_and_payment):  # noqa: F811
    sale, payment = sale_and_payment
    letter([(sale.pk, 1), (payment.pk, 1)], by=ALICE, at=AT, on=TODAY)
    at_once()

    with refused_by("lettering_sums_to_zero_or_partial"):
        LetteredLine.objects.filter(entry_id=payment.pk).delete()


def test_no_lettered_line_outlives_its_lettering(books, sale_and_payment):  # noqa: F811
    sale, payment = sale_and_payment
    held = letter([(sale.pk, 1), (payment.pk, 1)], by=ALICE, at=AT, on=TODAY)
    at_once()

    with refused_by("lettered_line_has_its_lettering"):
        Lettering.objects.filter(pk=held.pk)._raw_delete(Lettering.objects.db)


def test_sections_stand_on_lines(books):  # noqa: F811
    axis = AnalyticAxis.objects.create(company=books[0], code="P", label="Projets")
    section = AnalyticSection.objects.create(axis=axis, code="A", label="A")
    entry = post(books)

    with refused_by("line_detail_of_a_line"):
        LineSection.objects.create(entry=entry, position=9, section=section, cents=1)
