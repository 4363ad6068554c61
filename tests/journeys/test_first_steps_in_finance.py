"""The first steps in Finance, as docs/start/first-steps.md tells them: bank, VAT, lettering, closing, reading."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOOKKEEPER, OWNER, REVISER = (f"{name}@trois-lunes.example" for name in ("berenice", "alice", "victor"))
LAST_YEAR = str(date.today().year - 1)
FINANCE = "/e/trois-lunes/comptabilite/"


def opened(page, room):
    page.get_by_role("link", name="Papeterie des Trois Lunes SAS").first.click()
    page.get_by_role("navigation").get_by_role("link", name=room, exact=True).first.click()
    return page


def test_the_bank_is_cleared_and_reconciled_then_the_vat_return_is_filed(visit):
    page = opened(visit(BOOKKEEPER, FINANCE), "Banque")
    page.get_by_role("button", name=re.compile(r"Accepter les \d+ sûrs")).click()
    expect(page.get_by_role("button", name=re.compile(r"Accepter les \d+ sûrs"))).to_have_count(0)

    page.get_by_role("link", name="FRAIS DE TENUE DE COMPTE").click()
    page.get_by_label("Compte, ligne 1").fill("627000")
    page.get_by_role("button", name="Comptabiliser et lettrer").click()
    page.get_by_role("link", name="Banque", exact=True).first.click()
    page.get_by_role("link", name="État de rapprochement").first.click()

    expect(page.locator("main")).to_contain_text("L’écart est expliqué au centime")

    page.get_by_role("navigation").get_by_role("link", name="TVA", exact=True).first.click()
    page.get_by_role("row").filter(has_text="Préparée").get_by_role("link").first.click()
    page.get_by_role("button", name="Calculer à nouveau").first.click()
    page.get_by_role("link", name="Relire et déposer").click()
    page.get_by_role("button", name="Déposer la déclaration").click()
    expect(page.locator("main")).to_contain_text("Déposée")


def test_what_goes_together_is_lettered_at_once(visit):
    page = opened(visit(BOOKKEEPER, FINANCE), "Lettrage")
    page.get_by_role("link", name="Lettrer automatiquement").click()
    page.get_by_role("button", name="Préparer une proposition").click()
    page.get_by_role("button", name="Lettrer tout ce qui est retenu").click(timeout=60_000)

    expect(page.locator("main")).to_contain_text("Annuler tout ce lettrage", timeout=60_000)


def test_a_year_is_checked_and_carried_forward_and_an_administrator_sees_what_closes_it(visit):
    page = opened(visit(BOOKKEEPER, FINANCE), "Clôture")
    page.get_by_role("link", name=LAST_YEAR, exact=True).first.click()
    for step in ("Verrous de période", "Contrôles", "Régularisations", "À-nouveaux"):
        page.get_by_role("link", name=step, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name=re.compile("à-nouveaux", re.IGNORECASE)).click()
    page.get_by_role("link", name="Retour à la clôture de l’exercice").click(timeout=60_000)
    expect(page.locator("main")).to_contain_text("Étapes de la clôture")

    owner = visit(OWNER, f"{page.url}definitive/")
    expect(owner.locator("main")).to_contain_text("Ce qui devient impossible")


def test_a_reviser_reads_and_asks_and_changes_nothing(visit):
    page = opened(visit(REVISER, FINANCE), "Révision")

    expect(page.get_by_role("heading", level=1)).to_have_text("Révision")
    opened(visit(REVISER, FINANCE), "Saisie")
    expect(page.get_by_role("link", name="Saisir une écriture")).to_have_count(0)
