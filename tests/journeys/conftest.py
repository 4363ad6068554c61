"""The whole platform, started as a person starts it, and a real browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from livret.cli.demo.cast import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts"
START_TIMEOUT_S = 240
# The browser notes every refusal; journeys read the answers.
STATUS = re.compile("the server responded with a status of|Response Status Error Code")


@dataclass(frozen=True)
class Platform:
    """A running installation with its demonstration."""

    address: str
    state: Path
    process: subprocess.Popen[str]

    @property
    def fec_files(self) -> list[Path]:
        return sorted((self.state / "demo").glob("*FEC*.txt"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environ(state: Path) -> dict[str, str]:
    """Return an environment without what the test suite set for itself."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LIVRET_", "DJANGO_"))}
    kept.pop("DATABASE_URL", None)
    return {**kept, "LIVRET_STATE": str(state)}


def start(state: Path, *, port: int) -> Platform:
    """Run `livret up` until it says where it is."""
    command = [sys.executable, "-m", "livret.cli", "up", "--port", str(port)]
    log = state.parent / f"up-{port}.log"
    with log.open("a") as output:
        process = subprocess.Popen(
            command, env=clean_environ(state), stdout=output, stderr=subprocess.STDOUT, text=True
        )
    deadline = time.monotonic() + START_TIMEOUT_S
    while "Livret is at" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
    log.write_text("")
    return Platform(f"http://127.0.0.1:{port}", state, process)


def stop(platform: Platform) -> None:
    if platform.process.poll() is None:
        platform.process.send_signal(signal.SIGINT)
    platform.process.wait(60)


@pytest.fixture(scope="session")
def platform(tmp_path_factory) -> Iterator[Platform]:
    """An installation of this session alone, with the demonstration, stopped and removed after."""
    state = tmp_path_factory.mktemp("journeys") / "state"
    running = start(state, port=free_port())
    yield running
    stop(running)
    _remove(state)


def _remove(state: Path) -> None:
    from livret.core.postgres import folder_for

    shutil.rmtree(folder_for(state), ignore_errors=True)
    shutil.rmtree(state, ignore_errors=True)


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


@pytest.fixture
def visit(browser: Browser, platform: Platform, request):
    """Open a page as somebody: `visit("alice@trois-lunes.example", "/espace/")`; complaints of the browser fail."""
    contexts, complaints = [], []

    def visit(email: str | None, path: str = "/", *, width: int = 1280, **options) -> Page:
        context = browser.new_context(
            base_url=platform.address, viewport={"width": width, "height": 900}, locale="fr-FR", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and note(message.text))
        page.on("pageerror", lambda error: note(str(error)))
        if email:
            log_in(page, email)
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
