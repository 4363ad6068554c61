from __future__ import annotations

from livret.clients import jobs, services
from livret.clients.models import Seat
from livret.clients.tests.factories import CLERK, NOW, TODAY
from livret.core.jobs.queue import Delivery


def reserve(room, account):
    return services.reserve_seat(room.environment_id, account.pk, modules=["finance"], today=TODAY, by=CLERK, at=NOW)


def test_what_the_client_plane_says_confirms_then_frees_the_seat_however_often(room, bob):
    seat = reserve(room, bob)
    said = {"person_id": str(bob.pk)}
    delivery = Delivery(room.environment_id, 1, "1.1")

    def state_after(job):
        job(said, delivery=delivery)
        return Seat.objects.get(pk=seat.pk).state

    told = (jobs.seat_granted, jobs.seat_granted, jobs.seat_given_back, jobs.seat_given_back)
    assert [state_after(job) for job in told] == ["confirmed", "confirmed", "freed", "freed"]


def test_the_sweep_frees_old_reservations(room, bob):
    seat = reserve(room, bob)
    Seat.objects.filter(pk=seat.pk).update(reserved_at=NOW.replace(year=2020))

    jobs.free_orphan_seats(timestamp=0)

    assert Seat.objects.get(pk=seat.pk).state == "freed"
