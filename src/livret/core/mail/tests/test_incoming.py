"""Mails kept once as they came, and handed once to their room."""

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.core.mail import incoming
from livret.core.mail.incoming import Outcome
from livret.core.mail.models import IncomingMail
from livret.core.mail.rules.limits import limits
from livret.core.mail.tests.letters import ALICE, letter
from livret.core.mail.tests.test_services import AT, LATER, write

ASKED = []


def room(mail, *, row, now):
    """A room of this test: what it is asked is kept, what it answers stands in the subject."""
    ASKED.append((mail.sender, now))
    return Outcome(mail.subject if mail.subject.islower() else "", "détail", about=row)


@pytest.fixture(autouse=True)
def at_a_room_of_its_own(settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    settings.INCOMING_MAIL_HANDLER = f"{__name__}.room"
    ASKED.clear()


def jobs():
    return list(ProcrastinateJob.objects.filter(task_name=incoming.THREADING).values_list("args__mail_id", flat=True))


def test_the_same_bytes_are_kept_and_asked_for_once(control):
    first = incoming.receive(letter(), at=AT)

    again = incoming.receive(letter(), at=LATER)

    assert (again.pk, again.received_at, jobs()) == (first.pk, AT, [first.pk])


def test_two_mails_with_one_message_id_are_both_kept(control):
    kept = {incoming.receive(letter(text), at=AT).pk for text in ("a", "b")}

    assert len(kept) == 2


def test_a_mail_that_cannot_be_kept_leaves_no_job(control):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        incoming.receive(letter(), at=AT)
        raise ZeroDivisionError

    assert (IncomingMail.objects.count(), jobs()) == (0, [])


@pytest.mark.parametrize(
    ("subject", "state", "reason"), [("Re: Demande", "threaded", ""), ("stranger", "refused", "stranger")]
)
def test_what_the_room_answers_stands_on_the_row(control, subject, state, reason):
    row = incoming.receive(letter(subject=subject), at=AT)

    done = incoming.thread(row.pk, at=LATER)

    assert (done.state, done.reason, done.detail, done.handled_at) == (state, reason, "détail", LATER)
    assert (done.about_type, done.about_id) == ("mail.incomingmail", str(row.pk))


def test_a_second_run_of_the_job_asks_nobody(control):
    row = incoming.receive(letter(), at=AT)

    incoming.thread(row.pk, at=AT)
    again = incoming.thread(row.pk, at=LATER)

    assert (ASKED, again.handled_at) == ([(ALICE, AT)], AT)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no_sender"),
        (b"\xff\x00\x80" * 100, "no_sender"),
        (b"From: a@x.example, b@x.example\n\nBonjour", "no_sender"),
        (b"From: a@x.example\nX: " + b"y" * 20_000 + b"\n\nBonjour", "header_too_long"),
        (b"From: a@x.example\n\n" + b"--\n--b\n" * 3000, "too_many_parts"),
    ],
)
def test_what_cannot_be_read_is_kept_and_refused(control, raw, reason):
    row = incoming.receive(raw, at=AT)

    done = incoming.thread(row.pk, at=LATER)

    assert (done.state, done.reason, ASKED) == ("refused", reason, [])
    assert incoming.raw_of(row) == raw


def test_a_sender_who_writes_too_often_about_one_thing_is_found_out(control):
    about = write()
    facts = {"about_type": "mail.message", "about_id": str(about.pk), "sender": ALICE, "size": 1}
    IncomingMail.objects.bulk_create(
        IncomingMail(digest=f"{number:064}", received_at=AT, state="threaded", handled_at=AT, **facts)
        for number in range(limits().replies_per_hour)
    )

    assert incoming.is_flooding(ALICE, about, now=AT)
    assert not incoming.is_flooding(ALICE, about, now=LATER)
    assert not incoming.is_flooding("bob@atelier.example", about, now=AT)


def test_mails_are_found_by_words_and_state(control):
    rows = [incoming.receive(letter(message_id=f"<{subject}>", subject=subject), at=AT) for subject in ("un", "Deux")]
    for row in rows:
        incoming.thread(row.pk, at=LATER)

    assert list(incoming.search("deux alice")) == [rows[1]]
    assert list(incoming.search(state="refused")) == [rows[0]]
    assert list(incoming.search("\0" * 3)) == rows[::-1]


def test_a_refused_mail_is_handled_again_when_asked(control):
    row = incoming.receive(letter(subject="stranger"), at=AT)
    incoming.thread(row.pk, at=AT)

    asked = incoming.ask_again(row.pk)

    assert (asked.state, asked.reason, jobs()) == ("received", "", [row.pk, row.pk])


def test_a_threaded_mail_is_not_handled_again(control):
    row = incoming.receive(letter(), at=AT)
    incoming.thread(row.pk, at=AT)

    assert (incoming.ask_again(row.pk).state, jobs()) == ("threaded", [row.pk])


def test_what_a_mail_is_about_is_found(control):
    row = incoming.receive(letter(), at=AT)

    assert incoming.about_of(row) is None
    assert incoming.about_of(incoming.thread(row.pk, at=AT)) == row


def test_a_mail_whose_job_gave_up_is_asked_for_again_and_one_that_waits_is_left(control):
    forgotten, waiting = (incoming.receive(letter(message_id=f"<{name}>"), at=AT) for name in "ab")
    ProcrastinateJob.objects.filter(args__mail_id=forgotten.pk).update(status="failed")

    assert incoming.ask_forgotten(received_before=LATER) == 1
    assert sorted(jobs()) == [forgotten.pk, forgotten.pk, waiting.pk]


def test_a_mail_that_was_handled_or_is_recent_is_not_asked_for_again(control):
    incoming.thread(incoming.receive(letter(), at=AT).pk, at=AT)
    incoming.receive(letter(message_id="<2>"), at=LATER)
    ProcrastinateJob.objects.all().delete()

    assert incoming.ask_forgotten(received_before=LATER) == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\nMessage-ID: <a\x00b@c>\r\n\r\nBonjour",
        b"From: a\x00b@c.example\r\nSubject: s\r\n\r\nBonjour",
    ],
)
def test_a_mail_with_what_no_database_holds_is_kept_like_any_other(control, raw):
    assert incoming.receive(raw, at=AT).message_id == ""
