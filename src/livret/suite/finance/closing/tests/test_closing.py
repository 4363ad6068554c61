"""Closing a year for good: what stands in the way, what it does, what nobody can do after it."""

from datetime import date

import pytest
from django.db import InternalError, ProgrammingError, transaction
from django.db.utils import IntegrityError

from livret.core.tenancy.context import current_alias, inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.bank.models import Statement, StatementFile
from livret.suite.finance.bank.tests.factories import make_bank_account
from livret.suite.finance.closing import wording
from livret.suite.finance.closing.models import AcceptedWarning, Archive, CarryForward, ClosingWork, YearClosing
from livret.suite.finance.closing.queries.checks import judged_checks
from livret.suite.finance.closing.services import works
from livret.suite.finance.closing.services.accepting import NotAcceptable, accept_warning
from livret.suite.finance.closing.services.definitive import NotClosable, close_year
from livret.suite.finance.closing.services.doing import do
from livret.suite.finance.closing.tests.factories import KEPT, closing_of, opening_of, posted, two_years
from livret.suite.finance.models import Line
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services.drafts import TypedEntry, save_draft
from livret.suite.finance.services.ledger import YearClosed
from livret.suite.finance.services.lettering import NotLetterable, letter
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_journal, make_year
from livret.suite.finance.vat.models import Regime

MADE = {"by": ALICE, "at": AT}


@pytest.fixture
def years(environment):
    with inside(environment.place):
        former, following = two_years()
        posted(former, ("411000", 12_000, "C1"), ("706000", -12_000))
        posted(former, ("512000", 7_000), ("411000", -7_000, "C1"))
        yield former, following


def savepoint():
    return transaction.atomic(using=current_alias())


def closed(year):
    act = close_year(year, **KEPT)
    year.refresh_from_db()
    return act


def failing(year, today=TODAY):
    return {one.check.code for one in judged_checks(year, today=today) if one.is_in_the_way}


def test_closing_carries_the_last_difference_and_records_the_heads(years):
    former, following = years

    act = closed(former)

    assert opening_of(following) == closing_of(former)
    assert former.state == FiscalYear.State.CLOSED
    assert [(head["journal"], head["entries"]) for head in act.heads] == [("OD", 2)]
    assert (act.entries, act.lines, act.debit_cents, act.result_cents) == (2, 4, 19_000, 12_000)
    assert CarryForward.objects.get().is_final


def test_closing_asks_for_the_archive_in_the_same_transaction(years):
    closed(years[0])

    assert ClosingWork.objects.get().kind == ClosingWork.Kind.ARCHIVE


def test_a_closed_year_takes_no_entry(years):
    closed(years[0])

    with pytest.raises(YearClosed):
        posted(years[0], ("512000", 1), ("706000", -1))


def test_a_closed_year_is_never_opened_again(years):
    closed(years[0])

    with pytest.raises((InternalError, IntegrityError), match="fiscal_year_closed_is_final"), savepoint():
        FiscalYear.objects.filter(pk=years[0].pk).update(state="open")


def test_what_is_open_in_a_closed_year_stays_as_it_was(years):
    keys = list(Line.objects.filter(auxiliary__number="C1").values_list("entry", "position"))
    closed(years[0])

    with pytest.raises((NotLetterable, YearClosed, IntegrityError)):
        letter(keys, by=ALICE, at=AT, on=TODAY)


@pytest.mark.parametrize("model", [YearClosing, CarryForward])
def test_the_acts_of_closing_are_never_changed(years, model):
    closed(years[0])

    with pytest.raises(ProgrammingError, match="permission denied"), savepoint():
        model.objects.update(author_name="Personne")


def test_closing_twice_is_refused(years):
    closed(years[0])

    with pytest.raises(YearClosed):
        close_year(years[0], **KEPT)


def test_a_year_that_is_not_over_is_not_closed(years):
    assert "not-over" in failing(years[0], today=date(2025, 12, 31))
    assert "not-over" not in failing(years[0], today=date(2026, 1, 1))


def test_a_draft_left_in_the_year_blocks_and_is_named(years):
    former, _following = years
    lines = (TypedLine("411000", "C1", "", 100, 0), TypedLine("706000", "", "", 0, 100))
    draft = save_draft(TypedEntry(make_journal(former.company), former.last_day, "Oubli", "FA-9", None, lines), **MADE)

    with pytest.raises(NotClosable, match="Oubli"):
        close_year(former, **KEPT)

    blocker = next(one.check for one in judged_checks(former, today=TODAY) if one.check.code == "drafts")
    assert blocker.found[0].parameters["draft"] == draft.pk


def test_years_are_closed_in_their_order(years):
    earlier = make_year(years[0].company, date(2024, 1, 1), date(2024, 12, 31))

    assert "former-year-open" in failing(years[0])
    assert "former-year-open" not in failing(earlier)


def test_the_last_year_has_no_next_one_to_open(years):
    assert "no-next-year" in failing(years[1])


@pytest.mark.parametrize(
    ("sides", "code"),
    [
        ((("471000", 500), ("512000", -500)), "waiting-accounts"),
        ((("580000", 500), ("512000", -500)), "transit-open"),
        ((("530000", -500), ("512000", 500)), "cash-below-zero"),
        ((("120000", -500), ("512000", 500)), "result-not-allocated"),
    ],
)
def test_a_warning_names_what_it_found(years, sides, code):
    entry = posted(years[0], *sides)

    found = next(one.check for one in judged_checks(years[0], today=TODAY) if one.check.code == code)

    assert not found.is_blocking
    assert found.found[0].cents == sides[0][1]
    assert found.found[0].parameters.get("entry", entry.pk) == entry.pk


