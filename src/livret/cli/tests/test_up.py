"""Starting the platform does not make a demonstration of a real installation."""

import os
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from livret.cli import up
from livret.cli.demo.cast import PASSWORD, PUBLISHER, STAFF
from livret.clients.models import AccessAccount
from livret.clients.tests import factories
from livret.core.people import system_actor

FACTS = {"by": system_actor("test"), "at": datetime(2026, 11, 20, 10, 0, tzinfo=UTC)}


@pytest.fixture
def started(control, monkeypatch):
    monkeypatch.setenv("LIVRET_DEMO", "1")


@pytest.mark.parametrize("make", [factories.make_client, lambda: factories.make_staff("Denis", "administrator")])
def test_an_installation_of_others_is_no_demonstration(started, make):
    make()
    before = AccessAccount.objects.count()

    assert up._demonstrate(**FACTS) == ""
    assert os.environ["LIVRET_DEMO"] == "0"
    assert AccessAccount.objects.count() == before


@pytest.mark.parametrize(
    ("address", "left"), [(up.DEMO_REPLIES, None), ("aide@editeur.example", "aide@editeur.example")]
)
def test_an_installation_of_others_keeps_no_address_for_answers_of_ours(started, monkeypatch, address, left):
    monkeypatch.setenv("LIVRET_MAIL_REPLIES", address)
    factories.make_client("moulin")

    up._demonstrate(**FACTS)

    assert os.environ.get("LIVRET_MAIL_REPLIES") == left


def test_a_demonstration_to_which_somebody_added_a_client_stays_one(started):
    factories.make_client("moulin")
    AccessAccount.objects.create(email=f"{STAFF[0][1]}@{PUBLISHER}", full_name=STAFF[0][0], created_at=FACTS["at"])

    assert PASSWORD in up._demonstrate(**FACTS)
    assert os.environ["LIVRET_DEMO"] == "1"


def test_a_demonstration_does_not_listen_beyond_this_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVRET_STATE", str(tmp_path))

    answer = CliRunner().invoke(up.up, ["--host", "0.0.0.0", "--port", "8471"])

    assert isinstance(answer.exception, up.CannotStart)
    assert "passwords are known" in str(answer.exception)
