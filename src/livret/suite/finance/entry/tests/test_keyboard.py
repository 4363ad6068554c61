"""An entry typed without touching the mouse, in a real browser."""

from __future__ import annotations

import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from livret.core.tenancy.context import inside
from livret.suite.company.models import Company
from livret.suite.finance.entry.services import documents
from livret.suite.finance.entry.tests.factories import drafted, make_axis, posted
from livret.suite.finance.entry.tests.test_documents import incoming, picture
from livret.suite.finance.tests.factories import ALICE, AT
from livret.suite.finance.vat.services.setup import RegimeFacts, choose_code, set_regime

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEW = "brouillons/nouveau/?date=2025-05-06"


def test_a_purchase_is_typed_reviewed_and_validated_by_keyboard(desk):
    page = desk(NEW)
    keys = page.keyboard
    expect(page.get_by_label("Journal")).to_be_focused()
    keys.press("A")
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


def test_a_party_chosen_where_an_account_is_wanted_fills_both(desk):
    page = desk(NEW)
    page.locator("[name=lines-1-account]").click()
    page.keyboard.type("elan")
    expect(page.locator("#choices li").first).to_contain_text("Papeterie Élan")
    page.keyboard.press("Enter")

    expect(page.locator("[name=lines-1-account]")).to_have_value("401000")
    expect(page.locator("[name=lines-1-auxiliary]")).to_have_value("FPAPE")
    expect(page.locator("[name=lines-1-due_on]")).to_have_value("2025-06-30")
    expect(page.locator("[data-row]").nth(1).locator("[data-name=auxiliary]")).to_contain_text("Papeterie Élan")


@pytest.fixture
def taxed(office, fresh_environment):
    """The company makes VAT returns, and its supplies bear VAT."""
    with inside(fresh_environment.place):
        company = Company.objects.get()
        set_regime(company, RegimeFacts(since=date(2025, 1, 1), kind="monthly"), by=ALICE, at=AT)
        choose_code(company, "6064", "ABS", day=date(2025, 5, 6), by=ALICE, at=AT)


def test_the_tax_proposed_is_added_or_left_out_by_keys(taxed, desk):
    page = desk(NEW)
    page.locator("[name=lines-0-account]").fill("606400")
    page.locator("[name=lines-0-debit]").fill("100")
    page.keyboard.press("Tab")
    expect(page.get_by_text("TVA proposée pour cette écriture")).to_be_visible()
    page.keyboard.press("Alt+t")
    expect(page.locator("[name=lines-1-account]")).to_have_value("445660")
    expect(page.locator("[name=lines-1-debit]")).to_have_value("20,00")
    expect(page.locator("[name=lines-2-account]")).to_be_focused()
    expect(page.get_by_text("TVA proposée pour cette écriture")).to_be_hidden()

    page.locator("[name=lines-1-account]").press("Alt+Delete")
    expect(page.get_by_text("TVA proposée pour cette écriture")).to_be_visible()
    page.keyboard.press("Alt+Shift+T")

    expect(page.get_by_text("TVA proposée pour cette écriture")).to_be_hidden()
    expect(page.locator("[name=lines-1-account]")).to_be_focused()


@pytest.mark.parametrize("size", [(1280, 900), (1280, 420), (390, 800)], ids=str)
@pytest.mark.parametrize("column", ["account", "auxiliary"])
def test_the_choices_touch_their_field_and_stay_in_the_window(desk, size, column):
    width, height = size
    page = desk(NEW, viewport={"width": width, "height": height})
    field = page.locator(f"[name=lines-1-{column}]")
    field.click()
    page.keyboard.type("4" if column == "account" else "elan")
    expect(page.locator("#choices li").first).to_be_visible()

    above, below = field.bounding_box(), page.locator("#choices").bounding_box()
    gaps = (below["y"] - above["y"] - above["height"], above["y"] - below["y"] - below["height"])
    assert min(map(abs, gaps)) < 2
    assert below["x"] >= 0
    assert below["x"] + below["width"] <= width
    assert below["y"] >= 0
    assert below["y"] + below["height"] <= height


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


@pytest.fixture
def waiting(office, fresh_environment):
    """A draft with a picture and an entry; returns the addresses of the pages that show them."""
    with inside(fresh_environment.place):
        company = Company.objects.get()
        make_axis(company)
        draft, entry = drafted(company), posted(company)
        documents.attach([incoming(picture(), "ticket.png")], to=draft, by=ALICE, at=AT)
        return ["ecritures/", f"brouillons/{draft.pk}/", f"ecritures/{entry.pk}/"]


def test_drafts_are_ticked_and_validated_by_keys_from_the_desk(waiting, desk):
    page = desk("ecritures/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[name=draft]")).to_be_checked()
    page.keyboard.press("v")

    expect(page.get_by_text("1 écriture validée")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("1")
    page.wait_for_url(re.compile("journal="))
    expect(page.get_by_label("Journal").locator(":checked")).to_have_text(re.compile("^AC"))


def test_a_digit_typed_in_a_field_starts_nothing(waiting, desk):
    page = desk(NEW)
    page.get_by_label("Libellé", exact=True).fill("x")
    page.keyboard.type("1n")

    expect(page.get_by_label("Libellé", exact=True)).to_have_value("x1n")


def faults(page):
    is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*(fault["id"] for fault in Axe().run(page).response["violations"]), *["wider"] * is_wider]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_the_pages_of_entry_are_accessible(waiting, desk, office, width, scheme):
    page = desk("", viewport={"width": width, "height": 800}, color_scheme=scheme)
    found = {}
    for path in waiting:
        page.goto(f"{office}{path}")
        found[path] = faults(page)
    page.goto(f"{office}{waiting[1]}")
    page.locator("[name=lines-0-account]").press("F2")
    page.locator("#lines-0-details").wait_for()
    found["details"] = faults(page)

    assert found == {key: [] for key in [*waiting, "details"]}
