"""Charts: whole scales, marks that add up, and a table that says the same."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from livret.core.ui import charts
from livret.core.ui.charts import Chart, Series, drawn, parts, scale

MONTHS = ("01/26", "02/26", "03/26")


def chart(form=charts.STACKED, first=(3, 0, 5), second=(1, 2, None)):
    series = (
        Series("À temps", first, "good", "plain", ("/a", "/b", "/c")),
        Series("En retard", second, "bad", "hatched"),
    )
    return Chart("Demandes par mois", "Colonnes par mois.", "Mois", MONTHS, series, form)


@given(st.floats(0, 10_000_000))
def test_the_scale_goes_past_the_highest_value_in_few_equal_steps(highest):
    ticks = scale(highest)

    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert len(ticks) <= charts.MOST_TICKS + 1
    assert len({after - before for before, after in itertools.pairwise(ticks)}) == 1


@given(st.floats(-10_000_000, 0), st.floats(0, 10_000_000))
def test_a_scale_that_goes_below_zero_holds_zero_and_both_ends(lowest, highest):
    ticks = scale(highest, lowest)

    assert ticks[0] <= lowest
    assert ticks[-1] >= highest
    assert 0 in ticks
    assert len(ticks) <= charts.MOST_TICKS + 2


@given(st.lists(st.integers(-500, 500), min_size=3, max_size=3))
def test_a_line_below_zero_stays_inside_its_plot(values):
    [line, _other] = drawn(chart(charts.LINE, first=tuple(values))).lines

    heights = [float(point.partition(",")[2]) for point in line.points.split()]

    assert all(0 <= height <= 100 for height in heights)


@given(st.lists(st.integers(0, 500), min_size=3, max_size=3), st.lists(st.integers(0, 500), min_size=3, max_size=3))
def test_stacked_columns_stand_on_each_other_and_stay_inside(first, second):
    found = drawn(chart(first=tuple(first), second=tuple(second)))
    top, floor = charts.TOP - 0.2, charts.HEIGHT - charts.FOOT + 0.2

    assert len(found.bars) == sum(value > 0 for value in (*first, *second))
    assert all(top <= bar.y and bar.y + bar.height <= floor for bar in found.bars)
    assert all(bar.x >= charts.GUTTER and bar.x + bar.width <= 100 for bar in found.bars)


def test_a_line_leaves_out_the_values_that_are_not_there():
    lines = drawn(chart(charts.LINE)).lines

    assert [len(line.points.split()) for line in lines] == [3, 2]


def test_a_series_needs_a_value_for_each_category():
    with pytest.raises(ValueError, match="2 values for 3 categories"):
        chart(first=(1, 2))


def test_parts_fill_the_width_of_the_whole():
    found = parts([("a", 1, "good", "plain"), ("b", 3, "bad", "hatched"), ("c", 0, "info", "plain")])

    assert [(part.x, part.width) for part in found] == [(0, 25), (25, 75)]


def test_the_page_says_the_chart_in_words_and_as_a_table_without_any_style():
    page = Template("{% load ui %}{% chart c %}").render(Context({"c": chart()}))

    assert '<desc id="' in page
    assert 'role="img"' in page
    assert '<a href="/c">5</a>' in page
    assert "style=" not in page


def test_a_chart_of_nothing_says_so():
    page = Template("{% load ui %}{% chart c %}").render(Context({"c": chart(first=(0,) * 3, second=(0,) * 3)}))

    assert "chart__nothing" in page


def test_the_table_under_a_chart_writes_a_fraction_as_it_was_given():
    shown = chart(first=(482.56, 0.1, 3)).rows

    assert [cells[0][0] for _name, cells in shown] == [Decimal("482.56"), Decimal("0.1"), 3]
