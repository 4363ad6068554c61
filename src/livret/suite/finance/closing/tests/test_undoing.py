"""Undoing a whole import: the balances return to what they were, and nothing stays open of what it brought."""

from datetime import date

import pytest

from livret.booklet.entitlements import Allowance
from livret.core.tenancy.context import inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.services import mirroring
from livret.suite.finance.closing.services.forwarding import carry_forward
from livret.suite.finance.closing.services.undoing import NotUndone, undo_import
from livret.suite.finance.closing.tests.factories import KEPT, closing_of, opening_of, posted
from livret.suite.finance.models import Entry, Journal, LetteredLine, Lettering, LetteringEvent, Line, YearLedger
from livret.suite.finance.queries.balances import broken_seals, drifted_balances
from livret.suite.finance.queries.open_items import open_lines
from livret.suite.finance.services import ledger
from livret.suite.finance.services.lettering import letter
from livret.suite.finance.services.locks import lock_period
from livret.suite.finance.services.reversal import reverse_entry
from livret.suite.finance.tests.factories import (
    ALICE,
    AT,
    TODAY,
    checked,
    dollars,
    fec_bytes,
    fec_line,
    imported,
    make_year,
    sale,
)

AN = {"journal_code": "AN", "journal_label": "À-nouveaux", "entry_date": date(2025, 1, 1)}
UNDO = {"journal": None, "on": None, "reason": "Mauvais fichier", "allowance": None}
WHO = {"by": ALICE, "at": AT, "today": TODAY}


def payment(number, cents, letter_code="", aux="C001"):
    shared = {"entry_number": number, "journal_code": "BQ", "journal_label": "Banque", "entry_date": date(2025, 2, 1)}
    lettered = {"letter": letter_code, "letter_date": date(2025, 2, 1) if letter_code else None}
    return [
        fec_line(account="512000", account_label="Banque", debit_cents=cents, **shared),
        fec_line(credit_cents=cents, aux=aux, aux_label=aux, **shared, **lettered),
    ]


def a_file():
    """An opening, a sale lettered whole with its payment, one paid in part, one open in dollars."""
    whole, part, in_dollars = sale("1", letter="A"), sale("2", letter="B"), sale("3", aux="C002")
    in_dollars[0] = dollars(in_dollars[0])
    opening = [
        fec_line(account="512000", account_label="Banque", debit_cents=5_000, **AN),
        fec_line(account="101300", account_label="Capital", credit_cents=5_000, **AN),
    ]
    return [*opening, *whole, *payment("1", 12_000, "A"), *part, *payment("2", 1_000, "B"), *in_dollars]


@pytest.fixture
def run(environment):
    """An import in a year that held an entry already."""
    with inside(environment.place):
        assert imported(fec_bytes(sale("900", cents=600))).state == "done"
        done = imported(fec_bytes(a_file()))
        assert done.state == "done"
        yield done


def undo(run, **changed):
    return undo_import(run, **{**UNDO, **changed}, **WHO)


def test_the_balances_return_to_what_they_were(run):
    undone = undo(run)

    assert (undone.entries, undone.lines, undone.before) == (6, 15, 0)
    assert closing_of(run.fiscal_year) == {
        ("411000", "C001"): 600,
        ("445710", ""): -100,
        ("120000", ""): -500,
    }
    assert opening_of(run.fiscal_year) == {}
    assert drifted_balances(run.fiscal_year) == []
    assert broken_seals(run.fiscal_year) == []


def test_each_entry_is_undone_in_its_journal_on_its_day_with_its_words(run):
    undo(run)

    for entry in Entry.objects.filter(import_run=run).select_related("text"):
        mirror = Entry.objects.select_related("text").get(reverses=entry)
        assert (mirror.journal_id, mirror.date) == (entry.journal_id, entry.date)
        assert mirror.text.label == f"Extourne : {entry.text.label}".replace(" :", "\u00a0:")


def test_nothing_of_it_stays_open_and_what_was_open_before_does(run):
    undo(run)

    assert [(one.auxiliary, one.cents) for one in open_lines(run.fiscal_year).lines] == [("C001", 600)]
    assert LetteringEvent.objects.filter(kind="unlettered", reason="Mauvais fichier").count() == 1
    assert not Lettering.objects.filter(is_partial=True).exists()


