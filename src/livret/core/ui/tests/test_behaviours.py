"""What the scripts do in a real browser, and what still works without them."""

import re

import pytest
from playwright.sync_api import expect

from livret.core.ui import commands
from livret.core.ui.tests.urls import RECEIVED

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_page_that_cannot_be_reached_says_so_itself(opened):
    page = opened("/console/design/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    page.context.set_offline(True)
    page.goto("/preferences/commands/")

    expect(page.get_by_role("heading", name="Pas de connexion")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.button, .bar')).display") == "flex"


def test_a_refused_form_comes_back_in_place_with_the_focus_on_its_errors(opened):
    page = opened("/enquiry/")
    page.evaluate("window.kept = true")
    page.get_by_label("Objet").fill("Import arrêté")

    page.get_by_role("button", name="Send").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Objet")).to_have_value("Import arrêté")
    assert page.evaluate("window.kept")


def test_a_refused_form_says_so_without_script_too(opened):
    page = opened("/enquiry/", java_script_enabled=False)

    page.get_by_role("button", name="Send").click()

    expect(page).to_have_title(re.compile("^Erreur"))
    expect(page.locator(".error-summary")).to_be_visible()


def test_a_form_pressed_twice_is_sent_once(opened):
    page = opened("/enquiry/")
    RECEIVED.clear()
    page.get_by_label("Objet").fill("Once")

    send = page.get_by_role("button", name="Send")
    send.dblclick()
    expect(send).to_have_attribute("aria-busy", "true")
    expect(page.locator(".error-summary")).to_be_visible()

    assert RECEIVED == ["Once"]


def test_a_failure_of_the_platform_keeps_what_was_typed(opened):
    page = opened("/enquiry/")
    page.get_by_label("SIRET").fill("999")

    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("La plateforme n’a pas pu effectuer l’opération.")).to_be_visible()
    expect(page.get_by_label("SIRET")).to_have_value("999")


def test_the_arrows_walk_through_the_commands(opened, monkeypatch):
    monkeypatch.setattr(commands, "_providers", [lambda request, words: [commands.Command("Balance", "/greeting/")]])
    page = opened("/console/design/")

    page.keyboard.press("Control+k")
    page.get_by_role("link", name="Balance").wait_for()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Balance")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/greeting/$"))


def test_a_filter_narrows_the_list_as_one_types_and_says_the_count(opened):
    page = opened("/listing/")

    page.keyboard.press("/")
    page.keyboard.type("41")

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/listing/\?q=41$"))
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.locator("#live")).to_have_text("1 accounts")


def test_a_filter_works_without_script(opened):
    page = opened("/listing/", java_script_enabled=False)

    page.get_by_role("searchbox").fill("41")
    page.get_by_role("button", name="Filtrer").click()

    expect(page.locator("tbody tr")).to_have_count(1)


def test_single_keys_walk_along_the_rows(opened):
    page = opened("/listing/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")

    expect(page.get_by_role("link", name="411000")).to_be_focused()
