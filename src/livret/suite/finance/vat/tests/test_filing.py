"""Filing: what was declared stays, its period is locked, the books are settled, and what comes later is not lost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from livret.core.tenancy.context import current_alias, inside
from livret.kernel.periods import DayPeriod
from livret.suite.finance.models import EntryOrigin, Line, YearLedger
from livret.suite.finance.services.ledger import PeriodLocked
from livret.suite.finance.services.locks import unlock_period
from livret.suite.finance.tests.factories import ALICE
from livret.suite.finance.vat.models import Filing, Return, Share
from livret.suite.finance.vat.queries.returns import unfiled_periods
from livret.suite.finance.vat.rules.forms import Cell
from livret.suite.finance.vat.services.filing import (
    BooksMoved,
    NotAdjustable,
    NotFilable,
    adjust,
    file_return,
    is_as_filed,
)
from livret.suite.finance.vat.services.preparing import begin_return, prepare
from livret.suite.finance.vat.services.settling import NotSettled
from livret.suite.finance.vat.tests.books import AT, MONTHS, Books, balances, euros, last_entry

JANUARY = date(2025, 1, 15)
WHO = {"by": ALICE, "at": AT}


@pytest.fixture
def books(environment):
    with inside(environment.place):
        yield Books()


def test_filing_settles_the_accounts_of_the_tax(books):
    books.sale(JANUARY, 100_010)
    books.purchase(JANUARY, 40_000)

    filing = books.filed(1)

    assert EntryOrigin.objects.get(entry=filing.settlement).key == str(filing.vat_return_id)
    held = balances()
    assert (held["445510"], held["758000"]) == (-12_000, -2)
    assert not {"445710", "445660"} & held.keys()


def test_a_credit_is_carried_to_the_next_return(books):
    books.purchase(JANUARY, 40_000)
    books.filed(1)
    books.sale(date(2025, 2, 10), 100_000)

    found = euros(books.prepared(2))

    assert (found["22/tax"], found["32/tax"]) == (80, 120)
    books.filed(2)
    assert "445670" not in balances()


def test_the_period_is_locked(books):
    books.sale(JANUARY, 100_000)
    books.filed(1)

    with pytest.raises(PeriodLocked):
        books.sale(JANUARY, 100_000)
    assert YearLedger.objects.get().locked_until == date(2025, 2, 1)


def test_what_enters_a_filed_period_goes_to_the_next_return(books):
    books.sale(JANUARY, 100_000)
    books.filed(1)
    unlock_period(books.year, until=None, reason="Facture oubliée", **WHO)
    books.sale(JANUARY, 50_000, ref="F9")

    made = books.prepared(2)

    assert euros(made)["08/tax"] == 100
    assert Share.objects.get(vat_return=made).reason == "late"


def test_nothing_late_is_declared_twice(books):
    books.sale(JANUARY, 100_000)
    books.filed(1)
    unlock_period(books.year, until=None, reason="Facture oubliée", **WHO)
    books.sale(JANUARY, 50_000, ref="F9")
    books.filed(2)

    assert euros(books.prepared(3)) == {}


def test_a_corrective_return_takes_the_place_of_the_first(books):
    books.sale(JANUARY, 100_000)
    first = books.filed(1)
    unlock_period(books.year, until=None, reason="Facture oubliée", **WHO)
    books.sale(JANUARY, 50_000, ref="F9")

    second = books.filed(1)

    assert (first.vat_return.rank, second.vat_return.rank) == (0, 1)
    assert (first.figures["euros"]["08/tax"], second.figures["euros"]["08/tax"]) == (200, 300)
    assert balances()["445510"] == -30_000
    assert euros(books.prepared(2)) == {}


def test_filed_shares_do_not_change(books):
    books.sale(JANUARY, 100_000)
    filing = books.filed(1)

    with pytest.raises(IntegrityError, match="vat_filed_shares_are_final"), transaction.atomic(using=current_alias()):
        Share.objects.filter(vat_return=filing.vat_return).delete()
    with pytest.raises(IntegrityError, match="vat_filed_return_is_final"), transaction.atomic(using=current_alias()):
        Return.objects.filter(pk=filing.vat_return_id).update(figures={})
    assert is_as_filed(filing)


def test_books_that_moved_are_reviewed_again(books):
    books.sale(JANUARY, 100_000)
    made = books.prepared(1)
    books.sale(JANUARY, 100_000)

    with pytest.raises(BooksMoved):
        file_return(made, **WHO)
    assert not Filing.objects.exists()


def test_a_return_is_filed_once(books):
    made = books.prepared(1)
    file_return(made, **WHO)

    with pytest.raises(NotFilable):
        file_return(made, **WHO)
    assert Filing.objects.count() == 1


def test_returns_are_filed_in_their_order(books):
    books.prepared(1)

    with pytest.raises(NotFilable, match="31/01/2025"):
        books.filed(2)


def test_a_tax_without_code_stops_the_filing(books):
    books.post(JANUARY, ("411000", 11_300), ("707000", -10_000), ("445710", -1_300))

    with pytest.raises(NotFilable):
        books.filed(1)


def test_an_adjustment_is_added_to_its_box_with_its_reason(books):
    books.sale(JANUARY, 100_000)
    made = books.prepared(1)
    adjust(made, Cell("20", "tax"), 5_000, account="445800", reason="Facture reçue après coup", **WHO)

    filing = file_return(made, **WHO)

    assert filing.figures["euros"]["20/tax"] == 50
    assert (balances()["445800"], balances()["445510"]) == (-5_000, -15_000)


@pytest.mark.parametrize(
    ("box", "cents", "reason"), [("16", 100, "Essai"), ("20", 0, "Essai"), ("20", 5, " "), ("Z9", 5, "Essai")]
)
def test_an_adjustment_needs_a_box_that_takes_it_an_amount_and_a_reason(books, box, cents, reason):
    with pytest.raises(NotAdjustable):
        adjust(books.prepared(1), Cell(box, "tax"), cents, account="", reason=reason, **WHO)


def test_a_settlement_that_would_not_balance_is_refused_whole(books):
    books.sale(JANUARY, 100_000)
    made = books.prepared(1)
    adjust(made, Cell("20", "tax"), 50_000, account="", reason="Sans compte", **WHO)

    with pytest.raises(NotSettled, match="500,00"):
        file_return(made, **WHO)
    assert Return.objects.get().state == Return.State.PREPARED
    assert not Line.objects.filter(account__number__startswith="4455").exists()


def test_a_settlement_already_in_the_books_is_not_posted_again(books):
    books.sale(JANUARY, 100_000)
    settled = books.post(date(2025, 1, 31), ("445710", 20_000), ("445510", -20_000), journal="OD")

    filing = books.filed(1, posts_settlement=False)

    assert filing.settlement is None
    assert last_entry() == settled


def test_the_periods_not_filed_are_told(books):
    books.filed(1)

    assert unfiled_periods(books.year, until=date(2025, 3, 31)) == [MONTHS[1], MONTHS[2]]


def test_a_quarter_is_one_return(environment):
    with inside(environment.place):
        books = Books(kind="quarterly")
        books.sale(JANUARY, 100_000)
        books.sale(date(2025, 3, 31), 100_000)

        made = books.prepared_of(date(2025, 1, 1), date(2025, 3, 31))

        assert (euros(made)["08/tax"], made.due_on) == (400, date(2025, 4, 24))


def test_a_yearly_return_takes_off_the_instalments(environment):
    with inside(environment.place):
        books = Books(kind="yearly")
        books.sale(JANUARY, 1_000_000)
        books.post(date(2025, 7, 24), ("445810", 55_000), ("512000", -55_000), journal="BQ")
        made = books.prepared_of(date(2025, 1, 1), date(2025, 12, 31))

        filing = file_return(made, **WHO)

        assert [filing.figures["euros"][box] for box in ("5A/tax", "28/tax", "30/tax", "33/tax")] == [
            2000,
            2000,
            550,
            1450,
        ]
        assert (balances()["445510"], "445810" in balances()) == (-145_000, False)
        assert filing.vat_return.period == DayPeriod(date(2025, 1, 1), date(2025, 12, 31))


def corrected(books, month, at=AT):
    return file_return(prepare(begin_return(books.company, MONTHS[month - 1], by=ALICE, at=at), at=at), by=ALICE, at=at)


def test_a_credit_that_a_correction_takes_back_is_taken_back_from_the_return_that_used_it(books):
    books.purchase(date(2025, 1, 10), 100_000)
    books.filed(1, locks=False)
    books.sale(date(2025, 2, 10), 25_000)
    books.filed(2, locks=False)
    books.sale(date(2025, 1, 20), 50_000)
    corrected(books, 1)
    books.sale(date(2025, 3, 10), 100_000)

    with pytest.raises(NotFilable, match="28/02/2025"):
        books.filed(3)
    corrected(books, 2)
    filing = books.filed(3)

    assert (filing.payable_cents, filing.carried_cents) == (15_000, 0)
    assert "445670" not in balances()


def test_a_return_prepared_before_a_correction_takes_its_credit_again(books):
    books.purchase(date(2025, 1, 10), 100_000)
    books.filed(1, locks=False)
    second = books.prepared(2)
    books.purchase(date(2025, 1, 20), 50_000)
    second = prepare(second, at=AT)
    corrected(books, 1)

    with pytest.raises(BooksMoved):
        file_return(second, by=ALICE, at=AT)


def test_a_late_entry_that_a_correction_declared_is_not_declared_again_by_the_next_return(books):
    books.filed(1, locks=False)
    books.sale(date(2025, 1, 20), 50_000)
    second = books.prepared(2)
    corrected(books, 1, at=AT + timedelta(hours=1))

    with pytest.raises(BooksMoved):
        file_return(second, by=ALICE, at=AT + timedelta(hours=2))
    assert euros(prepare(second, at=AT + timedelta(hours=2))) == {}


def test_a_correction_of_a_locked_period_is_settled_on_the_first_open_day(books):
    books.sale(date(2025, 1, 10), 100_000)
    books.filed(1)
    made = prepare(begin_return(books.company, MONTHS[0], by=ALICE, at=AT), at=AT)
    adjust(made, Cell("15", "tax"), 5_000, account="445710", reason="Oubli", **WHO)

    filing = file_return(made, **WHO)

    assert filing.settlement.date == date(2025, 2, 1)
    assert balances()["445510"] == -25_000
    assert YearLedger.objects.get().locked_until == date(2025, 2, 1)


def test_a_period_is_filed_once_it_is_over(books):
    books.sale(JANUARY, 100_000)
    last_evening = datetime(2025, 1, 31, 20, 0, tzinfo=UTC)
    made = books.prepared(1)

    with pytest.raises(NotFilable, match="31/01/2025"):
        file_return(made, by=ALICE, at=last_evening)
    assert not Filing.objects.exists()
    assert file_return(made, by=ALICE, at=last_evening + timedelta(hours=4)).payable_cents > 0


def test_a_correction_takes_off_an_instalment_that_came_after_the_first_filing(environment):
    with inside(environment.place):
        books, year = Books(kind="yearly"), (date(2025, 1, 1), date(2025, 12, 31))
        books.sale(JANUARY, 1_000_000)
        first = file_return(books.prepared_of(*year), locks=False, **WHO)
        books.post(date(2025, 7, 24), ("445810", 55_000), ("512000", -55_000), journal="BQ")

        second = file_return(books.prepared_of(*year), locks=False, **WHO)

        assert (first.payable_cents, second.payable_cents) == (200_000, 145_000)
        assert (balances()["445510"], "445810" in balances()) == (-145_000, False)
