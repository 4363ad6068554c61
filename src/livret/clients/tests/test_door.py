from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.test import Client as Browser
from django.test import TestCase
from django.urls import reverse

from livret.clients import queries, services
from livret.clients.models import AccessAccount
from livret.clients.tests.factories import CLERK, NOW, PASSWORD
from livret.core.mail.models import Message

LOGIN = "/compte/connexion/"
NEW_PASSWORD = "galet-sur-la-greve-12"


@pytest.fixture(autouse=True)
def fresh_limits(control):
    """Tries are counted in the shared cache, which is a table: the rollback after the test empties it."""


def sign_in(account, password=PASSWORD, browser=None):
    browser = browser or Browser(headers={"user-agent": "Test browser"})
    return browser, browser.post(LOGIN, {"login": account.email, "password": password})


def code_for(secret, *, periods_later=0):
    """The code that an authenticator application shows now, or some periods of thirty seconds later."""
    counter = int(time.time()) // 30 + periods_later
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def add_application(account):
    """Sign in and add an authenticator application; return its secret."""
    browser, _answer = sign_in(account)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = browser.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'data-copy="([A-Z2-7]+)"', page)[1]
    browser.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    return secret


class TestPassword:
    def test_the_right_password_opens_the_door(self, alice):
        browser, answer = sign_in(alice)

        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("home"))
        assert browser.get(reverse("clients:profile")).status_code == 200

    def test_capitals_in_the_address_do_not_matter(self, alice):
        browser = Browser()

        answer = browser.post(LOGIN, {"login": alice.email.upper(), "password": PASSWORD})

        assert answer.status_code == 302

    def test_the_language_of_the_account_is_kept_at_sign_in(self, alice):
        AccessAccount.objects.filter(pk=alice.pk).update(language="en")

        _browser, answer = sign_in(alice)

        assert answer.cookies["livret_language"].value == "en"

    def test_passages_are_written_in_the_door_log(self, alice):
        sign_in(alice, "not-the-password")
        browser, _answer = sign_in(alice)
        browser.post(reverse("account_logout"))

        log = queries.door_log(alice)
        assert [event.kind for event in log] == ["signed_out", "signed_in", "refused"]
        assert {event.device for event in log} == {"Test browser"}

    @pytest.mark.parametrize("address", ["alice@atelier.example", "nobody@atelier.example"])
    def test_a_refusal_does_not_tell_whether_the_address_is_known(self, alice, address):
        page = Browser().post(LOGIN, {"login": address, "password": "not-the-password"}).content.decode()

        assert page.count("error-summary__title") == 1
        assert "data-invalid" not in page

    def test_after_five_wrong_passwords_even_the_right_one_waits(self, alice):
        tries = [sign_in(alice, f"wrong-{n}")[1].status_code for n in range(5)]

        _browser, answer = sign_in(alice)

        assert tries == [422] * 5
        assert answer.status_code == 422

    def test_a_closed_account_does_not_come_in(self, bob):
        services.close_access_account(bob, reason="Left.", by=CLERK, at=NOW)

        browser, _answer = sign_in(bob)

        assert browser.get(reverse("clients:profile")).status_code == 302

    def test_nobody_signs_up(self, control):
        browser = Browser()

        page = browser.get("/compte/inscription/")
        browser.post("/compte/inscription/", {"email": "x@x.example", "password1": PASSWORD, "password2": PASSWORD})

        assert page.status_code == 200
        assert not AccessAccount.objects.exists()


