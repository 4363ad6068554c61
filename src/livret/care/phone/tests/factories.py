"""Calls of the fixed cast of support, on fixed days."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from uuid import UUID

from livret.care.phone import services
from livret.care.phone.models import Call, CtiKey
from livret.care.support.tests import factories as support
from livret.clients.actors import actor_of
from livret.core.people import Actor

MONDAY_10H = support.paris(2, 10)
PUBLISHER = Actor(UUID(int=0xAD), "Gaëlle", "staff", "192.0.2.7")
PROGRAM = Actor(UUID(int=0xC71), "Standard", "program", "192.0.2.30")
CARE_LINE = "0826 888 488"
SPRINT_LINE = "01 99 00 12 34"
_NAMES = count(1)


def make_key(name: str = "Standard", *, at: datetime = MONDAY_10H) -> services.NewKey:
    return services.create_key(name, by=PUBLISHER, now=at)


def announce(number: str = SPRINT_LINE, *, at: datetime = MONDAY_10H):
    return services.announce_number(number, by=PUBLISHER, now=at)


def arrive(key: CtiKey, *, at: datetime = MONDAY_10H, **facts: object) -> Call:
    """A call that a system reports as it arrives."""
    reported = services.Arriving(**{"external_id": f"call-{next(_NAMES)}", **facts})
    return services.register_arrival(reported, key=key, by=PROGRAM, now=at)


def answer(call: Call, technician, *, at: datetime = MONDAY_10H) -> Call:
    return services.answer_call(call, technician=technician, by=actor_of(technician), now=at)


def end(call: Call, *, at: datetime = MONDAY_10H) -> Call:
    return services.end_call(call, by=PROGRAM, now=at)
