"""Templates and what recurs from them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.core.tenancy.context import inside
from livret.suite.finance.entry import jobs
from livret.suite.finance.entry.rules.recurring import Rhythm
from livret.suite.finance.entry.rules.templates import AmountNeeded, TemplateLine, dated, filled, kept_lines, read_lines
from livret.suite.finance.entry.services import recurring
from livret.suite.finance.entry.services import templates as services
from livret.suite.finance.entry.services.templates import TemplateFacts
from livret.suite.finance.entry.tests.factories import DAY, drafted, furnished, journal_of
from livret.suite.finance.models import DraftEntry, DraftLine, Entry, EntryTemplate, RecurringEntry
from livret.suite.finance.services import drafts
from livret.suite.finance.tests.factories import ALICE, AT, TODAY

BOOKS = "/e/client-a/comptabilite/732829320/ecritures/"
RENT = (TemplateLine("613200", label="Loyer {mois}", cents=90_000), TemplateLine("401000", "FPAPE", side="credit"))
SHARED = (
    TemplateLine("606400", share=Decimal("0.333333")),
    TemplateLine("606300", share=Decimal("0.666667")),
    TemplateLine("512000", side="credit"),
)
WHO = {"by": ALICE, "at": AT}


@pytest.fixture
def company(environment):
    with inside(environment.place):
        return furnished()


def kept(company, lines=RENT, **changed):
    facts = {"name": "Loyer", "journal": journal_of(company), "label": "Loyer {mois}", "piece_ref": "BAIL"}
    return services.save_template(TemplateFacts(**{**facts, "lines": lines, **changed}), **WHO)


def planned(company, **changed):
    facts = {"first_on": date(2025, 1, 31), "every_months": 1, "last_on": None, "cents": None}
    return recurring.plan(kept(company), **{**facts, **changed}, **WHO)


def days():
    return list(DraftEntry.objects.order_by("date").values_list("date", flat=True))


@given(st.integers(0, 10**12))
def test_an_entry_from_shares_balances_whatever_the_amount(cents):
    lines = filled(SHARED, cents=cents, on=DAY)

    assert sum(line.debit_cents - line.credit_cents for line in lines) == 0


def test_shares_without_an_amount_are_refused():
    with pytest.raises(AmountNeeded):
        filled(SHARED, cents=None, on=DAY)


def test_the_balancing_line_changes_sides_when_the_others_weigh_that_way():
    lines = filled(
        (TemplateLine("512000", side="credit", cents=100), TemplateLine("758000", side="credit")), cents=None, on=DAY
    )

    assert (lines[1].debit_cents, lines[1].credit_cents) == (100, 0)


def test_a_template_says_the_same_once_kept():
    assert read_lines(kept_lines(SHARED)) == SHARED


def test_the_month_is_written_where_the_label_asks_for_it():
    assert dated("Loyer {mois}", DAY) == "Loyer mai 2025"


def test_a_draft_starts_from_a_template(environment, company):
    with inside(environment.place):
        made = services.start_draft(kept(company), on=DAY, cents=None, **WHO)

        assert (made.label, made.piece_ref) == ("Loyer mai 2025", "BAIL")
        assert list(
            DraftLine.objects.filter(draft=made)
            .order_by("position")
            .values_list("account", "debit_cents", "credit_cents")
        ) == [("613200", 90_000, 0), ("401000", 0, 90_000)]


@pytest.mark.parametrize(("changed"), [{"lines": RENT[:1]}, {"lines": (RENT[1], RENT[1])}])
def test_a_template_that_could_not_balance_is_refused(environment, company, changed):
    with inside(environment.place), pytest.raises(services.TemplateRefused):
        kept(company, **changed)


def test_two_templates_do_not_bear_the_same_name(environment, company):
    with inside(environment.place):
        kept(company)

        with pytest.raises(services.TemplateRefused, match="Loyer"):
            kept(company)


def test_a_template_that_recurs_is_not_deleted(environment, company):
    with inside(environment.place):
        held = planned(company)

        with pytest.raises(services.TemplateRefused):
            services.delete_template(held.template, **WHO)


def test_each_day_that_came_makes_one_draft_counted_from_the_first_day(environment, company):
    with inside(environment.place):
        planned(company)

        recurring.make_due(**WHO, today=date(2025, 3, 30))

        assert days() == [date(2025, 1, 31), date(2025, 2, 28)]
        assert recurring.make_due(**WHO, today=date(2025, 3, 30)) == []


def test_a_day_whose_draft_was_validated_is_not_made_again(environment, company):
    with inside(environment.place):
        planned(company)
        made = recurring.make_due(**WHO, today=date(2025, 2, 1))[0]
        drafts.validate_draft(made, version=made.version, allowance=None, today=TODAY, **WHO)

        assert recurring.make_due(**WHO, today=date(2025, 2, 1)) == []
        assert Entry.objects.get().origin.key.endswith("/2025-01-31")


def test_nothing_is_made_while_paused_and_the_days_passed_are_skipped(environment, company):
    with inside(environment.place):
        held = planned(company)
        recurring.pause(held, **WHO)
        assert recurring.make_due(**WHO, today=date(2025, 6, 1)) == []

        recurring.go_on(held, **WHO, today=date(2025, 6, 1))
        recurring.make_due(**WHO, today=date(2025, 7, 1))

        assert days() == [date(2025, 6, 30)]


def test_the_last_day_is_the_last(environment, company):
    with inside(environment.place):
        planned(company, last_on=date(2025, 2, 28))

        recurring.make_due(**WHO, today=TODAY)

        assert days() == [date(2025, 1, 31), date(2025, 2, 28)]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 12))
def test_what_is_skipped_and_what_comes_make_all_the_days(first, today, months):
    rhythm = Rhythm(first, months)
    passed = rhythm.passed(today)

    assert rhythm.day(passed) >= today
    assert passed == 0 or rhythm.day(passed - 1) < today


def test_the_calendar_asks_only_environments_where_something_is_due(environment, company, other_environment):
    with inside(environment.place):
        held = planned(company)

    first = jobs.ask_for_due(0)
    with inside(environment.place):
        recurring.end(held, **WHO)

    assert (first, jobs.ask_for_due(0)) == (1, 0)
    asked = ProcrastinateJob.objects.get(task_name=jobs.MAKE_DUE)
    assert asked.args["environment_id"] == str(environment.pk)


def test_the_job_of_an_environment_makes_its_drafts(entered):
    planned(furnished(), first_on=date(2025, 1, 1), last_on=date(2025, 1, 1))

    jobs.make_due({}, delivery=None)
    jobs.make_due({}, delivery=None)

    assert days() == [date(2025, 1, 1)]


def template_of(rows):
    lines = {f"lines-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": 0, **lines}


def test_from_a_draft_to_a_template_that_recurs(browse, environment, company):
    with inside(environment.place):
        draft, journal = drafted(company), journal_of(company).pk
    browser = browse("rose")
    assert 'value="606400"' in browser.get(f"{BOOKS}modeles/nouveau/?draft={draft.pk}").content.decode()
    rows = [
        {"account": "606400", "side": "debit", "amount": "20 %"},
        {"account": "606300", "side": "debit", "amount": "80,0%"},
        {"account": "512000", "side": "credit", "amount": ""},
    ]

    browser.post(f"{BOOKS}modeles/nouveau/", {"name": "Divers", "journal": journal, **template_of(rows)})
    with inside(environment.place):
        held = EntryTemplate.objects.get().pk
    begun = browser.post(f"{BOOKS}modeles/{held}/saisie/", {"date": "2025-05-06", "amount": "100"}, follow=True)
    browser.post(f"{BOOKS}modeles/{held}/abonnement/", {"first_on": "2025-01-01", "every_months": "3", "amount": "50"})

    assert 'value="20,00"' in begun.content.decode()
    with inside(environment.place):
        recurrence = RecurringEntry.objects.get()
        assert (recurrence.every_months, recurrence.amount_cents) == (3, 5_000)
    browser.post(f"{BOOKS}abonnements/{recurrence.pk}/", {"act": "pause"})
    with inside(environment.place):
        assert RecurringEntry.objects.get().is_stopped


@pytest.mark.parametrize("amount", ["0 %", "101%", "x%", "1e9%", "abc"])
def test_a_share_that_is_none_is_said_beside_its_field(browse, environment, company, amount):
    with inside(environment.place):
        journal = journal_of(company).pk

    answer = browse().post(
        f"{BOOKS}modeles/nouveau/",
        {"name": "Divers", "journal": journal, **template_of([{"account": "1", "side": "debit", "amount": amount}])},
    )

    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()


def test_a_template_with_shares_asks_for_the_amount(browse, environment, company):
    with inside(environment.place):
        held = kept(company, SHARED)

    answer = browse().post(f"{BOOKS}modeles/{held.pk}/saisie/", {"date": "2025-05-06", "amount": ""})

    assert answer.status_code == 422
