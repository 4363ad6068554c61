"""The grid: completion, details that are kept, lettering while entering, currencies, sections, reversals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.core.tenancy.context import inside
from livret.suite.finance.entry.tests.factories import DAY, PURCHASE, drafted, furnished, make_axis, make_rate, posted
from livret.suite.finance.models import (
    AuxiliaryAccount,
    ChartAccount,
    DraftEntry,
    LetteredLine,
    LineCurrency,
    LineDue,
    LineSection,
    LineVat,
    YearLedger,
)
from livret.suite.finance.queries.completion import account_choices, account_or_party_choices, party_choices
from livret.suite.finance.rules import sections
from livret.suite.finance.rules.amounts import NotAnAmount, typed_cents
from livret.suite.finance.rules.drafts import TypedLine, balanced
from livret.suite.finance.services import drafts, reversal
from livret.suite.finance.services.drafts import typed_lines, year_at
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_journal
from livret.suite.finance.tests.test_pages import text_of

BOOKS = "/e/client-a/comptabilite/732829320/"
SITES = {"PARIS": 1, "LYON": 2}


@pytest.fixture
def company(environment, cast):
    with inside(environment.place):
        return furnished()


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1 234,56", 123_456),
        ("1234.56", 123_456),
        ("1.234,56", 123_456),
        ("1,234.56", 123_456),
        ("100+20", 12_000),
        ("100,5-0,5+1", 10_100),
        ("", 0),
        ("-12", -1_200),
        ("−12,30", -1_230),
    ],
)
def test_amounts_are_read_as_people_type_them(text, cents):
    assert typed_cents(text) == cents


@pytest.mark.parametrize("text", ["1,234", "1.234", "12+", "1++2", "1,2,3", "a", "1.234.5", "12 €"])
def test_what_could_mean_two_amounts_is_refused(text):
    with pytest.raises(NotAnAmount):
        typed_cents(text)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=5))
def test_a_sum_is_the_sum_of_its_terms(cents):
    assert typed_cents("+".join(f"{one // 100},{one % 100:02}" for one in cents)) == sum(cents)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("PARIS", [(1, 1_001)]),
        ("paris:50% lyon:50%", [(1, 501), (2, 500)]),
        ("PARIS:4,00 LYON", [(1, 400), (2, 601)]),
        ("", []),
        ("PARIS=10,01", [(1, 1_001)]),
    ],
)
def test_a_line_is_shared_between_sections(text, parts):
    assert sections.shares(text, 1_001, sections=SITES) == parts


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NICE", "unknown-section"),
        ("PARIS LYON", "several-without-figure"),
        ("PARIS:1 PARIS:2", "twice"),
        ("PARIS:5,00", "not-whole"),
        ("PARIS:::", "unreadable"),
        ("PARIS:1,2,3", "unreadable"),
    ],
)
def test_parts_that_do_not_make_the_line_are_refused(text, code):
    with pytest.raises(sections.BadShares) as refusal:
        sections.shares(text, 1_001, sections=SITES)

    assert refusal.value.code == code


@given(st.integers(-(10**9), 10**9).filter(bool), st.integers(0, 100))
def test_parts_written_out_are_read_the_same(cents, percent):
    parts = sections.shares(f"PARIS:{percent}% LYON:{100 - percent}%", cents, sections=SITES)

    assert sum(part for _section, part in parts) == cents
    assert sections.shares(sections.written(parts, codes={1: "PARIS", 2: "LYON"}), cents, sections=SITES) == parts


def test_the_last_line_without_amount_takes_what_is_missing():
    lines = balanced((TypedLine("1", debit_cents=5), TypedLine("2"), TypedLine("3")))

    assert [(line.debit_cents, line.credit_cents) for line in lines] == [(5, 0), (0, 0), (0, 5)]


@pytest.mark.parametrize(
    ("words", "first"),
    [("6064", "606400"), ("fournitures admin", "606400"), ("clie", "411000"), ("TVA COLL", "445710")],
)
def test_accounts_are_found_by_number_or_words(environment, company, words, first):
    with inside(environment.place):
        assert account_choices(company, year_at(company.pk, DAY), words)[0].number == first


def test_accounts_used_last_come_first_and_the_general_chart_after_them(environment, company):
    with inside(environment.place):
        posted(company, (TypedLine("606300", debit_cents=1), TypedLine("512000", credit_cents=1)))

        found = account_choices(company, year_at(company.pk, DAY), "606")

        assert [one.number for one in found[:2]] == ["606300", "606400"]
        assert all(one.is_new for one in found[2:])
        assert "606100" in [one.number for one in found]


@pytest.mark.parametrize("words", ["elan", "ÉLAN", "fpap", "pape lan"])
def test_parties_are_found_without_accents_with_their_account_and_terms(environment, company, words):
    with inside(environment.place):
        (found,) = party_choices(company, words)

    assert (found.number, found.account, found.due_days, found.is_end_of_month) == ("FPAPE", "401000", 30, True)


@pytest.mark.parametrize("words", ["fpap", "élan"])
def test_a_party_is_offered_among_the_accounts_with_its_own(environment, company, words):
    with inside(environment.place):
        found = account_or_party_choices(company, year_at(company.pk, DAY), words)

    assert [(one.number, one.account) for one in found if one.is_party] == [("FPAPE", "401000")]


def test_digits_mean_accounts_before_the_parties_that_hold_them(environment, company):
    with inside(environment.place):
        AuxiliaryAccount.objects.create(company=company, number="F9", label="Local 512")

        found = account_or_party_choices(company, year_at(company.pk, DAY), "512")

    assert not [one for one in found if one.is_party]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("fpape", ("401000", "FPAPE")),
        ("Papeterie ÉLAN", ("401000", "FPAPE")),
        ("elan", ("401000", "FPAPE")),
        ("606400", ("606400", "")),
        ("606100", ("606100", "")),
        ("el", ("el", "")),
        ("personne", ("personne", "")),
    ],
)
def test_a_party_typed_as_an_account_is_its_account_and_itself(browse, environment, company, typed, kept):
    with inside(environment.place):
        journal = make_journal(company, "AC")
    line = {"account": typed, "credit": "100"}

    browse().post(f"{BOOKS}brouillons/nouveau/", {**head(journal), **rows([line])})

    with inside(environment.place):
        (line,) = lines_kept()
        assert (line.account, line.auxiliary) == kept


def test_words_that_mean_two_parties_stay_as_they_were_typed(browse, environment, company):
    with inside(environment.place):
        journal, account = make_journal(company, "AC"), ChartAccount.objects.get(company=company, number="401000")
        AuxiliaryAccount.objects.create(company=company, number="FELAN", label="Élan vital", account=account)

    browse().post(f"{BOOKS}brouillons/nouveau/", {**head(journal), **rows([{"account": "elan", "credit": "1"}])})

    with inside(environment.place):
        assert [line.account for line in lines_kept()] == ["elan"]


@pytest.mark.parametrize("words", ["100%", "_", "\\", "'", "%"])
def test_marks_of_patterns_find_nothing(environment, company, words):
    with inside(environment.place):
        assert party_choices(company, words) == []


def test_the_rate_of_the_day_is_the_last_one_noted(browse, environment, company):
    with inside(environment.place):
        make_rate(company, day=date(2025, 5, 1))

    told = browse().get(f"{BOOKS}ecritures/cours/", {"currency": "usd", "day": "2025-05-06"}).json()
    before = browse().get(f"{BOOKS}ecritures/cours/", {"currency": "USD", "day": "2025-04-30"}).json()

    assert (Decimal(told["per_euro"]), before["per_euro"]) == (Decimal("1.25"), None)


def rows(lines):
    fields = {f"lines-{n}-{name}": value for n, line in enumerate(lines) for name, value in line.items()}
    return {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0, **fields}


def head(journal, **changed):
    facts = {
        "journal": journal.pk,
        "date": "2025-05-06",
        "piece_ref": "F-9",
        "label": "Achat",
        "version": "0",
        "save": "1",
    }
    return {**facts, **changed}


def lines_kept():
    return typed_lines([DraftEntry.objects.get()])[DraftEntry.objects.get().pk]


def test_the_details_of_a_line_are_kept(browse, environment, company):
    with inside(environment.place):
        axis, (paris, lyon) = make_axis(company)
        journal = make_journal(company, "AC")
    line = {
        "account": "606400",
        "debit": "100",
        "due_on": "2025-06-30",
        "vat_code": "D20",
        "currency": "usd",
        "currency_amount": "125",
        f"axis_{axis.pk}": "PARIS:60% LYON:40%",
    }

    browse().post(
        f"{BOOKS}brouillons/nouveau/", {**head(journal), **rows([line, {"account": "512000", "credit": "100"}])}
    )

    with inside(environment.place):
        kept = lines_kept()[0]
        assert (kept.due_on, kept.vat_code, kept.currency, kept.currency_amount) == (
            date(2025, 6, 30),
            "D20",
            "USD",
            125,
        )
        assert kept.sections == ((paris.pk, 6_000), (lyon.pk, 4_000))


def test_an_amount_in_another_currency_takes_the_rate_of_the_day(browse, environment, company):
    with inside(environment.place):
        make_rate(company)
        journal = make_journal(company, "AC")
    lines = [
        {"account": "606400", "currency": "USD", "currency_amount": "125"},
        {"account": "512000", "currency": "USD", "currency_amount": "-125"},
    ]

    browse().post(f"{BOOKS}brouillons/nouveau/", {**head(journal), **rows(lines)})

    with inside(environment.place):
        assert [(line.debit_cents, line.credit_cents) for line in lines_kept()] == [(10_000, 0), (0, 10_000)]


@pytest.mark.parametrize(
    "line",
    [
        {"debit": "1", "currency": "USD"},
        {"debit": "1", "currency_amount": "1"},
        {"debit": "1", "currency": "US"},
        {"debit": "1", "currency": "USD", "currency_amount": "1e99"},
        {"debit": "1", "letters": "x"},
        {"debit": "1", "due_on": "x"},
    ],
)
def test_a_detail_that_cannot_be_read_is_said_and_nothing_is_kept(browse, environment, company, line):
    with inside(environment.place):
        journal = make_journal(company, "AC")

    answer = browse().post(f"{BOOKS}brouillons/nouveau/", {**head(journal), **rows([{"account": "606400", **line}])})

    assert answer.status_code == 422
    with inside(environment.place):
        assert not DraftEntry.objects.exists()


def sent_back(browser, draft):
    """Post the grid of *draft* as its page shows it, with another label."""
    page = browser.get(f"{BOOKS}brouillons/{draft}/")
    form, lines = page.context["form"], page.context["lines"]
    shown = {name: form[name].value() for name in form.fields}
    typed = [{name: row[name].value() for name in row.fields if row[name].value()} for row in lines.forms]
    shown = {name: value for name, value in shown.items() if value is not None}
    return browser.post(f"{BOOKS}brouillons/{draft}/", {**shown, **rows(typed), "label": "Changé", "save": "1"})


def test_a_draft_saved_again_loses_nothing_not_even_what_the_grid_does_not_show(browse, environment, company):
    with inside(environment.place):
        bill = posted(company)
        _axis, (paris, _lyon) = make_axis(company)
        closed, (old, _other) = make_axis(company, "VIEUX", ("X", "Y"))
        type(closed).objects.filter(pk=closed.pk).update(is_closed=True)
        line = TypedLine(
            "401000",
            "FPAPE",
            "Règlement",
            12_000,
            0,
            "USD",
            Decimal("150.5"),
            DAY,
            "D20",
            ((bill.pk, 3),),
            ((paris.pk, 12_000), (old.pk, 12_000)),
        )
        other = TypedLine("512000", credit_cents=12_000)
        draft = drafted(company, (line, other), piece_date=date(2025, 4, 1), origin=("bank", "7"))

    assert sent_back(browse(), draft.pk).status_code == 302

    with inside(environment.place):
        saved = DraftEntry.objects.get()
        assert (saved.label, saved.piece_date, saved.origin_room, saved.origin_key) == (
            "Changé",
            date(2025, 4, 1),
            "bank",
            "7",
        )
        assert lines_kept() == [line, replace(other)]


def test_a_payment_is_lettered_with_the_bill_that_was_ticked(browse, environment, company):
    with inside(environment.place):
        bill, journal = posted(company), make_journal(company, "BQ")
    browser = browse()
    offered = browser.get(
        f"{BOOKS}ecritures/lignes-ouvertes/",
        {"account": "401000", "auxiliary": "FPAPE", "day": "2025-05-06", "row": "0"},
    )
    assert f'value="{bill.pk}.3"' in offered.content.decode()
    lines = [
        {"account": "401000", "auxiliary": "FPAPE", "debit": "120", "letters": f"{bill.pk}.3"},
        {"account": "512000", "credit": "120"},
    ]

    review = browser.post(f"{BOOKS}brouillons/nouveau/", {**head(journal, review="1"), **rows(lines)}, follow=True)
    browser.post(review.request["PATH_INFO"], {"version": "1"})

    with inside(environment.place):
        assert LetteredLine.objects.filter(lettering__code="AA").count() == 2


def test_the_open_lines_are_shown_without_script(browse, environment, company):
    with inside(environment.place):
        bill, journal = posted(company), make_journal(company, "BQ")
    lines = [{"account": "401000", "auxiliary": "FPAPE"}]

    page = browse().post(f"{BOOKS}brouillons/nouveau/", {**head(journal), **rows(lines), "open": "lines-0"})

    assert page.status_code == 200
    assert f'value="{bill.pk}.3"' in page.content.decode()


def test_the_balance_is_put_in_without_script(browse, environment, company):
    with inside(environment.place):
        journal = make_journal(company, "AC")
    lines = [{"account": "606400", "debit": "100+20"}, {"account": "401000"}]

    page = browse().post(f"{BOOKS}brouillons/nouveau/", {**head(journal), **rows(lines), "balance": "1"})

    assert page.context["lines"].forms[1]["credit"].value() == "120,00"


def test_an_entry_shows_its_origin_details_and_documents(browse, environment, company):
    with inside(environment.place):
        _axis, (paris, _lyon) = make_axis(company)
        lines = (
            replace(PURCHASE[0], vat_code="D20", sections=((paris.pk, 10_000),)),
            PURCHASE[1],
            replace(PURCHASE[2], due_on=date(2025, 6, 30)),
        )
        entry = posted(company, lines, origin=("recurring", "1/2025-05-06"))

    shown = text_of(browse("bob").get(f"{BOOKS}ecritures/{entry.pk}/"))

    assert all(words in shown for words in ("Abonnement", "30/06/2025", "D20", "PARIS", "Aucune pièce jointe"))


def test_a_reversal_mirrors_every_detail_and_letters_both(environment, company):
    with inside(environment.place):
        _axis, (paris, lyon) = make_axis(company)
        lines = (
            replace(
                PURCHASE[0],
                vat_code="D20",
                currency="USD",
                currency_amount=Decimal(125),
                sections=((paris.pk, 6_000), (lyon.pk, 4_000)),
            ),
            *PURCHASE[1:],
        )
        entry = posted(company, lines)
        facts = {"on": date(2025, 6, 1), "reason": "", "letters": True, "allowance": None, "by": ALICE, "at": AT}

        undone = reversal.reverse_entry(entry, **facts, today=TODAY)

        assert dict(LineSection.objects.filter(entry=undone).values_list("section_id", "cents")) == {
            paris.pk: -6_000,
            lyon.pk: -4_000,
        }
        assert (LineVat.objects.get(entry=undone).code, LineCurrency.objects.get(entry=undone).amount) == ("D20", 125)
        assert not LineDue.objects.filter(entry=undone).exists()
        assert sorted(LetteredLine.objects.values_list("entry_id", "position")) == [(entry.pk, 3), (undone.pk, 3)]


def test_a_locked_period_is_said_before_validation(environment, company):
    with inside(environment.place):
        draft = drafted(company)
        posted(company)
        year = year_at(company.pk, DAY)
        YearLedger.objects.filter(fiscal_year=year).update(locked_until=date(2025, 6, 1))

        assert [problem.code for problem in drafts.draft_problems(draft)] == ["period-locked"]
