"""What leaves the register takes out what the books hold, and nothing more."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.assets.services.assets import AssetRefused, adjust
from livret.suite.finance.assets.services.entries import YearNotOver, dispose, post_depreciation
from livret.suite.finance.assets.tests.factories import make_asset
from livret.suite.finance.services.drafts import typed_lines
from livret.suite.finance.services.reversal import reverse_entry
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


@pytest.fixture
def three_years(environment):
    """A company of 2024 to 2026, with an asset worn from July 2024 and the disposal of June 2026."""
    with inside(environment.place):
        company = make_company()
        make_journal(company, "OD", "Opérations diverses", "general")
        years = [make_year(company, date(one, 1, 1), date(one, 12, 31)) for one in (2024, 2025, 2026)]
        asset = make_asset(company, acquired_on=date(2024, 7, 1), in_service_on=date(2024, 7, 1))
        yield asset, years, {"year": years[2], "on": date(2026, 6, 30), "reason": "Vendu", "by": ALICE, "at": AT}


def close(year):
    FiscalYear.objects.filter(pk=year.pk).update(state="closed")


def post(year):
    return post_depreciation(year, ceiling=None, by=ALICE, at=AT, today=TODAY)


def moved(draft):
    return [(line.account, line.debit_cents - line.credit_cents) for line in typed_lines([draft])[draft.pk]]


def test_what_a_closed_year_never_held_is_told_on_the_asset_before_it_leaves(three_years):
    asset, years, facts = three_years
    close(years[0])
    close(years[1])

    with pytest.raises(AssetRefused, match="2024 .* (already depreciated|déjà amorti)"):
        dispose(asset, **facts)

    FixedAsset.objects.filter(pk=asset.pk).update(taken_cents=180_000, taken_on=date(2026, 1, 1))
    _worn, gone = dispose(asset, **facts)
    assert dict(moved(gone))["218300"] == -600_000


def test_an_asset_leaves_with_what_was_posted_when_a_closed_year_misses_some(three_years):
    asset, years, facts = three_years
    close(years[0])
    post(years[1])

    worn, gone = dispose(asset, **facts)

    posted = 120_000 + 60_000
    assert dict(moved(worn))["281830"] == -60_000
    assert moved(gone) == [("281830", posted), ("657000", 600_000 - posted), ("218300", -600_000)]


def test_depreciation_posted_for_another_amount_is_reversed_and_posted_again(three_years):
    asset, years, facts = three_years
    post(years[0])
    (entry,) = post(years[1])
    adjust(asset, year=years[1], cents=5_000, reason="Dégât", by=ALICE, at=AT)

    with pytest.raises(AssetRefused, match=r"2025.*1200,00.*1250,00|2025.*1200,00 € .*1250,00"):
        dispose(asset, **facts)

    undo = {"reason": "Montant", "letters": False, "allowance": None, "by": ALICE, "at": AT, "today": TODAY}
    reverse_entry(entry, on=date(2025, 12, 31), **undo)
    post(years[1])
    _worn, gone = dispose(asset, **facts)
    assert dict(moved(gone))["281830"] == 60_000 + 125_000 + 60_000


def test_the_depreciation_of_a_year_is_posted_once_the_year_is_over(environment):
    with inside(environment.place):
        company = make_company()
        make_journal(company, "OD", "Opérations diverses", "general")
        year = make_year(company)
        make_asset(company)

        with pytest.raises(YearNotOver, match="31/12/2025"):
            post_depreciation(year, ceiling=None, by=ALICE, at=AT, today=date(2025, 12, 31))
        assert len(post_depreciation(year, ceiling=None, by=ALICE, at=AT, today=date(2026, 1, 1))) == 1
