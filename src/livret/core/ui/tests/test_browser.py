"""The living page in a real browser: accessible, narrow without overflow, and alive under its security policy."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(
    ("path", "scheme", "width"),
    [
        ("/console/design/", "light", 1280),
        ("/staffed/", "dark", 360),
        ("/preferences/commands/?q=a", "light", 360),
        ("/preferences/commands/?q=a", "dark", 1280),
        ("/greeting/", "light", 1280),
        ("/preferences/offline/", "dark", 360),
    ],
)
def test_a_page_has_no_accessibility_violation(opened, path, scheme, width):
    page = opened(path, width, color_scheme=scheme)

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_living_page_never_scrolls_sideways(opened, width):
    page = opened("/console/design/", width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_main_button_in_a_notice_looks_like_any_other(opened, scheme):
    page = opened("/console/design/", color_scheme=scheme)

    inside, other = page.evaluate(
        """[".notice a.button[data-kind=main]", ".empty a.button[data-kind=main]"]
             .map((one) => getComputedStyle(document.querySelector(one)))
             .map(({ color, backgroundColor, textDecorationLine }) => [color, backgroundColor, textDecorationLine])"""
    )

    assert inside == other


def test_every_target_is_at_least_24_pixels_high(opened):
    page = opened("/console/design/")

    small = page.evaluate(
        """[...document.querySelectorAll("main button, main a[class], nav a, .bar a, summary, main select")]
             .filter((one) => one.checkVisibility() && !one.closest("p, .skip"))
             .filter((one) => getComputedStyle(one).display !== "inline")
             .filter((one) => one.getBoundingClientRect().height < 23.9).map((one) => one.outerHTML.slice(0, 120))"""
    )

    assert small == []


def test_the_theme_changes_at_once_and_is_kept(opened):
    page = opened("/console/design/", color_scheme="light")

    page.get_by_role("button", name=re.compile("Mon compte")).click()
    with page.expect_response("**/preferences/theme/"):
        page.get_by_role("button", name="Sombre").click()
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_theme_can_be_chosen_without_script(opened):
    page = opened("/console/design/", java_script_enabled=False)

    page.get_by_role("button", name=re.compile("Mon compte")).click()
    page.get_by_role("button", name="Sombre").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_command_menu_opens_by_keyboard_and_gives_the_focus_back(opened):
    page = opened("/console/design/")
    page.get_by_role("link", name="Aide").focus()

    page.keyboard.press("Control+k")
    expect(page.locator("#commands")).to_be_visible()
    expect(page.locator("#commands input[type=search]")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Aide")).to_be_focused()


def test_single_keys_are_listed_and_can_be_switched_off(opened):
    page = opened("/console/design/")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")

    page.context.add_cookies([{"name": "shortcuts", "value": "off", "url": page.url}])
    page.reload()
    page.keyboard.press("?")

    expect(page.locator("#shortcuts")).to_be_hidden()


def test_the_menu_is_a_drawer_on_a_narrow_screen(opened):
    page = opened("/console/design/", 360)
    expect(page.locator("#side")).to_be_hidden()

    page.get_by_role("button", name="Menu").click()

    expect(page.locator("#side")).to_be_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(opened):
    page = opened("/preferences/commands/")
    page.evaluate("document.activeElement.blur()")
    page.locator("body").press("Tab")

    skip = page.get_by_role("link", name="Aller au contenu")
    skip.focus()
    expect(skip).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_a_confirmation_is_asked_and_can_be_left(opened):
    page = opened("/console/design/")

    page.get_by_role("button", name="Supprimer le brouillon").first.click()
    dialog = page.locator("#sample-confirm")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Annuler").click()

    expect(dialog).to_be_hidden()


def test_a_printed_page_is_light_and_bare(opened):
    page = opened("/console/design/", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in ("oklch(1 0 0)", "rgb(255, 255, 255)")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator(".print-head")).to_be_visible()


TABS = """() => {
  const link = n => `<a class="tabs__link" href="#"${n == 15 ? ' aria-current="page"' : ""}>Onglet ${n}</a>`;
  const links = [...Array(20).keys()].map(link);
  document.querySelector("main").innerHTML = `<nav class="tabs">${links.join("")}</nav>`;
  const current = document.querySelector("main [aria-current]").getBoundingClientRect();
  return current.left >= 0 && current.right <= document.documentElement.clientWidth;
}"""
GROUP = """() => {
  document.querySelector("main").innerHTML = '<table class="table"><caption>Bilan <small>2026</small></caption>' +
    '<tbody><tr class="group"><th scope="row">Actif</th><td>1</td></tr></tbody></table>';
  const colour = cell => getComputedStyle(document.querySelector(`main .group ${cell}`)).backgroundColor;
  return [colour("th") == colour("td"), getComputedStyle(document.querySelector("main small")).display];
}"""


def test_the_current_tab_is_in_sight_on_a_telephone(opened):
    assert opened("/console/design/", 390).evaluate(TABS)


def test_a_group_row_has_one_ground_and_the_note_of_a_table_its_own_line_on_a_telephone(opened):
    assert opened("/console/design/", 390, color_scheme="dark").evaluate(GROUP) == [True, "block"]
