"""Assets that tests start from."""

from datetime import date

from livret.suite.finance.assets.services.assets import AssetFacts, record_asset
from livret.suite.finance.tests.factories import ALICE, AT, make_account


def make_asset(company, label="Serveur", **changed):
    """Return an asset of 6 000 euros worn over five years from July 2025."""
    facts = {
        "label": label,
        "account": make_account(company, "218300", "Matériel informatique"),
        "cost_cents": 600_000,
        "acquired_on": date(2025, 7, 1),
        "in_service_on": date(2025, 7, 1),
        "method": "linear_360",
        "months": 60,
        "depreciation_account": make_account(company, "281830", "Amortissements du matériel informatique"),
        "expense_account": make_account(company, "681120", "Dotations"),
    }
    return record_asset(company, AssetFacts(**{**facts, **changed}), by=ALICE, at=AT)
