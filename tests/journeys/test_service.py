"""Customer service and operations on data, walked through by the people concerned in a real browser."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OWNER, BOOKKEEPER = "alice@trois-lunes.example", "berenice@trois-lunes.example"
EXTERNAL = "diane@trois-lunes.example"
OPERATOR, CLERK = "octave@publisher.example", "solene@publisher.example"
TECHNICIAN = "denis@publisher.example"
OTHER_OWNER = "chloe@boussole.example"
NUMBER = re.compile(r"D-\d{4}-\d{6}")


@pytest.fixture
def external(visit):
    """Diane administers her company's data from a third one."""
    page = visit(OWNER, "/espace/societe/administrateurs/nouveau/")
    page.get_by_label("Personne").select_option(label="Diane Vasseur")
    page.get_by_label("Société tierce").fill("Cabinet Orion")
    page.get_by_role("button", name="Désigner cette personne").click()
    expect(page.locator("main")).to_contain_text("Cabinet Orion")
    return EXTERNAL


def test_an_external_administrator_s_restore_is_carried_out_without_asking_the_client(external, visit):
    page = visit(external, "/espace/operations/nouvelle/restore/")
    expect(page.locator("main")).to_contain_text("exécuté sans nouvelle validation de Papeterie des Trois Lunes")
    page.get_by_label("Dans son état du").fill((date.today() - timedelta(2)).isoformat())
    page.get_by_label("Motif").fill("Un import a été fait deux fois.")
    page.get_by_label(re.compile("j’ai prévenu")).check()
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Restauration – ")
    number = NUMBER.search(page.url).group()

    staff = visit(OPERATOR, "/console/operations/")
    staff.get_by_role("link", name=number).click()
    expect(staff.locator("main")).to_contain_text("Sans nouvelle validation du client")
    staff.get_by_role("button", name="Commencer à la main").click()
    staff.get_by_label("Compte rendu au client").fill("Remis dans son état d’avant l’import.")
    staff.get_by_role("button", name="Déclarer l’opération exécutée").click()
    expect(staff.locator("main")).to_contain_text("Exécutée")

    mails = visit(TECHNICIAN, f"/console/courriels/?q={number}")
    told = mails.locator("tbody").inner_text()
    owner = visit(OWNER, f"/espace/demandes/{number}/")
    acts = " ".join(owner.locator(".event").all_inner_texts())
    assert (told.count(OWNER), told.count(EXTERNAL)) == (2, 3)
    assert ["Diane Vasseur" in acts, "Octave Lambert" in acts, "Alice Garrigue" in acts] == [True, True, False]


def test_somebody_who_administers_nothing_reads_who_does_and_by_which_clause(visit):
    page = visit(BOOKKEEPER, "/espace/operations/")

    expect(page.locator("main")).to_contain_text("clause S-9")
    expect(page.locator("main")).to_contain_text("Alice Garrigue")


def test_a_letter_ends_the_contract_on_the_day_computed(visit):
    sent, received = date.today() - timedelta(5), date.today() - timedelta(2)
    page = visit(OTHER_OWNER, "/espace/service-client/nouvelle/?topic=termination")
    page.get_by_label("Objet").fill("Fin du contrat")
    page.get_by_label("Votre demande").fill("Nous arrêtons à la fin de la période.")
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.locator("main")).to_contain_text("Accepté jusqu’au")
    number = NUMBER.search(page.url).group()
    page.get_by_label("Lettre envoyée le").fill(sent.isoformat())
    page.get_by_role("button", name="Enregistrer l’envoi").click()
    expect(page.locator("main")).to_contain_text("Fin du contrat calculée")

    staff = visit(CLERK, f"/console/service-client/preavis/{number}/")
    staff.get_by_label("Lettre reçue le").fill(received.isoformat())
    staff.get_by_role("button", name="Enregistrer la réception").click()
    days = staff.locator("table").first

    expect(days).to_contain_text(f"{sent:%d/%m/%Y}")
    expect(days).to_contain_text(f"{received:%d/%m/%Y}")
    expect(days.locator("tr[aria-current]")).to_contain_text("le jour d’envoi de la lettre")


def test_the_form_shows_what_a_topic_needs_and_nothing_else(visit):
    page = visit(OTHER_OWNER, "/espace/service-client/nouvelle/")
    category, terms = page.get_by_label("Sujet de la réclamation"), page.get_by_text("Mettre fin au contrat : ")
    expect(category).to_be_hidden()
    expect(terms).to_be_hidden()

    page.get_by_label(re.compile("^Réclamation")).check()
    expect(category).to_be_visible()
    page.get_by_label(re.compile("^Résiliation")).check()
    expect(terms).to_be_visible()
    expect(category).to_be_hidden()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
@pytest.mark.parametrize(
    ("email", "path"),
    [
        (OTHER_OWNER, "/espace/service-client/"),
        (OTHER_OWNER, "/espace/service-client/nouvelle/?topic=termination"),
        (OTHER_OWNER, "/espace/operations/"),
        (OTHER_OWNER, "/espace/operations/nouvelle/restore/"),
        (CLERK, "/console/service-client/"),
        (CLERK, "/console/service-client/preavis/"),
        (CLERK, "/console/service-client/reclamations/"),
        (OPERATOR, "/console/operations/"),
    ],
)
def test_a_page_is_accessible_and_never_scrolls_sideways(visit, email, path, scheme, width):
    page = visit(email, path, width=width, color_scheme=scheme)

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
