"""What the bank tells on the home page of a company: movements to treat, drafts of the bank to validate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livret.suite.company.models import Company
from livret.suite.company.rules import Member
from livret.suite.finance.bank.queries.queue import counts_of
from livret.suite.finance.desk import Task


def tasks(company: Company, who: Member, today: date) -> Iterator[Task]:
    """Yield the movements left, for those who may treat them."""
    if not who.may("finance", "write", company_id=company.pk):
        return
    counts = counts_of(company)
    if counts.left:
        words = {"count": counts.left}
        title = ngettext("%(count)s bank movement to treat", "%(count)s bank movements to treat", counts.left) % words
        detail = _("%(sure)s with a sure suggestion") % {"sure": counts.sure}
        yield Task(title, detail, "bank:home", {"siren": company.siren}, "landmark", "warn", rank=20)
