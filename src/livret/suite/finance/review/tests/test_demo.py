"""The demonstration of closing and review: furnished once, by the services that pages call."""

from datetime import date

from livret.core.tenancy.context import inside
from livret.suite.company.services import open_fiscal_year
from livret.suite.finance.closing import demo as closing
from livret.suite.finance.closing.models import CarryForward, CutOff
from livret.suite.finance.closing.tests.factories import closing_of, opening_of
from livret.suite.finance.models import Entry, PeriodLock
from livret.suite.finance.review import demo as review
from livret.suite.finance.review.models import Question
from livret.suite.finance.tests.factories import ALICE, AT, fec_bytes, imported, sale


def test_the_demonstration_is_furnished_once(environment):
    with inside(environment.place):
        year = imported(fec_bytes([*sale("1"), *sale("2", cents=60_000)])).fiscal_year
        days = {"first_day": date(2026, 1, 1), "last_day": date(2026, 12, 31)}
        following = open_fiscal_year(year.company, **days, by=ALICE, at=AT)

        closing.furnish(year.company, by=ALICE, at=AT)
        review.furnish(year.company, by=ALICE, at=AT)
        entries = Entry.objects.count()
        closing.furnish(year.company, by=ALICE, at=AT)
        review.furnish(year.company, by=ALICE, at=AT)

        assert opening_of(following) == closing_of(year)
        assert [CutOff.objects.count(), CarryForward.objects.count(), PeriodLock.objects.count()] == [1, 1, 1]
        assert sorted(Question.objects.values_list("state", flat=True)) == ["answered", "open"]
        assert Entry.objects.count() == entries
