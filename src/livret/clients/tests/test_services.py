from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from livret.clients import queries, services
from livret.clients.models import (
    AccessAccount,
    AdministratorChange,
    Contract,
    Instruction,
    InstructionOutcome,
    Invitation,
    RevokedAccess,
    SaasAdministrator,
    StaffRole,
)
from livret.clients.tests import factories
from livret.clients.tests.factories import CLERK, NOW, PASSWORD, START, TODAY
from livret.core.audit.queries import search
from livret.core.mail.models import Message


def violates(name, action):
    """The name of the database constraint that *action* breaks must be *name*."""
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        _at_once(action)
    assert broken.value.__cause__.diag.constraint_name == name


def _at_once(action):
    action()
    connection.check_constraints()


def ask(client, alice, **changes):
    facts = {
        "kind": Instruction.Kind.OPEN,
        "person_name": "Émile",
        "person_email": "Emile@Atelier.example",
        "asked_by": alice,
        "asked_at": NOW,
        "channel": Instruction.Channel.MAIL,
        "text": "New bookkeeper.",
        "by": CLERK,
        "at": NOW,
    }
    return services.record_instruction(client, **{**facts, **changes})


def invite(account):
    links = []
    services.issue_invitation(account, link_to=lambda token: links.append(token) or token, by=CLERK, at=NOW)
    return links[0]


class TestClients:
    @pytest.mark.parametrize("siren", ["732829321", "12345", "abc"])
    def test_a_bad_siren_is_refused_with_what_was_typed(self, control, siren):
        with pytest.raises(services.ContractRefused, match=siren):
            services.create_client(name="X", siren=siren, by=CLERK, at=NOW)

    def test_a_siren_is_that_of_one_client(self, atelier):
        with pytest.raises(services.ContractRefused, match=atelier.siren):
            services.create_client(name="Y", siren=atelier.siren, by=CLERK, at=NOW)

    def test_two_companies_of_one_name_get_two_addresses(self, atelier):
        other = services.create_client(name="Atelier", siren="552100554", by=CLERK, at=NOW)

        assert (atelier.slug, other.slug) == ("atelier", "atelier-2")

    def test_creating_a_client_leaves_a_trace(self, atelier):
        trace = search(client_plane=False, action="clients.client.created").get()

        assert (trace.object_label, trace.actor_name) == ("Atelier", CLERK.name)


class TestContracts:
    def test_a_signed_contract_names_its_first_administrator(self, atelier, alice, contract):
        named = queries.administrators_on(atelier, day=START).get()

        assert (named.account, named.is_external) == (alice, False)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"booklet_version": "1999"}, "1999"),
            ({"plan": "care"}, "care"),
            ({"modules": ("payroll",)}, "payroll"),
            ({"options": ("assistance_plus",)}, "assistance_plus"),
            ({"modules": ("finance_express",), "named_users": 4}, "S-4"),
        ],
    )
    def test_what_the_booklet_does_not_offer_is_refused(self, atelier, alice, changes, said):
        with pytest.raises(services.ContractRefused, match=said):
            factories.make_contract(atelier, alice, **changes)

    def test_a_second_contract_on_the_same_days_is_refused(self, atelier, alice, contract):
        with pytest.raises(services.ContractRefused, match=contract.number):
            factories.make_contract(atelier, alice, number="C-2")

    def test_the_database_refuses_two_contracts_on_one_day(self, contract):
        twin = Contract.objects.get(pk=contract.pk)
        twin.pk, twin.number = None, "C-9"

        violates("contract_one_at_a_time", twin.save)

    def test_moving_to_the_same_version_is_refused(self, contract):
        with pytest.raises(services.ContractRefused, match="2019"):
            services.move_contract(contract, booklet_version="2019", effective_on=TODAY, by=CLERK, at=NOW)

    def test_access_codes_are_handed_over_once(self, contract):
        services.hand_over_codes(contract, on=TODAY, by=CLERK, at=NOW)

        with pytest.raises(services.ContractRefused, match="20/11/2026"):
            services.hand_over_codes(contract, on=TODAY, by=CLERK, at=NOW)

    def test_an_order_change_keeps_what_was_before(self, contract):
        order = {"modules": ("finance", "trade"), "named_users": 5, "options": (), "ordered": {}}

        services.change_order(contract, **order, effective_on=TODAY, by=CLERK, at=NOW)

        change = contract.changes.get(kind="ordered")
        assert (change.before["named_users"], change.after["modules"]) == (3, ["finance", "trade"])

    def test_entitlements_follow_the_contract_of_the_environment(self, room):
        found = queries.entitlements_on(room.environment_id, day=TODAY)

        assert (found.modules, found.named_users.ordered, found.plan) == (frozenset({"finance"}), 3, "open")

    def test_an_environment_without_contract_allows_nothing(self, control):
        with pytest.raises(queries.NoContract):
            queries.entitlements_on(UUID(int=7), day=TODAY)

    def test_an_ended_contract_rules_until_its_last_day(self, atelier, contract):
        services.end_contract(contract, until=TODAY, by=CLERK, at=NOW)

        assert queries.contract_in_force(atelier, day=TODAY) is None
        assert queries.contract_in_force(atelier, day=TODAY - timedelta(days=1)) == contract