def test_an_opening_that_differs_from_the_former_closing_is_named_by_account(years):
    _former, following = years
    posted(following, ("512000", 7_000), ("120000", -7_000), on=following.first_day, code="AN", kind="opening")

    found = next(one.check for one in judged_checks(following, today=TODAY) if one.check.code == "opening-differs")

    assert {one.label.split()[0]: one.cents for one in found.found} == {"120000": -5_000, "411000": 5_000}


def accepted(year, code, reason="Vu avec l’expert-comptable"):
    found = next(one.check for one in judged_checks(year, today=TODAY) if one.check.code == code)
    return accept_warning(year, code, fingerprint=found.fingerprint, reason=reason, by=ALICE, at=AT, today=TODAY)


def test_a_warning_is_accepted_with_a_reason_that_is_kept(years):
    posted(years[0], ("471000", 500), ("512000", -500))
    accepted(years[0], "waiting-accounts")

    closed(years[0])

    assert AcceptedWarning.objects.get().reason == "Vu avec l’expert-comptable"


def test_an_acceptance_does_not_cover_what_is_found_later(years):
    posted(years[0], ("471000", 500), ("512000", -500))
    accepted(years[0], "waiting-accounts")
    posted(years[0], ("471000", 1), ("512000", -1))

    assert "waiting-accounts" in failing(years[0])


def test_what_blocks_is_not_accepted(years):
    with pytest.raises(NotAcceptable, match="il faut le corriger"):
        accepted(years[1], "no-next-year")


def test_a_warning_is_not_accepted_without_a_reason(years):
    posted(years[0], ("471000", 500), ("512000", -500))

    with pytest.raises(NotAcceptable, match="motif"):
        accepted(years[0], "waiting-accounts", reason="  ")


def run(work, today=TODAY):
    return works.run(work.pk, do, allowance=None, at=AT, today=today)


def test_a_work_is_asked_for_once_and_done_once(years):
    work = works.ask(years[0], ClosingWork.Kind.CARRY, **MADE)
    with pytest.raises(works.AlreadyAsked):
        works.ask(years[0], ClosingWork.Kind.CARRY, **MADE)

    run(work)
    again = run(work)

    assert again.state == "done"
    assert CarryForward.objects.count() == 1


def test_a_refused_work_says_why_and_leaves_nothing(years):
    work = run(works.ask(years[0], ClosingWork.Kind.CLOSING, **MADE), today=date(2025, 12, 31))

    assert work.state == "refused"
    assert "31/12/2025" in work.refusal
    assert not CarryForward.objects.exists()


def test_the_work_of_closing_ends_with_an_archive(years):
    run(works.ask(years[0], ClosingWork.Kind.CLOSING, **MADE))
    run(ClosingWork.objects.get(kind="archive"))

    assert Archive.objects.get().keep_until == date(2035, 12, 31)


def test_a_verification_tells_how_much_it_read(years):
    work = run(works.ask(years[0], ClosingWork.Kind.VERIFICATION, **MADE))

    assert work.result == {"entries": 2, "lines": 4, "broken": []}


def test_the_other_rooms_tell_what_they_have_left_to_do(years):
    former = years[0]
    Regime.objects.create(company=former.company, since=former.first_day, kind=Regime.Kind.MONTHLY)
    bank = make_bank_account(former.company)
    sent = StatementFile.objects.create(
        company=former.company,
        digest="0" * 64,
        file_name="r",
        size=1,
        author_id=ALICE.id,
        author_name="Alice",
        uploaded_at=AT,
    )
    balance = {"closing_on": former.last_day, "closing_cents": 6_900}
    Statement.objects.create(file=sent, bank_account=bank, position=1, movements=0, fingerprint="1", **balance)

    found = {one.check.code: one.check for one in judged_checks(former, today=TODAY)}

    assert found["vat-unfiled"].count == 12
    assert found["bank-unreconciled"].found[0].cents == 100
    assert found["depreciation-missing"].is_passed
    assert not found["vat-unfiled"].is_idle
    assert found["depreciation-missing"].is_idle


def idle(year):
    return {one.check.code for one in judged_checks(year, today=TODAY) if one.check.is_idle}


@pytest.mark.parametrize(
    "code",
    [
        "former-year-open",
        "opening-differs",
        "opening-of-result-accounts",
        "waiting-accounts",
        "transit-open",
        "cash-below-zero",
        "result-not-allocated",
        "cut-off-not-reversed",
        "bank-unreconciled",
        "vat-unfiled",
        "depreciation-missing",
    ],
)
def test_a_check_with_nothing_to_look_at_is_not_said_to_be_met(years, code):
    assert code in idle(years[0])


@pytest.mark.parametrize(
    ("sides", "code"),
    [
        (("471000", "512000"), "waiting-accounts"),
        (("530000", "512000"), "cash-below-zero"),
        (("120000", "512000"), "result-not-allocated"),
    ],
)
def test_a_check_that_looked_at_something_cleared_is_met(years, sides, code):
    for cents in (500, -500):
        posted(years[0], (sides[0], cents), (sides[1], -cents))

    found = next(one.check for one in judged_checks(years[0], today=TODAY) if one.check.code == code)

    assert (found.is_passed, found.is_idle) == (True, False)


def test_each_check_that_may_be_idle_has_its_words(years):
    assert all(wording.CHECKS[code].idle for code in idle(years[0]) | idle(years[1]))
