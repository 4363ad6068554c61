"""What the reports say of the books of a small company."""

from datetime import date
from pathlib import Path

import pytest

from livret.core.tenancy.context import inside
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.statements.files.words import cell_text
from livret.suite.finance.statements.queries import finding
from livret.suite.finance.statements.queries.finding import Wanted
from livret.suite.finance.statements.queries.forecast import forecast_of
from livret.suite.finance.statements.reports.asked import Asked
from livret.suite.finance.statements.reports.official import figure_behind
from livret.suite.finance.statements.reports.registry import BY_KIND
from livret.suite.finance.statements.rules.sheets import LINE
from livret.suite.finance.tests.factories import fec_bytes, fec_line, imported, sale

JOURNAL = {"journal_code": "OD", "journal_label": "Opérations diverses"}
GOLDEN = Path(__file__).with_name("golden")


def entry(number, day, *lines, journal="OD", label="Opération"):
    shared = {"entry_number": number, "entry_date": day, "piece_date": day, "journal_code": journal}
    names = {"AN": "À-nouveaux"}.get(journal, "Opérations diverses")
    return [
        fec_line(account=account, account_label=account, aux=aux, aux_label=aux, label=label, journal_label=names,
                 debit_cents=max(cents, 0), credit_cents=max(-cents, 0), **shared)
        for account, aux, cents in lines
    ]  # fmt: skip


def a_year():
    """The entries of 2025, with a customer, a supplier and a bank on the wrong side."""
    return [
        *entry("1", date(2025, 1, 1), ("101300", "", -5_000_000), ("218300", "", 1_500_000), ("281830", "", -300_000),
               ("512000", "", 3_800_000), journal="AN"),
        *sale("2", cents=1_200_000, day=date(2025, 1, 20), aux="C001", **JOURNAL),
        *sale("3", cents=600_000, day=date(2025, 4, 20), aux="C002", **JOURNAL),
        *entry("4", date(2025, 5, 2), ("607000", "", 250_000), ("445660", "", 50_000), ("401000", "F001", -300_000)),
        *entry("5", date(2025, 6, 3), ("512000", "", 1_300_000), ("411000", "C001", -1_300_000)),
        *entry("6", date(2025, 7, 31), ("641000", "", 400_000), ("421000", "", -400_000)),
        *entry("7", date(2025, 12, 31), ("681120", "", 300_000), ("281830", "", -300_000)),
        *entry("8", date(2025, 12, 31), ("401000", "F002", 20_000), ("512100", "", -20_000)),
    ]  # fmt: skip


@pytest.fixture
def asked(environment, cast):
    with inside(environment.place):
        assert imported(fec_bytes(a_year())).state == "done"
        year = FiscalYear.objects.select_related("company").get()
        yield Asked(year, year.days, date(2025, 12, 31))


def said(sheet):
    """Return the rows of a sheet that say something, as text."""
    rows = []
    for row in sheet.rows:
        texts = [cell_text(column, value, kind=LINE) for column, value in zip(sheet.columns, row.cells, strict=False)]
        if any(texts[1:]):
            rows.append("  " * row.level + " | ".join(texts))
    return "\n".join([*rows, *(f"{check.is_met} {check.label}" for check in sheet.checks)]) + "\n"