class TestInstructions:
    def test_an_account_opens_on_the_administrators_instruction(self, atelier, alice, contract):
        account = services.create_access_account(ask(atelier, alice), by=CLERK, at=NOW)

        assert (account.email, account.client, account.has_usable_password()) == (
            "emile@atelier.example",
            atelier,
            False,
        )

    def test_somebody_who_is_no_administrator_cannot_ask(self, atelier, bob, contract):
        with pytest.raises(services.NotTheirAccount, match="Bob"):
            ask(atelier, bob)

    def test_an_administrator_of_another_client_cannot_ask(self, atelier, contract, moulin, chloe):
        factories.make_contract(moulin, chloe)

        with pytest.raises(services.NotTheirAccount):
            ask(atelier, chloe)

    def test_an_instruction_is_answered_once(self, atelier, alice, contract):
        asked = ask(atelier, alice)
        services.refuse_instruction(asked, reason="Already there.", by=CLERK, at=NOW)

        with pytest.raises(services.InstructionAnswered):
            services.create_access_account(asked, by=CLERK, at=NOW)

    def test_an_address_opens_one_account_whatever_its_capitals(self, atelier, alice, contract):
        with pytest.raises(services.AddressTaken, match="alice@atelier"):
            ask(atelier, alice, person_email="ALICE@atelier.example")

    def test_closing_an_account_that_is_not_there_is_refused_at_once(self, atelier, alice, contract):
        with pytest.raises(services.AddressUnknown, match="nobody"):
            ask(atelier, alice, kind=Instruction.Kind.CLOSE, person_email="nobody@atelier.example")

    def test_the_database_refuses_capitals_in_an_address(self, control):
        violates(
            "access_account_email_in_lower_case",
            lambda: AccessAccount.objects.create(email="A@x.example", full_name="A", created_at=NOW),
        )

    def test_an_instruction_cannot_be_rewritten_by_the_application(self, atelier, alice, contract):
        asked = ask(atelier, alice)

        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            Instruction.objects.filter(pk=asked.pk).update(text="other")


class TestInvitations:
    def test_a_link_sets_the_password_once(self, atelier, alice, contract):
        account = services.create_access_account(ask(atelier, alice), by=CLERK, at=NOW)
        token = invite(account)

        services.accept_invitation(token, password=PASSWORD, at=NOW)

        assert AccessAccount.objects.get(pk=account.pk).check_password(PASSWORD)
        with pytest.raises(services.InvitationRefused):
            services.accept_invitation(token, password="another-password-7", at=NOW)

    def test_a_new_link_stops_the_former(self, atelier):
        account = factories.make_account(atelier, "Zoé", password="")
        first, second = invite(account), invite(account)

        with pytest.raises(services.InvitationRefused):
            services.accept_invitation(first, password=PASSWORD, at=NOW)
        assert services.accept_invitation(second, password=PASSWORD, at=NOW) == account

    def test_a_link_is_too_old_after_a_week(self, atelier):
        token = invite(factories.make_account(atelier, "Zoé", password=""))

        with pytest.raises(services.InvitationRefused):
            services.accept_invitation(token, password=PASSWORD, at=NOW + timedelta(days=7))

    def test_the_token_is_never_stored(self, atelier):
        token = invite(factories.make_account(atelier, "Zoé", password=""))

        assert token not in str(Invitation.objects.values().get())

    def test_the_mail_holds_the_link_in_the_readers_language(self, atelier):
        account = factories.make_account(atelier, "Zoé", password="")

        token = invite(account)

        assert token in Message.objects.get(to=account.email).text

    def test_somebody_who_came_in_is_not_invited_again(self, alice):
        with pytest.raises(services.InvitationRefused, match="Alice"):
            invite(alice)


