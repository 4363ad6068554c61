"""The grid where entries are written: amounts, the proposed day, more lines, the names of accounts at the review."""

from datetime import date
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import IntegrityError

from livret.core.tenancy.context import inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import DraftEntry
from livret.suite.finance.queries.home import proposed_day
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services import drafts
from livret.suite.finance.tests.factories import make_company, make_year
from livret.suite.finance.tests.test_drafts import SALE, saved
from livret.suite.finance.tests.test_extremes import NEW, grid, journal  # noqa: F401
from livret.suite.finance.tests.test_guards import books  # noqa: F401
from livret.suite.finance.tests.test_pages import text_of


@pytest.mark.parametrize("amount", ["-12", "−12,00", "-0,01"])
def test_a_negative_amount_is_said_beside_its_field(browse, environment, journal, amount):  # noqa: F811
    answer = browse().post(NEW, grid(journal, [("411000", amount, ""), ("707000", "", amount)]))

    assert answer.status_code == 422
    assert f"{amount} est négatif" in text_of(answer)
    with inside(environment.place):
        assert not DraftEntry.objects.exists()


def test_a_draft_with_a_negative_amount_is_not_kept(books):  # noqa: F811
    with pytest.raises(drafts.NegativeAmounts) as refusal:
        saved(books, (SALE[0], TypedLine("706000", "", "", -1200, 0)))

    assert [(problem.position, problem.code) for problem in refusal.value.problems] == [(2, "negative-amount")]
    assert not DraftEntry.objects.exists()


def test_the_database_keeps_no_negative_draft(browse, environment, journal):  # noqa: F811
    browse().post(NEW, grid(journal, [("411000", "12", ""), ("707000", "", "12")]))

    with inside(environment.place), pytest.raises(IntegrityError, match="draft_line_not_negative"):
        DraftEntry.objects.get().lines.update(debit_cents=-1200, credit_cents=0)


def test_lines_are_added_before_the_head_is_filled(browse, journal):  # noqa: F811
    typed = {**grid(journal, [("411000", "12", "")]), "journal": "", "date": "", "label": "Loyer", "add": "1"}

    answer = browse().post(NEW, typed)

    assert answer.status_code == 200
    assert len(answer.context["lines"].forms) == 5
    assert 'value="Loyer"' in answer.content.decode()
    assert 'value="12,00"' in answer.content.decode()


@pytest.mark.parametrize(
    ("today", "proposed"),
    [
        (date(2025, 5, 6), date(2025, 5, 6)),
        (date(2024, 5, 6), date(2024, 5, 6)),
        (date(2026, 5, 6), date(2025, 12, 31)),
        (date(2023, 5, 6), date(2025, 12, 31)),
    ],
)
def test_the_proposed_day_lies_in_an_open_year(entered, today, proposed):
    company = make_company()
    make_year(company, date(2024, 1, 1), date(2024, 12, 31))
    make_year(company)

    assert proposed_day(company, today) == proposed


def test_a_closed_year_proposes_no_day(entered):
    company = make_company()
    make_year(company)
    FiscalYear.objects.update(state="closed")

    assert proposed_day(company, date(2026, 5, 6)) == date(2026, 5, 6)


def test_the_review_names_each_account_and_marks_the_ones_to_open(browse, journal):  # noqa: F811
    review = browse().post(NEW, grid(journal, [("411000", "12", ""), ("601000", "", "12")]), follow=True)

    assert "411000 Clients" in text_of(review)
    assert "601000 Achats stockés" in text_of(review)
    assert text_of(review).count("Compte à créer") == 1


def test_the_review_leaves_an_unknown_account_without_name(browse, journal):  # noqa: F811
    review = browse().post(NEW, grid(journal, [("411000", "12", ""), ("999", "", "12")]), follow=True)

    assert review.status_code == 200
    assert "Compte à créer" not in text_of(review)


def test_the_fields_of_the_grid_stay_wide_enough_on_a_telephone(browse, journal):  # noqa: F811
    page = browse().get(NEW)

    assert "finance/grid.css" in page.content.decode()
    assert "min-inline-size: 7rem" in Path(finders.find("finance/grid.css")).read_text(encoding="utf-8")
