"""From any page of a module, help is asked for with where the person was."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client as Browser
from django.urls import reverse

from livret.care.support.tests import factories as support
from livret.clients.tests import factories
from livret.core.tenancy.context import inside
from livret.suite.company import services as company

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGE = "/e/client-a/comptabilite/"


@pytest.fixture
def alice(environment):
    """Alice's browser; she keeps the books of her company in client-a."""
    client = factories.make_client("atelier")
    account = factories.make_account(client, "Alice")
    support.make_contract(client, account, "care")
    factories.own(client, environment)
    with inside(environment.place):
        inner = company.open_account(
            person_id=account.pk, name="Alice", email=account.email, by=factories.CLERK, at=factories.NOW
        )
        for room in ("company", "finance"):
            company.grant(inner, room=room, right="administer", by=factories.CLERK, at=factories.NOW)
    browser = Browser(raise_request_exception=False)
    browser.force_login(account, backend=BACKEND)
    return browser


def help_link(answer):
    return unescape(re.search(r'href="([^"]*)" data-help', answer.content.decode()).group(1))


def test_the_help_of_a_page_tells_the_page_the_module_and_the_menus(alice):
    link = help_link(alice.get(f"{PAGE}?tri=-date"))
    told = parse_qs(urlsplit(link).query)

    assert urlsplit(link).path == reverse("support:new")
    assert told == {
        "page": [f"{PAGE}?tri=-date"],
        "product": ["finance"],
        "menu": ["Finance › Toutes les sociétés"],
    }


def test_the_form_holds_what_the_page_told(alice):
    form = alice.get(help_link(alice.get(PAGE)) + "&title=Vue+d’ensemble").context["form"]

    assert form["origin_page"].value() == f"Vue d’ensemble – {PAGE}"
    assert (form["channel"].value(), form["product"].value()) == ("module", "finance")
    assert form["origin_version"].value() == "0.1.0"


def test_the_last_error_seen_is_in_the_form(alice):
    missing = alice.get("/e/client-a/nulle-part/", headers={"accept": "text/html"})
    form = alice.get(reverse("support:new")).context["form"]

    assert missing.status_code == 404
    assert f"référence {missing['X-Request-Id']}, sur /e/client-a/nulle-part/" in form["origin_error"].value()


def test_the_command_menu_offers_help_for_the_page_it_was_opened_on(alice):
    menu = {"hx-request": "true", "hx-current-url": f"http://testserver{PAGE}"}
    answer = alice.get(reverse("preferences:commands"), {"q": "aide"}, headers=menu)

    assert "Demander de l’aide" in answer.content.decode()
    assert "page=%2Fe%2Fclient-a%2Fcomptabilite%2F" in unescape(answer.content.decode())


def test_a_page_that_no_menu_leads_to_tells_its_address_alone(alice):
    told = parse_qs(urlsplit(help_link(alice.get("/e/client-a/nulle-part/"))).query)

    assert told == {"page": ["/e/client-a/nulle-part/"]}
