"""The carry-forward: what a year hands over is what the next opens with, after any number of runs."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livret.core.tenancy.context import current_alias, inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.queries.checks import opening_differences
from livret.suite.finance.closing.services import carrying
from livret.suite.finance.closing.services.forwarding import NotCarried, carry_forward
from livret.suite.finance.closing.tests.factories import (
    KEPT,
    closing_of,
    line,
    opening_of,
    posted,
    two_years,
)
from livret.suite.finance.models import (
    CarriedLine,
    ChartAccount,
    Entry,
    LetteredLine,
    Lettering,
    Line,
    LineCurrency,
    LineDue,
    LineText,
    YearLedger,
)
from livret.suite.finance.queries.balances import broken_seals, drifted_balances
from livret.suite.finance.queries.open_items import open_lines
from livret.suite.finance.services import imports, ledger
from livret.suite.finance.services.imports import ImportRefused
from livret.suite.finance.services.lettering import letter
from livret.suite.finance.services.locks import lock_period
from livret.suite.finance.services.openings import require_opened_once
from livret.suite.finance.services.reversal import reverse_entry
from livret.suite.finance.tests.factories import (
    ALICE,
    AT,
    TODAY,
    checked,
    fec_bytes,
    fec_line,
    make_journal,
    make_year,
    sale,
)


@pytest.fixture
def years(environment):
    with inside(environment.place):
        yield two_years()


def invoice(year, cents=12_000, party="C1", **named):
    return posted(year, ("411000", cents, party), ("706000", -cents), **named)


def payment(year, cents=12_000, party="C1"):
    return posted(year, ("512000", cents), ("411000", -cents, party))


def answered(*entries):
    keys = [
        (one.pk, held.position) for one in entries for held in Line.objects.filter(entry=one, auxiliary__number="C1")
    ]
    return letter(keys, by=ALICE, at=AT, on=TODAY)


def test_each_open_line_goes_forward_with_its_words_and_its_origin(years):
    former, following = years
    first, second = invoice(former, 12_000, piece="FA-1"), invoice(former, 500, piece="FA-2")

    act = carry_forward(former, **KEPT)

    opened = Line.objects.filter(entry=act.entry, account__number="411000").order_by("position")
    assert [held.debit_cents for held in opened] == [12_000, 500]
    texts = LineText.objects.filter(entry=act.entry).order_by("position").values_list("piece_ref", flat=True)
    assert list(texts) == ["FA-1", "FA-2"]
    assert set(CarriedLine.objects.values_list("source_entry", flat=True)) == {first.pk, second.pk}
    assert act.entry.date == following.first_day


def test_due_days_and_currencies_go_forward_too(years):
    former, _following = years
    company = former.company
    dues = {"due_on": date(2026, 1, 31), "currency": "USD", "currency_amount": 130}
    lines = (line(company, "411000", 12_000, "C1", **dues), line(company, "706000", -12_000))
    entry = ledger.NewEntry(make_journal(company).pk, former.last_day, "Facture", "FA-1", None, lines)
    ledger.post(entry, year=former, allowance=None, by=ALICE, at=AT, on=TODAY)

    act = carry_forward(former, **KEPT)

    assert LineDue.objects.get(entry=act.entry).due_on == date(2026, 1, 31)
    assert LineCurrency.objects.get(entry=act.entry).amount == 130


def test_what_is_lettered_stays_behind(years):
    former, following = years
    answered(invoice(former), payment(former))

    carry_forward(former, **KEPT)

    assert opening_of(following) == {("512000", ""): 12_000, ("120000", ""): -12_000}


def test_a_profit_goes_to_120_and_a_loss_to_129_without_touching_classes_6_and_7(years):
    former, following = years
    posted(former, ("606000", 30_000), ("512000", -30_000))

    carry_forward(former, **KEPT)

    assert opening_of(following) == {("129000", ""): 30_000, ("512000", ""): -30_000}
    assert not Line.objects.filter(fiscal_year=former, account__number__startswith="129").exists()


def test_a_second_run_without_change_posts_nothing(years):
    former, _following = years
    invoice(former)
    carry_forward(former, **KEPT)

    again = carry_forward(former, **KEPT)

    assert again.entry is None
    assert Entry.objects.count() == 2


def test_a_later_payment_takes_the_line_out_again_and_letters_both(years):
    former, following = years
    sold = invoice(former)
    carry_forward(former, **KEPT)
    answered(sold, payment(former))

    act = carry_forward(former, **KEPT)

    assert opening_of(following) == closing_of(former)
    assert Line.objects.get(entry=act.entry, account__number="411000").credit_cents == 12_000
    assert LetteredLine.objects.filter(entry__fiscal_year=following).count() == 2


def test_a_profit_that_becomes_a_loss_moves_from_120_to_129(years):
    former, following = years
    invoice(former, 1_000)
    carry_forward(former, **KEPT)
    posted(former, ("606000", 5_000), ("512000", -5_000))

    carry_forward(former, **KEPT)

    assert opening_of(following) == closing_of(former)
    assert opening_of(following)["129000", ""] == 4_000


def test_an_opening_typed_by_hand_is_completed_and_not_doubled(years):
    former, following = years
    invoice(former)
    posted(following, ("411000", 10_000, "C1"), ("120000", -10_000), on=following.first_day, code="AN", kind="opening")

    carry_forward(former, **KEPT)

    assert opening_of(following) == closing_of(former)


def test_without_a_next_year_nothing_is_carried(environment):
    with inside(environment.place):
        _former, following = two_years()
        with pytest.raises(NotCarried, match="exercice suivant"):
            carry_forward(following, **KEPT)


def reversed_by_hand(act):
    entry = Entry.objects.get(pk=act.entry_id)
    return reverse_entry(entry, on=entry.date, reason="Erreur", allowance=None, by=ALICE, at=AT, today=TODAY)


def test_an_opening_reversed_by_hand_is_carried_again_line_by_line(years):
    former, following = years
    invoice(former, 12_000, piece="FA-1")
    invoice(former, 500, piece="FA-2")
    reversed_by_hand(carry_forward(former, **KEPT))
    assert opening_of(following) == {}

    act = carry_forward(former, **KEPT)

    opened = Line.objects.filter(entry=act.entry, account__number="411000").order_by("position")
    assert [held.debit_cents for held in opened] == [12_000, 500]
    assert opening_of(following) == closing_of(former)
    assert carry_forward(former, **KEPT).entry is None


def test_what_is_taken_out_after_a_reversal_answers_the_run_that_stands(years):
    former, following = years
    sold = invoice(former)
    reversed_by_hand(carry_forward(former, **KEPT))
    standing = carry_forward(former, **KEPT)
    answered(sold, payment(former))

    act = carry_forward(former, **KEPT)

    assert set(LetteredLine.objects.filter(entry__fiscal_year=following).values_list("entry", flat=True)) == {
        standing.entry_id,
        act.entry_id,
    }
    assert opening_of(following) == closing_of(former)


def test_an_account_that_the_next_year_may_not_use_is_named(years):
    former, _following = years
    invoice(former)
    ChartAccount.objects.filter(number="411000").update(valid_until=date(2026, 1, 1))

    with pytest.raises(NotCarried, match="411000"):
        carry_forward(former, **KEPT)


ACCOUNTS = st.sampled_from([("411000", "C1"), ("411000", "C2"), ("401000", "F1"), ("512000", ""), ("164000", ""),
                            ("606000", ""), ("706000", ""), ("471000", "")])  # fmt: skip
CENTS = st.integers(-50_000, 50_000).filter(bool)
STEP = st.one_of(
    st.tuples(st.just("post"), ACCOUNTS, ACCOUNTS, CENTS),
    st.tuples(st.just("letter"), st.sampled_from(["C1", "C2", "F1"]), st.integers(0, 20), st.integers(0, 20)),
    st.tuples(st.just("opening"), ACCOUNTS, ACCOUNTS, CENTS),
    st.tuples(st.just("carry")),
)


def take(step, former, following):
    if step[0] == "carry":
        carry_forward(former, **KEPT)
    elif step[0] == "letter":
        open_lines = list(
            Line.objects.filter(fiscal_year=former, auxiliary__number=step[1], account__can_letter=True)
            .exclude(entry__in=LetteredLine.objects.values("entry"))
            .order_by("entry", "position")
            .values_list("entry", "position")
        )
        chosen = {open_lines[place % len(open_lines)] for place in step[2:]} if open_lines else set()
        if len(chosen) == 2:
            letter(sorted(chosen), by=ALICE, at=AT, on=TODAY)
    else:
        year = former if step[0] == "post" else following
        sides = ((step[1][0], step[3], step[1][1]), (step[2][0], -step[3], step[2][1]))
        named = {"code": "AN", "kind": "opening", "on": year.first_day} if step[0] == "opening" else {}
        if step[0] == "post" or all(side[0][0] not in "67" for side in sides):
            posted(year, *sides, **named)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEP, min_size=1, max_size=14))
def test_after_any_runs_and_entries_the_next_year_opens_with_what_this_one_closes_with(environment, steps):
    with inside(environment.place), transaction.atomic(using=current_alias()):
        former, following = two_years()

        for step in steps:
            take(step, former, following)
        carry_forward(former, **KEPT)

        assert opening_of(following) == closing_of(former)
        assert drifted_balances(following) == []
        assert broken_seals(following) == []
        transaction.set_rollback(True, using=current_alias())


def opened_by_hand(following, cents, number):
    posted(following, ("411000", cents, "C1"), (number, -cents), on=following.first_day, code="AN", kind="opening")


def test_a_result_that_the_opening_already_allots_stays_allotted(years):
    former, following = years
    invoice(former)
    opened_by_hand(following, 12_000, "106800")

    act = carry_forward(former, **KEPT)

    assert act.line_count == 0
    assert opening_of(following) == {("411000", "C1"): 12_000, ("106800", ""): -12_000}


def test_a_result_allotted_for_another_amount_is_put_right(years):
    former, following = years
    invoice(former)
    invoice(former, 500)
    opened_by_hand(following, 12_000, "106800")

    carry_forward(former, **KEPT)

    assert opening_of(following) == closing_of(former)


@pytest.mark.parametrize(("most", "letterings"), [(10, 3), (1, 2)])
def test_whatever_their_number_lines_taken_out_again_leave_nothing_open(years, monkeypatch, most, letterings):
    monkeypatch.setattr(carrying, "MOST_PAIRS", most)
    former, following = years
    parties = [("C1", 100), ("C1", 200), ("C2", 300)]
    invoices = [invoice(former, cents, party) for party, cents in parties]
    carry_forward(former, **KEPT)
    for sold, (party, cents) in zip(invoices, parties, strict=True):
        letter([(sold.pk, 1), (payment(former, cents, party).pk, 2)], by=ALICE, at=AT, on=TODAY)

    carry_forward(former, **KEPT)

    assert open_lines(following).lines == ()
    assert Lettering.objects.filter(fiscal_year=following, is_partial=False).count() == letterings


def test_contributions_in_kind_are_of_their_year(years):
    former, following = years
    posted(former, ("864000", 12_000), ("875000", -12_000))
    invoice(former)

    carry_forward(former, **KEPT)

    assert opening_of(following) == {("411000", "C1"): 12_000, ("120000", ""): -12_000}
    assert opening_differences(former, following) == []


def test_a_lock_of_the_first_period_lets_the_opening_in(years):
    former, following = years
    invoice(former)
    lock_period(following, until=date(2026, 2, 1), reason="TVA", by=ALICE, at=AT)

    carry_forward(former, **KEPT)

    assert opening_of(following) == closing_of(former)
    assert YearLedger.objects.get(pk=following.pk).locked_until == date(2026, 2, 1)


def test_an_opening_by_hand_stays_out_of_a_locked_period(years):
    _former, following = years
    lock_period(following, until=date(2026, 2, 1), reason="TVA", by=ALICE, at=AT)

    with pytest.raises(ledger.PeriodLocked, match="31/01/2026"):
        opened_by_hand(following, 12_000, "106800")


def test_a_year_closed_for_good_takes_no_opening(years):
    former, following = years
    invoice(former)
    FiscalYear.objects.filter(pk=following.pk).update(state=FiscalYear.State.CLOSED)

    with pytest.raises(ledger.YearClosed):
        carry_forward(former, **KEPT)


def test_a_year_of_another_length_is_carried_the_same(environment):
    with inside(environment.place):
        former, _following = two_years()
        earlier = make_year(former.company, date(2024, 4, 1), date(2024, 12, 31))
        invoice(earlier, 700)

        carry_forward(earlier, **KEPT)

        assert opening_of(former) == closing_of(earlier)


OPENING = [
    fec_line(journal_code="AN", journal_label="À-nouveaux", entry_date=date(2026, 1, 1), debit_cents=12_000),
    fec_line(
        journal_code="AN",
        journal_label="À-nouveaux",
        account="120000",
        entry_date=date(2026, 1, 1),
        credit_cents=12_000,
    ),
]


@pytest.fixture
def file_that_opens(years):
    """A file of 2026 with its opening balances, checked and not confirmed; the year before holds an open invoice."""
    invoice(years[0])
    return checked(fec_bytes(OPENING), name="732829320FEC20261231.txt")


def opened_once(run):
    require_opened_once(run, siren=run.siren, last_day=date(2026, 12, 31))


def test_a_file_that_opens_a_year_carried_forward_here_is_refused(years, file_that_opens):
    opened_once(file_that_opens)
    carry_forward(years[0], **KEPT)

    with pytest.raises(ImportRefused, match="AN 1"):
        opened_once(file_that_opens)


def test_a_file_opens_the_year_once_the_carried_opening_is_reversed(years, file_that_opens):
    reversed_by_hand(carry_forward(years[0], **KEPT))

    opened_once(file_that_opens)


def test_a_file_without_opening_enters_a_year_carried_forward_here(years):
    former, _following = years
    invoice(former)
    carry_forward(former, **KEPT)
    day = date(2026, 1, 15)

    opened_once(checked(fec_bytes(sale("1", day=day, valid_date=day)), name="732829320FEC20261231.txt"))


def test_a_year_carried_forward_after_a_file_was_confirmed_is_not_opened_twice(years, file_that_opens):
    run = imports.confirm(
        file_that_opens,
        siren=file_that_opens.siren,
        company_name="",
        first_day=date(2026, 1, 1),
        last_day=date(2026, 12, 31),
        by=ALICE,
        at=AT,
    )
    carry_forward(years[0], **KEPT)

    run = imports.import_run(run.pk, allowances=imports.Allowances(), at=AT, today=TODAY)

    assert (run.state, run.lines) == ("refused", 2)
    assert opening_of(years[1]) == closing_of(years[0])
