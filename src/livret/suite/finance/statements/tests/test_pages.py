"""Pages of the reports, as people with each right open them."""

import html
import re
from datetime import date

import pytest
from django.urls import reverse

from livret.core.tenancy.context import inside
from livret.suite.company.models import Company
from livret.suite.finance.services.ledger import NewEntry, NewLine, post
from livret.suite.finance.statements import demo
from livret.suite.finance.statements.models import Loan, ReportFile, SavedFilter
from livret.suite.finance.statements.reports.registry import REPORTS
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_account, make_journal

KINDS = [report.kind for report in REPORTS]


def address(environment, name, **kwargs):
    return reverse(f"statements:{name}", kwargs={"environment": environment.slug, "siren": "732829320", **kwargs})


@pytest.mark.parametrize("kind", KINDS)
def test_each_report_opens_for_who_reads(browse, environment, books_of_2025, kind):
    page = browse("bob").get(address(environment, "report", year="2025-12-31", kind=kind))

    assert page.status_code == 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", ["pdf", "xlsx", "csv"])
def test_each_report_is_taken_away(browse, environment, books_of_2025, kind, format):
    page = browse("bob").get(address(environment, "file_now", year="2025-12-31", kind=kind, format=format))

    assert page.status_code == 200
    assert b"".join(page.streaming_content)


@pytest.mark.parametrize("name", ["home", "search", "forecast", "loan_new"])
def test_the_other_pages_open(browse, environment, books_of_2025, name):
    page = browse("alice").get(address(environment, name))

    assert page.status_code == 200


def test_the_management_figures_open(browse, environment, books_of_2025):
    page = browse("bob").get(address(environment, "management", year="2025-12-31"))

    assert page.status_code == 200


def test_a_figure_opens_its_accounts_and_they_open_their_lines(browse, environment, books_of_2025):
    browser = browse("bob")
    sheet = browser.get(address(environment, "report", year="2025-12-31", kind="bilan")).content.decode()
    figure = address(environment, "figure", year="2025-12-31", kind="bilan", key="customers")

    accounts = browser.get(figure).content.decode()

    assert figure in sheet
    assert f"/e/{environment.slug}/comptabilite/732829320/2025-12-31/comptes/411000/?since=2025-01-01" in accounts


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("report", {"year": "2025-12-31", "kind": "horoscope"}),
        ("report", {"year": "2031-12-31", "kind": "bilan"}),
        ("figure", {"year": "2025-12-31", "kind": "bilan", "key": "nothing"}),
        ("figure", {"year": "2025-12-31", "kind": "balance", "key": "cash"}),
        ("file_now", {"year": "2025-12-31", "kind": "bilan", "format": "exe"}),
        ("auxiliary_ledger", {"year": "2025-12-31", "number": "NOBODY"}),
        ("file", {"file": 999}),
    ],
)
def test_what_does_not_exist_is_not_found(browse, environment, books_of_2025, name, facts):
    assert browse("bob").get(address(environment, name, **facts)).status_code == 404


@pytest.mark.parametrize("query", ["period=nothing&level=9", "since=2025-13-45", "period=m3&page=77", "party=martians"])
def test_an_address_that_makes_no_sense_shows_the_year(browse, environment, books_of_2025, query):
    page = browse("bob").get(f"{address(environment, 'report', year='2025-12-31', kind='balance-auxiliaire')}?{query}")

    assert page.status_code == 200


def test_a_filter_is_kept_for_its_person_alone(browse, environment, books_of_2025):
    kept = {"name": "Janvier", "query": "period=m1"}
    path = address(environment, "report", year="2025-12-31", kind="balance")

    answer = browse("bob").post(address(environment, "filter_new", year="2025-12-31", kind="balance"), kept)

    assert answer["Location"] == f"{path}?period=m1"
    assert "Janvier" in browse("bob").get(path).content.decode()
    assert "Janvier" not in browse("alice").get(path).content.decode()


def test_a_filter_without_a_name_is_refused(browse, environment, books_of_2025):
    browse("bob").post(address(environment, "filter_new", year="2025-12-31", kind="balance"), {"name": " "})

    with inside(environment.place):
        assert not SavedFilter.objects.exists()


