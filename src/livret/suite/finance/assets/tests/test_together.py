"""Several people at work on the same assets at once."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.assets.queries import missing_depreciation
from livret.suite.finance.assets.services.assets import AssetRefused
from livret.suite.finance.assets.services.entries import dispose, post_depreciation
from livret.suite.finance.assets.tests.factories import make_asset
from livret.suite.finance.models import Entry
from livret.suite.finance.services.drafts import open_company_books
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_company, make_year
from livret.suite.finance.tests.test_faults import run_together


@pytest.fixture
def year(fresh_environment):
    with inside(fresh_environment.place):
        company = make_company()
        open_company_books(company, by=ALICE, at=AT)
        return make_year(company)


def posting(year):
    return lambda: post_depreciation(year, ceiling=None, by=ALICE, at=AT, today=TODAY)


@pytest.mark.slow
def test_depreciation_posted_by_three_people_at_once_is_posted_once(fresh_environment, year):
    with inside(fresh_environment.place):
        for label in ("Serveur", "Four"):
            make_asset(year.company, label)

    found = run_together(fresh_environment, [posting(year)] * 3)

    assert sorted(len(entries) for entries in found) == [0, 0, 2]
    with inside(fresh_environment.place):
        assert Entry.objects.count() == 2
        assert missing_depreciation(year) == []


@pytest.mark.slow
def test_assets_recorded_at_once_are_numbered_without_gap(fresh_environment, year):
    with inside(fresh_environment.place):
        make_asset(year.company)

    run_together(fresh_environment, [lambda: make_asset(year.company)] * 4)

    with inside(fresh_environment.place):
        assert sorted(FixedAsset.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.slow
def test_an_asset_that_two_people_take_out_leaves_once(fresh_environment, year):
    with inside(fresh_environment.place):
        asset = make_asset(year.company)

    def leaving():
        return dispose(asset, year=year, on=date(2025, 12, 31), reason="Vendu", by=ALICE, at=AT)

    found = run_together(fresh_environment, [leaving, leaving])

    assert sorted(type(one) is AssetRefused for one in found) == [False, True]