class TestAdministrators:
    def test_the_last_administrator_cannot_be_ended(self, atelier, contract):
        named = queries.administrators_on(atelier, day=TODAY).get()

        with pytest.raises(services.AdministratorRefused, match="20/11/2026"):
            services.end_saas_administrator(named, until_on=TODAY, by=CLERK, at=NOW)

    def test_replacing_leaves_no_day_bare(self, atelier, bob, contract):
        named = queries.administrators_on(atelier, day=TODAY).get()

        services.replace_saas_administrator(named, bob, on=TODAY, by=CLERK, at=NOW)

        assert queries.administrators_on(atelier, day=TODAY).get().account == bob
        connection.check_constraints()

    def test_a_second_external_person_is_refused(self, atelier, bob, contract):
        fabre = factories.make_account(atelier, "Fabre")
        services.name_saas_administrator(atelier, bob, from_on=TODAY, company_name="Cabinet", by=CLERK, at=NOW)

        with pytest.raises(services.AdministratorRefused, match="Bob"):
            services.name_saas_administrator(atelier, fabre, from_on=TODAY, company_name="Tiers", by=CLERK, at=NOW)

    def test_an_external_person_may_follow_another(self, atelier, bob, contract):
        fabre = factories.make_account(atelier, "Fabre")
        first = services.name_saas_administrator(atelier, bob, from_on=TODAY, company_name="A", by=CLERK, at=NOW)

        later = TODAY + timedelta(days=9)
        services.replace_saas_administrator(first, fabre, on=later, company_name="B", by=CLERK, at=NOW)

        assert [one.account for one in queries.administrators_on(atelier, day=later).filter(is_external=True)] == [
            fabre
        ]

    def test_somebody_of_another_client_cannot_be_named(self, atelier, chloe, contract):
        with pytest.raises(services.AdministratorRefused, match="Chloé"):
            services.name_saas_administrator(atelier, chloe, from_on=TODAY, by=CLERK, at=NOW)

    def test_customer_service_is_told_of_a_change(self, atelier, bob, contract):
        clerk = factories.make_staff("Gilles", "customer_service")

        services.name_saas_administrator(atelier, bob, from_on=TODAY, by=CLERK, at=NOW)

        assert "Bob" in Message.objects.get(to=clerk.email).text
        assert AdministratorChange.objects.filter(person_name="Bob", kind="named").count() == 1

    def test_the_database_refuses_two_external_people_on_one_day(self, atelier, alice, bob, contract):
        row = {"client": atelier, "is_external": True, "company_name": "X", "from_on": TODAY}
        SaasAdministrator.objects.create(account=bob, **row)
        other = factories.make_account(atelier, "Fabre")

        violates("saas_administrator_one_external", lambda: SaasAdministrator.objects.create(account=other, **row))

    def test_the_database_refuses_a_day_without_administrator(self, atelier, contract):
        named = SaasAdministrator.objects.filter(client=atelier)

        violates("saas_administrator_at_least_one", lambda: named.update(until_on=TODAY))

    def test_the_database_refuses_an_administrator_from_another_client(self, atelier, chloe):
        row = {"client": atelier, "account": chloe, "from_on": TODAY}

        violates("saas_administrator_of_own_client", lambda: SaasAdministrator.objects.create(**row))


class TestClosing:
    def test_a_closed_account_loses_its_seat_and_stays_revoked(self, bob, room):
        seat = services.reserve_seat(room.environment_id, bob.pk, modules=["finance"], today=TODAY, by=CLERK, at=NOW)

        services.close_access_account(bob, reason="Left.", by=CLERK, at=NOW)

        seat.refresh_from_db()
        assert seat.state == "freed"
        assert queries.revoked_people(room.environment_id) == [bob.pk]

    def test_closing_twice_changes_nothing(self, bob):
        services.close_access_account(bob, reason="Left.", by=CLERK, at=NOW)
        services.close_access_account(bob, reason="Left.", by=CLERK, at=NOW + timedelta(days=1))

        assert RevokedAccess.objects.filter(account_id=bob.pk).count() == 1

    def test_an_administrator_is_replaced_before_the_account_closes(self, alice, contract):
        with pytest.raises(services.NotTheirAccount, match="Alice"):
            services.close_access_account(alice, reason="Left.", by=CLERK, at=NOW)

    def test_the_instruction_to_close_is_answered_with_the_account(self, atelier, alice, bob, contract):
        asked = ask(atelier, alice, kind=Instruction.Kind.CLOSE, person_email=bob.email)

        services.close_access_account(bob, reason="Left.", by=CLERK, at=NOW, instruction=asked)

        assert InstructionOutcome.objects.get(instruction=asked).account == bob


class TestRoles:
    def test_granting_gives_exactly_the_roles_named(self, denis):
        services.grant_roles(denis, [StaffRole.Role.TRAINER], by=CLERK, at=NOW)

        assert denis.roles == {"trainer"}

    def test_the_database_refuses_a_publisher_role_to_a_clients_person(self, alice):
        violates("staff_role_of_publisher_only", lambda: StaffRole.objects.create(account=alice, role="technician"))


class TestSeats:
    def reserve(self, room, account, **changes):
        facts = {"modules": ["finance"], "today": TODAY, "by": CLERK, "at": NOW, **changes}
        return services.reserve_seat(room.environment_id, account.pk, **facts)

    def test_reserving_twice_gives_the_same_seat(self, room, bob):
        assert self.reserve(room, bob).pk == self.reserve(room, bob).pk

    def test_a_seat_is_confirmed_then_freed(self, room, bob):
        seat = self.reserve(room, bob)

        assert services.confirm_seat(room.environment_id, bob.pk, at=NOW)
        assert services.free_seat(room.environment_id, bob.pk, at=NOW)
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
