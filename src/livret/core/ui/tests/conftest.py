"""The face stands without the edges: its own addresses, only the middleware of the frame and of the core; a browser."""

import re
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import sync_playwright

EDGES = ("livret.config.", "livret.portal.", "livret.workspace.", "livret.console.", "livret.api.")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Chromium and htmx note every refusal; the tests read the answers.
STATUS = re.compile("the server responded with a status of|Response Status Error Code|Autofocus processing was blocked")


@pytest.fixture(autouse=True)
def without_edges(settings):
    settings.ROOT_URLCONF = "livret.core.ui.tests.urls"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith(EDGES)]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *words):
        """Say nothing: a test is read by its failures."""


@pytest.fixture
def site():
    handler = StaticFilesHandler(WSGIHandler())
    server = make_server("127.0.0.1", 0, handler, server_class=Server, handler_class=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser(chromium):
    """One browser a module, no longer: while Playwright runs, Django takes the thread for an asynchronous one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, site):
    """Open a page; nothing may be left of what the browser complains about."""
    contexts, complaints = [], []

    def opened(path, width=1280, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="fr-FR", base_url=site, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: STATUS.search(message.text) or complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
