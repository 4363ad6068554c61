"""A year old enough to be purged, with something of every kind in it, and the next."""

from __future__ import annotations

from datetime import date

from livret.suite.finance.closing.services.archiving import make_archive
from livret.suite.finance.closing.services.definitive import close_year
from livret.suite.finance.closing.tests.factories import KEPT, posted
from livret.suite.finance.models import Line
from livret.suite.finance.services.lettering import letter
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_company, make_year

MADE = {"by": ALICE, "at": AT}
PURGED = {**MADE, "today": TODAY}


def old_years():
    """Return 2012 and 2013 of a company: sold and paid in 2012 but for 20 €, which are paid and lettered in 2013."""
    company = make_company()
    former = make_year(company, date(2012, 1, 1), date(2012, 12, 31))
    following = make_year(company, date(2013, 1, 1), date(2013, 12, 31))
    sold = posted(former, ("411000", 12_000, "C1"), ("706000", -12_000), label="Vente à Mme Durand")
    paid = posted(former, ("512000", 12_000), ("411000", -12_000, "C1"), code="BQ", kind="bank")
    letter([(sold.pk, 1), (paid.pk, 2)], by=ALICE, at=AT, on=TODAY)
    posted(former, ("411000", 2_000, "C2"), ("706000", -2_000), label="Vente à M. Petit")
    return former, following


def settle(following):
    """Have what 2012 left open paid and lettered in 2013, once it was carried forward, and its result allocated."""
    posted(following, ("120000", 14_000), ("110000", -14_000), label="Affectation du résultat")
    paid = posted(following, ("512000", 2_000), ("411000", -2_000, "C2"), code="BQ", kind="bank")
    opened = Line.objects.get(fiscal_year=following, journal__kind="opening", account__number="411000")
    letter([(opened.entry_id, opened.position), (paid.pk, 2)], by=ALICE, at=AT, on=TODAY)


def closed_years(*, is_settled=True):
    """Return the two years closed, each with its archive; when 2013 settles nothing, only the first."""
    former, following = old_years()
    close_year(former, **KEPT)
    former.refresh_from_db()
    make_archive(former, **MADE)
    if not is_settled:
        return former, following
    settle(following)
    finish(following)
    return former, following


def finish(following):
    """Close 2013 too, and archive it."""
    make_year(following.company, date(2014, 1, 1), date(2014, 12, 31))
    close_year(following, **KEPT)
    following.refresh_from_db()
    make_archive(following, **MADE)
