"""What the review tells on the home page of a company: questions that wait for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import ngettext

from livret.suite.company.models import Company
from livret.suite.company.rules import Member
from livret.suite.finance.desk import Task
from livret.suite.finance.review.queries.questions import waiting_for


def tasks(company: Company, who: Member, today: date) -> Iterator[Task]:
    """Yield the questions asked of *who*, and for those who keep the books, those asked of nobody in particular."""
    keeps_books = who.may("finance", "write", company_id=company.pk)
    waiting = waiting_for(company, who.person_id, keeps_books=keeps_books)
    if waiting:
        title = ngettext("%(count)s question to answer", "%(count)s questions to answer", waiting) % {"count": waiting}
        where = {"siren": company.siren}
        yield Task(title, "", "review:home", where, "message-circle-question-mark", query="?state=open", rank=35)
