"""A bookkeeper's year in a real browser: take-over, bank, lettering, VAT, closing, and the FEC at the end."""

import io
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from livret.formats import fec
from livret.suite.finance.bank.tests.factories import IBAN, camt
from livret.suite.finance.tests.factories import fec_bytes, fec_line, sale

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMINISTRATOR = "alice@trois-lunes.example"
SIREN, NAME = "552100554", "552100554FEC20251231.txt"
BOOKS = f"/e/trois-lunes/comptabilite/{SIREN}/"
A_JOB = 60_000


def paid(number, cents, *, day):
    shared = {"journal_code": "BQ", "journal_label": "Banque", "entry_number": number, "entry_date": day}
    shared |= {"piece_date": day, "piece_ref": "FA-2", "label": "Virement FA-2"}
    return [
        fec_line(account="512000", account_label="Banque", debit_cents=cents, **shared),
        fec_line(account="411000", aux="C001", aux_label="Client C001", credit_cents=cents, **shared),
    ]


def bought(number, cents, *, day):
    shared = {"journal_code": "OD", "journal_label": "Opérations diverses", "entry_number": number, "entry_date": day}
    shared |= {"piece_date": day, "piece_ref": "FR-1", "label": "Frais FR-1"}
    hotel = {"aux": "F001", "aux_label": "Hôtel", "credit_cents": cents}
    return [
        fec_line(account="625100", account_label="Voyages", debit_cents=cents, **shared),
        fec_line(account="401000", account_label="Fournisseurs", **hotel, **shared),
    ]


def taken_over():
    second = sale("2", cents=60_000, day=date(2025, 2, 10), piece_ref="FA-2", label="Facture FA-2")
    first = sale("1", day=date(2025, 1, 15))
    return fec_bytes(
        [*first, *second, *paid("1", 60_000, day=date(2025, 3, 5)), *bought("1", 4_000, day=date(2025, 3, 9))]
    )


def statement():
    found = {"cents": 60_000, "label": "VIR FA-2", "day": date(2025, 3, 5)}
    new = {"cents": 12_000, "label": "VIR CLIENT C001 FACTURE FA-1", "day": date(2025, 3, 20)}
    return camt([found, new], opening=0)


def send(page: Page, name, content):
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/plain", "buffer": content})


def take_over(page):
    page.goto("/e/trois-lunes/comptabilite/fec/")
    send(page, NAME, taken_over())
    page.get_by_role("button", name="Contrôler le fichier").click()
    page.get_by_label("Raison sociale").fill("Atelier du Parcours")
    page.get_by_role("button", name="Importer dans les livres").click()
    page.get_by_role("link", name="Voir la balance").click(timeout=A_JOB)
    expect(page.locator("table").last).to_contain_text("411000")


def clear_the_bank(page):
    page.goto(f"{BOOKS}banque/comptes/nouveau/")
    page.get_by_label("IBAN").fill(IBAN)
    page.get_by_label("Nom", exact=True).fill("Compte courant")
    page.get_by_label("Journal de banque").select_option(index=1)
    page.get_by_role("button", name="Ajouter le compte").click()
    page.goto(f"{BOOKS}banque/releves/")
    send(page, "releve.xml", statement())
    page.get_by_role("button", name="Contrôler le relevé").click()
    page.get_by_role("button", name="Importer les mouvements").click()
    page.get_by_role("link", name="Traiter les mouvements").click(timeout=A_JOB)
    page.get_by_role("button", name="Accepter les 2 sûrs").click()
    expect(page.locator("main")).to_contain_text("Tous les mouvements sont en comptabilité", timeout=A_JOB)


def letter_the_rest(page):
    page.goto(f"{BOOKS}lettrage/")
    page.get_by_role("link", name="Lettrer automatiquement").click()
    page.get_by_role("button", name="Préparer une proposition").click()
    expect(page.locator("main")).to_contain_text("Virement FA-2", timeout=A_JOB)
    page.get_by_role("button", name="Lettrer tout ce qui est retenu").click()
    page.goto(f"{BOOKS}lettrage/2025-12-31/comptes/411000/")
    expect(page.locator("main")).not_to_contain_text("FA-2", timeout=A_JOB)


def file_the_vat(page):
    page.goto(f"{BOOKS}tva/reglages/")
    page.get_by_label("À partir du").fill("2025-01-01")
    page.get_by_label("Déclarations").select_option(label="CA3 trimestrielle")
    page.get_by_role("button", name="Enregistrer le régime").click()
    page.goto(f"{BOOKS}tva/")
    page.get_by_role("row").filter(has_text="01/01/2025").get_by_role("button", name="Préparer").click()
    box = page.get_by_role("row").filter(has_text="Total de la TVA brute due")
    expect(box).to_contain_text("120", timeout=A_JOB)
    page.get_by_role("link", name="Relire et déposer").click()
    page.get_by_role("button", name="Déposer la déclaration").click()
    expect(page.locator("main")).to_contain_text("Déposée")


def close_the_year(page):
    closing = f"{BOOKS}cloture/2025-12-31/"
    page.goto(f"{closing}a-nouveaux/")
    page.get_by_role("button", name="Ouvrir l’exercice suivant").click()
    page.goto(f"{closing}controles/vat-unfiled/acceptation/")
    page.get_by_label("Pourquoi vous l’acceptez").fill("Aucune activité après le mois de mars.")
    page.get_by_role("button", name="Accepter l’avertissement").click()
    page.goto(f"{closing}definitive/")
    page.get_by_role("link", name="Passer à la confirmation").click()
    page.get_by_label("Saisissez l’exercice que vous clôturez").fill("2025")
    page.get_by_label("J’ai lu ce qui devient impossible").check()
    page.get_by_role("button", name="Clôturer définitivement l’exercice").click()
    expect(page.locator("main")).to_contain_text("Exécutée", timeout=A_JOB)


def downloaded_fec(page):
    page.goto(f"{BOOKS}cloture/")
    return page.request.get(f"{BOOKS}2025-12-31/fec/").body()


def test_a_year_is_taken_over_reconciled_lettered_declared_closed_and_handed_to_the_tax_office(visit):
    page = visit(ADMINISTRATOR, "/e/trois-lunes/comptabilite/")

    take_over(page)
    clear_the_bank(page)
    letter_the_rest(page)
    file_the_vat(page)
    close_the_year(page)

    content = downloaded_fec(page)
    report = fec.check(io.BytesIO(content), name=NAME)
    assert report.is_valid(), report.findings
    lines = list(fec.read(io.BytesIO(content)))
    customers = [line for line in lines if line.account == "411000"]
    assert sum(line.debit_cents - line.credit_cents for line in customers) == 0
    assert all(line.letter for line in customers)
    assert {line.journal_code for line in lines} >= {"VE", "BQ", "OD"}
    page.goto(f"{BOOKS}etats/2026-12-31/balance/")
    expect(page.locator("table").last).to_contain_text("120")
    expect(page.locator("table").last).to_contain_text("720,00")
