"""Pages of the room in a real browser: the stage of finance, behind a server of its own."""

from __future__ import annotations

import threading
import uuid
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import sync_playwright

from livret.core.tenancy.context import inside
from livret.suite.company import services as company
from livret.suite.finance.entry.tests import factories
from livret.suite.finance.tests import stage
from livret.suite.finance.tests.factories import ALICE, AT

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *words):
        """Say nothing: a test is read by its failures."""


@pytest.fixture
def office(fresh_environment, settings, monkeypatch):
    """A company with a customer and a supplier, committed; Alice administers it. Returns the path of its books."""
    with inside(fresh_environment.place):
        factories.furnished()
        alice = company.open_account(
            person_id=uuid.UUID(int=1), name="Alice", email="alice@atelier.example", by=ALICE, at=AT
        )
        for room in ("company", "finance"):
            company.grant(alice, room=room, right="administer", by=ALICE, at=AT)
    settings.MIDDLEWARE = stage.MIDDLEWARE
    monkeypatch.setitem(stage.ON_STAGE, "environment", fresh_environment)
    monkeypatch.setitem(stage.ON_STAGE, "entitlements", stage.entitlements)
    monkeypatch.setitem(stage.ON_STAGE, "actor", stage.actor(alice))
    return f"/e/{fresh_environment.slug}/comptabilite/732829320/"


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
    """Open a page of the books in Chromium; nothing may be left of what the browser complains about."""
    complaints = []
    with launched(chromium) as browser:

        def opened(path="", **options):
            page = browser.new_context(base_url=site, locale="fr-FR", **options).new_page()
            page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(f"{office}{path}")
            return page

        yield opened
    assert [words for words in complaints if "status of 422" not in words] == []