def test_the_books_of_a_large_year_are_made_by_a_job(browse, environment, books_of_2025, monkeypatch):
    monkeypatch.setattr("livret.suite.finance.statements.services.files.MOST_LINES_AT_ONCE", 3)
    browser, facts = browse("bob"), {"year": "2025-12-31", "kind": "grand-livre"}

    offered = browser.get(address(environment, "file_now", **facts, format="csv"))
    answer = browser.post(address(environment, "file_asked", **facts), {"format": "csv"})

    with inside(environment.place):
        file = ReportFile.objects.get()
    assert "Préparer le fichier" in offered.content.decode()
    assert answer["Location"] == address(environment, "file", file=file.pk)
    assert "en cours d’écriture" in browser.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("amount", ["", "0", "beaucoup"])
def test_a_loan_without_an_amount_is_refused(browse, environment, books_of_2025, amount):
    typed = {"label": "Four", "amount": amount, "first_on": "2026-01-05", "every_months": 1, "payments": 12}

    answer = browse("rose").post(address(environment, "loan_new"), typed)

    assert answer.status_code == 422
    with inside(environment.place):
        assert not Loan.objects.exists()


def test_a_loan_stands_in_the_forecast_until_it_is_removed(browse, environment, books_of_2025):
    typed = {"label": "Four", "amount": "500,50", "first_on": "2020-01-05", "every_months": 1, "payments": 400}
    browser = browse("rose")

    browser.post(address(environment, "loan_new"), typed)
    shown = browser.get(address(environment, "forecast")).content.decode()
    with inside(environment.place):
        loan = Loan.objects.get().pk
    browser.post(address(environment, "loan_removal", loan=loan))

    assert "−500,50" in shown
    assert "Four" not in browser.get(address(environment, "forecast")).content.decode()


def test_who_reads_may_not_type_a_loan(browse, environment, books_of_2025):
    assert browse("bob").get(address(environment, "loan_new")).status_code == 403


def test_nothing_to_search_for_is_asked_for(browse, environment, books_of_2025):
    page = browse("bob").get(f"{address(environment, 'search')}?since=2025-01-01")

    assert "Saisissez un libellé" in page.content.decode()


def test_a_search_says_how_much_it_read(browse, environment, books_of_2025):
    page = browse("bob").get(f"{address(environment, 'search')}?amount=120,00").content.decode()

    assert "2 écritures ont été lues" in page
    assert page.count("/ecritures/") == 1


def test_the_home_of_a_company_tells_what_is_late(browse, environment, books_of_2025):
    page = browse("alice").get(f"/e/{environment.slug}/comptabilite/732829320/").content.decode()

    assert "Clients en retard de paiement" in page
    assert "balance-agee/?period=days" in page


def test_the_demonstration_is_furnished_once(environment, books_of_2025):
    with inside(environment.place):
        company = Company.objects.get()

        demo.furnish(company, by=ALICE, at=AT)
        demo.furnish(company, by=ALICE, at=AT)

        assert (Loan.objects.count(), SavedFilter.objects.count()) == (1, len(demo.FILTERS))


@pytest.mark.parametrize("query", ["", "?account=411000&on=2025-01-10", "?before=last", "?after=nonsense"])
def test_the_ledger_of_a_party_shows_its_lines(browse, environment, books_of_2025, query):
    page = browse("bob").get(address(environment, "auxiliary_ledger", year="2025-12-31", number="C001") + query)

    assert page.content.decode().count("/ecritures/") == 2


def test_the_ledger_of_a_party_goes_on_from_page_to_page(browse, environment, books_of_2025, monkeypatch):
    monkeypatch.setattr("livret.suite.finance.queries.ledgers.PAGE", 1)
    browser, path = browse("bob"), address(environment, "auxiliary_ledger", year="2025-12-31", number="C001")

    after = html.unescape(re.search(r'href="([^"]*&amp;after=[^"]*)"', browser.get(path).content.decode()).group(1))
    second = browser.get(path + after).content.decode()

    assert second.count("/ecritures/") == 1
    assert "720,00" in second


@pytest.mark.parametrize(
    ("query", "moved"), [("?since=2025-02-01&until=2025-02-28", False), ("?since=1999-01-01&until=x", True), ("", True)]
)
def test_the_trial_balance_keeps_to_the_days_asked_for(browse, environment, books_of_2025, query, moved):
    page = browse("bob").get(address(environment, "report", year="2025-12-31", kind="balance") + query)

    customers = next(row for row in page.context["shown"].rows if row.head.text == "411000")
    assert (customers.cells[2].text == "720,00") is moved


def test_the_csv_of_the_trial_balance_opens_in_a_spreadsheet(browse, environment, books_of_2025):
    sent = browse("bob").get(address(environment, "file_now", year="2025-12-31", kind="balance", format="csv"))

    lines = b"".join(sent.streaming_content).decode("utf-8-sig").splitlines()
    assert any(line.startswith("411000;Clients;0,00;720,00;0,00;720,00") for line in lines)