class TestForgottenPassword:
    def test_a_mailed_link_changes_the_password_once(self, alice):
        browser = Browser()
        browser.post(reverse("account_reset_password"), {"email": alice.email})
        link = re.search(r"https?://testserver(\S+)", Message.objects.get(to=alice.email).text)[1]

        page = browser.get(link, follow=True)
        browser.post(page.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

        assert sign_in(alice, NEW_PASSWORD)[1].status_code == 302
        assert "link-2-off" not in page.content.decode()

    def test_nothing_is_mailed_to_an_unknown_address(self, control):
        answer = Browser().post(reverse("account_reset_password"), {"email": "nobody@x.example"})

        assert (answer.status_code, Message.objects.count()) == (302, 0)


class TestSecondFactor:
    def test_the_next_sign_in_waits_for_a_code(self, alice):
        add_application(alice)

        browser, answer = sign_in(alice)

        assert answer.headers["Location"] == reverse("mfa_authenticate")
        assert browser.get(reverse("clients:profile")).status_code == 302

    def test_the_code_of_the_application_opens_the_door(self, alice):
        secret = add_application(alice)
        browser, _answer = sign_in(alice)

        browser.post(reverse("mfa_authenticate"), {"code": code_for(secret, periods_later=1)})

        assert browser.get(reverse("clients:profile")).status_code == 200

    def test_the_same_code_does_not_serve_twice(self, alice):
        secret = add_application(alice)
        code = code_for(secret, periods_later=1)
        first, second = sign_in(alice)[0], sign_in(alice)[0]

        answers = [one.post(reverse("mfa_authenticate"), {"code": code}).status_code for one in (first, second)]

        assert answers == [302, 422]

    def test_a_wrong_code_leaves_the_door_shut(self, alice):
        add_application(alice)
        browser, _answer = sign_in(alice)

        browser.post(reverse("mfa_authenticate"), {"code": "abcdef"})

        assert browser.get(reverse("clients:profile")).status_code == 302

    def test_a_recovery_code_opens_the_door_once(self, alice):
        add_application(alice)
        codes = Authenticator.objects.get(user=alice, type="recovery_codes").wrap().get_unused_codes()

        first, _answer = sign_in(alice)
        second, _answer = sign_in(alice)
        opened = first.post(reverse("mfa_authenticate"), {"code": codes[0]})
        again = second.post(reverse("mfa_authenticate"), {"code": codes[0]})

        assert (opened.status_code, again.status_code) == (302, 422)

    def test_the_secret_of_the_application_is_not_stored_in_the_clear(self, alice):
        secret = add_application(alice)

        assert secret not in str(Authenticator.objects.get(user=alice, type="totp").data)

    def test_adding_an_application_is_told_by_mail_and_logged(self, alice):
        with TestCase.captureOnCommitCallbacks(execute=True):
            add_application(alice)

        assert Message.objects.filter(to=alice.email).exists()
        assert "factor_added" in {event.kind for event in queries.door_log(alice)}

    @pytest.mark.parametrize("name", ["mfa_index", "mfa_view_recovery_codes", "mfa_deactivate_totp"])
    def test_the_pages_of_security_open(self, alice, name):
        add_application(alice)
        browser = Browser()
        browser.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})

        assert browser.get(reverse(name)).status_code == 200

    def test_staff_without_second_factor_reach_only_the_page_that_adds_one(self, denis):
        browser, _answer = sign_in(denis)

        assert browser.get(reverse("clients:listing")).headers["Location"] == reverse("mfa_index")
        assert browser.get(reverse("mfa_index")).status_code == 200


class TestPages:
    @pytest.mark.parametrize(
        "name", ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"]
    )
    def test_a_page_opens_for_a_visitor(self, control, name):
        assert Browser().get(reverse(name)).status_code == 200

    @pytest.mark.parametrize(
        "name", ["account_change_password", "usersessions_list", "mfa_list_webauthn", "mfa_index", "account_logout"]
    )
    def test_a_page_opens_for_a_person(self, alice, name):
        browser, _answer = sign_in(alice)

        assert browser.get(reverse(name)).status_code == 200

    def test_the_passkey_page_gives_its_options_without_script_inside(self, alice):
        browser, _answer = sign_in(alice)
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})

        page = browser.get(reverse("mfa_add_webauthn")).content.decode()

        assert 'id="passkey-options" type="application/json"' in page
        assert "clients/js/passkey" in page


class TestSessions:
    def test_the_other_sessions_are_ended_from_the_page(self, alice):
        here, _answer = sign_in(alice)
        there, _answer = sign_in(alice)

        here.post(reverse("usersessions_list"))

        assert UserSession.objects.filter(user=alice).count() == 1
        assert there.get(reverse("clients:profile")).status_code == 302

    def test_closing_the_account_ends_its_sessions_at_once(self, bob):
        browser, _answer = sign_in(bob)

        services.close_access_account(bob, reason="Left.", by=CLERK, at=NOW)

        assert browser.get(reverse("clients:profile")).status_code == 302
        assert "sessions_ended" in {event.kind for event in queries.door_log(bob)}

    def test_changing_the_password_ends_the_other_sessions(self, alice):
        here, _answer = sign_in(alice)
        there, _answer = sign_in(alice)
        typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

        here.post(reverse("account_change_password"), typed)

        assert there.get(reverse("clients:profile")).status_code == 302