@pytest.mark.parametrize("kind", ["bilan", "resultat", "sig", "balance", "grand-livre", "balance-agee"])
def test_a_report_says_what_was_worked_out_by_hand(asked, kind):
    text = said(BY_KIND[kind].build(asked))

    assert text == (GOLDEN / f"{kind}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "key"), [("bilan", "total-assets"), ("bilan", "cash"), ("resultat", "net-result")])
def test_the_accounts_behind_a_figure_add_up_to_it(asked, kind, key):
    _row, accounts, cents = figure_behind(asked, kind, key)

    assert sum(row.cells[3] for row in accounts) == cents != 0


def test_the_balance_of_parties_is_that_of_their_account(asked):
    sheet = BY_KIND["balance-auxiliaire"].build(asked)

    assert [(row.cells[1], row.cells[6]) for row in sheet.rows if row.kind == LINE] == [
        ("C001", -100_000),
        ("C002", 600_000),
    ]


@pytest.mark.parametrize("last", [date(2025, 1, 31), date(2025, 4, 25), date(2025, 6, 2), date(2025, 12, 31)])
def test_the_balance_sheet_of_any_day_is_balanced(asked, last):
    sheet = BY_KIND["bilan"].build(Asked(asked.year, DayPeriod(asked.year.first_day, last), last))

    assert [check.label for check in sheet.checks if not check.is_met] == []


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"cents": 300_000}, ["1", "4", "7"]),
        ({"words": "opér"}, ["1", "4", "5", "6", "7", "8"]),
        ({"account": "411", "cents": 600_000}, ["3"]),
        ({"words": "100 %"}, []),
        ({"account": "999"}, []),
    ],
)
def test_entries_are_found_by_all_that_is_typed(asked, wanted, numbers):
    year = asked.year

    found = finding.entries_found(year.company, Wanted(year.first_day, year.last_day, **wanted))

    assert ([one.reference for one in found.entries], found.read, found.after) == (numbers, 8, None)


def test_a_search_that_stops_tells_where_and_goes_on_from_there(asked, monkeypatch):
    monkeypatch.setattr(finding, "BATCH", 3)
    wanted = Wanted(asked.year.first_day, asked.year.last_day, cents=300_000)

    first = finding.entries_found(asked.year.company, wanted, most=5)
    second = finding.entries_found(asked.year.company, wanted, after=first.after)

    assert [one.reference for one in (*first.entries, *second.entries)] == ["1", "4", "7"]
    assert (first.read, second.read) == (6, 2)


LATE = [
    *entry("1", date(2025, 1, 5), ("512000", "", 10_000), ("101300", "", -10_000)),
    *entry("2", date(2025, 1, 10), ("411000", "C001", 30_000), ("706000", "", -30_000)),
    *entry("3", date(2025, 5, 20), ("411000", "C002", 20_000), ("706000", "", -20_000)),
    *entry("4", date(2025, 5, 25), ("607000", "", 4_000), ("401000", "F001", -4_000)),
]


@pytest.fixture
def late(environment, cast):
    with inside(environment.place):
        assert imported(fec_bytes(LATE)).state == "done"
        yield forecast_of(Company.objects.get(), today=date(2025, 6, 10))


def test_what_is_late_stands_apart_with_the_day_it_is_expected_on(late):
    shown = [(one.label, one.cents, one.was_due_on, one.day if one.is_counted else None) for one in late.late]

    assert shown == [
        ("411000", 30_000, date(2025, 1, 10), None),
        ("411000", 20_000, date(2025, 5, 20), date(2025, 6, 17)),
        ("401000", -4_000, date(2025, 5, 25), date(2025, 6, 10)),
    ]
    assert [week.closing for week in late.weeks[:2]] == [6_000, 26_000]
    assert (late.late_inflow, late.late_outflow) == (50_000, -4_000)


