from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from livret.clients import queries, services
from livret.clients.models import AccessAccount, Client, Contract, Instruction
from livret.clients.tests import factories
from livret.clients.tests.acts import browser_of, fields
from livret.clients.tests.factories import NOW
from livret.core.mail.models import Message


class TestConsole:
    @pytest.mark.parametrize("name", ["listing", "new", "instructions"])
    def test_a_page_opens_for_customer_service(self, desk, name):
        assert desk.get(reverse(f"clients:{name}")).status_code == 200

    @pytest.mark.parametrize("name", ["client", "contract_new", "instruction_new", "administrator_new"])
    def test_a_page_of_a_client_opens_for_customer_service(self, desk, atelier, contract, name):
        assert desk.get(reverse(f"clients:{name}", args=[atelier.slug])).status_code == 200

    @pytest.mark.parametrize("name", ["contract_move", "contract_order", "contract_codes"])
    def test_a_page_of_a_contract_opens_for_customer_service(self, desk, atelier, contract, name):
        assert desk.get(reverse(f"clients:{name}", args=[atelier.slug, contract.number])).status_code == 200

    def test_the_client_page_shows_the_figures_with_their_clauses(self, desk, atelier, contract):
        page = desk.get(atelier.get_absolute_url()).content.decode()

        assert "/livret/sprint/2019/#S-4" in page
        assert "/livret/sprint/2019/#S-3" in page

    def test_a_contract_signed_ahead_is_shown_with_its_day(self, desk, atelier, ahead):
        page = desk.get(atelier.get_absolute_url())

        assert page.context["contract"] == ahead
        assert f"Le contrat {ahead.number} débute le" in page.content.decode()
        assert "à partir du" in page.content.decode()

    def test_every_contract_is_listed_with_its_state(self, desk, atelier, alice):
        past = factories.make_contract(atelier, alice, number="C-1", starts_on=date(2020, 1, 1))
        services.end_contract(past, until=date(2021, 1, 1), by=factories.CLERK, at=NOW)
        present = factories.make_contract(atelier, alice, number="C-2", starts_on=date(2021, 1, 1))
        services.end_contract(present, until=date(2099, 1, 1), by=factories.CLERK, at=NOW)
        factories.make_contract(atelier, alice, number="C-3", starts_on=date(2099, 1, 1))

        page = desk.get(atelier.get_absolute_url()).content.decode()

        listed = page[page.index("Tous les contrats") :]
        states = re.findall(r'row">(C-\d)</th>.*?<span class="badge".*?([^<>]*)</span>', listed, re.DOTALL)
        assert states == [("C-3", "À venir"), ("C-2", "En vigueur"), ("C-1", "Terminé")]

    def test_the_list_says_that_a_contract_is_to_come(self, desk, ahead):
        assert "débute le" in desk.get(reverse("clients:listing")).content.decode()

    def test_a_contract_under_the_other_booklet_shows_its_own_clauses(self, desk, moulin, chloe):
        care = {"booklet": "care", "booklet_version": "2023-09-18", "plan": "care"}
        factories.make_contract(moulin, chloe, **care)

        page = desk.get(moulin.get_absolute_url()).content.decode()

        assert "/livret/care/2023-09-18/#C-14" in page
        assert "#S-" not in page

    def test_the_list_is_searched_by_name_and_siren(self, desk, atelier, moulin):
        page = desk.get(reverse("clients:listing"), {"q": "atel"}).content.decode()

        assert ("Atelier" in page, "Moulin" in page) == (True, False)

    @pytest.mark.parametrize("count", [1, 12])
    def test_the_list_asks_the_same_number_of_questions_whatever_its_length(
        self, desk, count, django_assert_max_num_queries
    ):
        rows = [Client(name=f"C{n}", slug=f"c{n}", siren=f"{n:09}", created_at=NOW) for n in range(count)]
        Client.objects.bulk_create(rows)

        with django_assert_max_num_queries(16):
            desk.get(reverse("clients:listing"))

    def test_adding_a_client_opens_the_account_of_its_first_person(self, desk, control):
        typed = {"name": "Quai", "siren": "732829320", "person_name": "Ana", "person_email": "Ana@quai.example"}

        answer = desk.post(reverse("clients:new"), typed)

        assert answer.status_code == 302
        assert AccessAccount.objects.get(email="ana@quai.example").client.name == "Quai"

    def test_a_bad_siren_is_said_and_nothing_is_written(self, desk, control):
        typed = {"name": "Quai", "siren": "732829321", "person_name": "Ana", "person_email": "ana@quai.example"}

        answer = desk.post(reverse("clients:new"), typed)

        assert (answer.status_code, Client.objects.count()) == (422, 0)
        assert "732829321" in answer.content.decode()

    def test_signing_a_contract_from_the_page(self, desk, atelier, alice):
        typed = {
            "number": "2026-7",
            "booklet": "sprint/2019",
            "plan": "open",
            "modules": ["finance"],
            "named_users": "4",
            "signed_on": "2026-01-01",
            "starts_on": "2026-01-01",
            "administrator": str(alice.pk),
        }

        answer = desk.post(reverse("clients:contract_new", args=[atelier.slug]), typed)

        assert answer.status_code == 302
        assert Contract.objects.get(number="2026-7").named_users == 4

    def test_a_refused_contract_keeps_what_was_typed(self, desk, atelier, alice):
        typed = {
            "number": "2026-7",
            "booklet": "sprint/2019",
            "plan": "care",
            "modules": ["finance"],
            "named_users": "4",
            "signed_on": "2026-01-01",
            "starts_on": "2026-01-01",
            "administrator": str(alice.pk),
        }

        answer = desk.post(reverse("clients:contract_new", args=[atelier.slug]), typed)

        assert answer.status_code == 422
        assert 'value="2026-7"' in answer.content.decode()

    def test_carrying_out_an_instruction_opens_the_account_and_mails_the_link(self, desk, at_alice, atelier):
        at_alice.post(reverse("clients:account_request"), fields())
        asked = Instruction.objects.get(person_email="emile@atelier.example")

        answer = desk.post(reverse("clients:carrying_out", args=[atelier.slug, asked.pk]))

        assert answer.status_code == 302
        assert "/compte/invitation/" in Message.objects.get(to="emile@atelier.example").text

    def test_an_instruction_is_refused_with_its_reason(self, desk, at_alice, atelier):
        at_alice.post(reverse("clients:account_request"), fields())
        asked = Instruction.objects.get(person_email="emile@atelier.example")

        desk.post(reverse("clients:refusal", args=[atelier.slug, asked.pk]), {"reason": "Known elsewhere."})

        assert queries.outcome_of(asked).refusal == "Known elsewhere."

    def test_a_refusal_without_reason_is_not_taken(self, desk, at_alice, atelier):
        at_alice.post(reverse("clients:account_request"), fields())
        asked = Instruction.objects.get(person_email="emile@atelier.example")

        answer = desk.post(reverse("clients:refusal", args=[atelier.slug, asked.pk]), {"reason": ""})

        assert (answer.status_code, queries.outcome_of(asked)) == (422, None)

    def test_ending_the_last_administrator_is_refused_on_the_page(self, desk, atelier, contract):
        named = queries.administrators_on(atelier, day=factories.TODAY).get()

        answer = desk.post(reverse("clients:administrator_end", args=[atelier.slug, named.pk]), {"on": "2026-11-20"})

        assert answer.status_code == 422
        assert contract.number in answer.content.decode()

    def test_the_registers_show_who_may_come_in_and_do_nothing(self, desk, room, settings):
        settings.APPLICATION_REGISTER = "livret.clients.tests.registers.nobody"

        page = desk.get(reverse("clients:registers", args=[room.client.slug, room.environment.slug]))

        assert page.status_code == 200
        assert 'data-tone="warn"' in page.content.decode()

    def test_a_register_that_cannot_be_read_is_not_compared(self, desk, room, alice, settings):
        settings.APPLICATION_REGISTER = "livret.clients.tests.registers.closed"

        page = desk.get(reverse("clients:registers", args=[room.client.slug, room.environment.slug])).content.decode()

        assert alice.email in page
        assert 'class="badge"' not in page

    def test_another_clients_contract_is_not_found_under_this_one(self, desk, atelier, moulin, chloe, contract):
        other = factories.make_contract(moulin, chloe)

        answer = desk.get(reverse("clients:contract_codes", args=[atelier.slug, other.number]))

        assert answer.status_code == 404


