from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.eu import vat
from stdnum.fr import siren, siret

from livret.suite.finance.demo.companies import DEMO_COMPANIES, fictional_siren, fictional_siret, partners


@given(seed=st.integers(0, 10**7), establishment=st.integers(1, 9_999))
def test_fictional_numbers_have_valid_check_digits_in_a_block_given_to_nobody(seed, establishment):
    number = fictional_siren(seed)

    assert siren.is_valid(number)
    assert siret.is_valid(fictional_siret(number, establishment=establishment))
    assert number.startswith("000")


@pytest.mark.parametrize("profile", DEMO_COMPANIES, ids=lambda profile: profile.trade.value)
def test_a_demo_company_has_consistent_numbers(profile):
    assert profile.siret.startswith(profile.siren)
    assert vat.is_valid(profile.vat_number)


def test_demo_companies_share_no_number():
    assert len({profile.siren for profile in DEMO_COMPANIES}) == len(DEMO_COMPANIES)


@given(count=st.integers(1, 2_000))
def test_partners_have_each_their_code(count):
    assert len({partner.code for partner in partners("000110015", "C", count)}) == count


def test_a_fiscal_year_may_open_in_any_month():
    consulting = next(profile for profile in DEMO_COMPANIES if profile.opening_month == 7)

    assert (consulting.fiscal_year(2025).first_day, consulting.fiscal_year(2025).last_day) == (
        date(2025, 7, 1),
        date(2026, 6, 30),
    )
