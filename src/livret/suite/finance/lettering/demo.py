"""What the demonstration shows of lettering: a run that was done, and a proposal that waits to be confirmed."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localdate

from livret.core.people import Actor
from livret.suite.company.models import Company
from livret.suite.finance.lettering.access import latest_year
from livret.suite.finance.lettering.models import Rule
from livret.suite.finance.lettering.queries import runs_of
from livret.suite.finance.lettering.services import differences, runs

THRESHOLD_CENTS = 500


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Letter by reference, propose what the other rules find, and set the threshold of differences; once."""
    year = latest_year(company)
    if year is None or not year.is_open or runs_of(company).exists():
        return
    settling = differences.settling_of(company)
    settling.threshold_cents = THRESHOLD_CENTS
    differences.save_settling(settling, by=by, at=at)
    asked = runs.ask(year, rules=(Rule.REFERENCE,), until=year.last_day, by=by, at=at)
    runs.confirm(runs.propose(asked.pk), by=by, at=at)
    runs.letter_run(asked.pk, by=by, at=at, today=localdate(at))
    others = (Rule.AMOUNT, Rule.SUM, Rule.BALANCE)
    runs.propose(runs.ask(year, rules=others, until=year.last_day, by=by, at=at).pk)
