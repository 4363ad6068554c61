"""Seats under real concurrency: several connections, real commits."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from livret.clients import queries, services
from livret.clients.tests import factories
from livret.clients.tests.factories import CLERK, NOW, TODAY
from livret.core import clock


@pytest.fixture
def room(committed_control):
    atelier = factories.make_client("atelier")
    alice = factories.make_account(atelier, "Alice")
    factories.make_contract(atelier, alice, named_users=5, modules=("finance",))
    return factories.own(atelier, factories.make_environment("atelier"))


def reserve(room, account, start):
    """Reserve on a connection of one's own, all at the same moment; tell whether there was room."""
    try:
        start.wait()
        services.reserve_seat(room.environment_id, account.pk, modules=["finance"], today=TODAY, by=CLERK, at=NOW)
    except services.SeatRefused:
        return False
    finally:
        connections["default"].close()
    return True


def race(room, people):
    start = threading.Barrier(len(people))
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(lambda account: reserve(room, account, start), people))


def test_people_who_come_at_once_never_pass_the_ordered_quantity(room):
    people = [factories.make_account(room.client, f"P{n}") for n in range(12)]

    won = race(room, people)

    contract = queries.contract_in_force(room.client, day=TODAY)
    assert (won.count(True), queries.named_users(contract)) == (5, 5)


def test_one_person_who_asks_at_once_from_everywhere_holds_one_seat(room):
    bob = factories.make_account(room.client, "Bob")

    won = race(room, [bob] * 8)

    contract = queries.contract_in_force(room.client, day=TODAY)
    assert (won, queries.seats_held(contract).count()) == ([True] * 8, 1)


def accept(token, start):
    try:
        start.wait()
        services.accept_invitation(token, password=factories.PASSWORD, at=clock.now())
    except services.InvitationRefused:
        return False
    finally:
        connections["default"].close()
    return True


def test_one_invitation_used_twice_at_once_serves_once(room):
    links = []
    zoe = factories.make_account(room.client, "Zoé", password="")
    services.issue_invitation(zoe, link_to=lambda token: links.append(token) or token, by=CLERK, at=clock.now())
    start = threading.Barrier(6)

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(lambda _n: accept(links[0], start), range(6)))

    assert won.count(True) == 1
