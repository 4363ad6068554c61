from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError

from livret.core.audit import queries
from livret.core.audit.models import AuditEvent
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.resident.models import AuditEvent as ResidentEvent
from livret.core.resident.models import OutboxMessage
from livret.core.tenancy.context import NoEnvironment, inside
from livret.core.tenancy.models import Cell

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALICE = Actor(UUID(int=1), "Alice Garrigue", "client", "192.0.2.7")
DENIS = Actor(UUID(int=2), "Denis Morvan", "staff", "192.0.2.8")


@pytest.fixture
def thing(control):
    return Cell.objects.create(name="lyon", host="x", port=1)


@pytest.fixture
def told(thing):
    record("cells.cell.added", thing, by=DENIS, at=AT)
    record("cells.cell.moved", thing, by=ALICE, at=AT + timedelta(hours=1), detail={"port": 2})
    record("clients.contract.signed", thing, by=ALICE, at=AT + timedelta(hours=2))


def found(**filters):
    return [row.action for row in queries.search(client_plane=False, **filters)]


def test_a_row_says_who_did_what_when_from_where_on_which_object(thing):
    record("cells.cell.moved", thing, by=ALICE, at=AT, detail={"port": 2})

    row = AuditEvent.objects.get()
    assert (row.at, row.actor_id, row.actor_name, row.actor_kind, row.address) == (
        AT, ALICE.id, "Alice Garrigue", "client", "192.0.2.7",
    )  # fmt: skip
    assert (row.action, row.object_type, row.object_id, row.object_label, row.detail) == (
        "cells.cell.moved", "tenancy.cell", str(thing.pk), "lyon", {"port": 2},
    )  # fmt: skip


def test_a_label_longer_than_its_column_is_cut(thing):
    thing.name = "x" * 300

    record("cells.cell.moved", thing, by=ALICE, at=AT)

    assert len(AuditEvent.objects.get().object_label) == 200


def test_the_trail_of_an_environment_stands_in_its_own_database(environment):
    with inside(environment.place):
        message = OutboxMessage.objects.create(task="x", payload={})
        record("finance.entry.validated", message, by=ALICE, at=AT)

        assert ResidentEvent.objects.get().action == "finance.entry.validated"
        assert queries.search(client_plane=True, words="alice").count() == 1
    assert AuditEvent.objects.count() == 0


def test_the_trail_of_an_environment_is_not_read_from_outside(environment):
    with pytest.raises(NoEnvironment):
        list(queries.search(client_plane=True))


def test_an_act_that_is_rolled_back_leaves_no_row(thing):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("cells.cell.moved", thing, by=ALICE, at=AT)
        raise ZeroDivisionError

    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize("statement", ["UPDATE {} SET actor_name = 'X'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_the_publishers_trail(told, statement):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("audit_auditevent"))

    assert AuditEvent.objects.count() == 3


@pytest.mark.parametrize("statement", ["UPDATE {} SET actor_name = 'X'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_the_trail_of_an_environment(entered, statement):
    alias = entered.alias()

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(using=alias):
        connections[alias].cursor().execute(statement.format("resident_auditevent"))


def test_the_latest_act_comes_first(told):
    assert found() == ["clients.contract.signed", "cells.cell.moved", "cells.cell.added"]


@pytest.mark.parametrize(
    ("filters", "actions"),
    [
        ({"words": "DENIS"}, ["cells.cell.added"]),
        ({"words": "alice moved"}, ["cells.cell.moved"]),
        ({"words": "lyon signed"}, ["clients.contract.signed"]),
        ({"words": "nobody"}, []),
        ({"words": "%"}, []),
        ({"actor_id": ALICE.id}, ["clients.contract.signed", "cells.cell.moved"]),
        ({"action": "cells."}, ["cells.cell.moved", "cells.cell.added"]),
        ({"since": AT + timedelta(hours=1)}, ["clients.contract.signed", "cells.cell.moved"]),
        ({"until": AT + timedelta(hours=1)}, ["cells.cell.added"]),
    ],
)
def test_the_trail_is_searched(told, filters, actions):
    assert found(**filters) == actions


def test_the_trail_is_searched_by_the_number_of_its_object(told, thing):
    other = Cell.objects.create(name="nantes", host="x", port=1)
    record("cells.cell.added", other, by=DENIS, at=AT)

    assert [row.object_label for row in queries.search(client_plane=False, words=str(other.pk))] == ["nantes"]
