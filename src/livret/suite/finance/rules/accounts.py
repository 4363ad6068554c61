"""What an account is for, told by its number."""

from __future__ import annotations

from datetime import date

from livret.kernel.charts import charts

# Third parties, cheques and transfers on their way: accounts whose lines answer one another.
LETTERED = ("40", "41", "42", "43", "441", "442", "444", "4455", "447", "45", "46", "47", "511", "58")
PARTIES = (("41", "customer"), ("40", "supplier"), ("42", "employee"))


def is_usually_lettered(number: str) -> bool:
    """Tell whether bookkeepers letter the lines of an account of this number. The client may change it."""
    return number.startswith(LETTERED)


def usual_party(number: str) -> str:
    """Return the kind of party that stands under an account of this number."""
    return next((kind for root, kind in PARTIES if number.startswith(root)), "other")


def validity(number: str) -> tuple[date | None, date | None]:
    """Return the bounds of the fiscal years, by their first day, whose general charts hold *number*; end excluded.

    None for no bound. An account that no chart holds is bounded by none. The first unbroken run that ends last counts.
    """
    bounds: tuple[date | None, date | None] | None = None
    for chart in charts():
        if not chart.is_valid(number):
            continue
        if bounds is not None and bounds[1] == chart.opened_from:
            bounds = (bounds[0], chart.opened_until)
        else:
            bounds = (chart.opened_from, chart.opened_until)
    if bounds is None:
        return None, None
    oldest = charts()[0].opened_from
    return (None if bounds[0] == oldest else bounds[0]), bounds[1]
