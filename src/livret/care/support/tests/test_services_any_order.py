"""Acts in any order, refused or not: a row never says anything but its events, and both sides read one timeline."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livret.booklet.support import AnomalyLevel
from livret.care.support import queries, services
from livret.care.support.models import Request
from livret.care.support.models.requests import IS_OPEN
from livret.care.support.services.timeline import CACHED, cached_of
from livret.care.support.tests import factories
from livret.care.support.tests.factories import PUBLISHER
from livret.clients.actors import actor_of
from livret.kernel.errors import Refusal

Act = Callable[["Desk", Request, datetime], Any]


class Desk:
    """Who acts: the client's person, and the technician."""

    def __init__(self, client, technician) -> None:
        self.client, self.technician = client, technician

    def by_client(self, now: datetime) -> dict[str, Any]:
        return {"by": actor_of(self.client), "now": now}

    def by_staff(self, now: datetime) -> dict[str, Any]:
        return {"by": actor_of(self.technician), "now": now}


def said_by_client(desk, request, now):
    return factories.say(request, desk.client, "Une précision", at=now)


def said_by_staff(desk, request, now):
    return factories.say(request, desk.technician, "Une question", at=now)


def noted(desk, request, now):
    return factories.say(request, desk.technician, "Entre nous", at=now, is_internal=True)


def picked_up(desk, request, now):
    return factories.pick_up(request, desk.technician, at=now)


def qualified(level: int) -> Act:
    facts = {"reproduction": "Version 1", "is_reproduced": True}
    return lambda desk, request, now: services.qualify_anomaly(
        request, AnomalyLevel(level), **facts, **desk.by_staff(now)
    )


def out_of_scope(desk, request, now):
    return services.qualify_out_of_scope(request, "setup", proposal="Une prestation", **desk.by_staff(now))


def working(desk, request, now):
    return services.qualify_as_working(request, explanation="Vu", is_reproduced=False, **desk.by_staff(now))


def paused(desk, request, now):
    return services.pause(request, reason="Attente", **desk.by_staff(now))


def resumed(desk, request, now):
    return services.resume(request, **desk.by_staff(now))


def proposed(step: str) -> Act:
    return lambda desk, request, now: services.propose(request, step, text="Voici", **desk.by_staff(now))


def closed(cause: str) -> Act:
    return lambda desk, request, now: services.close(request, cause, **desk.by_staff(now))


def confirmed(desk, request, now):
    return services.confirm(request, **desk.by_client(now))


def withdrawn(desk, request, now):
    return services.withdraw(request, **desk.by_client(now))


def reopened(desk, request, now):
    return services.reopen(request, reason="Toujours pareil", **desk.by_client(now))


def rated(desk, request, now):
    return services.rate(request, 3, **desk.by_client(now))


def criticality(level: str) -> Act:
    return lambda desk, request, now: services.change_criticality(request, level, reason="Relu", **desk.by_staff(now))


def excluded(desk, request, now):
    return services.exclude(request, "C-14", reason="Refus", evidence="Courriel", **desk.by_staff(now))


def contested(what: str) -> Act:
    return lambda desk, request, now: services.contest(request, what, reason="Non", **desk.by_client(now))


def answered(what: str, is_accepted: bool) -> Act:
    return lambda desk, request, now: services.answer_contest(
        request, what, is_accepted=is_accepted, words="Relu", **desk.by_staff(now)
    )


def alerted(desk, request, now):
    return services.send_alerts(now=now)


def other_hours(desk, request, now):
    week = {"tue": [["09:00", "12:00"]], "fri": [["14:00", "17:00"]]}
    hours = {"zone": "Europe/Paris", "holidays": "closed", "week": week}
    version = services.publish_hours(hours, from_on=now.date(), by=PUBLISHER, now=now)
    return services.move_requests(version, by=PUBLISHER, now=now)


def same_holidays_of_a_release(desk, request, now):
    """The hours were counted with another list of holidays, as after a release; what is closed is not counted anew."""
    Request.objects.filter(IS_OPEN).exclude(calendar_version="").update(calendar_version="earlier+0")
    return services.recheck_calendars(now=now)


ACTS: list[Act] = [
    said_by_client, said_by_staff, noted, picked_up, out_of_scope, working, paused, resumed, confirmed, withdrawn,
    reopened, rated, excluded, alerted, other_hours, same_holidays_of_a_release,
    *(qualified(level) for level in (1, 2, 3)),
    *(proposed(step) for step in ("action_plan", "workaround", "fix")),
    *(closed(cause) for cause in ("solved", "answered", "no_reply")),
    *(criticality(level) for level in ("critique", "elevee", "moderee")),
    *(contested(what) for what in services.CONTESTABLE),
    *(answered(what, is_accepted) for what in services.CONTESTABLE for is_accepted in (True, False)),
]  # fmt: skip
WAITS = st.sampled_from([timedelta(0), timedelta(seconds=1), timedelta(hours=1), timedelta(hours=9), timedelta(days=2)])
acts = st.lists(st.tuples(st.sampled_from(ACTS), WAITS, st.booleans()), max_size=14)
SAMPLE = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def lived(desk: Desk, request: Request, todo) -> Request:
    """Return *request* after the acts that were not refused; a clock may go back a second between two of them."""
    now = request.registered_at
    for act, wait, goes_back in todo:
        now += wait
        with contextlib.suppress(Refusal), transaction.atomic():
            act(desk, request, now - timedelta(seconds=goes_back))
    return Request.objects.get(pk=request.pk)


@contextlib.contextmanager
def undone():
    """An example of its own: what it writes is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def facts_of(row) -> tuple[Any, ...]:
    return row.sequence, row.kind, row.at, row.text, row.data


def is_in_order(request: Request) -> bool:
    moments = list(request.events.order_by("sequence").values_list("at", flat=True))
    return moments == sorted(moments) and moments[-1] == request.last_event_at


@pytest.fixture
def care_desk(care, bob, denis) -> Desk:
    return Desk(bob, denis)


@pytest.fixture
def sprint_desk(sprint, bob, denis) -> Desk:
    return Desk(bob, denis)


@given(todo=acts)
@SAMPLE
def test_a_row_says_what_its_events_say_under_care(care_desk, todo):
    with undone():
        request = lived(care_desk, factories.file(care_desk.client), todo)

        assert {name: getattr(request, name) for name in CACHED} == cached_of(request)
        assert is_in_order(request)


@given(todo=acts)
@SAMPLE
def test_a_row_says_what_its_events_say_under_sprint(sprint_desk, todo):
    with undone():
        request = lived(sprint_desk, factories.file(sprint_desk.client, criticality=""), todo)

        assert {name: getattr(request, name) for name in CACHED} == cached_of(request)
        assert is_in_order(request)


@given(todo=acts)
@SAMPLE
def test_both_sides_read_one_timeline_but_for_the_notes(care_desk, todo):
    with undone():
        request = lived(care_desk, factories.file(care_desk.client), todo)
        client, staff = (list(queries.timeline(request, is_staff=side)) for side in (False, True))

        assert [facts_of(row) for row in client] == [facts_of(row) for row in staff if not row.is_internal]
        assert all(row.actor_kind in ("staff", "system") for row in staff if row.is_internal)


@given(todo=acts)
@SAMPLE
def test_a_late_pick_up_stays_late_whatever_follows(care_desk, todo):
    with undone():
        late = factories.pick_up(factories.file(care_desk.client), care_desk.technician, at=factories.paris(5, 9))

        assert lived(care_desk, late, todo).is_on_time is False
