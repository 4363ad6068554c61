"""The pages of VAT: set up, prepare, open the lines, adjust, file, take away."""

import json
from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.tests.test_pages import text_of
from livret.suite.finance.vat.models import Adjustment, Filing, Regime, Return
from livret.suite.finance.vat.tests.books import Books

JANUARY = date(2025, 1, 15)


@pytest.fixture
def vat(environment, cast):
    """Books with a sale and a purchase of January 2025; the value is the address of their VAT."""
    with inside(environment.place):
        books = Books()
        books.sale(JANUARY, 100_000)
        books.purchase(JANUARY, 40_000)
    return f"/e/{environment.slug}/comptabilite/732829320/tva/"


REGIME = {
    "since": "2026-01-01",
    "kind": "quarterly",
    "services_due": "receipts",
    "territory": "mainland",
    "activity": "goods",
    "due_day": "19",
    "opening_credit": "1 204,80",
}


def test_a_return_is_prepared_opened_and_filed(browse, vat):
    browser = browse()

    page = browser.post(f"{vat}2025-01-01/preparation/", follow=True)
    assert "TVA nette due" in text_of(page)
    lines = browser.get(f"{vat}2025-01-01/0/lignes/?case=08&colonne=tax")
    assert "VE-1" in text_of(lines)
    filed = browser.post(f"{vat}2025-01-01/depot/", {"posts_settlement": "on", "locks": "on"}, follow=True)

    assert "Cette déclaration est déposée" in text_of(filed)
    assert "Écriture de liquidation" in text_of(filed)


def test_the_home_tells_what_is_to_be_prepared(browse, vat):
    page = browse().get(vat)

    assert page.status_code == 200
    assert "À préparer" in text_of(page)


def test_without_regime_the_home_says_what_to_do(browse, vat, environment):
    with inside(environment.place):
        Regime.objects.all().delete()

    assert "Pas encore de régime de TVA" in text_of(browse().get(vat))


def test_a_regime_is_set(browse, vat, environment):
    browse().post(f"{vat}reglages/", REGIME)

    with inside(environment.place):
        regime = Regime.objects.get(since=date(2026, 1, 1))
        assert (regime.kind, regime.services_due, regime.due_day) == ("quarterly", "receipts", 19)
        assert regime.opening_credit_cents == 120_480


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"since": "2026-02-10"}, "au milieu d’une"),
        ({"since": "2027-01-01", "kind": "yearly"}, "n’existe pas dans la loi"),
        ({"due_day": "31"}, "24"),
    ],
)
def test_a_regime_that_cannot_be_is_refused(browse, vat, changed, words):
    page = browse().post(f"{vat}reglages/", {**REGIME, **changed})

    assert page.status_code == 422
    assert words in text_of(page)


def test_accounts_are_given_a_code(browse, vat):
    browser = browse()
    browser.post(f"{vat}reglages/comptes/", {"root": "707000", "code": "EXO"})

    page = browser.get(f"{vat}reglages/")

    assert "Opérations exonérées" in text_of(page)


def test_a_code_for_no_account_is_refused(browse, vat):
    assert browse().post(f"{vat}reglages/comptes/", {"root": "x", "code": "EXO"}).status_code == 422


def test_a_box_is_adjusted_with_its_reason(browse, vat, environment):
    browser = browse()
    browser.post(f"{vat}2025-01-01/preparation/")
    typed = {"cell": "20/tax", "amount": "-12,50", "account": "445800", "reason": "TVA sur véhicule"}

    page = browser.post(f"{vat}2025-01-01/ajustement/", typed, follow=True)

    assert "TVA sur véhicule" in text_of(page)
    with inside(environment.place):
        assert Adjustment.objects.get().cents == -1250


@pytest.mark.parametrize("typed", [{"cell": "20/tax", "amount": "0", "reason": "Essai"}, {"cell": "16/tax"}, {}])
def test_an_adjustment_that_cannot_be_is_refused(browse, vat, typed):
    browser = browse()
    browser.post(f"{vat}2025-01-01/preparation/")

    assert browser.post(f"{vat}2025-01-01/ajustement/", typed).status_code == 422


