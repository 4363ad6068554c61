"""Operations on data: who may ask, who is told, what is kept, what the platform carries out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.care.service import queries, services
from livret.care.service.models import DataOperation
from livret.care.service.queries.carrying import dumps_folder
from livret.care.service.rules import operations as rules
from livret.care.service.tests import factories
from livret.care.service.tests.factories import AT
from livret.care.support import services as support
from livret.care.support.models import Request
from livret.clients import queries as client_queries
from livret.clients import services as clients
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people
from livret.core.blobs import store
from livret.core.mail.models import Message
from livret.core.resident.models import Claim
from livret.core.tenancy import provision
from livret.core.tenancy.context import inside
from livret.core.tenancy.queries import inside_environment
from livret.ops.environments import dumps, restoring
from livret.ops.environments import services as environments

CHANGE = rules.AccountChange(rules.OPEN, "Nadia", "nadia@atelier.example")


def mails_to(account) -> list[str]:
    return [f"{mail.subject} {mail.text}" for mail in Message.objects.filter(to=account.email).order_by("pk")]


def steps_of(operation) -> list[str]:
    return list(operation.events.order_by("sequence").values_list("kind", flat=True))


def told_in_timeline(operation) -> list[str]:
    return [row.data["step"] for row in operation.request.events.filter(kind="operation").order_by("sequence")]


class TestAsking:
    @pytest.mark.parametrize("parameters", [rules.Restore(factories.RESTORED_ON), rules.Export(rules.DATABASE)])
    def test_an_administrator_asks_and_the_request_says_what(self, sprint, alice, room, parameters):
        made = factories.operation(alice, parameters, room=room)

        assert (made.state, made.environment, made.is_external) == ("asked", room.environment, False)
        assert (made.request.kind, made.request.topic, made.request.standing) == ("operation", made.kind, "open")
        assert "Atelier" in made.request.subject
        assert (steps_of(made), told_in_timeline(made)) == (["asked"], ["asked"])

    def test_nobody_else_may_ask(self, sprint, bob, room):
        with pytest.raises(support.OnlyAdministrators):
            factories.operation(bob, room=room)

        assert (DataOperation.objects.count(), Request.objects.count()) == (0, 0)

    def test_a_day_without_copy_leaves_nothing(self, sprint, alice, room):
        with pytest.raises(services.BadParameter):
            factories.operation(alice, rules.Restore(factories.RESTORED_ON - timedelta(90)), room=room)

        assert (DataOperation.objects.count(), Request.objects.count()) == (0, 0)

    def test_an_external_administrator_s_company_is_kept_with_the_clause(self, xavier, room):
        made = factories.operation(xavier, room=room)

        assert (made.is_external, made.company_name) == (True, "Cabinet Orion")
        facts = made.request.events.get(kind="operation").data["facts"]
        assert "Cabinet Orion" in facts
        assert "S-9" in facts

    def test_the_client_s_own_administrators_are_told_when_an_external_one_asks(self, xavier, alice, bob, room):
        made = factories.operation(xavier, room=room)

        assert made.request.number in mails_to(alice)[-1]
        assert "Cabinet Orion" in mails_to(alice)[-1]
        assert "Cabinet Orion" in mails_to(xavier)[-1]
        assert mails_to(bob) == []

    def test_the_same_form_sent_again_asks_nothing_more(self, sprint, alice, room):
        nonce = uuid4()
        factories.operation(alice, room=room, nonce=nonce)

        with pytest.raises(support.AlreadyFiled):
            factories.operation(alice, room=room, nonce=nonce)

        assert DataOperation.objects.count() == 1


class TestCarryingOut:
    def test_an_external_request_is_carried_out_without_asking_the_client(self, xavier, alice, octave, room):
        made = factories.operation(xavier, room=room)
        made = factories.step(services.start_operation, made, octave)
        made = factories.step(services.finish_operation, made, octave, report="Remis au 28 octobre.")

        assert told_in_timeline(made) == ["asked", "started", "done"]
        assert {row.actor_kind for row in made.events.all()} == {"client", "staff"}
        assert "Remis au 28 octobre." in mails_to(alice)[-1]
        assert "Remis au 28 octobre." in mails_to(xavier)[-1]
        assert Request.objects.get(pk=made.request_id).close_cause == "solved"

    def test_a_refusal_says_why_to_every_administrator(self, xavier, alice, octave, room):
        made = factories.operation(xavier, room=room)
        made = factories.step(services.refuse_operation, made, octave, reason="Exercice non clos.")

        assert made.state == "refused"
        assert [("Exercice non clos." in mails_to(one)[-1]) for one in (alice, xavier)] == [True, True]

    def test_an_operation_is_started_once(self, sprint, alice, octave, room):
        made = factories.operation(alice, room=room)
        factories.step(services.start_operation, made, octave)

        with pytest.raises(services.NotThisStep):
            factories.step(services.start_operation, made, octave)

    def test_what_was_not_started_is_not_reported_done(self, sprint, alice, octave, room):
        with pytest.raises(services.NotThisStep):
            factories.step(services.finish_operation, factories.operation(alice, room=room), octave, report="Fait.")

    def test_a_report_without_words_is_refused(self, sprint, alice, octave, room):
        made = factories.step(services.start_operation, factories.operation(alice, room=room), octave)

        with pytest.raises(services.WordsMissing):
            factories.step(services.finish_operation, made, octave, report=" ")

    def test_a_dump_that_is_not_there_starts_nothing(self, sprint, alice, octave, room):
        made = factories.operation(alice, room=room)

        with pytest.raises(services.NoDump):
            services.start_restoration(made, "../x.dump", account=octave, by=actor_of(octave), now=AT)

        made.refresh_from_db()
        assert (made.state, made.restoration) == ("asked", None)

    def test_a_started_export_asks_for_its_job(self, sprint, alice, octave, room):
        made = factories.operation(alice, rules.Export(rules.DATABASE), room=room)
        factories.step(services.start_export, made, octave)

        assert ProcrastinateJob.objects.get(task_name="service.export").args == {"operation_id": made.pk}


class TestAccounts:
    def test_a_change_of_accounts_is_an_instruction_at_once(self, sprint, alice):
        made = factories.operation(alice, CHANGE)

        assert (made.instruction.person_email, made.instruction.asked_by) == ("nadia@atelier.example", alice)
        assert list(client_queries.open_instructions(made.client)) == [made.instruction]

    @pytest.mark.parametrize(
        ("act", "refusal"), [(rules.OPEN, clients.AddressTaken), (rules.CLOSE, clients.AddressUnknown)]
    )
    def test_a_pointless_change_leaves_nothing(self, sprint, alice, act, refusal):
        email = {rules.OPEN: alice.email, rules.CLOSE: "nobody@atelier.example"}[act]
        with pytest.raises(refusal):
            factories.operation(alice, rules.AccountChange(act, "X", email))

        assert (DataOperation.objects.count(), Request.objects.count()) == (0, 0)

    def test_the_operation_follows_the_instruction_carried_out(self, sprint, alice, farid):
        made = factories.operation(alice, CHANGE)
        clients.create_access_account(made.instruction, by=actor_of(farid), at=AT)

        assert [services.settle_instructions(now=AT), services.settle_instructions(now=AT)] == [1, 0]
        assert steps_of(made) == ["asked", "started", "done"]

    def test_the_operation_follows_the_instruction_refused(self, sprint, alice, farid):
        made = factories.operation(alice, CHANGE)
        clients.refuse_instruction(made.instruction, reason="Inconnue ici.", by=actor_of(farid), at=AT)
        services.settle_instructions(now=AT)

        assert made.events.get(kind="refused").text == "Inconnue ici."


@pytest.mark.slow
class TestByThePlatform:
    """On a real environment, whose databases are dropped after the test."""

    @pytest.fixture
    def control(self, committed_control):
        """The cast stands where commits are real."""

    @pytest.fixture
    def live(self, fresh_environment, atelier, cluster):
        with inside(fresh_environment.place):
            Claim.objects.create(key="before")
        yield people.own(atelier, fresh_environment)
        for alias in [alias for alias in connections if alias.startswith(f"env-{fresh_environment.pk.hex}")]:
            connections[alias].close()
        for generation in range(1, 4):
            name = environments.database_name(fresh_environment, generation=generation)
            provision.drop_database(cluster.host, cluster.port, name)

    @pytest.fixture
    def dumped(self, live):
        folder = dumps_folder(live.environment)
        folder.mkdir(parents=True)
        dumps.dump(live.environment.place, folder / "2026-10-28.dump")
        with inside(live.environment.place):
            Claim.objects.create(key="after")
        return live

    def claims(self, room):
        with inside_environment(room.environment_id):
            return set(Claim.objects.values_list("key", flat=True))

    def test_the_environment_is_put_back_and_everybody_is_told(self, dumped, xavier, alice, octave):
        made = factories.operation(xavier, room=dumped)
        by = actor_of(octave)
        made = services.start_restoration(made, "2026-10-28.dump", account=octave, by=by, now=AT)
        services.carry_restoration(made, now=AT)
        services.carry_restoration(DataOperation.objects.get(pk=made.pk), now=AT)

        assert self.claims(dumped) == {"before"}
        assert steps_of(made) == ["asked", "started", "done"]
        assert "2026-10-28.dump" in mails_to(alice)[-1]

    def test_a_dump_that_cannot_be_read_is_noted_and_may_be_tried_again(self, dumped, sprint, alice, octave):
        made, by = factories.operation(alice, room=dumped), actor_of(octave)
        folder = dumps_folder(dumped.environment)
        (folder / "bad.dump").write_bytes(b"not a dump")
        made = services.start_restoration(made, "bad.dump", account=octave, by=by, now=AT)
        services.carry_restoration(made, now=AT)

        again = services.start_restoration(made, "2026-10-28.dump", account=octave, by=by, now=AT)
        services.carry_restoration(again, now=AT)
        assert steps_of(made) == ["asked", "started", "failed", "started", "done"]
        assert self.claims(dumped) == {"before"}

    def test_an_export_lands_in_the_client_s_own_store_and_can_be_loaded(self, dumped, sprint, alice, octave):
        made = factories.operation(alice, rules.Export(rules.DATABASE), room=dumped)
        made = factories.step(services.start_export, made, octave)
        services.carry_export(made, now=datetime(2026, 11, 2, tzinfo=UTC))

        archive = queries.archive_of(made)
        path = store.path(archive.digest, owner=str(made.client.uuid))
        assert archive.name == f"{dumped.environment.slug}-2026-11-02.dump"
        restored = restoring.restore(dumped.environment, path, by=actor_of(octave), at=AT)
        assert (restored.generation, self.claims(dumped)) == (2, {"before", "after"})
