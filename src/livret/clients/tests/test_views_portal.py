from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from livret.clients import queries, services
from livret.clients.models import Instruction
from livret.clients.tests import factories
from livret.clients.tests.acts import browser_of, fields
from livret.clients.tests.factories import CLERK
from livret.core import clock
from livret.core.mail.models import Message


class TestCustomerSpace:
    @pytest.mark.parametrize("name", ["company", "people", "account_request", "administrator_naming", "profile"])
    def test_a_page_opens_for_the_administrator(self, at_alice, name):
        assert at_alice.get(reverse(f"clients:{name}")).status_code == 200

    @pytest.mark.parametrize("name", ["company", "people", "profile"])
    def test_a_page_opens_for_everybody_of_the_company(self, contract, bob, name):
        assert browser_of(bob).get(reverse(f"clients:{name}")).status_code == 200

    @pytest.mark.parametrize("name", ["account_request", "administrator_naming"])
    def test_asking_is_for_administrators_and_the_page_names_one(self, contract, bob, name):
        answer = browser_of(bob).get(reverse(f"clients:{name}"))

        assert answer.status_code == 403
        assert "Alice" in answer.content.decode()

    def test_a_company_without_contract_has_its_page(self, chloe):
        assert browser_of(chloe).get(reverse("clients:company")).status_code == 200

    def test_a_contract_signed_ahead_is_shown_with_its_day(self, ahead, alice):
        page = browser_of(alice).get(reverse("clients:company")).content.decode()

        assert f"Le contrat {ahead.number} débute le" in page
        assert "Aucun contrat en vigueur" not in page

    def test_an_administrator_named_from_a_later_day_is_said_so(self, ahead, alice):
        assert "à partir du" in browser_of(alice).get(reverse("clients:people")).content.decode()

    def test_a_request_is_recorded_as_an_instruction(self, at_alice, atelier):
        answer = at_alice.post(reverse("clients:account_request"), fields())

        assert answer.status_code == 302
        assert queries.open_instructions(atelier).get().channel == "space"

    def test_a_request_without_a_right_address_is_not_taken(self, at_alice, atelier):
        answer = at_alice.post(reverse("clients:account_request"), fields(person_email="nowhere"))

        assert (answer.status_code, queries.open_instructions(atelier).count()) == (422, 0)

    def test_the_administrator_sends_an_invitation_again(self, at_alice, atelier):
        zoe = factories.make_account(atelier, "Zoé", password="")

        at_alice.post(reverse("clients:reinvitation", args=[zoe.pk]))

        assert Message.objects.filter(to=zoe.email).count() == 1

    def test_somebody_of_another_client_is_not_found(self, at_alice, chloe):
        assert at_alice.post(reverse("clients:reinvitation", args=[chloe.pk])).status_code == 404

    def test_naming_an_administrator_from_a_third_company(self, at_alice, atelier, bob):
        typed = {"account": str(bob.pk), "company_name": "Cabinet", "from_on": "2026-11-20"}

        answer = at_alice.post(reverse("clients:administrator_naming"), typed)

        assert answer.status_code == 302
        assert queries.administrators_on(atelier, day=factories.TODAY).get(is_external=True).account == bob

    def test_the_profile_keeps_the_language(self, at_alice, alice):
        answer = at_alice.post(reverse("clients:profile"), {"full_name": "Alice Roy", "language": "en"})

        alice.refresh_from_db()
        assert (answer.status_code, alice.full_name, alice.language) == (302, "Alice Roy", "en")
        assert answer.cookies["livret_language"].value == "en"


class TestRoles:
    STAFF_PAGES = ("listing", "new", "instructions")
    CLIENT_PAGES = ("company", "people", "account_request", "administrator_naming")

    @pytest.mark.parametrize("name", STAFF_PAGES + CLIENT_PAGES + ("profile",))
    def test_a_visitor_is_sent_to_the_door(self, control, name):
        answer = Browser().get(reverse(f"clients:{name}"))

        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("account_login"))

    @pytest.mark.parametrize("name", STAFF_PAGES)
    def test_the_console_does_not_exist_for_a_clients_person(self, at_alice, name):
        assert at_alice.get(reverse(f"clients:{name}")).status_code == 404

    @pytest.mark.parametrize("name", CLIENT_PAGES)
    def test_the_customer_space_is_closed_to_the_publisher(self, desk, name):
        assert desk.get(reverse(f"clients:{name}")).status_code == 403

    def test_a_technician_cannot_add_a_client(self, denis, settings):
        settings.IS_DEMO = True

        assert browser_of(denis).get(reverse("clients:new")).status_code == 403

    def test_an_administrator_of_the_publisher_opens_everything(self, control, settings):
        settings.IS_DEMO = True

        assert browser_of(factories.make_staff("Hana", "administrator")).get(reverse("clients:new")).status_code == 200

    def test_outside_a_demonstration_staff_must_add_a_second_factor(self, denis):
        answer = browser_of(denis).get(reverse("clients:listing"))

        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_index"))

    @pytest.mark.parametrize("name", ["carrying_out", "refusal"])
    def test_acts_are_only_posted(self, desk, at_alice, atelier, name):
        at_alice.post(reverse("clients:account_request"), fields())
        asked = Instruction.objects.get(person_email="emile@atelier.example")

        assert desk.get(reverse(f"clients:{name}", args=[atelier.slug, asked.pk])).status_code == 405


class TestInvitationPage:
    @pytest.fixture
    def link(self, atelier, contract):
        links = []
        zoe = factories.make_account(atelier, "Zoé", password="")
        services.issue_invitation(zoe, link_to=lambda token: links.append(token) or token, by=CLERK, at=clock.now())
        return reverse("clients:invitation", args=links)

    def test_the_invited_person_chooses_a_password_and_is_signed_in(self, link):
        browser = Browser()

        answer = browser.post(link, {"password1": "brume-du-matin-77", "password2": "brume-du-matin-77"})

        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_index"))
        assert browser.get(reverse("clients:profile")).status_code == 200

    def test_the_passkey_page_opens_at_once_after_an_invitation(self, link):
        browser = Browser()
        browser.post(link, {"password1": "brume-du-matin-77", "password2": "brume-du-matin-77"})

        assert browser.get(reverse("mfa_activate_totp")).status_code == 200
        assert browser.get(reverse("mfa_add_webauthn")).status_code == 200

    @pytest.mark.parametrize(
        ("first", "second"),
        [("short", "short"), ("123456789012", "123456789012"), ("brume-du-matin-77", "brume-du-matin-78"), ("", "")],
    )
    def test_a_weak_or_mistyped_password_is_not_taken(self, link, first, second):
        answer = Browser().post(link, {"password1": first, "password2": second})

        assert answer.status_code == 422
        assert Browser().get(link).status_code == 200

    def test_a_used_link_says_so(self, link):
        typed = {"password1": "brume-du-matin-77", "password2": "brume-du-matin-77"}
        Browser().post(link, typed)

        assert Browser().post(link, typed).status_code == 410

    def test_looking_at_the_page_does_not_use_the_link(self, link):
        assert [Browser().get(link).status_code, Browser().get(link).status_code] == [200, 200]
