"""What VAT tells on the home page of a company: returns to file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from livret.core.ui.figures import day_text
from livret.suite.company.models import Company
from livret.suite.company.rules import Member
from livret.suite.finance.desk import Task
from livret.suite.finance.vat.queries.returns import return_rows

SHOWN = 3


def tasks(company: Company, who: Member, today: date) -> Iterator[Task]:
    """Yield the periods that are over and not filed, for those who may file them; the oldest first.

    What is not prepared yet is prepared from the home page of VAT.
    """
    if not who.may("finance", "validate", company_id=company.pk):
        return
    waiting = [row for row in reversed(return_rows(company, today=today)) if row.is_over and not row.is_filed]
    for row in waiting[:SHOWN]:
        days = {"first": day_text(row.period.first_day), "last": day_text(row.period.last_day)}
        detail = _("From %(first)s to %(last)s") % days
        side = _("Due on %(day)s") % {"day": day_text(row.due_on)}
        name, where = "vat:home", {"siren": company.siren}
        if row.latest:
            name, where = "vat:return", where | {"first": row.period.first_day.isoformat()}
        tone = "bad" if row.is_late else "warn"
        yield Task(_("VAT return to file"), detail, name, where, "percent", tone, side, rank=25)
