"""Letting people in from a page: a seat is reserved in the control plane, the right is granted in the client plane."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.clients import jobs, queries, services
from livret.clients.models import Seat
from livret.clients.tests import factories
from livret.core.jobs.queue import Delivery
from livret.core.resident import outbox
from livret.core.tenancy.context import inside
from livret.suite.company import services as company
from livret.suite.company.models import ApplicationAccount


@pytest.fixture
def atelier(environment):
    """A client of two named users, whose administrator Alice works in the environment."""
    client = factories.make_client()
    alice = factories.make_account(client, "Alice")
    factories.make_contract(client, alice, named_users=2)
    factories.own(client, environment)
    with inside(environment.place):
        account = company.open_account(
            person_id=alice.pk, name="Alice", email=alice.email, by=factories.CLERK, at=factories.NOW
        )
        company.grant(account, room="company", right="administer", by=factories.CLERK, at=factories.NOW)
    return client, alice


@pytest.fixture
def browser(client, atelier):
    client.force_login(atelier[1])
    return client


def let_in(browser, person, *, module="finance", right="write"):
    address = f"/e/client-a/personnes/{person.pk}/ouverture/"
    return browser.post(address, {"module": module, "right": right, "company": ""})


def relayed(environment, task):
    """Run the jobs *task* that the environment asked for, as a worker does."""
    outbox.relay(environment.pk, at=factories.NOW)
    found = ProcrastinateJob.objects.filter(task_name=task).order_by("id").values_list("args", flat=True)
    return [(args["payload"], Delivery(environment.pk, args["generation"], args["delivery"])) for args in found]


def test_somebody_who_may_come_in_is_let_in_with_a_seat(browser, atelier, environment):
    bob = factories.make_account(atelier[0], "Bob")

    answer = let_in(browser, bob)

    assert answer.status_code == 302
    assert Seat.objects.get(account=bob).state == Seat.State.RESERVED
    with inside(environment.place):
        assert ApplicationAccount.objects.get(person_id=bob.pk).grants.get().right == "write"


def test_the_seat_is_confirmed_by_the_job_that_the_grant_asked_for(browser, atelier, environment):
    bob = factories.make_account(atelier[0], "Bob")
    let_in(browser, bob)

    for payload, delivery in relayed(environment, "clients.seat_granted"):
        jobs.seat_granted(payload, delivery=delivery)

    assert Seat.objects.get(account=bob).state == Seat.State.CONFIRMED


def test_without_a_seat_left_the_refusal_gives_both_figures_and_the_clause(browser, atelier, environment):
    for name in ("Bob", "Carole"):
        let_in(browser, factories.make_account(atelier[0], name))
    late = factories.make_account(atelier[0], "Dora")

    answer = let_in(browser, late)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "S-3" in page
    assert "2" in page
    with inside(environment.place):
        assert not ApplicationAccount.objects.filter(person_id=late.pk).exists()


def test_a_module_that_was_not_ordered_is_refused_by_its_name(browser, atelier):
    bob = factories.make_account(atelier[0], "Bob")

    answer = let_in(browser, bob, module="hr")

    assert answer.status_code == 422
    assert Seat.objects.filter(account=bob).count() == 0


def test_the_seat_is_given_back_with_the_last_right(browser, atelier, environment):
    bob = factories.make_account(atelier[0], "Bob")
    let_in(browser, bob)
    with inside(environment.place):
        right = ApplicationAccount.objects.get(person_id=bob.pk).grants.get().pk

    browser.post(f"/e/client-a/personnes/{bob.pk}/droits/{right}/retrait/")
    for payload, delivery in relayed(environment, "clients.seat_given_back"):
        jobs.seat_given_back(payload, delivery=delivery)

    assert Seat.objects.get(account=bob).state == Seat.State.FREED


def test_a_person_of_another_client_cannot_be_let_in(browser):
    chloe = factories.make_account(factories.make_client("moulin"), "Chloé")

    assert let_in(browser, chloe).status_code == 404


def test_who_may_come_in_but_has_no_right_here_is_shown_beside_the_register(browser, atelier):
    factories.make_account(atelier[0], "Bob")

    page = browser.get("/e/client-a/personnes/").content.decode()

    assert "bob@atelier.example" in page


def test_an_account_whose_way_in_was_closed_is_marked(browser, atelier, environment):
    bob = factories.make_account(atelier[0], "Bob")
    let_in(browser, bob)
    services.close_access_account(bob, reason="left", by=factories.CLERK, at=factories.NOW)

    page = browser.get("/e/client-a/personnes/").content.decode()

    assert "compte d’accès" in page or "access account is closed" in page
    assert queries.entitlements_of(environment.pk).named_users.ordered == 2


def test_the_trail_of_the_environment_tells_who_let_whom_in_and_is_searched(browser, atelier):
    let_in(browser, factories.make_account(atelier[0], "Bob"))

    everything = browser.get("/e/client-a/journal-d-audit/").content.decode()
    found = browser.get("/e/client-a/journal-d-audit/", {"q": "Compte ouvert Bob"}).content.decode()
    nothing = browser.get("/e/client-a/journal-d-audit/", {"q": "nobody-of-that-name"}).content.decode()

    assert "Droit accordé" in everything
    assert found.partition("<tbody>")[2].partition("</tbody>")[0].count("Compte ouvert") == 1
    assert "<tbody>" not in nothing
