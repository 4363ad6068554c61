"""The description of the API in a real browser, under the security policy of every page."""

import os
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHROMIUM = os.environ.get("LIVRET_CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


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


@pytest.fixture
def page(site):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(base_url=site)
        page.complaints = []
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page
        browser.close()


def test_the_operations_are_shown_and_can_be_tried(page):
    page.goto("/api/docs")
    expect(page.locator(".opblock")).to_have_count(11)

    page.locator(".opblock", has_text="Is support open").locator("button.opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_placeholder("booklet_id").fill("care")
    page.get_by_placeholder("version").fill("2023-09-18")
    page.get_by_placeholder("at", exact=True).fill("2026-11-23T10:00:00+01:00")
    page.get_by_role("button", name="Execute").click()

    expect(page.locator(".live-responses-table .response-col_status").nth(1)).to_contain_text("200")
    assert page.complaints == []


def test_the_page_keeps_the_policy_of_every_page(page):
    policy = page.goto("/api/docs").headers["content-security-policy"]

    assert "unsafe" not in policy
