from __future__ import annotations

from datetime import timedelta

import pytest

from livret.clients import jobs, services
from livret.clients.models import Seat
from livret.clients.tests.factories import CLERK, NOW, TODAY
from livret.core.jobs.queue import Delivery


def reserve(room, account):
    return services.reserve_seat(room.environment_id, account.pk, modules=["finance"], today=TODAY, by=CLERK, at=NOW)


def test_what_the_client_plane_says_confirms_then_frees_the_seat_however_often(room, bob):
    seat = reserve(room, bob)
    said = {"person_id": str(bob.pk), "at": NOW.isoformat()}
    delivery = Delivery(room.environment_id, 1, "1.1")

    def state_after(job):
        job(said, delivery=delivery)
        return Seat.objects.get(pk=seat.pk).state

    told = (jobs.seat_granted, jobs.seat_granted, jobs.seat_given_back, jobs.seat_given_back)
    assert [state_after(job) for job in told] == ["confirmed", "confirmed", "freed", "freed"]


@pytest.mark.parametrize("is_told_late", [True, False])
def test_a_seat_asked_for_again_outlives_the_loss_that_came_before(room, bob, is_told_late):
    seat = reserve(room, bob)
    services.confirm_seat(room.environment_id, bob.pk, at=NOW)
    lost, again = NOW + timedelta(seconds=1), NOW + timedelta(seconds=2)
    wanted = {"modules": ["finance"], "today": TODAY, "by": CLERK}
    services.reserve_seat(room.environment_id, bob.pk, **wanted, at=again)
    delivery, person = Delivery(room.environment_id, 1, "1.1"), {"person_id": str(bob.pk)}
    told = [
        lambda: jobs.seat_given_back({**person, "at": lost.isoformat()}, delivery=delivery),
        lambda: jobs.seat_granted(person, delivery=delivery),
    ]

    [job() for job in (reversed(told) if is_told_late else told)]

    assert Seat.objects.get(pk=seat.pk).state == "confirmed"


def test_the_sweep_frees_old_reservations(room, bob):
    seat = reserve(room, bob)
    Seat.objects.filter(pk=seat.pk).update(reserved_at=NOW.replace(year=2020))

    jobs.free_orphan_seats(timestamp=0)

    assert Seat.objects.get(pk=seat.pk).state == "freed"
