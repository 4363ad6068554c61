"""Web sessions: planned, registered for, changed, cancelled, held, with their replay and their mails."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from livret.care.assistance import queries, services
from livret.care.assistance.models import Registration, WebInvitation, WebSession
from livret.care.assistance.tests import factories
from livret.care.assistance.tests.factories import MONDAY_10H, WEDNESDAY_14H
from livret.care.knowledge.models import Article
from livret.care.support.tests.factories import paris
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people
from livret.core.blobs import store
from livret.core.mail.models import Enclosure, Message
from livret.core.mail.services import deliver


def places(session) -> list[tuple[str, int | None]]:
    return [(row.account.full_name, row.place) for row in queries.standing_registrations(session)]


def mails_to(account) -> list[str]:
    return list(Message.objects.filter(to=account.email).order_by("pk").values_list("subject", flat=True))


@pytest.fixture
def session(theo):
    return factories.planned(theo)


class TestPlanning:
    def test_a_form_sent_again_plans_one_session(self, theo, session):
        again = services.plan_session(factories.plan(theo), nonce=session.nonce, by=actor_of(theo), now=MONDAY_10H)

        assert again == session
        assert WebSession.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"title": " "}, services.WordsMissing),
            ({"minutes": 14}, services.OutOfRange),
            ({"capacity": 1001}, services.OutOfRange),
            ({"join_url": "http://visio.example"}, services.BadTool),
            ({"starts_at": MONDAY_10H}, services.TooLate),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_is_kept(self, theo, changes, refusal):
        with pytest.raises(refusal):
            factories.planned(theo, **changes)

        assert not WebSession.objects.exists()

    def test_two_who_change_it_at_once_do_not_overwrite_each_other(self, theo, session):
        factories.change(session, theo, title="La clôture")

        with pytest.raises(services.ChangedMeanwhile):
            factories.change(session, theo, version=0, title="Autre")

    def test_a_new_time_is_told_with_a_newer_agenda_entry(self, theo, alice, session):
        factories.register(session, alice)
        factories.change(session, theo, starts_at=paris(5, 9))
        entry = Enclosure.objects.filter(message__subject__startswith="Nouvel horaire").get()
        written = store.open_blob(entry.digest, owner=str(entry.owner)).read()

        assert b"SEQUENCE:1\r\n" in written
        assert b"DTSTART:20261105T080000Z" in written

    def test_a_new_title_alone_is_told_to_nobody(self, theo, alice, session):
        factories.register(session, alice)
        before = len(mails_to(alice))
        factories.change(session, theo, title="Clôturer un exercice")

        assert len(mails_to(alice)) == before

    def test_fewer_places_than_people_are_refused(self, theo, alice, bob, session):
        factories.register(session, alice)
        factories.register(session, bob)

        with pytest.raises(services.TooFewPlaces) as refused:
            factories.change(session, theo, capacity=1)
        assert refused.value.seated == 2

    def test_more_places_go_to_those_who_wait_in_order(self, theo, alice, bob, paul, session):
        session = factories.change(session, theo, capacity=1)
        for minute, account in enumerate((alice, bob, paul)):
            factories.register(session, account, at=MONDAY_10H + timedelta(minutes=minute))
        factories.change(session, theo, at=paris(2, 11), capacity=2)

        assert places(session) == [("Alice", 1), ("Bob", 2), ("Paul", None)]

    def test_nothing_changes_once_it_was_cancelled(self, theo, session):
        services.cancel_session(session, reason="Formateur absent.", by=actor_of(theo), now=MONDAY_10H)

        with pytest.raises(services.NotPlanned):
            factories.change(session, theo)

    def test_cancelling_wants_a_reason(self, theo, session):
        with pytest.raises(services.WordsMissing):
            services.cancel_session(session, reason=" ", by=actor_of(theo), now=MONDAY_10H)

    def test_everybody_registered_is_told_of_the_cancelling_the_waiting_list_too(self, theo, alice, bob, session):
        session = factories.change(session, theo, capacity=1)
        factories.register(session, alice)
        factories.register(session, bob)
        services.cancel_session(session, reason="Formateur absent.", by=actor_of(theo), now=paris(2, 11))
        told = Message.objects.filter(subject__startswith="Annulée")

        assert set(told.values_list("to", flat=True)) == {alice.email, bob.email}
        assert "Formateur absent." in told.first().text


class TestRegistering:
    def test_a_place_is_confirmed_by_mail_with_the_agenda_file(self, alice, session, mailoutbox):
        factories.register(session, alice)
        message = Message.objects.get(to=alice.email, subject__startswith="Votre place")
        deliver(message.pk, at=MONDAY_10H)
        [(name, content, kind)] = mailoutbox[-1].attachments

        assert (name, kind) == ("livret.ics", "text/calendar")
        assert content.startswith("BEGIN:VCALENDAR\r\n")
        assert "https://visio.example" not in content + message.text

    def test_who_registers_twice_has_one_place_and_one_mail(self, alice, session):
        registered = [factories.register(session, alice) for _ in range(2)]

        assert registered[0] == registered[1]
        assert len(mails_to(alice)) == 1

    def test_a_full_session_has_a_waiting_list(self, alice, bob, paul, session):
        for minute, account in enumerate((alice, bob, paul)):
            factories.register(session, account, at=MONDAY_10H + timedelta(minutes=minute))
        waiting = Registration.objects.get(account=paul)

        assert (waiting.is_seated, queries.waiting_before(waiting)) == (False, 0)
        assert mails_to(paul) == ["Sur liste d’attente : La clôture de l’exercice"]

    def test_a_place_given_back_goes_to_the_first_who_waits(self, theo, alice, bob, paul, session):
        session = factories.change(session, theo, capacity=1)
        for minute, account in enumerate((alice, bob, paul)):
            factories.register(session, account, at=MONDAY_10H + timedelta(minutes=minute))
        factories.leave(session, alice)

        assert places(session) == [("Bob", 1), ("Paul", None)]
        assert mails_to(bob)[-1].startswith("Votre place est confirmée")

    def test_who_left_and_comes_back_stands_at_the_end(self, theo, alice, bob, session):
        session = factories.change(session, theo, capacity=1)
        factories.register(session, alice)
        factories.register(session, bob)
        factories.leave(session, alice)
        factories.register(session, alice, at=paris(2, 12))

        assert places(session) == [("Bob", 1), ("Alice", None)]

    @pytest.mark.parametrize("who", ["connected", "denis"])
    def test_it_is_not_open_to_others(self, session, who, request):
        with pytest.raises(services.NotOpen):
            factories.register(session, request.getfixturevalue(who))

    def test_a_product_that_the_contract_does_not_hold_is_not_open(self, alice, theo):
        with pytest.raises(services.NotOpen):
            factories.register(factories.planned(theo, product="hr"), alice)

    def test_nobody_registers_once_it_is_over(self, alice, session):
        with pytest.raises(services.TooLate):
            factories.register(session, alice, at=WEDNESDAY_14H + timedelta(hours=1))

    def test_nobody_leaves_what_they_did_not_join(self, alice, session):
        with pytest.raises(services.NotRegistered):
            factories.leave(session, alice)

    def test_the_database_gives_a_place_once(self, alice, bob, session):
        factories.register(session, alice)
        facts = {"session": session, "account": bob, "at": MONDAY_10H, "seated_at": MONDAY_10H}

        with pytest.raises(IntegrityError, match="registration_has_its_own_place"), transaction.atomic():
            Registration.objects.create(place=1, **facts)


class TestInviting:
    @pytest.mark.parametrize(
        ("products", "invited"),
        [(["finance"], {"alice", "bob", "chloe"}), (["hr"], set()), ([""], {"alice", "bob", "chloe"})],
    )
    def test_the_people_of_the_clients_concerned_are_invited(
        self, alice, bob, chloe, session, products, invited, request
    ):
        services.send_invitations(session.pk, products=products, now=MONDAY_10H)
        told = WebInvitation.objects.values_list("account_id", flat=True)

        assert set(told) == {request.getfixturevalue(name).pk for name in invited}

    def test_a_plan_without_web_assistance_is_not_invited(self, alice, connected, session):
        services.send_invitations(session.pk, products=["finance"], now=MONDAY_10H)

        assert mails_to(connected) == []

    def test_the_job_run_again_invites_nobody_twice(self, alice, bob, session):
        factories.register(session, bob)
        sent = [services.send_invitations(session.pk, products=["finance"], now=MONDAY_10H) for _ in range(2)]

        assert sent == [1, 0]

    def test_people_who_never_came_in_are_not_written_to(self, alice, session):
        people.make_account(alice.client, "Nina", password="")

        assert services.send_invitations(session.pk, products=["finance"], now=MONDAY_10H) == 1

    def test_a_cancelled_session_invites_nobody(self, alice, theo, session):
        services.cancel_session(session, reason="Absent.", by=actor_of(theo), now=MONDAY_10H)

        assert services.send_invitations(session.pk, products=["finance"], now=MONDAY_10H) == 0

    def test_asking_without_a_product_is_refused(self, theo, session):
        with pytest.raises(services.WordsMissing):
            services.ask_invitations(session, products=[], by=actor_of(theo), now=MONDAY_10H)


class TestReminding:
    def test_those_with_a_place_are_reminded_once_the_day_before(self, theo, alice, bob, session):
        session = factories.change(session, theo, capacity=1)
        factories.register(session, alice)
        factories.register(session, bob)
        sent = [services.send_reminders(now=at) for at in (paris(3, 13, 50), paris(3, 14), paris(3, 14, 10))]

        assert sent == [0, 1, 0]
        assert mails_to(alice)[-1].startswith("Demain")

    def test_a_session_of_the_day_after_the_clock_went_back_is_reminded_at_its_wall_time(self, theo, alice):
        start = paris(25, 14, month=10)
        session = factories.planned(theo, at=paris(1, 9, month=10), starts_at=start)
        factories.register(session, alice, at=paris(1, 10, month=10))

        assert services.send_reminders(now=paris(24, 13, 59, month=10)) == 0
        assert services.send_reminders(now=paris(24, 14, month=10)) == 1

    def test_a_session_moved_to_another_day_is_reminded_again(self, theo, alice, session):
        factories.register(session, alice)
        services.send_reminders(now=paris(3, 14))
        factories.change(session, theo, at=paris(3, 15), starts_at=paris(9, 14))

        assert services.send_reminders(now=paris(8, 14)) == 1


class TestHeld:
    def test_who_was_there_is_kept(self, theo, alice, bob, session):
        there, absent = factories.register(session, alice), factories.register(session, bob)
        factories.held(session, theo, present=[there.pk])
        said = dict(Registration.objects.values_list("pk", "attended"))

        assert said == {there.pk: True, absent.pk: False}

    def test_not_before_it_began(self, theo, session):
        with pytest.raises(services.TooSoon):
            factories.held(session, theo, at=MONDAY_10H)

    def test_a_replay_is_told_and_led_to_by_an_article_of_the_knowledge_base(self, theo, alice, session):
        factories.register(session, alice)
        factories.held(session, theo)
        found = services.publish_replay(
            session, url="https://video.example/1", language="fr", by=actor_of(theo), now=paris(5, 9)
        )
        article = Article.objects.get(slug=found.article)

        assert (article.state, article.product) == ("published", "finance")
        assert session.get_absolute_url() in article.current.body
        assert "https://video.example" not in article.current.body
        assert mails_to(alice)[-1].startswith("Rediffusion")

    def test_a_replay_replaced_keeps_its_article_and_tells_nobody_again(self, theo, alice, session):
        factories.register(session, alice)
        factories.held(session, theo)
        facts = {"language": "fr", "by": actor_of(theo), "now": paris(5, 9)}
        services.publish_replay(session, url="https://video.example/1", **facts)
        before = len(mails_to(alice))
        found = services.publish_replay(session, url="https://video.example/2", **facts)

        assert (found.replay_url, Article.objects.count(), len(mails_to(alice))) == (
            "https://video.example/2",
            1,
            before,
        )

    def test_no_replay_of_a_session_that_was_not_held(self, theo, session):
        with pytest.raises(services.NotPlanned):
            services.publish_replay(
                session, url="https://video.example/1", language="fr", by=actor_of(theo), now=paris(5, 9)
            )
