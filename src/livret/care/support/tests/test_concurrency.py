"""Two people at the same moment, with commits for real."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from livret.booklet.support import AnomalyLevel
from livret.care.support import services
from livret.care.support.models import Presence, Request, RequestEvent, RequestShare, Suspension
from livret.care.support.services.timeline import CACHED, cached_of
from livret.care.support.tests import factories
from livret.care.support.tests.factories import PUBLISHER, paris
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


def test_a_withdrawal_and_a_pick_up_at_once_leave_one_story(company):
    request = factories.file(company)
    technician = people.make_staff("Technicien", "technician")
    at_once(
        lambda: services.withdraw(request, by=actor_of(company), now=paris(2, 16)),
        lambda: factories.pick_up(request, technician, at=paris(2, 16)),
    )
    found = Request.objects.get(pk=request.pk)

    assert (found.state, found.close_cause) == ("closed", "withdrawn")
    assert {name: getattr(found, name) for name in CACHED} == cached_of(found)


def test_acts_of_a_technician_at_once_leave_the_row_that_their_events_tell(company):
    technician = people.make_staff("Technicien", "technician")
    request, at = factories.file(company), {"by": actor_of(technician), "now": paris(2, 16)}
    factories.pick_up(request, technician, at=paris(2, 15, 30))
    levels = [
        lambda level=level: services.qualify_anomaly(request, level, reproduction="Vu", is_reproduced=True, **at)
        for level in AnomalyLevel
    ]
    at_once(
        *levels,
        lambda: services.pause(request, reason="Attente", **at),
        lambda: services.propose(request, "fix", text="Version 2", **at),
        lambda: services.close(request, "solved", **at),
    )
    found = Request.objects.get(pk=request.pk)

    assert {name: getattr(found, name) for name in CACHED} == cached_of(found)
    assert found.last_sequence == found.events.count()


def test_links_made_at_once_the_other_way_round_make_no_circle(company):
    one, other = factories.file(company), factories.file(company)
    answers = at_once(
        lambda: services.link_duplicate(one, other, by=PUBLISHER, now=paris(2, 16)),
        lambda: services.link_duplicate(other, one, by=PUBLISHER, now=paris(2, 16)),
    )

    assert sum(isinstance(answer, services.NotThisKind) for answer in answers) == 1
    assert Request.objects.exclude(duplicate_of=None).count() == 1


def test_sharing_twice_at_once_shares_once(company):
    request, colleague = factories.file(company), people.make_account(company.client, "Bob")
    at_once(*[lambda: services.share(request, colleague, by=actor_of(company), now=paris(2, 16))] * PEOPLE)

    assert RequestShare.objects.count() == RequestEvent.objects.filter(kind="shared").count() == 1


def test_suspending_twice_at_once_suspends_once(company):
    facts = {"reason": "Formation", "from_at": paris(9, 9), "by": PUBLISHER, "now": paris(2, 16)}
    answers = at_once(*[lambda: services.suspend_support(company.client, "untrained_users", **facts)] * PEOPLE)

    assert Suspension.objects.count() == 1
    assert sum(isinstance(answer, services.Suspended) for answer in answers) == PEOPLE - 1
