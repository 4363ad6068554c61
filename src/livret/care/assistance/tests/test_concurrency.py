"""Several people at the same moment, with commits for real."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from livret.care.assistance import services
from livret.care.assistance.models import Registration, RemoteSession
from livret.care.assistance.tests import factories
from livret.care.support.tests import factories as support
from livret.clients.tests import factories as people

PEOPLE = 4


@pytest.fixture
def company(committed_control):
    """A client under Care with its people, a technician with a tool, a trainer."""
    client = people.make_client("atelier")
    alice = people.make_account(client, "Alice")
    support.make_contract(client, alice, "care")
    factories.tool()
    return [alice, *(people.make_account(client, f"Personne {number}") for number in range(1, PEOPLE))]


def at_once(*works):
    """Run *works* in threads that start together; return what each gave or raised."""
    begun = Barrier(len(works))

    def run(work):
        try:
            begun.wait(timeout=10)
            return work()
        except Exception as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_the_last_place_is_given_to_one_and_the_others_wait_in_order(company):
    session = factories.planned(people.make_staff("Théo", "trainer"), capacity=1)
    given = at_once(*[lambda one=one: factories.register(session, one) for one in company])

    assert sorted(row.is_seated for row in given) == [False] * (PEOPLE - 1) + [True]
    assert Registration.objects.filter(session=session, place=1).count() == 1


def test_one_person_who_clicks_many_times_has_one_registration(company):
    session = factories.planned(people.make_staff("Théo", "trainer"), capacity=2)
    at_once(*[lambda: factories.register(session, company[0])] * PEOPLE)

    assert Registration.objects.filter(session=session).count() == 1


def test_places_given_back_at_once_each_go_to_one_who_waits(company):
    session = factories.planned(people.make_staff("Théo", "trainer"), capacity=2)
    for one in company:
        factories.register(session, one)
    at_once(*[lambda one=one: factories.leave(session, one) for one in company[:2]])
    standing = Registration.objects.filter(session=session, cancelled_at=None)

    assert sorted(standing.values_list("place", flat=True)) == [1, 2]
    assert set(standing.values_list("account", flat=True)) == {one.pk for one in company[2:]}


def test_two_proposals_at_once_make_one(company):
    technicians = [people.make_staff(f"Technicien {number}", "technician") for number in range(PEOPLE)]
    request = factories.taken(company[0], technicians[0])
    answers = at_once(*[lambda one=one: factories.propose(request, one) for one in technicians])

    assert sum(isinstance(answer, services.AlreadyLive) for answer in answers) == PEOPLE - 1
    assert RemoteSession.objects.count() == 1


def test_an_agreement_withdrawn_while_the_session_begins_leaves_it_over(company):
    technician = people.make_staff("Denis", "technician")
    session = factories.consent(factories.propose(factories.taken(company[0], technician), technician), company[0])
    at_once(lambda: factories.start(session, technician), lambda: factories.withdraw(session, company[0]))
    session.refresh_from_db()

    assert session.state == "withdrawn"
    assert session.request.events.filter(data__step="withdrawn").count() == 1