def test_a_refused_filing_says_why_and_changes_nothing(browse, vat, environment):
    browser = browse()
    browser.post(f"{vat}2025-01-01/preparation/")
    with inside(environment.place):
        Return.objects.update(watermark=0)

    page = browser.post(f"{vat}2025-01-01/depot/", {"posts_settlement": "on", "locks": "on"})

    assert page.status_code == 422
    assert "Préparez-la à nouveau" in text_of(page)
    with inside(environment.place):
        assert not Filing.objects.exists()


def test_a_return_out_of_date_says_what_came_and_is_worked_out_again_first(browse, vat, environment):
    browser = browse()
    browser.post(f"{vat}2025-01-01/preparation/")
    with inside(environment.place):
        Return.objects.update(watermark=1)  # As if the second entry had come since.

    for path in ("2025-01-01/", "2025-01-01/depot/"):
        page = text_of(browser.get(f"{vat}{path}"))
        assert "Les écritures ont bougé" in page
        assert "AC-1" in page
        assert "Déposer la déclaration" not in page
    page = browser.post(f"{vat}2025-01-01/preparation/", follow=True)

    assert "Relire et déposer" in text_of(page)


@pytest.mark.parametrize("change", ["code", "credit", "regime"])
def test_what_a_return_rests_on_is_watched_too(browse, vat, environment, change):
    browser = browse()
    browser.post(f"{vat}2025-01-01/preparation/")
    with inside(environment.place):
        if change == "credit":
            Regime.objects.update(opening_credit_cents=5_000)
    if change == "regime":
        browser.post(f"{vat}reglages/", {**REGIME, "since": "2025-01-01", "kind": "monthly", "opening_credit": "0"})
    if change == "code":
        browser.post(f"{vat}reglages/comptes/", {"root": "707000", "code": "EXO"})

    words = {"code": "Des codes de comptes ont changé", "credit": "50,00", "regime": "Le régime de TVA a changé"}[
        change
    ]

    assert words in text_of(browser.get(f"{vat}2025-01-01/"))


def test_a_return_is_taken_away_as_data(browse, vat):
    browser = browse()
    browser.post(f"{vat}2025-01-01/preparation/")

    sheet = browser.get(f"{vat}2025-01-01/0/csv/").content.decode("utf-8-sig")
    data = json.loads(browser.get(f"{vat}2025-01-01/0/json/").content)

    assert "08;Taux normal 20 %;1000;200" in sheet.splitlines()
    assert next(box for box in data["boxes"] if box["box"] == "32")["tax"] == 120


def test_a_corrective_return_is_begun_from_the_page(browse, vat):
    browser = browse()
    browser.post(f"{vat}2025-01-01/preparation/")
    browser.post(f"{vat}2025-01-01/depot/", {"locks": "on"})

    page = browser.post(f"{vat}2025-01-01/preparation/", follow=True)

    assert "rectificative n° 1" in text_of(page)
    assert "Cette déclaration est déposée" in text_of(browser.get(f"{vat}2025-01-01/?rang=0"))


@pytest.mark.parametrize("path", ["2025-01-02/", "2025-02-01/", "hier/", "2025-01-01/4/csv/"])
def test_what_is_not_there_is_not_found(browse, vat, path):
    browser = browse()
    browser.post(f"{vat}2025-01-01/preparation/")

    assert browser.get(f"{vat}{path}").status_code == 404


@pytest.mark.parametrize("path", ["reglages/", "2025-01-01/depot/", "2025-01-01/ajustement/"])
def test_a_reader_changes_nothing(browse, vat, path):
    browse().post(f"{vat}2025-01-01/preparation/")

    assert browse("bob").get(f"{vat}{path}").status_code == 403


def test_the_franchise_shows_its_ceilings(browse, vat, environment):
    with inside(environment.place):
        Regime.objects.update(kind="franchise")

    assert "Plafonds de la franchise en base" in text_of(browse().get(vat))
