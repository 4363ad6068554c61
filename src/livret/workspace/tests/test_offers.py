"""The command menu finds what a person works on: pages, balances, accounts, requests; and nothing of others."""

import pytest
from django.test import Client as Browser

from livret.care.support.tests import factories as support
from livret.clients.tests import factories
from livret.core.tenancy.context import has_place, inside
from livret.suite.company import services as company
from livret.suite.finance.tests import factories as finance


@pytest.fixture
def atelier(environment):
    client = factories.make_client()
    alice = factories.make_account(client, "Alice")
    support.make_contract(client, alice, "care")
    factories.own(client, environment)
    with inside(environment.place):
        account = company.open_account(
            person_id=alice.pk, name="Alice", email=alice.email, by=factories.CLERK, at=factories.NOW
        )
        for room in ("company", "finance"):
            company.grant(account, room=room, right="administer", by=factories.CLERK, at=factories.NOW)
        books = finance.make_company()
        finance.make_year(books)
        finance.make_account(books, "512000", "Banque du Littoral")
    return client, alice


def found(account, words):
    browser = Browser()
    browser.force_login(account)
    return browser.get("/preferences/commands/", {"q": words}).content.decode()


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("balance", "/e/client-a/comptabilite/732829320/etats/2025-12-31/balance/"),
        ("importer fec", "/e/client-a/comptabilite/fec/"),
        ("512", "/e/client-a/comptabilite/732829320/2025-12-31/comptes/512000/"),
        ("littoral", "/e/client-a/comptabilite/732829320/2025-12-31/comptes/512000/"),
        ("personnes et droits", "/e/client-a/personnes/"),
        ("C-14", "/livret/care/2023-09-18/#C-14"),
    ],
)
def test_a_person_finds_what_their_rights_open(atelier, words, address):
    assert address in found(atelier[1], words)


def test_a_request_is_found_by_its_number(atelier):
    filed = support.file(atelier[1])

    assert f"/espace/demandes/{filed.number}/" in found(atelier[1], filed.number)


def test_a_technician_finds_a_request_by_its_number(atelier, settings):
    settings.IS_DEMO = True  # No second factor is asked for.
    filed = support.file(atelier[1])

    assert f"/console/support/{filed.number}/" in found(factories.make_staff("Denis", "technician"), filed.number)


def test_another_client_finds_none_of_it(atelier):
    filed = support.file(atelier[1])
    other = factories.make_client("moulin")
    chloe = factories.make_account(other, "Chloé")

    pages = "".join(found(chloe, words) for words in ("balance", "littoral", filed.number, ""))

    assert "/e/client-a/" not in pages
    assert f"/espace/demandes/{filed.number}/" not in pages


def test_only_the_clauses_of_the_persons_own_booklet_are_offered(atelier):
    assert "/livret/sprint/" not in found(atelier[1], "S-4")


def test_the_search_leaves_no_environment_behind(atelier):
    found(atelier[1], "balance")

    assert not has_place()
