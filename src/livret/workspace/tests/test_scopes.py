"""Whoever administers one company gives and takes rights there, and nowhere else."""

import pytest
from django.urls import reverse

from livret.clients.tests import factories
from livret.core.tenancy.context import inside
from livret.suite.company import services as company
from livret.suite.company.models import Grant

SIRENS = {"Ateliers Lumen": "732829320", "Fonderie Sévère": "552100554"}
ACT = {"by": factories.CLERK, "at": factories.NOW}


@pytest.fixture
def companies(environment):
    with inside(environment.place):
        return [company.create_company(siren=siren, name=name, allowance=None, **ACT) for name, siren in SIRENS.items()]


@pytest.fixture
def people(environment, companies):
    """Alice administers every company, Bob the first alone."""
    owner = factories.make_client()
    found = {name: factories.make_account(owner, name) for name in ("Alice", "Bob")}
    factories.make_contract(owner, found["Alice"], named_users=5)
    factories.own(owner, environment)
    with inside(environment.place):
        for name, where in (("Alice", None), ("Bob", companies[0])):
            person = {"person_id": found[name].pk, "name": name, "email": found[name].email}
            account = company.open_account(**person, **ACT)
            company.grant(account, room="company", right="administer", company=where, **ACT)
    return found


@pytest.fixture
def at_bob(client, people):
    client.force_login(people["Bob"])
    return client


def rights_of(environment, person):
    with inside(environment.place):
        held = Grant.objects.filter(account__person_id=person.pk).order_by("pk")
        return list(held.values_list("module", "right", "company__name"))


def give(browser, person, where):
    address = f"/e/client-a/personnes/{person.pk}/"
    return browser.post(address, {"module": "finance", "right": "validate", "company": where})


@pytest.mark.parametrize("place", [None, 1])
def test_a_right_that_reaches_beyond_the_company_administered_is_refused(at_bob, people, companies, environment, place):
    where = "" if place is None else str(companies[place].pk)

    assert give(at_bob, people["Bob"], where).status_code == 422
    assert rights_of(environment, people["Bob"]) == [("company", "administer", "Ateliers Lumen")]


def test_a_right_on_the_company_administered_is_given(at_bob, people, companies, environment):
    assert give(at_bob, people["Bob"], str(companies[0].pk)).status_code == 302
    assert ("finance", "validate", "Ateliers Lumen") in rights_of(environment, people["Bob"])


def test_the_companies_administered_by_others_are_not_named(at_bob, people):
    page = at_bob.get(f"/e/client-a/personnes/{people['Bob'].pk}/").content.decode()

    assert "Ateliers Lumen" in page
    assert "Fonderie" not in page


def test_a_right_on_every_company_is_not_withdrawn_by_the_administrator_of_one(at_bob, people, environment):
    with inside(environment.place):
        held = Grant.objects.get(account__person_id=people["Alice"].pk)
    where = {"environment": "client-a", "person_id": people["Alice"].pk, "right": held.pk}

    assert at_bob.post(reverse("company:right_revocation", kwargs=where)).status_code == 403
    assert rights_of(environment, people["Alice"]) == [("company", "administer", None)]


def test_the_administrator_of_one_company_creates_no_other(at_bob):
    assert at_bob.get("/e/client-a/societes/nouvelle/").status_code == 403


def test_the_administrator_of_every_company_gives_a_right_on_all(client, people, environment):
    client.force_login(people["Alice"])

    assert give(client, people["Bob"], "").status_code == 302
    assert ("finance", "validate", None) in rights_of(environment, people["Bob"])
