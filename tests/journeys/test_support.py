"""What the booklet promises of support, lived by the people on both sides, in a real browser."""

import re
import struct
import zlib

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CLIENT = "idris@bois-d-ailleurs.example"
CONNECT = "karim@pain-perdu.example"
TECHNICIAN = "denis@publisher.example"
CUSTOMER_SERVICE = "adele@publisher.example"


def picture() -> bytes:
    """A PNG of one red point, that opens."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    points = zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", points) + part(b"IEND", b"")


def said(page) -> list[str]:
    """The timeline as it is read, without what only its own side may do with it."""
    return [re.sub(r"\s+", " ", text).strip() for text in page.locator(".event").all_inner_texts()]


def act(page, name: str):
    """Open one of the technician's acts, and return the form that it shows."""
    page.get_by_role("link", name=re.compile(f"^{name}")).first.click()
    return page.locator("[data-act]").last


def test_from_a_file_to_a_workaround_that_the_client_confirms(visit):
    subject = "Le journal des ventes imprime deux fois la dernière page"
    client = visit(CLIENT, "/espace/demandes/nouvelle/")
    client.get_by_label("Objet").fill(subject)
    client.get_by_label("Contexte").fill("À chaque impression depuis hier, sur les deux postes.")
    client.set_input_files("input[type=file]", {"name": "ecran.png", "mimeType": "image/png", "buffer": picture()})
    client.get_by_role("button", name="Envoyer la demande").click()
    expect(client.get_by_role("heading", level=1)).to_contain_text(subject)
    number = re.search(r"D-\d{4}-\d{6}", client.url).group()

    technician = visit(TECHNICIAN, "/console/courriels/")
    expect(technician.locator("tbody")).to_contain_text(number)
    technician.goto(f"/console/support/{number}/")
    technician.get_by_role("button", name=re.compile("^Prendre en charge")).click()
    expect(technician.locator("main")).to_contain_text("Prise en charge")

    form = act(technician, "Qualifier")
    form.get_by_label(re.compile("niveau 2", re.IGNORECASE)).check()
    form.get_by_label("Oui", exact=True).check()
    form.get_by_label("Ce que lit le client").fill("Reproduit avec la version courante, deux pages.")
    form.get_by_role("button", name=re.compile("^Qualifier")).click()
    expect(technician.locator("main")).to_contain_text("Qualifiée comme anomalie de niveau 2")

    form = act(technician, "Proposer")
    form.get_by_label(re.compile("^Contournement")).check()
    form.get_by_label("Ce que lit le client").fill("Décochez « page de garde » avant d’imprimer.")
    form.locator("button[type=submit], button:not([type])").first.click()
    expect(technician.locator(".event").last).to_contain_text("page de garde")

    client.reload()
    client.get_by_role("button", name="Oui, c’est réglé").click()
    expect(client.locator("main")).to_contain_text("Close")
    technician.goto(f"/console/support/{number}/")

    assert said(client) == said(technician)
    assert any("Contournement accepté" in text for text in said(client))


def test_a_suspended_client_is_told_by_which_clause_and_keeps_customer_service(visit):
    reason = "Les personnes qui nous écrivent n’ont suivi aucune formation au module."
    publisher = visit(CUSTOMER_SERVICE, "/console/support/suspensions/nouvelle/")
    publisher.get_by_label("Client").select_option(label="Menuiserie Bois d’Ailleurs")
    publisher.get_by_label(re.compile("^Utilisateurs non formés")).check()
    publisher.locator("textarea[name=reason]").fill(reason)
    publisher.get_by_role("button", name="Suspendre le support").click()
    expect(publisher.locator("main")).to_contain_text(reason)

    client = visit(CLIENT, "/espace/demandes/nouvelle/")
    expect(client.locator("main")).to_contain_text(reason)
    expect(client.locator("main")).to_contain_text("S-13")
    client.goto("/espace/service-client/")
    client.locator("main").get_by_role("link", name=re.compile("service client|Écrire", re.IGNORECASE)).first.click()
    expect(client.get_by_role("button", name=re.compile("Envoyer"))).to_be_visible()

    publisher.goto("/console/support/suspensions/")
    publisher.get_by_role("link", name=re.compile("Lever")).first.click()
    publisher.locator("textarea[name=reason]").fill("Formation suivie.")
    publisher.get_by_role("button", name="Lever la suspension").click()
    expect(publisher.locator("tbody")).to_contain_text("Formation suivie.")
    client.goto("/espace/demandes/nouvelle/")
    expect(client.locator("main")).not_to_contain_text(reason)


def test_a_plan_without_support_says_so_and_cites_its_clause(visit):
    client = visit(CONNECT, "/espace/demandes/nouvelle/")

    expect(client.locator("main")).to_contain_text("S-13")
    expect(client.get_by_label(re.compile("^Dysfonctionnement"))).to_have_count(0)
