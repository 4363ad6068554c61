"""What leaves the register takes out what the books hold, and nothing more."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.assets.services.assets import AssetRefused
from livret.suite.finance.assets.services.entries import YearNotOver, dispose, post_depreciation
from livret.suite.finance.assets.tests.factories import make_asset
from livret.suite.finance.services.drafts import typed_lines
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_company, make_journal, make_year


def test_an_asset_leaves_once_the_depreciation_of_the_years_before_is_posted(environment):
    with inside(environment.place):
        company = make_company()
        make_journal(company, "OD", "Opérations diverses", "general")
        former, year = make_year(company), make_year(company, date(2026, 1, 1), date(2026, 12, 31))
        asset = make_asset(company)
        facts = {"year": year, "on": date(2026, 6, 30), "reason": "Vendu", "by": ALICE, "at": AT}
        with pytest.raises(AssetRefused):
            dispose(asset, **facts)

        post_depreciation(former, ceiling=None, by=ALICE, at=AT, today=TODAY)
        _worn, gone = dispose(asset, **facts)

        sides = [(line.account, line.debit_cents - line.credit_cents) for line in typed_lines([gone])[gone.pk]]
        assert sides == [("281830", 120_000), ("657000", 480_000), ("218300", -600_000)]


def test_the_depreciation_of_a_year_is_posted_once_the_year_is_over(environment):
    with inside(environment.place):
        company = make_company()
        make_journal(company, "OD", "Opérations diverses", "general")
        year = make_year(company)
        make_asset(company)

        with pytest.raises(YearNotOver, match="31/12/2025"):
            post_depreciation(year, ceiling=None, by=ALICE, at=AT, today=date(2025, 12, 31))
        assert len(post_depreciation(year, ceiling=None, by=ALICE, at=AT, today=date(2026, 1, 1))) == 1
