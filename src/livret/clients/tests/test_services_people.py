from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from livret.clients import queries, services
from livret.clients.models import (
    AccessAccount,
    Instruction,
    InstructionOutcome,
    Invitation,
    RevokedAccess,
    StaffRole,
)
from livret.clients.tests import factories
from livret.clients.tests.acts import ask, invite, violates
from livret.clients.tests.factories import CLERK, NOW, PASSWORD, TODAY
from livret.core.mail.models import Message


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

    def test_whoever_asked_is_told_of_the_answer(self, atelier, alice, contract):
        services.refuse_instruction(ask(atelier, alice), reason="Known elsewhere.", by=CLERK, at=NOW)

        assert "Known elsewhere." in Message.objects.get(to=alice.email).text

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

    def test_a_link_stops_when_its_owner_came_in_by_a_forgotten_password(self, atelier):
        account = factories.make_account(atelier, "Zoé", password="")
        token = invite(account)
        services.set_password(account, password=PASSWORD)

        with pytest.raises(services.InvitationRefused):
            services.accept_invitation(token, password="another-password-7", at=NOW)

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
