from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet.entitlements import Allowance, Entitlements
from livret.kernel.periods import DayPeriod
from livret.suite.company import rules
from livret.suite.company.rules import Permit

MODULES = st.sets(st.sampled_from(["finance", "finance_express", "hr", "trade"]))


def entitlements(modules, **meters):
    users = Allowance(3, "S-3", None, None, "users")
    return Entitlements("sprint", "2019", "open", frozenset(), frozenset(modules), users, meters, frozenset())


def ceiling(number):
    return Allowance(None, None, number, "S-4", "companies")


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("732829320", True),
        ("732829321", False),
        ("73282932", False),
        ("", False),
        ("73282932O", False),
        ("٧٣٢٨٢٩٣٢٠", False),
    ],
)
def test_a_siren_is_nine_digits_with_a_right_key(number, is_one):
    assert rules.is_siren(number) is is_one


@pytest.mark.parametrize(
    ("number", "is_one"),
    [("73282932000074", True), ("73282932000075", False), ("55210055400013", False), ("732829320", False)],
)
def test_a_siret_belongs_to_its_siren_and_has_a_right_key(number, is_one):
    assert rules.is_siret(number, siren="732829320") is is_one


def test_spaces_and_dots_in_a_number_do_not_count():
    assert rules.clean_number("732\u202f829 320.") == "732829320"


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        (date(2024, 1, 1), date(2025, 12, 31), True),
        (date(2024, 1, 1), date(2026, 1, 1), False),
        (date(2024, 2, 29), date(2026, 2, 27), True),
        (date(2024, 2, 29), date(2026, 2, 28), False),
    ],
)
def test_a_fiscal_year_lasts_no_longer_than_the_law_allows(first, last, fits):
    assert rules.lasts_at_most(rules.longest_months(first), first_day=first, last_day=last) is fits


@given(held=st.sampled_from(rules.RIGHTS), asked=st.sampled_from(rules.RIGHTS))
def test_a_right_holds_the_lower_ones(held, asked):
    allowed = Permit("finance", None, held).allows("finance", asked, 7)

    assert allowed is (rules.RIGHTS.index(held) >= rules.RIGHTS.index(asked))


@pytest.mark.parametrize(
    ("permit", "company", "allowed"),
    [
        (Permit("finance", 7, "read"), 7, True),
        (Permit("finance", 7, "read"), 8, False),
        (Permit("finance", 7, "read"), None, True),
        (Permit("finance", None, "read"), 8, True),
        (Permit("hr", None, "administer"), 7, False),
    ],
)
def test_a_right_holds_for_its_module_and_company(permit, company, allowed):
    assert permit.allows("finance", "read", company) is allowed


@given(modules=MODULES)
def test_finance_opens_with_either_of_its_modules(modules):
    assert rules.opens_room(entitlements(modules), "finance") is bool(modules & {"finance", "finance_express"})


@pytest.mark.parametrize(
    ("modules", "expected"),
    [({"finance_express"}, 10), ({"finance"}, None), ({"finance", "finance_express"}, None)],
)
def test_the_widest_allowance_of_the_modules_held_counts(modules, expected):
    meters = {"finance_express.companies": ceiling(10), "finance.companies": ceiling(None)}

    assert rules.allowance_of(entitlements(modules, **meters), "finance", "companies").ceiling == expected


def test_no_module_says_nothing():
    assert rules.allowance_of(entitlements({"hr"}), "finance", "companies") is None


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, DayPeriod(date(2026, 1, 1), date(2026, 12, 31))),
        (DayPeriod(date(2025, 1, 1), date(2025, 12, 31)), DayPeriod(date(2026, 1, 1), date(2026, 12, 31))),
        (DayPeriod(date(2025, 3, 1), date(2026, 2, 28)), DayPeriod(date(2026, 3, 1), date(2027, 2, 28))),
        (DayPeriod(date(2023, 3, 1), date(2024, 2, 29)), DayPeriod(date(2024, 3, 1), date(2025, 2, 28))),
    ],
)
def test_the_twelve_months_after_the_last_year_are_proposed(last, expected):
    assert rules.following_year(last, today=date(2026, 5, 4)) == expected


@given(st.dates(date(2001, 1, 1), date(2090, 1, 1)))
def test_a_proposed_year_has_the_usual_length_and_the_one_after_it_too(day):
    proposed = rules.following_year(None, today=day)

    assert rules.is_usual_length(proposed)
    assert rules.is_usual_length(rules.following_year(proposed, today=day))


@pytest.mark.parametrize("last_day", [date(2026, 12, 30), date(2027, 1, 1), date(2026, 6, 30), date(2027, 12, 31)])
def test_a_day_more_or_less_than_twelve_months_is_another_length(last_day):
    assert not rules.is_usual_length(DayPeriod(date(2026, 1, 1), last_day))
