"""The desk of entry in the demonstration."""

from __future__ import annotations

from datetime import date

from livret.suite.finance.entry import demo
from livret.suite.finance.entry.models import EntryFile
from livret.suite.finance.entry.queries.desk import DraftFilter, waiting_drafts
from livret.suite.finance.entry.tests.factories import furnished, posted
from livret.suite.finance.models import EntryTemplate, RecurringEntry
from livret.suite.finance.tests.factories import ALICE, AT, make_year


def test_the_desk_has_something_to_do_once(entered):
    company = furnished()
    make_year(company, date(2026, 1, 1), date(2026, 12, 31))
    posted(company)

    demo.furnish(company, by=ALICE, at=AT)
    demo.furnish(company, by=ALICE, at=AT)

    assert [bool(one.problems) for one in waiting_drafts(company, DraftFilter()).drafts] == [False, False, True]
    assert (EntryTemplate.objects.count(), RecurringEntry.objects.count()) == (2, 1)
    assert (EntryFile.objects.get().refusals, EntryFile.objects.get().entries) == ([], 1)
