from collections import defaultdict
from datetime import timedelta
from itertools import accumulate, groupby, islice, pairwise
from operator import attrgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livret.kernel.charts import chart_for
from livret.kernel.vat import vat_rates_on
from livret.suite.finance.demo.books import fiscal_year_books
from livret.suite.finance.demo.carry import carry_forward
from livret.suite.finance.demo.companies import DEMO_COMPANIES, bench_company
from livret.suite.finance.demo.entries import JOURNALS
from livret.suite.finance.demo.trades import Trade

PARTNER_ACCOUNTS = ("411", "401", "404")
companies = st.sampled_from(DEMO_COMPANIES)
years = st.integers(2021, 2028)
seeds = st.integers(0, 10**6)
a_few_years = settings(max_examples=12, deadline=None)
every_company = pytest.mark.parametrize("profile", DEMO_COMPANIES, ids=lambda profile: profile.trade.value)


def books(profile, year, seed, opening=None):
    return list(fiscal_year_books(profile, year=year, seed=seed, opening=opening))


def second_year(profile, year, seed):
    return books(profile, year, seed, carry_forward(fiscal_year_books(profile, year=year - 1, seed=seed)))


def lines_of(entries):
    return [line for entry in entries for line in entry.lines]


def balances_of(lines, key=attrgetter("account")):
    balances = defaultdict(int)
    for line in lines:
        balances[key(line)] += line.debit_cents - line.credit_cents
    return balances


@a_few_years
@given(profile=companies, year=years, seed=seeds)
def test_every_entry_balances_and_every_line_has_one_side(profile, year, seed):
    entries = second_year(profile, year, seed)

    assert not [entry for entry in entries if sum(line.debit_cents - line.credit_cents for line in entry.lines)]
    assert all(min(line.debit_cents, line.credit_cents) == 0 for line in lines_of(entries))
    assert all(max(line.debit_cents, line.credit_cents) > 0 for line in lines_of(entries))


@a_few_years
@given(profile=companies, year=years, seed=seeds)
def test_every_account_stands_in_the_chart_of_the_year(profile, year, seed):
    chart = chart_for(profile.fiscal_year(year).first_day)

    used = {line.account for line in lines_of(second_year(profile, year, seed))}

    assert not [account for account in used if not chart.is_valid(account)]


@a_few_years
@given(profile=companies, year=years, seed=seeds)
def test_entries_come_by_date_inside_the_year_with_continuous_numbers(profile, year, seed):
    period, entries = profile.fiscal_year(year), second_year(profile, year, seed)
    journals = groupby(sorted(entries, key=attrgetter("journal")), key=attrgetter("journal"))

    assert all(entry.date in period for entry in entries)
    assert all(one.date <= other.date for one, other in pairwise(entries))
    assert all(
        [int(entry.number[2:]) for entry in found] == list(range(1, len(found) + 1))
        for found in (list(each) for _, each in journals)
    )
    assert {entry.journal for entry in entries} == set(JOURNALS)


@a_few_years
@given(profile=companies, year=years, seed=seeds)
def test_what_is_lettered_together_sums_to_zero(profile, year, seed):
    lettered = [line for line in lines_of(second_year(profile, year, seed)) if line.letter]

    groups = balances_of(lettered, key=attrgetter("account", "aux", "letter"))

    assert not [group for group, cents in groups.items() if cents]


@a_few_years
@given(profile=companies, year=years, seed=seeds)
def test_only_customers_and_suppliers_carry_an_auxiliary(profile, year, seed):
    lines = lines_of(second_year(profile, year, seed))

    assert all(bool(line.aux) == bool(line.aux_label) == line.account.startswith(PARTNER_ACCOUNTS) for line in lines)


@a_few_years
@given(profile=companies, year=years, seed=seeds)
def test_the_bank_is_never_absurd(profile, year, seed):
    moves = [
        line.debit_cents - line.credit_cents
        for line in lines_of(second_year(profile, year, seed))
        if line.account == "512000"
    ]

    levels = list(accumulate(moves))

    assert min(levels) > -0.10 * profile.yearly_turnover_cents
    assert max(levels) < 0.80 * profile.yearly_turnover_cents


@a_few_years
@given(profile=companies, year=years, seed=seeds)
def test_the_next_year_opens_with_what_the_former_closed(profile, year, seed):
    former = books(profile, year, seed)
    closed = balances_of(lines_of(former))

    opening_entry = next(fiscal_year_books(profile, year=year + 1, seed=seed, opening=carry_forward(former)))

    opened = balances_of(opening_entry.lines)
    kept = {account: cents for account, cents in closed.items() if account[0] in "12345" and cents}
    result = sum(cents for account, cents in closed.items() if account[0] in "67")
    assert opened == kept | {"120000" if result < 0 else "129000": result}


@every_company
def test_the_same_seed_writes_the_same_books_and_another_does_not(profile):
    assert books(profile, 2025, 7) == books(profile, 2025, 7)
    assert books(profile, 2025, 7) != books(profile, 2025, 8)


@every_company
def test_the_number_of_lines_is_near_the_aim(profile):
    assert len(lines_of(second_year(profile, 2026, 1))) == pytest.approx(profile.lines_per_year, rel=0.10)


@every_company
def test_vat_accounts_are_emptied_at_the_end_of_the_year(profile):
    balances = balances_of(lines_of(books(profile, 2025, 1)))

    assert not [
        account for account, cents in balances.items() if account.startswith(("44571", "44566", "44562")) and cents
    ]


def test_a_sale_bears_the_vat_of_the_day_rounded_once_for_each_rate():
    consulting = next(profile for profile in DEMO_COMPANIES if profile.trade is Trade.SERVICES)
    standard = vat_rates_on(consulting.fiscal_year(2025).first_day)[0].rate

    sales = [entry for entry in books(consulting, 2025, 1) if entry.journal == "VE"]

    owed = [
        (sum(x.credit_cents for x in sale.lines if x.account[0] == "7"), sale.lines[-1].credit_cents) for sale in sales
    ]
    assert all(abs(vat - net * standard) <= 0.5 for net, vat in owed)


@every_company
def test_some_customers_pay_late_and_some_do_not_pay(profile):
    entries = second_year(profile, 2026, 1)
    last_day = profile.fiscal_year(2026).last_day

    open_invoices = [item for item in carry_forward(entries).lines if item.dated and item.account == "411000"]

    assert any(last_day - item.dated > timedelta(120) for item in open_invoices)
    assert any(last_day - item.dated < timedelta(60) for item in open_invoices)


@every_company
def test_pay_is_written_every_month_and_settled_in_full(profile):
    entries = books(profile, 2025, 1)

    assert len([entry for entry in entries if entry.journal == "PA"]) == 12
    assert balances_of(lines_of(entries))["421000"] == 0


def test_a_great_volume_streams_without_waiting_for_the_whole_year():
    profile = bench_company(20_000_000)

    entries = list(islice(fiscal_year_books(profile, year=2026, seed=1), 2_000))

    assert entries[-1].date - profile.fiscal_year(2026).first_day < timedelta(7)
