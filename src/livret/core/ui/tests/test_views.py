"""Choices of display, pages of refusal, the command menu, and what the shells show."""

from pathlib import Path

import pytest
from django.test import Client

from livret.core import ui
from livret.core.ui import commands
from livret.core.ui.commands import Command
from livret.core.ui.context import Person, describe
from livret.core.ui.views import server_error

# It stands before the title of a page that has errors.
NOT_SEEN = {"components/_error_prefix.html"}
COMPONENTS = Path(ui.__file__).parent / "templates" / "components"
CHOICES = [("theme", "dark"), ("language", "en"), ("shortcuts", "off")]


@pytest.fixture
def client():
    return Client(headers={"accept-language": "fr"})


@pytest.fixture
def offered(monkeypatch):
    def provider(request, words):
        yield Command("Écritures", "/entries/", group="Finance", detail="journal")
        yield Command("Demander une assistance", "/support/", group="Assistance")
        yield Command("Balance générale", "/balance/", group="Finance")

    monkeypatch.setattr(commands, "_providers", [provider])


@pytest.mark.parametrize(("name", "value"), CHOICES)
def test_a_choice_of_display_is_kept_and_leads_back(client, name, value):
    answer = client.post(f"/preferences/{name}/", {name: value, "next": "/console/design/?page=2"})

    assert (answer.status_code, answer.url) == (302, "/console/design/?page=2")
    assert any(cookie.value == value for cookie in answer.cookies.values())


@pytest.mark.parametrize(("name", "value"), CHOICES)
def test_a_choice_never_leads_to_another_site(client, name, value):
    answer = client.post(f"/preferences/{name}/", {name: value, "next": "https://elsewhere.example/"})

    assert answer.url == "/"


@pytest.mark.parametrize("name", ["theme", "language", "shortcuts"])
def test_an_unknown_choice_changes_nothing(client, name):
    answer = client.post(f"/preferences/{name}/", {name: "purple"})

    assert answer.status_code == 422
    assert not answer.cookies


@pytest.mark.parametrize("name", ["theme", "language", "shortcuts"])
def test_a_choice_is_not_made_by_reading(client, name):
    assert client.get(f"/preferences/{name}/").status_code == 405


def test_the_page_wears_the_chosen_theme_language_and_keys(client):
    for name, value in CHOICES:
        client.post(f"/preferences/{name}/", {name: value})

    page = client.get("/console/design/").content.decode()

    assert '<html lang="en" data-theme="dark" data-shortcuts="off" data-worker=' in page


def test_a_forged_theme_cookie_is_ignored(client):
    client.cookies["theme"] = '"><script>'

    assert '<html lang="fr" data-worker="/preferences/worker.js">' in client.get("/console/design/").content.decode()


@pytest.mark.parametrize(
    ("words", "found"),
    [("ecritures", ["Écritures"]), ("JOURNAL", ["Écritures"]), ("finance bal", ["Balance générale"]), ("nothing", [])],
)
def test_commands_are_found_without_accents_or_case(rf, offered, words, found):
    assert [command.label for command in commands.matching(rf.get("/"), words)] == found


def test_commands_of_one_group_stand_together(rf, offered):
    groups = [command.group for command in commands.matching(rf.get("/"), "")]

    assert groups == ["Finance", "Finance", "Assistance"]


def test_the_command_menu_is_a_page_without_script(client, offered):
    page = client.get("/preferences/commands/", {"q": "bal"}).content.decode()

    assert "/balance/" in page
    assert "/entries/" not in page
    assert "<html" in page


def test_the_command_menu_answers_a_fragment_to_htmx(client, offered):
    fragment = client.get("/preferences/commands/", {"q": "bal"}, headers={"hx-request": "true"}).content.decode()

    assert fragment.strip().startswith('<div class="commands__list">')


def test_a_search_without_result_says_so(client, offered):
    assert "Rien sous ce nom" in client.get("/preferences/commands/", {"q": "zzz"}).content.decode()


def test_a_page_that_is_not_open_says_who_can_open_it(client):
    answer = client.get("/forbidden/")

    assert answer.status_code == 403
    assert "Cette page ne vous est pas ouverte" in answer.content.decode()
    assert "Only the accountant may close a year." in answer.content.decode()


def test_an_unknown_page_says_the_same_as_somebody_elses(client):
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.content.decode()


def test_a_failure_of_ours_quotes_its_reference(rf):
    request = rf.get("/")
    request.request_id = "8f3a"

    answer = server_error(request)

    assert answer.status_code == 500
    assert "8f3a" in answer.content.decode()


def test_a_message_of_the_framework_stands_above_the_content(client):
    page = client.get("/greeting/").content.decode()

    assert 'data-tone="good" role="status"' in page
    assert "Entry validated." in page


def test_the_shell_shows_the_staff_session_and_the_demonstration_clock(client):
    page = client.get("/staffed/").content.decode()

    assert "Session sur les données de Durand &amp; Fils" in page
    assert "58\u00a0minutes" in page
    assert "31\u00a0mars\u00a02026 à 14\u00a0h\u00a005" in page


def test_the_shell_refuses_a_fact_it_does_not_know(rf):
    with pytest.raises(TypeError, match="colour"):
        describe(rf.get("/"), colour="red")


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Alice Martin", "AM"), ("Jean-Paul de La Tour", "JT"), ("alice@durand.example", "AD"), ("Zoé", "Z"), ("", "")],
)
def test_a_person_is_shown_by_two_letters(name, initials):
    assert Person(name).initials == initials


def test_the_living_page_shows_every_component(client):
    components = {f"components/{file.name}" for file in COMPONENTS.glob("_*.html")}
    shown = {template.name for template in client.get("/console/design/").templates}

    assert "components/_chart.html" in components
    assert components - shown == NOT_SEEN


def test_the_living_page_shows_both_themes_and_both_densities(client):
    page = client.get("/console/design/").content.decode()

    assert page.count('data-scheme="dark"') == page.count('data-scheme="light"') == 2
    assert page.count('data-density="cosy"') == 2
