"""The only subset that makes up an amount, against trying them all."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.suite.finance.lettering.rules.subsets import only_subset

amounts = st.lists(st.integers(1, 30), max_size=9)


@pytest.mark.parametrize(
    ("amounts", "target", "expected"),
    [
        ([100, 250, 40], 140, (0, 2)),
        ([100, 250, 40], 390, (0, 1, 2)),
        ([100, 100, 40], 140, None),
        ([140, 50], 140, None),
        ([100, 40, 140], 140, None),
        ([], 10, None),
    ],
)
def test_the_only_choice_is_found(amounts, target, expected):
    assert only_subset(amounts, target) == expected


@given(amounts=amounts, target=st.integers(1, 60))
def test_a_choice_is_made_when_and_only_when_it_is_the_only_one(amounts, target):
    every = [
        ranks
        for size in range(2, 9)
        for ranks in combinations(range(len(amounts)), size)
        if sum(amounts[rank] for rank in ranks) == target
    ]

    assert only_subset(amounts, target) == (every[0] if len(every) == 1 and target not in amounts else None)
