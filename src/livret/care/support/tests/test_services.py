"""Filing, picking up and answering, in the control database."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from livret.care.support import queries, services
from livret.care.support.models import Request, RequestEvent
from livret.care.support.tests import factories
from livret.care.support.tests.factories import EXE, incoming, paris
from livret.core.audit.models import AuditEvent
from livret.core.blobs import store
from livret.core.mail.models import Message


def kinds(request) -> list[str]:
    return list(request.events.order_by("sequence").values_list("kind", flat=True))


class TestFiling:
    def test_a_request_gets_a_number_a_code_and_its_due_instant(self, care, bob):
        request = factories.file(bob)

        assert request.number == "D-2026-000001"
        assert request.due_at == paris(3, 11)
        assert request.call_code.isdigit()

    def test_the_timeline_begins_with_registration_and_acknowledgement(self, care, bob):
        assert kinds(factories.file(bob)) == ["registered", "acknowledged"]

    def test_the_request_pins_the_booklet_of_the_contract_of_the_day(self, care, bob):
        request = factories.file(bob)

        assert (request.contract, request.booklet, request.booklet_version) == (care, "care", "2023-09-18")

    def test_numbers_follow_one_another_even_after_a_refusal(self, care, bob):
        factories.file(bob)
        with pytest.raises(services.FilesRefused):
            factories.file(bob, files=[incoming("facture.pdf", EXE)])

        assert factories.file(bob).number == "D-2026-000002"

    def test_a_filing_undone_gives_its_number_back(self, care, bob):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError(factories.file(bob))

        assert factories.file(bob).number == "D-2026-000001"

    def test_numbers_begin_again_each_year_of_paris(self, care, bob):
        factories.file(bob)
        new_year = paris(1, 0, 30, month=1).replace(year=2027)

        assert factories.file(bob, at=new_year).number == "D-2027-000001"

    def test_the_same_form_files_once(self, care, bob):
        nonce = uuid4()
        first = factories.file(bob, nonce=nonce)

        with pytest.raises(services.AlreadyFiled) as refusal:
            factories.file(bob, nonce=nonce)

        assert refusal.value.request == first
        assert Request.objects.count() == Message.objects.count() == 1

    def test_the_plan_decides_under_sprint_whatever_criticality_is_sent(self, sprint, bob):
        request = factories.file(bob, criticality="critique")

        assert (request.criticality, request.hours, request.due_at) == ("", "publisher/1", paris(3, 15))

    def test_connect_holds_no_support_and_cites_its_clause(self, connect, bob):
        with pytest.raises(services.NotInPlan) as refusal:
            factories.file(bob)

        assert refusal.value.clause == "S-13"

    def test_connect_keeps_customer_service(self, connect, bob):
        request = factories.file(bob, kind="customer_service")

        assert request.due_at is None

    def test_an_unknown_criticality_is_refused(self, care, bob):
        with pytest.raises(services.UnknownLevel):
            factories.file(bob, criticality="apocalypse")

    def test_a_client_without_contract_files_nothing(self, bob):
        with pytest.raises(services.NoContract):
            factories.file(bob)

    def test_files_are_kept_with_the_registration(self, care, bob):
        request = factories.file(bob, files=[incoming(), incoming("autre.png")])
        file = request.attachments.get(name="autre.png")

        assert file.event.kind == "registered"
        assert store.open_blob(file.digest, owner=str(bob.client.uuid)).read() == factories.PNG

    def test_one_refused_file_files_nothing(self, care, bob):
        with pytest.raises(services.FilesRefused):
            factories.file(bob, files=[incoming(), incoming("facture.pdf", EXE)])

        assert not Request.objects.exists()
        assert not Message.objects.exists()

    def test_the_act_stands_in_the_audit_trail(self, care, bob):
        request = factories.file(bob)
        act = AuditEvent.objects.get(action="support.request.filed")

        assert (act.object_label, act.actor_name, act.address) == (request.number, "Bob", "192.0.2.10")


class TestAcknowledgement:
    def test_the_mail_says_number_code_due_instant_and_why(self, care, bob):
        request = factories.file(bob, site="https://livret.example")
        text = Message.objects.get(to=bob.email).text

        assert request.number in text
        assert request.call_code_shown in text
        assert "mardi 3\xa0novembre\xa02026 à 11\xa0h\xa000" in text
        assert "Délai\xa0: 4\xa0h ouvrées (clause C-14)" in text
        assert "02/11/2026\xa015:00 → 02/11/2026\xa017:00\xa0: Support ouvert, 2\xa0h" in text
        assert f"https://livret.example/espace/demandes/{request.number}/" in text

    def test_the_mail_says_who_set_the_hours_where_the_booklet_is_silent(self, sprint, bob):
        factories.file(bob)

        assert "Horaires fixés par l’éditeur (version 1)" in Message.objects.get().text

    def test_the_mail_promises_nothing_for_customer_service(self, care, bob):
        factories.file(bob, kind="customer_service")
        text = Message.objects.get().text

        assert "sans délai de prise en charge garanti" in text
        assert "au plus tard" not in text

    def test_the_mail_is_written_in_the_language_of_the_person(self, care, bob):
        bob.language = "en"
        factories.file(bob)

        assert "Your request D-2026-000001 is registered." in Message.objects.get().text

    def test_hostile_words_are_harmless_in_the_mail(self, care, bob):
        factories.file(bob, subject="<script>alert(1)</script>\r\nBcc: x@example.org")
        mail = Message.objects.get()

        assert "\n" not in mail.subject
        assert "<script>" not in mail.html


class TestPickUp:
    def test_a_pick_up_stops_the_clock_with_its_verdict(self, care, bob, denis):
        request = factories.pick_up(factories.file(bob), denis, at=paris(2, 16))
        verdict = request.events.get(kind="picked_up").data

        assert (request.state, request.assigned_to, request.picked_up_at) == ("in_progress", denis, paris(2, 16))
        assert (verdict["elapsed_s"], verdict["target_s"], verdict["is_met"]) == (3600, 14_400, True)

    def test_a_late_pick_up_is_recorded_as_missed(self, care, bob, denis):
        request = factories.pick_up(factories.file(bob), denis, at=paris(3, 11, 0, 1))

        assert request.events.get(kind="picked_up").data["is_met"] is False

    def test_the_second_pick_up_is_refused_with_the_name_of_the_first(self, care, bob, denis, emma):
        request = factories.file(bob)
        factories.pick_up(request, denis, at=paris(2, 16))

        with pytest.raises(services.AlreadyPickedUp) as refusal:
            factories.pick_up(request, emma, at=paris(2, 16, 30))

        assert refusal.value.request.assigned_to == denis

    def test_the_database_refuses_a_second_pick_up(self, care, bob, denis):
        request = factories.pick_up(factories.file(bob), denis, at=paris(2, 16))

        with pytest.raises(IntegrityError, match="request_event_picked_up_once"), transaction.atomic():
            RequestEvent.objects.create(
                request=request, sequence=99, kind="picked_up", at=paris(2, 17), actor_id=denis.id, actor_kind="staff"
            )

    def test_an_answer_of_a_technician_is_a_pick_up(self, care, bob, denis):
        request = factories.file(bob)
        factories.say(request, denis, "Essayez ceci.", at=paris(2, 15, 30))
        request.refresh_from_db()

        assert kinds(request)[2:] == ["picked_up", "message"]
        assert (request.assigned_to, request.state) == (denis, "answered")

    def test_an_internal_note_is_no_pick_up_and_sends_no_mail(self, care, bob, denis):
        request = factories.file(bob)
        factories.say(request, denis, "À reproduire.", is_internal=True)
        request.refresh_from_db()

        assert not request.is_picked_up
        assert Message.objects.count() == 1


class TestMessages:
    def test_an_answer_is_mailed_to_the_person_who_filed(self, care, bob, denis):
        factories.say(factories.file(bob), denis, "Essayez <b>ceci</b>.")
        mail = Message.objects.latest("pk")

        assert (mail.to, "Essayez <b>ceci</b>." in mail.text) == (bob.email, True)
        assert "<b>" not in mail.html

    def test_an_answer_of_the_client_gives_the_turn_back(self, care, bob, denis):
        request = factories.file(bob)
        factories.say(request, denis)
        factories.say(request, bob, "Cela ne marche pas.")
        request.refresh_from_db()

        assert request.state == "in_progress"

    def test_files_alone_are_a_message(self, care, bob):
        event = factories.say(factories.file(bob), bob, "  ", files=[incoming()])

        assert (event.kind, event.attachments.count()) == ("files_added", 1)

    def test_the_same_form_says_it_once(self, care, bob, denis):
        request, nonce = factories.file(bob), uuid4()
        first, second = (factories.say(request, denis, "Bonjour", nonce=nonce) for _ in range(2))

        assert first == second
        assert kinds(request) == ["registered", "acknowledged", "picked_up", "message"]
        assert Message.objects.count() == 2

    def test_nothing_at_all_is_refused(self, care, bob):
        with pytest.raises(services.NothingSaid):
            factories.say(factories.file(bob), bob, " \n ")

    def test_a_refused_file_leaves_the_timeline_as_it_was(self, care, bob):
        request = factories.file(bob)

        with pytest.raises(services.FilesRefused):
            factories.say(request, bob, "Voici", files=[incoming("a.exe", EXE)])

        assert kinds(request) == ["registered", "acknowledged"]

    def test_both_sides_read_the_same_timeline_but_for_internal_notes(self, care, bob, denis):
        request = factories.file(bob)
        factories.say(request, denis, "Note", is_internal=True)
        factories.say(request, denis, "Bonjour")
        ours, theirs = queries.timeline(request, is_staff=True), queries.timeline(request, is_staff=False)

        assert [event for event in ours if not event.is_internal] == list(theirs)
        assert [event.text for event in ours if event.is_internal] == ["Note"]

    def test_the_database_refuses_an_internal_note_of_a_client(self, care, bob):
        request = factories.file(bob)

        with pytest.raises(IntegrityError, match="request_event_internal_of_publisher"), transaction.atomic():
            RequestEvent.objects.create(
                request=request,
                sequence=99,
                kind="message",
                text="x",
                at=paris(2, 17),
                actor_id=bob.id,
                actor_kind="client",
                is_internal=True,
            )


def test_what_a_request_caches_is_what_its_events_say(care, bob, denis):
    request = factories.file(bob)
    factories.say(request, bob, "Encore")
    factories.say(request, denis, "Vu")
    request.refresh_from_db()
    clock = queries.clock_of(request, queries.as_events(request.events.all()))

    assert (request.due_at, request.hours) == (clock.due_at, clock.hours.name)
    assert (request.late_at, request.next_due_at, request.is_on_time) == (None, None, True)
    assert request.picked_up_at == clock.stopped_at
