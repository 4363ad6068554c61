"""An entry typed without touching the mouse, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEW = "brouillons/nouveau/?date=2025-05-06"


def test_a_purchase_is_typed_reviewed_and_validated_by_keyboard(desk):
    page = desk(NEW)
    keys = page.keyboard
    page.get_by_label("Journal").press("A")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("F-2025-7")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("Ramettes")
    keys.press("Enter")

    keys.type("fourniture admin")
    expect(page.locator("#choices li").first).to_contain_text("606400")
    keys.press("Enter")
    expect(page.locator("[name=lines-0-auxiliary]")).to_be_focused()
    for typed in ("", "", "100+20"):
        keys.type(typed)
        keys.press("Enter")
    expect(page.locator("[name=lines-1-account]")).to_be_focused()
    keys.press("Enter")
    keys.type("elan")
    expect(page.locator("#choices li").first).to_contain_text("Papeterie Élan")
    keys.press("Enter")
    expect(page.locator("[name=lines-1-account]")).to_have_value("401000")
    expect(page.locator("[name=lines-1-due_on]")).to_have_value("2025-06-30")
    keys.press("Control+d")
    for _field in ("label", "debit", "credit"):
        keys.press("Enter")
    expect(page.locator("[name=lines-1-credit]")).to_have_value("120,00")
    expect(page.locator("[data-missing]")).to_be_hidden()
    keys.press("Control+Enter")

    expect(page.get_by_role("heading", name="Valider une écriture")).to_be_visible()
    page.get_by_role("button", name="Valider l’écriture").press("Enter")
    expect(page.get_by_role("heading", name="AC-000001")).to_be_visible()


def test_a_line_is_copied_balanced_left_and_emptied_by_keys(desk):
    page = desk(NEW)
    page.locator("[name=lines-0-label]").fill("Loyer de mai")
    page.locator("[name=lines-0-debit]").fill("1 200,50")
    page.locator("[name=lines-1-label]").press("Control+d")
    expect(page.locator("[name=lines-1-label]")).to_have_value("Loyer de mai")
    page.locator("[name=lines-1-debit]").press("=")
    expect(page.locator("[name=lines-1-credit]")).to_have_value("1200,50")
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator("[name=lines-2-debit]")).to_be_focused()
    page.locator("[name=lines-1-credit]").press("Alt+Delete")
    expect(page.locator("[name=lines-1-label]")).to_have_value("")
    page.locator("[name=lines-3-credit]").press("Enter")
    expect(page.locator("[name=lines-4-account]")).to_be_focused()
    page.keyboard.press("F2")
    expect(page.get_by_role("heading", name="Détails de la ligne 5")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#lines-4-details")).to_be_hidden()


def test_a_draft_is_kept_and_the_next_one_begins_in_the_same_journal(desk):
    page = desk(NEW)
    page.get_by_label("Journal").press("B")
    page.get_by_label("Libellé", exact=True).fill("Frais")
    page.keyboard.press("Alt+Enter")

    page.wait_for_url(re.compile("journal="))
    expect(page.get_by_text("Brouillon enregistré")).to_be_visible()
    expect(page.get_by_label("Journal").locator(":checked")).to_have_text(re.compile("^BQ"))
