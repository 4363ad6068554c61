from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.kernel.money import cents_of, euros_of, round_to_cent


@pytest.mark.parametrize(("euros", "expected"), [("1.005", "1.01"), ("-1.005", "-1.01"), ("2.344999", "2.34")])
def test_half_a_cent_is_rounded_away_from_zero(euros, expected):
    assert round_to_cent(Decimal(euros)) == Decimal(expected)


@given(st.integers(-(10**15), 10**15))
def test_cents_and_euros_are_inverse(cents):
    assert cents_of(euros_of(cents)) == cents


def test_a_part_of_a_cent_is_never_dropped():
    with pytest.raises(ValueError, match=r"whole cents, got 0\.001"):
        cents_of(Decimal("0.001"))