PAID = entry("1", date(2025, 2, 10), ("411000", "C001", 10_000), ("706000", "", -10_000))


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (entry("2", date(2025, 5, 21), ("512000", "", 10_000), ("411000", "C001", -10_000)), []),
        (
            entry("2", date(2025, 5, 21), ("512000", "", 4_000), ("411000", "C001", -4_000)),
            [("411000", 6_000, date(2025, 2, 10), None)],
        ),
        (
            [
                *entry("2", date(2025, 4, 25), ("411000", "C001", 7_000), ("706000", "", -7_000)),
                *entry("3", date(2025, 6, 8), ("512000", "", 11_000), ("411000", "C001", -11_000)),
            ],
            [("411000", 6_000, date(2025, 4, 25), date(2025, 7, 8))],
        ),
        (
            entry("2", date(2025, 5, 21), ("512000", "", 12_000), ("411000", "C001", -12_000)),
            [("411000", -2_000, date(2025, 5, 21), date(2025, 6, 10))],
        ),
        (
            [
                *entry("2", date(2025, 3, 1), ("401000", "F001", 5_000), ("512000", "", -5_000)),
                *entry("3", date(2025, 5, 25), ("607000", "", 4_000), ("401000", "F001", -4_000)),
                *entry("4", date(2025, 5, 26), ("607000", "", 3_000), ("401000", "F001", -3_000)),
            ],
            [("411000", 10_000, date(2025, 2, 10), None), ("401000", -2_000, date(2025, 5, 26), date(2025, 6, 10))],
        ),
        (
            entry("2", date(2025, 2, 10), ("512000", "", 1_000), ("411000", "C002", -1_000)),
            [
                ("411000", -1_000, date(2025, 2, 10), date(2025, 6, 10)),
                ("411000", 10_000, date(2025, 2, 10), None),
            ],
        ),
    ],
    ids=["paid", "paid in part", "paid beyond the oldest", "paid too much", "a supplier paid before", "another party"],
)
def test_what_was_paid_and_not_lettered_is_taken_off_the_oldest_debt(environment, cast, lines, shown):
    with inside(environment.place):
        assert imported(fec_bytes([*PAID, *lines])).state == "done"

        late = forecast_of(Company.objects.get(), today=date(2025, 6, 10)).late

    assert [(one.label, one.cents, one.was_due_on, one.day if one.is_counted else None) for one in late] == shown


def test_the_lowest_point_may_be_today(environment, cast):
    with inside(environment.place):
        assert imported(fec_bytes([*LATE[:2], *LATE[4:6]])).state == "done"

        found = forecast_of(Company.objects.get(), today=date(2025, 6, 10))

    assert found.lowest == (date(2025, 6, 10), 10_000)
    assert found.weeks[0].closing == 10_000
    assert found.weeks[1].closing == 30_000


IN_KIND = [
    *entry("1", date(2025, 1, 5), ("512000", "", 10_000), ("101300", "", -10_000)),
    *entry("2", date(2025, 6, 1), ("864000", "", 7_000), ("870000", "", -7_000)),
    *entry("3", date(2025, 6, 1), ("801100", "", 500), ("809100", "", -500)),
]


def report_of(kind, lines):
    assert imported(fec_bytes(lines)).state == "done"
    year = FiscalYear.objects.select_related("company").get()
    return BY_KIND[kind].build(Asked(year, year.days, date(2025, 12, 31)))


def test_special_accounts_are_no_part_of_the_balance_sheet(environment, cast):
    with inside(environment.place):
        sheet = report_of("bilan", IN_KIND)

        assert [check.label for check in sheet.checks if not check.is_met] == []


def test_contributions_in_kind_stand_below_the_income_statement(environment, cast):
    with inside(environment.place):
        sheet = report_of("resultat", IN_KIND)

    below = [row.cells[:2] for row in sheet.rows][-5:]
    assert below == [
        ("Contributions volontaires en nature",),
        ("870000 870000", 7_000),
        ("Total des ressources en nature", 7_000),
        ("864000 864000", 7_000),
        ("Total des emplois en nature", 7_000),
    ]
    assert all(check.is_met for check in sheet.checks)
    assert any("2018-06" in note for note in sheet.notes)


def test_contributions_in_kind_used_otherwise_than_received_are_pointed_at(environment, cast):
    lines = entry("1", date(2025, 6, 1), ("864000", "", 7_000), ("870000", "", -6_000), ("471000", "", -1_000))
    with inside(environment.place):
        sheet = report_of("resultat", lines)

    assert [check.detail for check in sheet.checks if not check.is_met] == ["60,00 / 70,00"]
