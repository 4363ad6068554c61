"""Pages of an account, of an auxiliary and of a journal: each line once, in order, with its running balance."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Journal, Line
from livret.suite.finance.queries import ledgers
from livret.suite.finance.queries.ledgers import LATEST, account_page, auxiliary_page, journal_page, number_on
from livret.suite.finance.tests.factories import fec_bytes, imported, sale

YEAR = DayPeriod(date(2025, 1, 1), date(2025, 12, 31))
PERIODS = [YEAR, DayPeriod(date(2025, 3, 5), date(2025, 10, 9)), DayPeriod(date(2025, 2, 1), date(2025, 2, 28))]


@pytest.fixture
def year(entered, monkeypatch):
    monkeypatch.setattr(ledgers, "PAGE", 7)
    lines = [
        line
        for n in range(60)
        for line in sale(f"{n + 1}", cents=600 + n, day=YEAR.first_day + timedelta(n // 3 * 17), aux=f"C{n % 2}")
    ]
    assert imported(fec_bytes(lines)).state == "done"
    return FiscalYear.objects.select_related("company").get()


@pytest.fixture
def account(year):
    return ChartAccount.objects.get(number="411000")


def naive(year, period, **of):
    """The keys of the lines of a period in order, each with the balance of the account after it."""
    balance, found = 0, []
    for line in Line.objects.filter(fiscal_year=year, **of).order_by("date", "entry_id", "position"):
        balance += line.debit_cents - line.credit_cents
        if period.first_day <= line.date <= period.last_day:
            found.append(((line.date, line.entry_id, line.position), balance))
    return found


def forward(page_after):
    """All pages from the first one on, as keys and balances."""
    page, found = page_after(None), []
    while True:
        found += [(line.key, line.balance) for line in page.lines]
        if page.after is None:
            return found
        page = page_after(page.after)


def backward(page_before):
    page, found = page_before(LATEST), []
    while True:
        found = [(line.key, line.balance) for line in page.lines] + found
        if page.before is None:
            return found
        page = page_before(page.before)


@pytest.mark.parametrize("period", PERIODS)
def test_pages_of_an_account_give_each_line_with_its_balance(year, account, period):
    found = forward(lambda key: account_page(account, year, period, after=key))

    assert found == naive(year, period, account=account)


@pytest.mark.parametrize("period", PERIODS)
def test_pages_from_the_last_one_back_give_the_same(year, account, period):
    found = backward(lambda key: account_page(account, year, period, before=key))

    assert found == naive(year, period, account=account)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("number", ["C0", "C1"])
def test_pages_of_an_auxiliary_give_its_own_lines_and_balance(year, account, period, number):
    party = AuxiliaryAccount.objects.get(number=number)

    found = forward(lambda key: auxiliary_page(account, party, year, period, after=key))

    assert found == naive(year, period, account=account, auxiliary=party)


def test_a_page_begins_on_the_day_asked_for(year, account):
    day = date(2025, 6, 1)

    page = account_page(account, year, YEAR, on=day)

    expected = [pair for pair in naive(year, YEAR, account=account) if pair[0][0] >= day]
    assert [(line.key, line.balance) for line in page.lines] == expected[:7]
    assert page.before == expected[0][0]


def test_nothing_stands_before_the_first_day_that_has_lines(year, account):
    assert account_page(account, year, YEAR, on=YEAR.first_day).before is None


def test_a_day_after_the_last_line_gives_an_empty_page_with_the_closing_balance(year, account):
    page = account_page(account, year, YEAR, on=date(2025, 12, 31))

    assert (page.lines, page.brought_forward) == ((), naive(year, YEAR, account=account)[-1][1])


def test_pages_of_a_journal_follow_its_numbers_both_ways(year):
    journal = Journal.objects.get(code="VE")

    entries, following = journal_page(journal, year, after=20)
    before, _following = journal_page(journal, year, before=entries[0].number)

    assert [entry.number for entry in entries] == list(range(21, 28))
    assert following == 27
    assert [entry.number for entry in before] == list(range(14, 21))


def test_the_entry_of_a_day_is_found_in_its_journal(year):
    journal = Journal.objects.get(code="VE")

    assert number_on(journal, year, date(2025, 1, 2)) == 4
    assert number_on(journal, year, date(2025, 12, 31)) is None
