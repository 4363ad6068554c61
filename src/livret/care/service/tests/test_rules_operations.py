"""What an operation may be asked with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet import library
from livret.care.service.rules import operations as rules

BOOKLETS = {"care": library()["care", "2023-09-18"], "sprint": library()["sprint", "2019"]}
TODAY = date(2026, 11, 2)
PARAMETERS = [
    rules.Restore(date(2026, 10, 30)),
    rules.Purge((2016, 2017), "732829320"),
    rules.Export(rules.DATABASE),
    rules.AccountChange(rules.OPEN, "Émile", "emile@atelier.example"),
]


@pytest.mark.parametrize("parameters", PARAMETERS, ids=lambda one: type(one).__name__)
def test_parameters_are_read_back_as_they_were_kept(parameters):
    assert rules.from_plain(rules.kind_of(parameters), parameters.as_plain()) == parameters


@pytest.mark.parametrize("name", BOOKLETS)
@given(back=st.integers(-3, 120))
def test_a_day_is_accepted_when_the_booklet_keeps_a_copy_of_it(name, back):
    booklet, day = BOOKLETS[name], TODAY - timedelta(back)
    kept = rules.points(booklet, TODAY).holds(day) is not None

    def refused():
        try:
            rules.check(rules.Restore(day), booklet=booklet, today=TODAY)
        except rules.BadParameter as refusal:
            return refusal.why
        return ""

    assert refused() == ("" if kept else "no_copy")


@pytest.mark.parametrize(
    ("parameters", "field", "why"),
    [
        (rules.Purge(()), "years", "none"),
        (rules.Purge((2026,)), "years", "not_over"),
        (rules.Purge((2017, 2030)), "years", "not_over"),
        (rules.Purge((1066,)), "years", "not_over"),
        (rules.Export("parquet"), "format", "unknown"),
        (rules.AccountChange("borrow", "É", "e@a.example"), "act", "unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_field(parameters, field, why):
    with pytest.raises(rules.BadParameter) as refused:
        rules.check(parameters, booklet=BOOKLETS["care"], today=TODAY)

    assert (refused.value.field, refused.value.why) == (field, why)


def test_years_are_read_in_order_and_once_each():
    assert rules.years_in("2017, 2016;2017 2015") == (2015, 2016, 2017)


@pytest.mark.parametrize("typed", ["16", "20161", "deux mille", "２０１６", "-2016"])
def test_what_is_no_year_is_refused(typed):
    with pytest.raises(rules.BadParameter, match="unreadable"):
        rules.years_in(typed)


def test_only_sprint_says_that_an_external_administrator_acts_alone():
    assert {name: rules.external_clause(one) for name, one in BOOKLETS.items()} == {"sprint": "S-9", "care": ""}
