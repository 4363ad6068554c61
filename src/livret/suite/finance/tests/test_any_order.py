"""Whatever people do, in any order and several at once, what must never be false in the books is true."""

import itertools
import threading
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from stdnum import luhn

from livret.core.tenancy.context import inside
from livret.kernel.errors import Refusal
from livret.suite.finance.models import (
    AuxiliaryAccount,
    Entry,
    JournalCounter,
    LetteredLine,
    Lettering,
    LetteringEvent,
    Line,
    YearLedger,
)
from livret.suite.finance.queries.proof import faults_of
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services import drafts, locks, reversal
from livret.suite.finance.services.lettering import letter, unletter
from livret.suite.finance.tests.factories import (
    ALICE,
    AT,
    TODAY,
    make_account,
    make_auxiliary,
    make_company,
    make_journal,
    make_year,
)

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
NUMBERS = itertools.count(10_000_000)
DAYS = st.dates(FIRST, LAST)
CENTS = st.integers(1, 10**9)
WRITERS = 3


def next_siren():
    stem = str(next(NUMBERS))
    return stem + luhn.calc_check_digit(stem)


class BooksInAnyOrder(RuleBasedStateMachine):
    """One company with its year; the environment is given by the test that runs the machine."""

    environment = None

    def __init__(self):
        super().__init__()
        with inside(self.environment.place):
            self.company = make_company(siren=next_siren())
            self.year = make_year(self.company, FIRST, LAST)
            self.journals = [make_journal(self.company, code, code, "general") for code in ("VE", "OD")]
            make_account(self.company)
            make_account(self.company, "706000", "Ventes")
            make_auxiliary(self.company)

    def draft(self, day, cents, journal):
        lines = (TypedLine("411000", "C001", "", cents, 0), TypedLine("706000", "", "", 0, cents))
        typed = drafts.TypedEntry(self.journals[journal], day, "Facture", "F1", day, lines)
        return drafts.save_draft(typed, by=ALICE, at=AT)

    def validated(self, draft):
        facts = {"version": draft.version, "allowance": None, "by": ALICE, "at": AT, "today": TODAY}
        return drafts.validate_draft(draft, **facts)

    def entry(self, pick):
        held = list(Entry.objects.filter(company=self.company).order_by("pk"))
        return held[pick % len(held)] if held else None

    @rule(day=DAYS, cents=CENTS, journal=st.integers(0, 1))
    def somebody_validates_an_entry(self, day, cents, journal):
        with inside(self.environment.place):
            locked = YearLedger.objects.filter(pk=self.year.pk).values_list("locked_until", flat=True).first()
            draft = self.draft(day, cents, journal)
            if locked and day < locked:
                with pytest.raises(Refusal):
                    self.validated(draft)
            else:
                assert self.validated(draft).date == day

    @rule(days=st.lists(DAYS, min_size=WRITERS, max_size=WRITERS), cents=CENTS)
    def several_validate_at_once(self, days, cents):
        with inside(self.environment.place):
            waiting = [self.draft(day, cents, 0) for day in days]
            locked = YearLedger.objects.filter(pk=self.year.pk).values_list("locked_until", flat=True).first()
        refused = []

        def validate(draft):
            try:
                with inside(self.environment.place):
                    self.validated(draft)
            except Refusal as refusal:
                refused.append(type(refusal).__name__)
            finally:
                connections[self.environment.place.alias()].close()
                connections["default"].close()

        threads = [threading.Thread(target=validate, args=(draft,)) for draft in waiting]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert refused == ["NotReady" for day in days if locked and day < locked]

    @rule(pick=st.integers(0, 99), day=DAYS)
    def somebody_reverses_an_entry(self, pick, day):
        with inside(self.environment.place), suppress(Refusal):
            if entry := self.entry(pick):
                facts = {"reason": "", "allowance": None, "by": ALICE, "at": AT, "today": TODAY}
                reversal.reverse_entry(entry, on=day, **facts)

    @rule(picks=st.sets(st.integers(0, 30), min_size=2, max_size=4))
    def somebody_letters_lines(self, picks):
        with inside(self.environment.place), suppress(Refusal):
            rows = Line.objects.filter(company=self.company, account__number="411000")
            keys = list(rows.order_by("entry_id", "position").values_list("entry_id", "position"))
            letter([keys[pick] for pick in picks if pick < len(keys)], by=ALICE, at=AT, on=TODAY)

    @rule(pick=st.integers(0, 9))
    def somebody_unletters(self, pick):
        with inside(self.environment.place):
            held = list(Lettering.objects.filter(company=self.company).order_by("pk"))
            if held:
                unletter(held[pick % len(held)], reason="Erreur", by=ALICE, at=AT)

    @rule(day=DAYS)
    def somebody_locks_a_period(self, day):
        with inside(self.environment.place):
            locks.lock_period(self.year, until=day + timedelta(1), reason="TVA", by=ALICE, at=AT)

    @precondition(lambda self: True)
    @rule()
    def somebody_unlocks(self):
        with inside(self.environment.place), suppress(Refusal):
            locks.unlock_period(self.year, until=None, reason="Facture oubliée", by=ALICE, at=AT)

    @invariant()
    def numbers_have_no_gap(self):
        with inside(self.environment.place):
            for counter in JournalCounter.objects.filter(fiscal_year=self.year):
                found = Entry.objects.filter(fiscal_year=self.year, journal_id=counter.journal_id)
                numbers = sorted(found.values_list("number", flat=True))
                assert numbers == list(range(1, counter.last_number + 1))

    @invariant()
    def chains_and_balances_are_those_of_the_lines(self):
        with inside(self.environment.place):
            assert faults_of(self.year) == []

    @invariant()
    def letterings_are_whole_or_said_to_be_partial(self):
        with inside(self.environment.place):
            for held in Lettering.objects.filter(company=self.company):
                keys = LetteredLine.objects.filter(lettering=held).values_list("entry_id", "position")
                lines = [Line.objects.get(entry_id=entry, position=position) for entry, position in keys]
                total = sum(line.debit_cents - line.credit_cents for line in lines)
                assert (len(lines) >= 2, bool(total)) == (True, held.is_partial)
                assert held.code == (held.code.lower() if held.is_partial else held.code.upper())

    @invariant()
    def each_lettering_has_its_trace(self):
        with inside(self.environment.place):
            told = set(LetteringEvent.objects.filter(company=self.company).values_list("code", flat=True))
            assert set(Lettering.objects.filter(company=self.company).values_list("code", flat=True)) <= told
            assert AuxiliaryAccount.objects.filter(company=self.company).count() == 1


@pytest.mark.slow
def test_the_books_stay_true_whatever_people_do(fresh_environment):
    BooksInAnyOrder.environment = fresh_environment

    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        BooksInAnyOrder,
        settings=settings(
            max_examples=settings().max_examples // 12,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=checks,
        ),
    )
