"""The demonstration, told for real: once, whole, and never over somebody's own data."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import authenticate
from django.db import connections

from livret.care.knowledge.models import Article
from livret.care.support.models import Request
from livret.cli.demo import books, publisher, story
from livret.cli.demo.cast import CLIENTS, PASSWORD, STAFF
from livret.clients import queries
from livret.clients.models import AccessAccount, Client, Contract
from livret.clients.tests import factories
from livret.core.mail.models import Message
from livret.core.people import system_actor
from livret.core.tenancy import provision
from livret.core.tenancy.models import Environment
from livret.core.tenancy.queries import inside_environment
from livret.formats.fec import check
from livret.ops.environments import services
from livret.suite.company.models import ApplicationAccount
from livret.suite.company.queries import member
from livret.suite.finance.models import Entry, ImportRun

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
BY = system_actor("test")


@pytest.fixture
def empty(committed_control, cluster, settings, tmp_path):
    """An installation where nothing was told yet."""
    settings.STATE_FOLDER, settings.IS_DEMO = tmp_path, True
    services.add_cell("main", host=cluster.host, port=cluster.port)
    yield
    for environment in Environment.objects.select_related("cell"):
        provision.drop_database(cluster.host, cluster.port, environment.database)


@pytest.fixture
def forgetful():
    """Close the connections to the environments that the story opened, whose databases are dropped after it."""
    yield
    for alias in [alias for alias in connections if alias.startswith("env-")]:
        connections[alias].close()


def state():
    """What there is, by kind: equal before and after a second telling."""
    rooms = {}
    for environment in Environment.objects.order_by("slug"):
        with inside_environment(environment.pk):
            rooms[environment.slug] = (
                ApplicationAccount.objects.count(),
                ImportRun.objects.count(),
                Entry.objects.count(),
            )
    tables = (Client, Contract, AccessAccount, Request, Message, Article)
    return rooms, [table.objects.count() for table in tables]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_interrupted_story_is_completed_and_a_second_telling_changes_nothing(empty, forgetful, tmp_path):
    scene = publisher.Scene(at=AT, by=BY)
    publisher.hire_staff(scene)
    publisher.sign_clients(scene)

    people = story.tell(at=AT, by=BY)
    first = state()
    again = story.tell(at=AT, by=BY)

    addresses = {line.split()[0] for line in people.splitlines() if "@" in line}
    accounts = {address: authenticate(request=None, email=address, password=PASSWORD) for address in addresses}
    assert (again, state()) == (people, first)
    assert len(addresses) == len(STAFF) + sum(len(cast.people) for cast in CLIENTS)
    assert [address for address, account in accounts.items() if account is None] == []
    with inside_environment(Environment.objects.get(slug="trois-lunes").pk):
        reader = member(accounts["victor@trois-lunes.example"].pk)
    assert (reader.may("finance", "read"), reader.may("finance", "write")) == (True, False)
    assert {slug: held[2] > 500 for slug, held in first[0].items() if held[1]} == {
        "trois-lunes": True,
        "boussole": True,
    }
    assert {queries.contract_in_force(client, day=AT.date()).booklet for client in Client.objects.all()} == {
        "sprint", "care",
    }  # fmt: skip
    files = sorted(books.files_folder().glob("*.txt"))
    assert len(files) == sum(cast.keeps_books for cast in CLIENTS)
    assert [check(file.open("rb"), name=file.name).is_valid() for file in files] == [True, True]


def test_an_installation_with_clients_of_its_own_is_left_as_it_is(empty):
    factories.make_client("atelier")

    assert story.tell(at=AT, by=BY) == ""
    assert (AccessAccount.objects.count(), Environment.objects.count()) == (0, 0)
