"""Two callers, a technician and the queue in a real browser: Private overtakes Open, and both read their place."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client as Browser
from playwright.sync_api import expect, sync_playwright

from livret.care.phone.tests import factories
from livret.care.phone.tests.conftest import set_clock
from livret.care.support.tests import factories as support
from livret.clients.tests import factories as people

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONSOLE, SPACE = "/console/telephone/", "/espace/telephone/"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *words):
        """Say nothing: a test is read by its failures."""


class Handler(WSGIHandler):
    def __call__(self, environ, start_response):
        try:
            return super().__call__(environ, start_response)
        finally:
            connections.close_all()


@pytest.fixture
def site(committed_control, monkeypatch, settings, tmp_path):
    """The whole platform in this process, on Monday 2 November 2026 at 10:00 in Paris."""
    settings.STATE_FOLDER = tmp_path
    set_clock(monkeypatch, factories.MONDAY_10H)
    server = make_server("127.0.0.1", 0, StaticFilesHandler(Handler()), server_class=Server, handler_class=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def cast(committed_control):
    """Alice of the plan Open, Vera of the plan Private, Chloé under Care, and Denis who answers."""
    support.publish_hours()
    factories.announce()
    plans = {"atelier": ("Alice", "open"), "moulin": ("Vera", "private")}
    found = {"Denis": people.make_staff("Denis", "technician"), "Gaëlle": people.make_staff("Gaëlle", "administrator")}
    for slug, (name, plan) in plans.items():
        found[name] = people.make_account(people.make_client(slug), name)
        support.make_contract(found[name].client, found[name], plan)
    return found


@pytest.fixture
def visit(site, chromium):
    """Open a page as somebody: `visit(account, "/espace/")`; complaints of the browser fail."""
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)

        def visit(account, path, *, width=1280, scheme="light"):
            context = browser.new_context(
                base_url=site, viewport={"width": width, "height": 900}, locale="fr-FR", color_scheme=scheme
            )
            context.add_cookies(
                [{"name": name, "value": value, "url": site} for name, value in apart(cookies, account)]
            )
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(path)
            return page

        yield visit
        browser.close()
    assert complaints == []


def apart(work, *facts, **named):
    """Do work on the database in a thread of its own: Playwright's loop runs in that of the test."""

    def done():
        try:
            return work(*facts, **named)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()


def cookies(account):
    """Return the session of somebody who signed in, with a second factor where one is wanted."""
    if account.is_of_publisher:
        Authenticator.objects.get_or_create(user=account, type=Authenticator.Type.TOTP, defaults={"data": {}})
    browser = Browser()
    browser.force_login(account, backend=BACKEND)
    return [(django_settings.SESSION_COOKIE_NAME, browser.cookies[django_settings.SESSION_COOKIE_NAME].value)]


def filed(account):
    return support.file(account, at=support.paris(2, 9), criticality="")


def test_a_private_caller_overtakes_and_both_read_their_place(cast, visit):
    key = apart(factories.make_key).key
    requests = {name: apart(filed, cast[name]) for name in ("Alice", "Vera")}
    apart(factories.arrive, key, code=requests["Alice"].call_code, number="0612345678")
    alice, queue = visit(cast["Alice"], SPACE), visit(cast["Denis"], CONSOLE)
    expect(alice.get_by_text("Votre appel est le prochain.")).to_be_visible()

    apart(factories.arrive, key, code=requests["Vera"].call_code, number="0699999999")

    rows = queue.locator("#calls tbody").first.locator("tr")
    expect(rows).to_have_count(2, timeout=15_000)
    expect(rows.first).to_contain_text(requests["Vera"].number)
    expect(rows.first).to_contain_text("S-13")
    expect(alice.get_by_text("Votre appel est en position 2 dans la file.")).to_be_visible(timeout=15_000)
    vera = visit(cast["Vera"], SPACE)
    expect(
        vera.get_by_text(re.compile("Votre formule vous donne la priorité. Votre appel est le prochain."))
    ).to_be_visible()

    rows.first.get_by_role("button", name="Décrocher").click()
    expect(queue.locator("h1")).to_have_text("Moulin")
    vera.reload()
    expect(vera.get_by_text("Vous parlez avec Denis")).to_be_visible()
    queue.get_by_role("link", name=f"Ouvrir {requests['Vera'].number}").click()
    expect(queue.locator("main")).to_contain_text("Décroché")
    expect(alice.get_by_text("Votre appel est le prochain.")).to_be_visible(timeout=15_000)


def test_a_request_is_registered_during_a_call_from_the_keyboard(cast, visit):
    page = visit(cast["Denis"], CONSOLE)
    page.get_by_role("button", name="Saisir un appel").press("Enter")
    page.get_by_label("Nom ou adresse").fill("ali")
    page.get_by_label("Nom ou adresse").press("Enter")
    page.get_by_role("button", name="C’est Alice").press("Enter")

    page.get_by_label("Objet").fill("La balance est vide")
    page.get_by_label("Ce que dit l’appelant").fill("Depuis ce matin.")
    page.get_by_role("button", name="Enregistrer la demande").click()
    page.get_by_role("button", name="Terminer l’appel").click()

    expect(page.locator("main")).to_contain_text("La balance est vide")
    expect(page.locator("main")).to_contain_text("Terminé")
    space = visit(cast["Alice"], "/espace/demandes/")
    expect(space.locator("main")).to_contain_text("La balance est vide")


def calls(cast):
    """A call of each state, of which the one that waits and the one that is spoken."""
    key = factories.make_key().key
    waits = factories.arrive(key, code=filed(cast["Vera"]).call_code, number="0612345678")
    spoken = factories.answer(factories.arrive(key, code=filed(cast["Alice"]).call_code), cast["Denis"])
    factories.arrive(key, code="00000000")
    return waits, spoken


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_are_accessible_and_never_scroll_sideways(cast, visit, width, scheme):
    waits, spoken = apart(calls, cast)
    ours = {CONSOLE: "Denis", waits.get_console_url(): "Denis", spoken.get_console_url(): "Denis"}
    pages = {**ours, f"{CONSOLE}reglages/": "Gaëlle", SPACE: "Vera"}

    opened = [visit(cast[name], path, width=width, scheme=scheme) for path, name in pages.items()]

    reports = [found.generate_report() for found in map(Axe().run, opened) if found.violations_count]
    assert reports == []
    assert [page.url for page in opened if page.evaluate("document.documentElement.scrollWidth") > width] == []