def test_the_file_may_be_undone_in_chunks(run, monkeypatch):
    monkeypatch.setattr(mirroring, "CHUNK_ENTRIES", 2)

    undo(run)

    assert broken_seals(run.fiscal_year) == []
    assert drifted_balances(run.fiscal_year) == []


def test_a_journal_and_a_day_may_be_chosen_and_the_opening_stays_in_its_journal(run):
    journal = Journal.objects.create(company=run.company, code="ANNUL", label="Annulations", kind="general")

    undo(run, journal=journal, on=date(2025, 12, 31))

    added = Entry.objects.filter(reverses__isnull=False)
    assert set(added.values_list("journal__code", "date")) == {
        ("ANNUL", date(2025, 12, 31)),
        ("AN", date(2025, 12, 31)),
    }
    assert opening_of(run.fiscal_year) == {}


def test_what_was_reversed_before_is_left(run):
    entry = Entry.objects.get(import_run=run, journal__code="VE", number=4)
    reverse_entry(entry, on=entry.date, reason="", letters=True, allowance=None, **WHO)

    undone = undo(run)

    assert (undone.entries, undone.before) == (5, 1)
    assert ("411000", "C002") not in closing_of(run.fiscal_year)


def test_it_is_undone_once(run):
    undo(run)

    with pytest.raises(NotUndone, match="déjà extournée"):
        undo(run)


def refused(run, error, match, **changed):
    before = Entry.objects.count()
    with pytest.raises(error, match=match):
        undo(run, **changed)
    assert Entry.objects.count() == before


def test_lines_lettered_with_others_since_stand_in_the_way(run):
    year = run.fiscal_year
    other = posted(year, ("512000", 12_000), ("411000", -12_000, "C002"))
    mine = Line.objects.get(entry__import_run=run, auxiliary__number="C002")
    made = letter([(other.pk, 2), (mine.entry_id, mine.position)], by=ALICE, at=AT, on=TODAY)

    refused(run, NotUndone, f"411000 C002 {made.code}")


def test_a_locked_period_stands_in_the_way_of_its_days_only(run):
    lock_period(run.fiscal_year, until=date(2025, 2, 1), reason="TVA", by=ALICE, at=AT)

    refused(run, ledger.PeriodLocked, "31/01/2025")
    assert undo(run, on=date(2025, 2, 1)).entries == 6


def test_a_closed_year_is_not_touched(run):
    FiscalYear.objects.filter(pk=run.fiscal_year_id).update(state="closed")

    refused(run, ledger.YearClosed, "clos")


def test_a_day_outside_the_year_is_refused(run):
    refused(run, NotUndone, "01/01/2026", on=date(2026, 1, 1))


def test_the_ceiling_of_the_contract_counts(run):
    held = YearLedger.objects.get(pk=run.fiscal_year_id).entries

    refused(run, ledger.CeilingReached, str(held + 1), allowance=Allowance(None, None, held + 1, "4.1", "entry"))


def test_after_it_the_year_before_is_carried_forward_line_by_line(environment):
    with inside(environment.place):
        done = imported(
            fec_bytes(
                [*sale("1", cents=600)],
            )
        )
        former, company = done.fiscal_year, done.company
        following = make_year(company, date(2026, 1, 1), date(2026, 12, 31))
        day = date(2026, 1, 1)
        lines = [
            fec_line(**{**AN, "entry_date": day}, debit_cents=600, aux="C001", aux_label="C001", valid_date=day),
            fec_line(**{**AN, "entry_date": day}, account="101300", credit_cents=600, valid_date=day),
        ]
        wrong = imported(fec_bytes(lines), name="732829320FEC20261231.txt")
        undo(wrong)

        act = carry_forward(former, **KEPT)

        assert opening_of(following) == closing_of(former)
        assert Line.objects.get(entry=act.entry, account__number="411000").debit_cents == 600
        assert LetteredLine.objects.filter(entry__fiscal_year=following).count() == 2


def test_the_file_of_an_import_that_was_undone_can_be_sent_again(run):
    again = fec_bytes(a_file())
    assert checked(again).state == "refused"

    undo(run)

    assert imported(again).state == "done"
