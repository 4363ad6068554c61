"""The customer space in a real browser: the form follows its answers, help comes from a page, all is accessible."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from livret.booklet.support import AnomalyLevel
from livret.care.support import services
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
NEW = "/espace/demandes/nouvelle/"
# The browser notes every refusal; the tests read the answers.
STATUS = re.compile("the server responded with a status of|Response Status Error Code")


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *words):
        """Say nothing: a test is read by its failures."""


@pytest.fixture
def asked(committed_control, at_16h):
    """Bob's request, for which a workaround waits for his word; and the cookie of his session."""
    client = people.make_client("atelier")
    bob, denis = people.make_account(client, "Bob"), people.make_staff("Denis", "technician")
    people.make_account(client, "Carla")
    factories.make_contract(client, bob, "care")
    request = factories.pick_up(factories.file(bob), denis, at=paris(2, 15, 10))
    told = {"by": actor_of(denis), "now": paris(2, 15, 20)}
    services.qualify_anomaly(request, AnomalyLevel.INOPERATIVE, reproduction="Oui", is_reproduced=True, **told)
    services.propose(request, "workaround", text="Passez par l’export.", **told)
    browser = Client()
    browser.force_login(bob, backend="allauth.account.auth_backends.AuthenticationBackend")
    return request, browser.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def site(asked):
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def launched(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visit(asked, site, chromium):
    """Open a page as Bob; nothing may be left of what the browser complains about."""
    complaints = []
    with launched(chromium) as browser:

        def visit(path, **options):
            context = browser.new_context(base_url=site, locale="fr-FR", **options)
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": asked[1], "url": site}])
            page = context.new_page()
            page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(path)
            return page

        yield visit
    assert [words for words in complaints if not STATUS.search(words)] == []


def test_the_form_follows_what_is_chosen_and_typed(asked, visit):
    page = visit(NEW)
    expect(page.get_by_label("Sujet de la question")).to_be_hidden()
    page.get_by_label(re.compile("^Question d’utilisation")).check()
    expect(page.locator("#promise")).to_contain_text("Sans frais, dans les engagements")
    page.get_by_label("Sujet de la question").select_option(label="Formation")
    expect(page.locator("#promise")).to_contain_text("Prestation payante, sans délai engagé")
    expect(page.get_by_label(re.compile("^Critique"))).to_be_hidden()
    page.get_by_label("Objet").press_sequentially("balance de mars")
    expect(page.get_by_role("link", name=re.compile(asked[0].number))).to_be_visible()

    page.get_by_label("Contexte").fill("Deux personnes à former.")
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Contexte")).to_have_value("Deux personnes à former.")
    page.get_by_label(re.compile("^J’ai compris")).check()
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.locator("main")).to_contain_text("Prestation payante, sans délai engagé")
    expect(page.get_by_role("heading", level=1)).to_contain_text("balance de mars")


def test_without_script_a_question_is_filed_too(visit):
    page = visit(NEW, java_script_enabled=False)
    page.get_by_label(re.compile("^Question d’utilisation")).check()
    page.get_by_label(re.compile("^Modérée")).check()
    page.get_by_label("Objet").fill("Lettrage")
    page.get_by_label("Contexte").fill("Comment lettrer deux comptes ?")
    page.get_by_role("button", name="Envoyer la demande").click()

    expect(page.locator("main")).to_contain_text("Sans frais, dans les engagements")


def test_a_page_told_to_the_form_may_be_left_out(visit):
    page = visit(f"{NEW}?page=/e/atelier/comptabilite/&title=Vue")
    expect(page.get_by_label("Page d’où vous venez")).to_have_value("Vue – /e/atelier/comptabilite/")
    page.get_by_label("Joindre ces informations à la demande").uncheck()

    expect(page.get_by_label("Page d’où vous venez")).to_be_hidden()


def test_what_does_not_help_is_said_in_its_own_words(asked, visit):
    page = visit(asked[0].get_absolute_url())
    page.get_by_role("link", name="Cela ne résout pas le problème").click()
    page.get_by_label("Ce qui ne fonctionne toujours pas").fill("L’export est vide.")
    page.get_by_role("button", name="Cela ne résout pas le problème").click()

    expect(page.locator(".event").last).to_contain_text("L’export est vide.")
    expect(page.locator("main")).not_to_contain_text("C’est à vous")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_pages_are_accessible_and_no_wider_than_the_screen(asked, visit, scheme, width):
    page, found = visit(NEW, color_scheme=scheme, viewport={"width": width, "height": 900}), {}

    for path in (NEW, "/espace/demandes/", asked[0].get_absolute_url()):
        page.goto(path)
        page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
        found[path] = [fault["id"] for fault in Axe().run(page).response["violations"]]
        found[path] += ["wider"] * (page.evaluate("document.documentElement.scrollWidth") > width)

    assert found == {path: [] for path in found}


def test_what_is_typed_outlives_the_session_and_ends_with_the_sending(asked, visit):
    page = visit(NEW)
    page.get_by_label("Objet").fill("Avant la fin de la session")
    page.get_by_label("Contexte").fill("Deux heures de texte.")
    page.reload()
    expect(page.get_by_label("Contexte")).to_have_value("Deux heures de texte.")

    page.get_by_label(re.compile("^Modérée")).check()
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Avant la fin de la session")
    page.wait_for_load_state("load")
    page.goto(NEW)

    expect(page.get_by_label("Contexte")).to_have_value("")
