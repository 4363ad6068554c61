"""What the demonstration shows of lettering: some letterings taken apart, and a proposal that waits to be confirmed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from livret.core.people import Actor
from livret.suite.company.models import Company
from livret.suite.finance.lettering.access import latest_year
from livret.suite.finance.lettering.models import Rule
from livret.suite.finance.lettering.queries import runs_of
from livret.suite.finance.lettering.services import differences, runs
from livret.suite.finance.models import Lettering
from livret.suite.finance.services.lettering import unletter

THRESHOLD_CENTS = 500
TAKEN_APART = 12


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Take some letterings of the latest year apart, and propose what the rules find; set the threshold; once."""
    year = latest_year(company)
    if year is None or not year.is_open or runs_of(company).exists():
        return
    settling = differences.settling_of(company)
    settling.threshold_cents = THRESHOLD_CENTS
    differences.save_settling(settling, by=by, at=at)
    whole = Lettering.objects.filter(fiscal_year=year, auxiliary__isnull=False, is_partial=False)
    for lettering in whole.order_by("-pk")[:TAKEN_APART]:
        unletter(lettering, reason=_("Lettering to be checked again"), by=by, at=at)
    runs.propose(runs.ask(year, rules=tuple(Rule), until=year.last_day, by=by, at=at).pk)
