"""What the law and the chart of the year say: declining coefficients, accounts of depreciation and disposal."""

from __future__ import annotations

from datetime import date

from livret.kernel.legislation import DatedValue, dated_series

COEFFICIENTS, ACCOUNTS = "assets/declining.toml", "assets/accounts.toml"
SHORTEST_DECLINING, FIVE_YEARS, SIX_YEARS = 36, 60, 72
INTANGIBLE, NEVER_WORN = "20", ("211", "26", "27", "23", "207", "206")


def coefficient(months: int, *, on: date) -> DatedValue | None:
    """Return the declining coefficient for a life of so many months, of an asset acquired on a day.

    None under three years, which the method leaves out. Source: CGI, art. 39 A, 1. Lives between two whole numbers of
    years take the coefficient of the lower one: our reading. Raises NotInForce before our data begins.
    """
    if months < SHORTEST_DECLINING:
        return None
    limits = ((FIVE_YEARS - 1, "three_or_four"), (SIX_YEARS, "five_or_six"))
    key = next((name for most, name in limits if months <= most), "over_six")
    return dated_series(COEFFICIENTS)[key].on(on)


def account(key: str, *, year_opened_on: date, length: int) -> str:
    """Return the account of *key* under the chart of a fiscal year, as long as those of the company."""
    return str(int(dated_series(ACCOUNTS)[key].on(year_opened_on).value)).ljust(length, "0")


def depreciation_account(number: str) -> str:
    """Return the account that holds the depreciation of an asset account: 281830 for 218300, 28183 for 2183."""
    return f"28{number[1:]}"[: len(number)] if number.endswith("0") else f"28{number[1:]}"


def expense_key(number: str) -> str:
    return "intangible_expense" if number.startswith(INTANGIBLE) else "tangible_expense"


def is_usually_worn(number: str) -> bool:
    """Tell whether an asset of this account usually loses value with time: not land, goodwill or financial assets."""
    return number.startswith("2") and not number.startswith(NEVER_WORN)
