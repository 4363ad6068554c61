"""Among the lines of many entries added at once, the one that is false is refused by its name."""

from datetime import date

import pytest

from livret.suite.finance.models import ChartAccount, Entry, Line, YearLedger
from livret.suite.finance.tests.factories import (
    AT,
    TODAY,
    make_account,
    make_auxiliary,
    make_company,
    make_journal,
    make_year,
)
from livret.suite.finance.tests.test_guards import DAY, books, post, refused_by  # noqa: F401


def bare(books, number):  # noqa: F811
    company, year, journal, *_accounts = books
    facts = {"company": company, "fiscal_year": year, "journal": journal, "line_count": 2, "amount_cents": 10}
    return Entry.objects.create(**facts, number=number, date=DAY, validated_on=TODAY, validated_at=AT)


def lines_of(books, *entries):  # noqa: F811
    company, year, journal, customer, _sales = books
    facts = {"company": company, "fiscal_year": year, "journal": journal, "account": customer, "date": DAY}
    return [
        Line(
            entry=entry, position=position, **facts, debit_cents=10 * (position % 2), credit_cents=10 * (position // 2)
        )
        for entry in entries
        for position in (1, 2)
    ]


def two_entries(books):  # noqa: F811
    """Return the lines of two entries, none of which is in the books yet."""
    return lines_of(books, bare(books, 1), bare(books, 2))


def test_lines_of_several_entries_are_taken_at_once(books):  # noqa: F811
    Line.objects.bulk_create(two_entries(books))

    assert Line.objects.count() == 4


def elsewhere():
    return make_company(siren="552100554", name="Autre")


FALSE = {
    "another company's account": ("account", lambda _books: make_account(elsewhere()), "line_agrees_with_entry"),
    "another company's party": ("auxiliary", lambda _books: make_auxiliary(elsewhere()), "line_agrees_with_entry"),
    "another company": ("company", lambda _books: elsewhere(), "line_agrees_with_entry"),
    "another journal": ("journal", lambda held: make_journal(held[0], "OD"), "line_agrees_with_entry"),
    "another year": (
        "fiscal_year",
        lambda held: make_year(held[0], date(2024, 1, 1), date(2024, 12, 31)),
        "line_date_in_year",
    ),
    "a day before the year": ("date", lambda _books: date(2024, 12, 31), "line_date_in_year"),
    "a day after the year": ("date", lambda _books: date(2026, 1, 1), "line_date_in_year"),
}


@pytest.mark.parametrize(("column", "value", "guard"), FALSE.values(), ids=FALSE.keys())
def test_one_false_line_among_many_is_refused(books, column, value, guard):  # noqa: F811
    lines = two_entries(books)
    setattr(lines[2], column, value(books))

    with refused_by(f"{guard}.*entry {lines[2].entry_id} line 1"):
        Line.objects.bulk_create(lines)


@pytest.mark.parametrize(
    "bounds", [{"valid_from": date(2026, 1, 1)}, {"valid_until": date(2025, 1, 1)}], ids=["too early", "too late"]
)
def test_one_account_out_of_its_time_among_many_is_refused(books, bounds):  # noqa: F811
    lines = two_entries(books)
    account = make_account(books[0], "467000", "Divers")
    ChartAccount.objects.filter(pk=account.pk).update(**bounds)
    lines[2].account = account

    with refused_by(f"line_account_valid_in_year.*entry {lines[2].entry_id} line 1"):
        Line.objects.bulk_create(lines)


def test_one_line_in_a_locked_period_among_many_is_refused(books):  # noqa: F811
    lines = two_entries(books)
    YearLedger.objects.update_or_create(
        fiscal_year=books[1], defaults={"entries": 0, "lines": 0, "locked_until": date(2025, 3, 1)}
    )
    lines[2].date = date(2025, 2, 28)

    with refused_by(f"line_after_period_lock.*entry {lines[2].entry_id} line 1"):
        Line.objects.bulk_create(lines)


def test_one_line_of_a_sealed_entry_among_many_is_refused(books):  # noqa: F811
    sealed = post(books)
    late = Line(entry=sealed, position=3, account=books[3], date=DAY, debit_cents=0, credit_cents=0)
    late.company, late.fiscal_year, late.journal = books[:3]

    with refused_by(f"entry_sealed_takes_no_line.*entry {sealed.pk} line 3"):
        Line.objects.bulk_create([late, *lines_of(books, bare(books, 2))])
