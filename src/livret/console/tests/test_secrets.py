"""What the publisher's people may not learn from the console."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser

from livret.clients.tests import factories
from livret.core.mail import services as mail
from livret.core.mail.models import Message

FORGOTTEN = "/compte/mot-de-passe/oubli/"
TOKEN = re.compile(r"oubli/([\w-]{32,})/")


@pytest.fixture
def boss(control):
    return factories.make_staff("Brigitte", "administrator")


@pytest.fixture
def reset(boss):
    """The mail that lets the administrator choose a new password."""
    Browser().post(FORGOTTEN, {"email": boss.email})
    return Message.objects.get(to=boss.email)


@pytest.fixture
def trainer(reset):
    """A browser in which a trainer is signed in, with a second factor."""
    account = factories.make_staff("Tina", "trainer")
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
    browser = Browser()
    browser.force_login(account)
    return browser


def test_the_console_does_not_give_somebody_elses_link(trainer, reset):
    page = trainer.get(f"/console/courriels/{reset.pk}/").content.decode()

    assert "[token]" in page
    assert TOKEN.search(reset.text)[1] not in page


def test_the_search_does_not_feel_for_a_link(reset, settings):
    settings.IS_DEMO = False

    assert list(mail.search(TOKEN.search(reset.text)[1][:12])) == []
    assert list(mail.search(reset.to)) == [reset]


def test_a_mail_that_left_keeps_no_link_that_works(reset, settings):
    settings.IS_DEMO = False
    token = TOKEN.search(reset.text)[1]

    sent = mail.deliver(reset.pk, at=factories.NOW)

    assert (sent.state, token in sent.text) == ("sent", False)


def test_a_demonstration_keeps_the_links_to_follow(reset, settings):
    settings.IS_DEMO = True

    assert TOKEN.search(mail.shown_text(mail.deliver(reset.pk, at=factories.NOW)))


def test_the_command_menu_says_nothing_before_the_second_factor(control, settings):
    settings.IS_DEMO = False
    factories.make_client("atelier")
    browser = Browser()
    browser.force_login(factories.make_staff("Denis", "technician"))

    found = browser.get("/preferences/commands/?q=atelier").context["commands"]

    assert [command for command in found if "/console/" in command.url] == []


@pytest.mark.parametrize(
    "page", ["/console/courriels/", "/console/journal/", "/console/clients/", "/preferences/commands/"]
)
def test_a_search_that_a_database_cannot_hold_finds_nothing(trainer, page):
    assert trainer.get(page, {"q": "a\0b " * 200, "action": "a\0"}).status_code == 200