class TestTeam:
    @pytest.fixture
    def hana(self, control, settings):
        settings.IS_DEMO = True
        return factories.make_staff("Hana", "administrator")

    @pytest.fixture
    def at_hana(self, hana):
        return browser_of(hana)

    def test_the_pages_open_for_an_administrator(self, at_hana, denis):
        pages = [reverse("clients:team"), reverse("clients:team_new"), reverse("clients:team_member", args=[denis.pk])]

        assert [at_hana.get(page).status_code for page in pages] == [200, 200, 200]

    @pytest.mark.parametrize("name", ["team", "team_new"])
    def test_the_pages_are_closed_to_other_roles(self, desk, name):
        assert desk.get(reverse(f"clients:{name}")).status_code == 403

    def test_a_person_is_added_with_roles_and_invited(self, at_hana):
        typed = {"person_name": "Ines", "person_email": "ines@editeur.example", "roles": ["technician", "trainer"]}

        answer = at_hana.post(reverse("clients:team_new"), typed)

        assert answer.status_code == 302
        assert AccessAccount.objects.get(email="ines@editeur.example").roles == {"technician", "trainer"}
        assert Message.objects.filter(to="ines@editeur.example").count() == 1

    def test_a_person_without_role_is_not_taken(self, at_hana):
        typed = {"person_name": "Ines", "person_email": "ines@editeur.example"}

        assert at_hana.post(reverse("clients:team_new"), typed).status_code == 422

    def test_the_last_administrator_keeps_the_role(self, at_hana, hana):
        answer = at_hana.post(reverse("clients:team_member", args=[hana.pk]), {"roles": ["trainer"]})

        assert answer.status_code == 422
        assert AccessAccount.objects.get(pk=hana.pk).roles == {"administrator"}

    def test_a_closed_account_of_the_team_signs_in_no_more(self, at_hana, denis):
        browser = browser_of(denis)

        at_hana.post(reverse("clients:team_closing", args=[denis.pk]), {"reason": "Left."})

        assert browser.get(reverse("clients:listing")).status_code == 302

    def test_the_last_administrator_cannot_be_closed(self, at_hana, hana):
        answer = at_hana.post(reverse("clients:team_closing", args=[hana.pk]), {"reason": "Left."})

        assert (answer.status_code, AccessAccount.objects.get(pk=hana.pk).is_active) == (422, True)

    def test_a_clients_person_is_not_found_in_the_team(self, at_hana, alice):
        assert at_hana.get(reverse("clients:team_member", args=[alice.pk])).status_code == 404
