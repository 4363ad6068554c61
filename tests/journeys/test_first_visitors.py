"""The first true path through each half, by three people in a real browser."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOOKKEEPER = "berenice@trois-lunes.example"
ADMINISTRATOR = "chloe@boussole.example"
TECHNICIAN = "denis@publisher.example"


def test_a_bookkeeper_imports_a_fec_and_reads_its_trial_balance(platform, visit):
    file = platform.fec_files[0]
    year = file.stem[-8:-4]
    page = visit(BOOKKEEPER, "/e/trois-lunes/comptabilite/")

    page.get_by_role("link", name="Importer un FEC").last.click()
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Contrôler le fichier").click()
    page.get_by_role("button", name="Importer dans les livres").click()
    page.get_by_role("link", name="Voir la balance").wait_for(timeout=60_000)
    done = page.url
    page.get_by_role("link", name="Continuer la reprise").click()
    expect(page.locator("main")).to_contain_text(f"S’ouvre comme {year} s’est clos")
    page.goto(done)
    page.get_by_role("link", name="Voir la balance").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Balance générale")

    table = page.locator("table").last
    expect(table).to_contain_text("512")
    total = table.locator("tbody tr").last.locator("td.num").all_inner_texts()
    assert total[1] == total[2], "debits and credits are equal"
    assert re.search(r"\d", total[1])


def test_a_request_goes_from_the_client_to_the_technician_and_both_see_the_same(visit):
    subject = "Le bouton de validation reste grisé"
    client = visit(ADMINISTRATOR, "/espace/demandes/nouvelle/")
    client.get_by_label(re.compile("^Élevée")).check()
    client.get_by_label("Objet").fill(subject)
    client.get_by_label("Contexte").fill("Depuis ce matin, sur tous les brouillons du journal des ventes.")
    client.get_by_role("button", name="Envoyer la demande").click()
    expect(client.get_by_role("heading", level=1)).to_contain_text(subject)
    client.get_by_text("Pourquoi cette heure").first.click()
    number = re.search(r"D-\d{4}-\d{6}", client.url).group()

    staff = visit(TECHNICIAN, "/console/support/")
    expect(staff.locator("tbody")).to_contain_text(number)
    staff.get_by_role("link", name=subject).click()
    staff.get_by_role("button", name="Prendre en charge").click()
    expect(staff.locator("main")).to_contain_text("Prise en charge")
    client.reload()

    said = [re.sub(r"\s+", " ", text) for text in client.locator(".event").all_inner_texts()]
    heard = [re.sub(r"\s+", " ", text) for text in staff.locator(".event").all_inner_texts()]
    assert len(said) >= 3
    assert said == heard


def test_the_acknowledgement_stands_in_the_mail_box(visit):
    page = visit(TECHNICIAN, "/console/courriels/")

    expect(page.locator("tbody")).to_contain_text(re.compile(r"D-\d{4}-\d{6}"))


def test_a_request_can_be_filed_without_javascript(visit):
    page = visit(ADMINISTRATOR, "/espace/demandes/nouvelle/", java_script_enabled=False)
    page.get_by_label(re.compile("^Modérée")).check()
    page.get_by_label("Objet").fill("Sans script")
    page.get_by_label("Contexte").fill("La page doit servir quand rien ne s’exécute.")

    page.get_by_role("button", name="Envoyer la demande").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Sans script")
