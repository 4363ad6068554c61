from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from livret.clients import queries, services
from livret.clients.models import (
    AdministratorChange,
    Contract,
    SaasAdministrator,
)
from livret.clients.tests import factories
from livret.clients.tests.acts import violates
from livret.clients.tests.factories import CLERK, NOW, START, TODAY
from livret.core.audit.queries import search
from livret.core.mail.models import Message


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
            (
                {"plan": "care"},
                "Care.*Livret de service Sprint 2019.*: Connect, Open, Private",
            ),
            ({"modules": ("payroll",)}, "payroll"),
            ({"options": ("assistance_plus",)}, r"Assistance\+"),
            ({"modules": ("finance", "finance_express")}, "ne se commandent pas ensemble"),
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

    def test_a_version_that_does_not_exist_is_refused_and_nobody_is_told(self, contract):
        with pytest.raises(services.ContractRefused, match="2031"):
            services.move_contract(contract, booklet_version="2031", effective_on=TODAY, by=CLERK, at=NOW)

        assert not Message.objects.exists()

    def test_moving_to_another_version_is_recorded_and_told_to_the_administrators(self, contract, alice):
        Contract.objects.filter(pk=contract.pk).update(booklet_version="2011")

        services.move_contract(contract, booklet_version="2019", effective_on=TODAY, by=CLERK, at=NOW)

        assert contract.changes.get(kind="moved").before == {"booklet_version": "2011"}
        assert "2019" in Message.objects.get(to=alice.email).text

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

    def test_before_its_contract_an_environment_allows_nothing_and_says_from_when(self, room, contract):
        before = START - timedelta(days=1)

        with pytest.raises(queries.NotBegun, match="01/01/2026"):
            queries.entitlements_on(room.environment_id, day=before)

        assert queries.contract_in_force(contract.client, day=before) is None
        assert queries.contract_to_prepare(contract.client, day=before) == contract

    def test_the_contract_in_force_comes_before_the_one_signed_ahead(self, atelier, alice, contract):
        services.end_contract(contract, until=TODAY + timedelta(days=5), by=CLERK, at=NOW)
        ahead = factories.make_contract(atelier, alice, number="C-2", starts_on=TODAY + timedelta(days=5))

        assert queries.contract_to_prepare(atelier, day=TODAY) == contract
        assert queries.next_contract(atelier, day=TODAY) == ahead

    def test_an_ended_contract_rules_until_its_last_day(self, atelier, contract):
        services.end_contract(contract, until=TODAY, by=CLERK, at=NOW)

        assert queries.contract_in_force(atelier, day=TODAY) is None
        assert queries.contract_in_force(atelier, day=TODAY - timedelta(days=1)) == contract


class TestAdministrators:
    def test_those_named_from_a_later_day_are_told_apart(self, atelier, alice, bob, contract):
        services.name_saas_administrator(atelier, bob, from_on=TODAY + timedelta(days=1), by=CLERK, at=NOW)

        found = queries.administrators_from(atelier, day=TODAY)

        assert [(one.account, one.is_upcoming) for one in found] == [(alice, False), (bob, True)]

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
