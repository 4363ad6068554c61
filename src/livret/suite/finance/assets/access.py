"""Finding the asset that a page is about."""

from __future__ import annotations

from django.http import Http404

from livret.suite.company.models import Company
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.assets.queries import ACCOUNTS


def asset_for(company: Company, number: int) -> FixedAsset:
    rows = FixedAsset.objects.select_related("company", "parent", *ACCOUNTS)
    asset = rows.filter(company=company, number=number).first()
    if asset is None:
        raise Http404
    return asset
