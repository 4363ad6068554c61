"""The desk in a real browser: everything by keyboard, what is typed is kept, colleagues are seen; accessible."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from livret.care.support.models import CannedAnswer
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris
from livret.clients.tests import factories as people

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# The browser notes every refusal; the tests read the answers.
STATUS = re.compile("the server responded with a status of|Response Status Error Code")


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *words):
        """Say nothing: a test is read by its failures."""


def signed_in(account) -> str:
    """Return the cookie of a session of *account*."""
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def office(committed_control, at_16h):
    """Two technicians, and three requests of a client under Care; all that is needed before a browser runs."""
    client = people.make_client("atelier")
    bob = people.make_account(client, "Bob")
    factories.make_contract(client, bob, "care")
    cast = {name: people.make_staff(name, "technician") for name in ("Denis", "Emma")}
    body = "Bonjour {{prenom}}, nous regardons."
    CannedAnswer.objects.create(title="Accueil", body=body, written_by=cast["Denis"], written_at=paris(1, 9))
    numbers = [factories.file(bob, at=paris(2, 15, minute)).number for minute in (0, 10, 20)]
    return {name: signed_in(account) for name, account in cast.items()}, numbers


@pytest.fixture
def site(office):
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
def desk(office, site, chromium):
    """Open a page as a technician; nothing may be left of what the browser complains about."""
    sessions, complaints = office[0], []
    with launched(chromium) as browser:

        def opened(name, path, **options):
            context = browser.new_context(base_url=site, locale="fr-FR", **options)
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": sessions[name], "url": site}])
            page = context.new_page()
            page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(path)
            return page

        yield opened
    assert [words for words in complaints if not STATUS.search(words)] == []


def test_a_request_is_worked_from_the_queue_to_its_end_by_keyboard(office, desk):
    first = office[1][0]
    page = desk("Denis", "/console/support/")
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.get_by_text("1 demande prise en charge.")).to_be_visible()
    page.goto("/console/support/?scope=mine")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(first))

    page.keyboard.press("q")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Anomalie de niveau 2").press("Space")
    expect(dialog.get_by_label("Ce que lit le client")).to_be_visible()
    dialog.get_by_role("button", name="Qualifier").press("Enter")
    expect(dialog.locator(".error-summary")).to_be_focused()
    dialog.get_by_label("Oui").press("Space")
    dialog.get_by_label("Ce que lit le client").fill("Reproduit.")
    dialog.get_by_role("button", name="Qualifier").press("Enter")
    expect(page.locator(".desk__clocks").get_by_text("Correction ou contournement")).to_be_visible()

    page.keyboard.press("t")
    dialog.get_by_role("link", name="Accueil").press("Enter")
    words = page.locator("[data-compose] textarea")
    expect(words).to_have_value("Bonjour Bob, nous regardons.")
    words.press("Control+Enter")
    expect(page.locator(".event[data-kind=message]").get_by_text("Bonjour Bob, nous regardons.")).to_be_visible()
    page.keyboard.press("c")
    dialog.get_by_label("Cause").select_option("solved")
    dialog.get_by_role("button", name="Clore la demande").press("Enter")
    expect(page.locator(".page-header").get_by_text("Close")).to_be_visible()


def test_a_refresh_keeps_what_is_ticked_and_the_line_in_hand(office, desk):
    page = desk("Denis", "/console/support/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.evaluate("htmx.ajax('GET', location.href, { target: '#queue-lines', swap: 'outerHTML' })")
    page.wait_for_function("document.activeElement.id.startsWith('open-')")

    expect(page.locator(f"#tick-{office[1][1]}")).to_be_checked()
    expect(page.locator(f"#open-{office[1][1]}")).to_be_focused()
    expect(page.locator("[data-ticked]")).to_have_text(re.compile("1$"))


def test_two_on_one_request_see_each_other_and_neither_loses_words(office, desk):
    path = f"/console/support/{office[1][0]}/"
    emma = desk("Emma", path)
    emma.keyboard.press("r")
    emma.keyboard.type("Je regarde cela.")
    denis = desk("Denis", path)
    emma.evaluate("htmx.trigger('[data-presence]', 'load')")
    denis.evaluate("htmx.trigger('[data-presence]', 'load')")
    expect(denis.get_by_text(re.compile("Emma (écrit|consulte) sur|Emma consulte"))).to_be_visible()

    denis.locator("[data-compose] textarea").fill("Réponse de Denis.")
    denis.get_by_role("button", name="Répondre au client").click()
    denis.wait_for_url(re.compile("#fin"))
    emma.get_by_role("button", name="Répondre au client").click()

    expect(emma.get_by_text("Quelqu’un a écrit depuis que vous avez ouvert cette demande")).to_be_visible()
    expect(emma.locator("[data-compose] textarea")).to_have_value("Je regarde cela.")
    emma.get_by_role("button", name="Envoyer quand même").click()
    expect(emma.locator(".event[data-kind=message]")).to_have_count(2)


def test_the_list_of_shortcuts_holds_those_of_the_page(office, desk):
    page = desk("Denis", f"/console/support/{office[1][0]}/")
    page.keyboard.press("?")

    expect(page.locator("#shortcuts [data-page-keys]")).to_contain_text("Affecter")
    expect(page.locator("#shortcuts [data-page-keys]")).to_contain_text("Prendre en charge")


def test_marks_stand_around_what_is_selected_and_the_preview_shows_them(office, desk):
    page = desk("Denis", f"/console/support/{office[1][0]}/")
    page.keyboard.press("n")
    page.keyboard.type("Urgent")
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Gras").click()
    page.get_by_role("button", name="Aperçu").click()

    expect(page.locator("[name=audience][value=internal]")).to_be_checked()
    expect(page.locator("[data-compose] textarea")).to_have_value("**Urgent**")
    expect(page.locator("#preview strong")).to_have_text("Urgent")


def faults_of(page, path):
    page.goto(f"/console/support/{path}")
    is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*(fault["id"] for fault in Axe().run(page).response["violations"]), *["wider"] * is_wider]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_desk_is_accessible(office, desk, width, scheme):
    number = office[1][0]
    page = desk("Denis", "/console/support/", viewport={"width": width, "height": 900}, color_scheme=scheme)
    paths = ["", f"{number}/", f"{number}/affectation/", f"{number}/qualification/", "reponses-types/nouvelle/"]

    assert {path: faults_of(page, path) for path in paths} == {path: [] for path in paths}
