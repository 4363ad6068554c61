from __future__ import annotations

from datetime import date, timedelta

import pytest

from livret.clients import queries, services
from livret.clients.tests import factories
from livret.clients.tests.acts import violates
from livret.clients.tests.factories import CLERK, NOW, TODAY


class TestSeats:
    def reserve(self, room, account, **changes):
        facts = {"modules": ["finance"], "today": TODAY, "by": CLERK, "at": NOW, **changes}
        return services.reserve_seat(room.environment_id, account.pk, **facts)

    def test_reserving_twice_gives_the_same_seat(self, room, bob):
        assert self.reserve(room, bob).pk == self.reserve(room, bob).pk

    def test_before_the_contract_begins_it_already_gives_the_seats(self, room, contract, bob):
        seat = self.reserve(room, bob, today=contract.starts_on - timedelta(days=1))

        assert seat.contract == contract

    def test_a_seat_is_confirmed_then_freed(self, room, bob):
        seat = self.reserve(room, bob)

        assert services.confirm_seat(room.environment_id, bob.pk, at=NOW)
        assert services.free_seat(room.environment_id, bob.pk, given_back_at=NOW, at=NOW)
        seat.refresh_from_db()
        assert (seat.state, queries.named_users(seat.contract)) == ("freed", 0)

    def test_one_more_than_ordered_is_refused_with_both_figures_and_the_clause(self, room, atelier, alice, bob):
        people = [alice, bob, factories.make_account(atelier, "Fabre")]
        assert all(self.reserve(room, person) for person in people)

        with pytest.raises(services.SeatRefused) as refused:
            self.reserve(room, factories.make_account(atelier, "Gaëlle"))

        assert (refused.value.limit.held, refused.value.limit.allowed, refused.value.limit.clause) == (3, 3, "S-3")
        assert "S-3" in str(refused.value)

    def test_the_database_refuses_one_more_than_ordered(self, room, atelier, alice, bob):
        people = [alice, bob, factories.make_account(atelier, "Fabre")]
        seats = [self.reserve(room, person) for person in people]
        late = factories.make_account(atelier, "Gaëlle")
        seats[0].pk, seats[0].account = None, late

        violates("seat_within_ordered_named_users", lambda: seats[0].save(force_insert=True))

    def test_a_module_that_is_not_ordered_is_refused(self, room, bob):
        with pytest.raises(services.SeatRefused):
            self.reserve(room, bob, modules=["hr"])

    def test_somebody_of_another_client_gets_no_seat(self, room, chloe):
        with pytest.raises(services.SeatRefused):
            self.reserve(room, chloe)

    def test_a_test_environment_costs_no_seat(self, contract, atelier, bob):
        trial = factories.own(atelier, factories.make_environment("trial"), kind="test")

        assert self.reserve(trial, bob) is None

    def test_reservations_never_granted_are_freed(self, room, bob):
        self.reserve(room, bob)

        assert services.free_orphan_seats(at=NOW + timedelta(minutes=59)) == 0
        assert services.free_orphan_seats(at=NOW + timedelta(minutes=61)) == 1

    def test_ordering_fewer_than_seated_is_refused(self, room, contract, alice, bob):
        assert self.reserve(room, alice)
        assert self.reserve(room, bob)
        order = {"modules": ("finance",), "named_users": 1, "options": (), "ordered": {}}

        with pytest.raises(services.ContractRefused, match="2"):
            services.change_order(contract, **order, effective_on=date(2026, 12, 1), by=CLERK, at=NOW)
