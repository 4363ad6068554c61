"""The forms as data, and the arithmetic that fills them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.kernel.legislation import NotInForce
from livret.kernel.periods import DayPeriod
from livret.suite.finance.vat.rules import codes, regimes
from livret.suite.finance.vat.rules.accounts import rate_in, role_of, roots
from livret.suite.finance.vat.rules.cells import cells_of
from livret.suite.finance.vat.rules.forms import FORMS, Cell, fill, form_on, whole_euros

DAY = date(2026, 10, 31)
LAST_DAY = {"ca3": DAY, "ca12": date(2026, 12, 31)}
CA3 = form_on("ca3", DAY)
FED = [Cell(box.code, part) for box in CA3.boxes if box.kind in ("base", "rate", "tax") for part in box.parts]
SUMS = st.dictionaries(st.sampled_from(FED), st.integers(-(10**9), 10**9), max_size=12)


@pytest.mark.parametrize("key", FORMS)
def test_every_box_that_another_names_is_on_the_form(key):
    form = form_on(key, LAST_DAY[key])
    named = {code for box in form.boxes for code in (*box.plus, *box.minus, box.negative_to) if code}
    named |= {form.credit_box, form.carried_box, form.due_box, form.payable_box, form.refund_box}

    # Line 14 left the form when its annex did; a total skips what is not there.
    assert named - {box.code for box in form.boxes} <= {"14"}


@pytest.mark.parametrize("key", FORMS)
def test_every_code_that_is_declared_has_its_box(key):
    form = form_on(key, LAST_DAY[key])
    declared = [code for code in codes.codes_on(LAST_DAY[key]).values() if code.family.side != "none"]

    assert [code.key for code in declared if not cells_of(code, form)] == []


def test_a_form_before_its_first_edition_is_not_invented():
    with pytest.raises(NotInForce):
        form_on("ca3", date(2021, 12, 31))


@given(SUMS, st.integers(0, 10**8))
def test_no_box_is_negative(sums, credit):
    assert all(euros > 0 for euros in fill(CA3, sums, credit_cents=credit).euros.values())


@given(SUMS)
def test_tax_due_less_credit_is_what_the_sums_say(sums):
    figures = fill(CA3, sums)
    due = sum(cents for cell, cents in sums.items() if cell.part == "tax" and CA3.box(cell.box).section == "gross")
    deducted = sum(
        cents for cell, cents in sums.items() if cell.part == "tax" and CA3.box(cell.box).section == "deductible"
    )

    shown = (figures.of("TD") - figures.of("25")) * 100
    assert abs(shown - (due - deducted)) <= 50 * (len(sums) + 2)


@pytest.mark.parametrize(("cents", "euros"), [(49, 0), (50, 1), (149, 1), (150, 2), (-50, -1), (12_345_650, 123_457)])
def test_a_box_is_rounded_to_the_nearest_euro(cents, euros):
    assert whole_euros(cents) == euros


@pytest.mark.parametrize(
    ("label", "rate"),
    [("TVA collectée 20 %", "0.2"), ("TVA 5,5%", "0.055"), ("TVA 2.1 %", "0.021"), ("TVA collectée", None)],
)
def test_the_label_of_an_account_may_tell_its_rate(label, rate):
    assert rate_in(label) == (Decimal(rate) if rate else None)


@pytest.mark.parametrize(
    ("number", "code"),
    [("445711", "V*"), ("445740", "E*"), ("445620", "IMM"), ("445660", "ABS"), ("445200", "AIC*"), ("707000", "")],
)
def test_the_general_chart_proposes_a_code(number, code):
    role = role_of(number, "", {}, day=DAY, territory="mainland", receipts=False)

    assert role.code == code


def test_what_the_company_chose_wins_and_the_longest_root_first():
    chosen = {"70": "V20", "7071": "EXP"}

    found = role_of("707100", "", chosen, day=DAY, territory="mainland", receipts=False)

    assert (found.code, found.is_chosen) == ("EXP", True)


def test_an_account_outside_vat_has_no_role():
    assert role_of("512000", "", {}, day=DAY, territory="mainland", receipts=False) is None


def test_every_root_of_the_chart_has_its_source():
    assert all(root.source for root in roots())


def test_the_simplified_regime_ends_with_2026():
    kind = regimes.regime_kinds()["yearly"]

    assert (date(2026, 12, 31) in kind, date(2027, 1, 1) in kind) == (True, False)


@pytest.mark.parametrize(
    ("kind", "first", "last", "due"),
    [
        ("monthly", date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 19)),
        ("quarterly", date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 19)),
        ("yearly", date(2025, 1, 1), date(2025, 12, 31), date(2026, 5, 5)),
        ("yearly", date(2025, 7, 1), date(2026, 6, 30), date(2026, 9, 30)),
    ],
)
def test_a_return_has_its_last_day(kind, first, last, due):
    assert regimes.due_on(regimes.regime_kinds()[kind], DayPeriod(first, last), day_of_month=19) == due


@pytest.mark.parametrize(("reference", "euros"), [(1_000_000, [5_500, 4_000]), (99_999, [])])
def test_instalments_are_shares_of_the_tax_of_the_year_before(reference, euros):
    assert [one.euros for one in regimes.instalments(reference, year=2026)] == euros


@pytest.mark.parametrize(
    ("activity", "cents"), [("goods", [8_500_000, 9_350_000]), ("services", [3_750_000, 4_125_000])]
)
def test_the_ceilings_of_the_franchise(activity, cents):
    assert [one.cents for one in regimes.ceilings(activity, DAY)] == cents
