"""Accounts placed in the rows of the official layouts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.kernel.charts import chart_for
from livret.kernel.errors import BadData
from livret.suite.finance.statements.rules.layouts import layout_files, layout_for, layouts, read_layout
from livret.suite.finance.statements.rules.placing import Position, place, result_of

LAYOUTS = [pytest.param(layout, id=str(layout.opened_from.year)) for layout in layouts()]
NUMBERS = st.sampled_from(sorted(
    number.ljust(6, "0") for number in chart_for(date(2025, 1, 1)).accounts if len(number) > 2 and number[0] != "8"
))  # fmt: skip


@st.composite
def balanced_books(draw):
    """Positions whose debits equal their credits, as any books have."""
    amounts = draw(st.dictionaries(NUMBERS, st.integers(-(10**9), 10**9), min_size=1, max_size=12))
    amounts["471000"] = amounts.get("471000", 0) - sum(amounts.values())
    return [Position(number, "", max(cents, 0), max(-cents, 0)) for number, cents in amounts.items()]


def lasting(books):
    return [position for position in books if position.number[0] not in "67"]


def figure_of(placed, key):
    return next(figure for figure in placed.figures if figure.row.key == key)


@pytest.mark.parametrize("layout", LAYOUTS)
@given(books=balanced_books())
def test_assets_equal_liabilities_for_any_balanced_books(layout, books):
    sheet = place((*layout.assets, *layout.liabilities), lasting(books), result=result_of(books))

    assert sheet.net("total-assets") == sheet.net("total-liabilities")


@pytest.mark.parametrize("layout", LAYOUTS)
@given(books=balanced_books())
def test_both_statements_of_income_end_on_the_result_of_the_balance_sheet(layout, books):
    moved = [position for position in books if position.number[0] in "67"]

    ends = {place(rows, moved).net("net-result") for rows in (layout.income, layout.balances)}

    assert ends == {result_of(books)}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("side", ["debit", "credit"])
def test_every_account_of_the_chart_stands_in_a_row(layout, side):
    numbers = [number for number in chart_for(layout.opened_from).accounts if len(number) > 2 and number[0] != "8"]
    books = [Position(number, "", 100 * (side == "debit"), 100 * (side == "credit")) for number in numbers]

    income = place(layout.income, [one for one in books if one.number[0] in "67"])
    sheet = place((*layout.assets, *layout.liabilities), lasting(books))

    assert (sheet.unplaced, income.unplaced) == ((), ())


@pytest.mark.parametrize("layout", LAYOUTS)
@given(books=balanced_books())
def test_an_account_stands_in_one_row_only(layout, books):
    sheet = place((*layout.assets, *layout.liabilities), lasting(books))

    shares = [share.number for figure in sheet.figures for share in figure.shares]

    assert len(shares) == len(set(shares))


@pytest.mark.parametrize(
    ("position", "row"),
    [
        (Position("512000", "", 500, 0), "cash"),
        (Position("512000", "", 0, 500), "bank-loans"),
        (Position("411000", "", 500, 0), "customers"),
        (Position("411000", "", 0, 500), "other-debts"),
        (Position("401000", "", 0, 500), "suppliers"),
        (Position("401000", "", 500, 0), "other-receivables"),
        (Position("404000", "", 0, 500), "asset-debts"),
        (Position("409100", "", 500, 0), "advances-paid"),
        (Position("455100", "", 0, 500), "other-loans"),
        (Position("445510", "", 0, 500), "tax-social"),
        (Position("519000", "", 0, 500), "bank-loans"),
    ],
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_side_of_a_balance_tells_its_row(layout, position, row):
    sheet = place((*layout.assets, *layout.liabilities), [position])

    assert [share.number for share in figure_of(sheet, row).shares] == [position.number]


def test_parties_on_both_sides_are_not_offset():
    layout = layout_for(date(2025, 1, 1))

    sheet = place((*layout.assets, *layout.liabilities), [Position("411000", "", 900, 400)])

    assert (sheet.net("customers"), sheet.net("other-debts")) == (900, 400)


def test_depreciation_is_taken_off_the_gross_value():
    layout = layout_for(date(2025, 1, 1))
    books = [Position("218300", "", 1_000, 0), Position("281830", "", 0, 300)]

    figure = figure_of(place(layout.assets, books), "other-tangible")

    assert (figure.gross, figure.less, figure.net) == (1_000, 300, 700)


def test_an_account_outside_the_chart_is_told():
    layout = layout_for(date(2025, 1, 1))

    sheet = place((*layout.assets, *layout.liabilities), [Position("890000", "Bilan d’ouverture", 100, 0)])

    assert [share.number for share in sheet.unplaced] == ["890000"]


def test_disposals_are_ordinary_income_since_2025_and_exceptional_before():
    sold = [Position("757000", "", 0, 800)], [Position("775000", "", 0, 800)]

    new, old = (place(layout_for(date(year, 1, 1)).income, one) for year, one in zip((2025, 2024), sold, strict=True))

    assert (new.net("total-operating-income"), old.net("total-exceptional-income")) == (800, 800)


def test_a_year_older_than_the_layouts_is_shown_in_the_oldest():
    assert layout_for(date(2009, 1, 1)) is layouts()[0]


def test_the_layouts_tile_time():
    assert [layout.opened_until for layout in layouts()] == [layouts()[1].opened_from, None]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('gross = "109"', 'gross = "1O9"', "gross"),
        ('key = "premium"', 'key = "capital"', "key"),
        ('sum = "risks charges"', 'sum = "risks nothing"', "sum"),
        ("level = 1, gross", "level = 1, colour = 2, gross", "colour"),
    ],
)
def test_a_fault_in_a_layout_is_refused_with_its_place(tmp_path, old, new, where):
    text = layout_files()[0].read_text(encoding="utf-8")
    file = tmp_path / "2014.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadData, match=where):
        read_layout(file)
