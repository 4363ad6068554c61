"""The pure rules of the set-up: continuity between years, numbers, charts, rates, terms."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.kernel.charts import charts
from livret.kernel.periods import DayPeriod
from livret.suite.finance.setup.rules.charts import change, changes, holders
from livret.suite.finance.setup.rules.continuity import Cell, differences, missing_days
from livret.suite.finance.setup.rules.numbering import following_number, padded, usual_length
from livret.suite.finance.setup.rules.rates import Fault, Rate, read_rates
from livret.suite.finance.setup.rules.terms import excess

KNOWN = {"USD", "GBP", "CHF"}
DAY = date(2025, 6, 1)


def cell(account, closing, opening, auxiliary=""):
    return Cell(account, auxiliary, closing, opening)


def codes(cells, result=0):
    return [(one.code, one.cell.account) for one in differences(cells, result=result)]


balances = st.dictionaries(
    st.from_regex(r"\A[1-5][0-9]{5}\Z").filter(lambda number: not number.startswith("12")),
    st.integers(-(10**12), 10**12),
    max_size=20,
)


@given(balances, st.integers(-(10**12), 10**12))
def test_an_opening_that_repeats_the_closing_differs_nowhere(held, result):
    cells = [cell(number, cents, cents) for number, cents in held.items()]
    cells.append(cell("120000" if result < 0 else "129000", 0, result))

    assert differences(cells, result=result) == []


@given(balances.filter(bool), st.integers(1, 10**9), st.data())
def test_a_changed_amount_is_found_with_its_account(held, change_by, data):
    spoiled = data.draw(st.sampled_from(sorted(held)))
    cells = [cell(number, cents, cents + change_by * (number == spoiled)) for number, cents in held.items()]

    assert {one.cell.account for one in differences(cells, result=0)} == {spoiled}


@pytest.mark.parametrize(
    ("cells", "result", "expected"),
    [
        ([cell("401000", -500, 0)], 0, [("missing", "401000")]),
        ([cell("401000", 0, -500)], 0, [("unexpected", "401000")]),
        ([cell("512000", 700, 750)], 0, [("amount", "512000")]),
        ([cell("467000", 300, 0), cell("468000", 0, 300)], 0, [("renumbered", "468000")]),
        (
            [cell("467000", 300, 0), cell("468000", 0, 300), cell("466000", 300, 0)],
            0,
            [("missing", "466000"), ("missing", "467000"), ("unexpected", "468000")],
        ),
        (
            [cell("411000", 500, 0, "C1"), cell("411000", 0, 500, "C2")],
            0,
            [("detail", "411000"), ("detail", "411000")],
        ),
        ([cell("120000", 0, -900)], -1000, [("result", "120000")]),
        ([], -1000, [("result", "120")]),
        ([cell("110000", -50, -1050)], -1000, [("allocated", "120")]),
        ([cell("120000", 0, -1000)], -1000, []),
        ([cell("120000", -200, -1200)], -1000, []),
        ([cell("606000", 0, 40)], 0, [("income", "606000")]),
    ],
)
def test_each_difference_is_told_by_its_likely_cause(cells, result, expected):
    assert codes(cells, result) == expected


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ([], []),
        ([(2024, 2024), (2025, 2025)], []),
        ([(2025, 2025), (2023, 2023)], [DayPeriod(date(2024, 1, 1), date(2024, 12, 31))]),
    ],
)
def test_the_days_that_no_year_holds_are_told(years, expected):
    assert missing_days(DayPeriod(date(first, 1, 1), date(last, 12, 31)) for first, last in years) == expected


@pytest.mark.parametrize(
    ("last", "kind", "expected"),
    [
        ("", "customer", "C00001"),
        ("C00009", "customer", "C00010"),
        ("F999", "supplier", "F1000"),
        ("X", "other", "T00001"),
    ],
)
def test_the_next_number_follows_the_last(last, kind, expected):
    assert following_number(last, kind) == expected


def test_accounts_are_as_long_as_most_of_the_company_s():
    assert usual_length(["411000", "401000", "70"]) == 6
    assert usual_length([]) == 6
    assert padded("411", 8) == "41100000"


def test_the_chart_of_2025_removes_transfers_of_expenses_and_adds_disposals():
    latest, reform = changes()

    assert latest.is_empty
    assert {"791", "675", "775"} <= {account.number for account in reform.removed}
    assert {"657", "757"} <= {account.number for account in reform.added}


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: str(chart.opened_from.year))
def test_a_chart_does_not_differ_from_itself(chart):
    assert change(chart, chart).is_empty


@pytest.mark.parametrize(("number", "count"), [("411000", 3), ("675000", 1), ("657000", 2), ("999999", 0)])
def test_each_chart_that_holds_a_number_is_told(number, count):
    assert len(holders(number)) == count


def test_pasted_rates_are_read():
    text = "Jour;Devise;Taux\n31/03/2026;USD;1,0815\n\n2026-03-31\tgbp\t0.8367\n"

    rates, faults = read_rates(text, known=KNOWN)

    assert faults == []
    assert rates == [
        Rate(date(2026, 3, 31), "USD", Decimal("1.0815")),
        Rate(date(2026, 3, 31), "GBP", Decimal("0.8367")),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("2026-03-31;USD", "parts"),
        ("2026-02-31;USD;1,08", "day"),
        ("2026-03-31;EUR;1", "currency"),
        ("2026-03-31;XXZ;1", "currency"),
        ("2026-03-31;USD;0", "rate"),
        ("2026-03-31;USD;1e999", "rate"),
        ("2026-03-31;USD;un", "rate"),
        ("2026-03-31;USD;0,000000001", "rate"),
    ],
)
def test_a_line_that_is_no_rate_is_told(line, code):
    rates, faults = read_rates(line, known=KNOWN)

    assert rates == []
    assert [(fault.line, fault.code) for fault in faults] == [(1, code)]


def test_a_rate_given_twice_is_told():
    _rates, faults = read_rates("2026-03-31;USD;1,08\n2026-03-31;USD;1,09", known=KNOWN)

    assert faults == [Fault(2, "twice", "2026-03-31 USD")]


@given(st.text(max_size=200))
def test_no_pasted_text_is_a_crash(text):
    rates, faults = read_rates(text, known=KNOWN)

    assert len(rates) + len(faults) <= len(text.splitlines())


@pytest.mark.parametrize(
    ("days", "end_of_month", "limit"),
    [(None, False, None), (60, False, None), (61, False, 60), (45, True, None), (60, True, 45)],
)
def test_terms_beyond_the_law_are_told_with_its_limit(days, end_of_month, limit):
    found = excess(days, end_of_month=end_of_month, on=DAY)

    assert (found and int(found.value)) == limit