@pytest.mark.parametrize("page", ["etats/", "2025-12-31/journaux/"])
def test_the_fec_is_taken_from_the_books_of_a_year(browse, environment, books_of_2025, page):
    shown = browse("bob").get(f"/e/{environment.slug}/comptabilite/732829320/{page}").content.decode()

    assert "/732829320/2025-12-31/fec/" in shown


def test_the_trial_balance_leads_to_the_journals_of_its_year(browse, environment, books_of_2025):
    page = browse("bob").get(address(environment, "report", year="2025-12-31", kind="balance")).content.decode()

    assert f'href="/e/{environment.slug}/comptabilite/732829320/2025-12-31/journaux/"' in page


@pytest.fixture
def two_journals(environment, books_of_2025):
    """The two sales of the year, and an entry of another journal in June."""
    with inside(environment.place):
        company = Company.objects.get()
        lines = [(account.pk, cents) for account, cents in _accounts(company)]
        made = [NewLine(pk, None, max(cents, 0), max(-cents, 0)) for pk, cents in lines]
        day = date(2025, 6, 3)
        entry = NewEntry(make_journal(company, "OD", "Divers", "general").pk, day, "Écart", "OD-1", day, made)
        post(entry, year=company.fiscal_years.get(), allowance=None, by=ALICE, at=AT, on=TODAY)
    return address(environment, "journals", year="2025-12-31")


def _accounts(company):
    return [(make_account(company, "658000", "Charges"), 250), (make_account(company, "758000", "Produits"), -250)]


@pytest.mark.parametrize(
    ("query", "references", "entries"),
    [
        ("", ["VE", "VE", "OD"], {"OD": "1", "VE": "2"}),
        ("?journal=OD", ["OD"], {"OD": "1"}),
        ("?since=2025-06-01&until=2025-06-30", ["OD"], {"OD": "1"}),
        ("?journal=VE&since=2025-06-01&until=2025-06-30", [], {}),
        ("?journal=XX&after=nonsense&before=1.2", ["VE", "VE", "OD"], {"OD": "1", "VE": "2"}),
    ],
)
def test_the_journals_show_their_entries_over_days_and_the_totals_of_each(
    browse, two_journals, query, references, entries
):
    page = browse("bob").get(two_journals + query)

    assert [one.journal for one in page.context["page"].entries] == references
    sums = {row.head.text: row.cells[1].text for row in page.context["shown"].rows if row.kind == "line"}
    assert sums == entries
    assert page.content.decode().count("/ecritures/") == len(references)


def test_the_total_of_a_journal_leads_to_its_entries_over_the_same_days(browse, two_journals):
    page = browse("bob").get(two_journals + "?since=2025-06-01&until=2025-06-30")

    rows = page.context["shown"].rows
    assert rows[0].head.url == two_journals + "?since=2025-06-01&until=2025-06-30&journal=OD#entries"


def test_the_entries_of_the_journals_go_on_from_page_to_page_and_back(browse, two_journals, monkeypatch):
    monkeypatch.setattr("livret.suite.finance.statements.queries.journals.PAGE", 1)
    browser, seen, link = browse("bob"), [], ""

    for name in ("after", "after", "before", "last"):
        page = browser.get(two_journals + link)
        seen.append([one.journal for one in page.context["page"].entries])
        link = page.context["links"][name]

    assert seen == [["VE"], ["VE"], ["OD"], ["VE"]]
    last = browser.get(two_journals + link).context
    assert [one.journal for one in last["page"].entries] == ["OD"]
    assert (last["page"].after, bool(last["links"]["before"])) == (None, True)


def test_the_files_of_the_journals_hold_the_journal_that_was_chosen(browse, environment, two_journals):
    facts = {"year": "2025-12-31", "kind": "journaux", "format": "csv"}
    sent = browse("bob").get(address(environment, "file_now", **facts) + "?journal=OD")

    text = b"".join(sent.streaming_content).decode("utf-8-sig")
    assert "journaux-od" in sent["Content-Disposition"]
    assert "OD-000001" in text
    assert "VE" not in text


def test_the_journals_of_a_year_are_not_their_totals_by_month(browse, environment, two_journals):
    browser, months = browse("bob"), address(environment, "report", year="2025-12-31", kind="centralisation")

    assert "Mois" in browser.get(months).content.decode()
    assert "page" not in browser.get(months).context
    assert "Écart" in browser.get(two_journals).content.decode()
