"""A real browser in front of the whole platform."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from livret.cli.demo.cast import PASSWORD
from tests.running import Platform, free_port, remove, start, stop

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
# The browser notes every refusal; journeys read the answers.
STATUS = re.compile("the server responded with a status of|Response Status Error Code")


@pytest.fixture(scope="session")
def platform(tmp_path_factory) -> Iterator[Platform]:
    """An installation of this session alone, with the demonstration, stopped and removed after."""
    state = tmp_path_factory.mktemp("journeys") / "state"
    running = start(state, port=free_port())
    yield running
    stop(running)
    remove(state)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                  "--disable-sync"],
        )  # fmt: skip
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def signed_in() -> dict[str, StorageState]:
    """What a browser keeps of each person who signed in: the door bounds how often one machine may knock."""
    return {}


@pytest.fixture
def visit(browser: Browser, platform: Platform, signed_in, request):
    """Open a page as somebody: `visit("alice@trois-lunes.example", "/espace/")`; complaints of the browser fail."""
    contexts, complaints = [], []

    def visit(email: str | None, path: str = "/", *, width: int = 1280, **options) -> Page:
        context = browser.new_context(
            base_url=platform.address,
            viewport={"width": width, "height": 900},
            locale="fr-FR",
            storage_state=signed_in.get(email or ""),
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and note(message.text))
        page.on("pageerror", lambda error: note(str(error)))
        if email and email not in signed_in:
            log_in(page, email)
            signed_in[email] = context.storage_state()
        page.goto(path)
        return page

    def note(text: str) -> None:
        if not STATUS.search(text):
            complaints.append(text)

    yield visit
    name = re.sub(r"\W+", "-", request.node.name).strip("-")
    ARTEFACTS.mkdir(exist_ok=True)
    for number, context in enumerate(contexts):
        for page in context.pages:
            page.screenshot(path=ARTEFACTS / f"{name}-{number}.png", full_page=True)
        context.close()
    assert complaints == []


def log_in(page: Page, email: str) -> None:
    page.goto("/compte/connexion/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.wait_for_url(re.compile("/(espace|console)/"))
