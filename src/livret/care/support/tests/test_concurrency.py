"""Two people at the same moment, with commits for real."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from livret.care.support import services
from livret.care.support.models import Presence, Request, RequestEvent
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people

PEOPLE = 4


@pytest.fixture
def company(committed_control):
    """A client under Care whose people file, and a technician for each of them."""
    client = people.make_client("atelier")
    alice = people.make_account(client, "Alice")
    factories.make_contract(client, alice, "care")
    return alice


def at_once(*works):
    """Run *works* in threads that start together; return what each gave or raised."""
    start = Barrier(len(works))

    def run(work):
        try:
            start.wait(timeout=10)
            return work()
        except Exception as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_numbers_filed_at_once_have_no_gap_and_no_double(company):
    filed = at_once(*[lambda: factories.file(company)] * PEOPLE)

    assert sorted(request.number for request in filed) == [f"D-2026-{n:06}" for n in range(1, PEOPLE + 1)]


def test_one_form_sent_at_once_files_one_request(company):
    nonce = uuid4()
    answers = at_once(*[lambda: factories.file(company, nonce=nonce)] * PEOPLE)
    refusals = [answer for answer in answers if isinstance(answer, services.AlreadyFiled)]

    assert Request.objects.count() == 1
    assert [refusal.request.number for refusal in refusals] == ["D-2026-000001"] * (PEOPLE - 1)


def test_two_technicians_at_once_make_one_pick_up(company):
    request = factories.file(company)
    technicians = [people.make_staff(f"Technicien {n}", "technician") for n in range(PEOPLE)]
    answers = at_once(*[lambda one=one: factories.pick_up(request, one, at=paris(2, 16)) for one in technicians])

    assert sum(isinstance(answer, services.AlreadyPickedUp) for answer in answers) == PEOPLE - 1
    assert RequestEvent.objects.filter(request=request, kind="picked_up").count() == 1


def test_messages_at_once_each_take_their_place(company):
    request = factories.file(company)
    at_once(*[lambda n=n: factories.say(request, company, f"Message {n}") for n in range(PEOPLE)])

    assert list(request.events.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, PEOPLE + 3))


def test_of_two_answers_to_the_same_page_one_waits(company):
    request = factories.file(company)
    technicians = [people.make_staff(f"Technicien {n}", "technician") for n in range(2)]
    works = [lambda one=one: factories.say(request, one, "Réponse", at=paris(2, 16), seen=2) for one in technicians]
    answers = at_once(*works)

    assert sum(isinstance(answer, services.Changed) for answer in answers) == 1
    assert request.events.filter(kind="message").count() == 1


def test_one_canned_answer_has_a_title(committed_control):
    denis = people.make_staff("Denis", "technician")
    told = {"author": denis, "by": actor_of(denis), "now": paris(2, 16)}
    answers = at_once(*[lambda: services.write_canned_answer("Accueil", "Bonjour", **told)] * PEOPLE)

    assert sum(isinstance(answer, services.TitleTaken) for answer in answers) == PEOPLE - 1


def test_a_page_open_twice_is_one_presence(company):
    request, denis = factories.file(company), people.make_staff("Denis", "technician")
    at_once(*[lambda: services.note_presence(request, denis, is_writing=True, now=paris(2, 16))] * PEOPLE)

    assert Presence.objects.count() == 1
