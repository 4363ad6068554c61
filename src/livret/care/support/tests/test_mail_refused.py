"""Mails that become no message: each is kept with its reason, and only a person who can act on it is told."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage as Leaving

from livret.care.support.tests import factories
from livret.care.support.tests.mailing import AT, SUPPORT, arrive, latest_mail, reply, said
from livret.core.mail import incoming
from livret.core.mail.models import Message
from livret.core.mail.rules.limits import limits

pytestmark = pytest.mark.usefixtures("mail_both_ways")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"subject": "Réponse automatique : absente du bureau"}, "auto_reply"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"sender": "MAILER-DAEMON@atelier.example"}, "machine_sender"),
        ({"message_id": "<0f.livret@publisher.example>"}, "own"),
        ({"sender": "no-reply@publisher.example"}, "own"),
        ({"Authentication_Results": "mx; dmarc=fail"}, "forged"),
    ],
)
def test_what_no_person_wrote_is_kept_and_answered_to_nobody(request_of_bob, bob, options, reason):
    sent = Message.objects.count()

    row = reply(bob, request_of_bob, **options)

    assert (row.state, row.reason) == ("refused", reason)
    assert (said(request_of_bob), Message.objects.count()) == ([], sent)


def test_our_own_mail_that_comes_back_goes_no_further(request_of_bob, bob, mailoutbox_of):
    row = incoming.thread(incoming.receive(mailoutbox_of(latest_mail(bob, request_of_bob)), at=AT).pk, at=AT)

    assert (row.state, row.reason) == ("refused", "own")


@pytest.fixture
def mailoutbox_of():
    """The bytes of a mail of ours, as it leaves."""

    def leaving(message):
        headers = {"Message-ID": message.message_id, "References": message.references}
        made = Leaving(message.subject, message.text, "no-reply@publisher.example", [message.to], headers=headers)
        return made.message().as_bytes()

    return leaving


def test_a_stranger_is_refused_and_not_told(request_of_bob):
    answered = Message.objects.latest("pk")

    row = arrive(sender="eve@evil.example", to=answered.reply_to)

    assert (row.reason, said(request_of_bob), Message.objects.latest("pk")) == ("stranger", [], answered)


def test_somebody_of_another_company_is_refused(request_of_bob, chloe):
    row = reply(chloe, request_of_bob)

    assert (row.reason, said(request_of_bob)) == ("may_not_read", [])
    assert request_of_bob.subject not in latest_mail(chloe).text


def test_a_closed_account_is_refused_and_not_told(request_of_bob, bob):
    sent = Message.objects.count()
    bob.is_active, bob.closed_at = False, AT
    bob.save()

    row = reply(bob, request_of_bob)

    assert (row.reason, said(request_of_bob), Message.objects.count()) == ("closed_account", [], sent)


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (SUPPORT, "no_request"),
        ("support+D-2026-999999.00000000000000000000@publisher.example", "bad_address"),
        ("support+toto@publisher.example", "no_request"),
    ],
)
def test_a_mail_that_names_no_request_is_refused_and_its_sender_told_once(care, bob, to, reason):
    row = arrive(sender=bob.email, to=to)

    told = Message.objects.filter(to=bob.email, about_id=str(row.pk), about_type="mail.incomingmail")
    assert (row.reason, told.count()) == (reason, 1)
    assert "https://livret.example/espace/demandes/" in told.get().text


def test_an_address_signed_with_an_older_secret_is_not_believed(request_of_bob, bob, monkeypatch):
    address = latest_mail(bob, request_of_bob).reply_to
    monkeypatch.setenv("LIVRET_SECRET_KEY", "another secret")

    assert arrive(sender=bob.email, to=address).reason == "bad_address"


def test_the_address_of_one_request_does_not_open_another(request_of_bob, bob):
    other = factories.file(bob)
    address = latest_mail(bob, request_of_bob).reply_to.replace(request_of_bob.number, other.number)

    assert arrive(sender=bob.email, to=address).reason == "bad_address"


def test_refusals_are_told_three_times_an_hour_at_most(care, bob):
    rows = [arrive(sender=bob.email, message_id=f"<{number}@x>") for number in range(5)]

    assert [row.reason for row in rows] == ["no_request"] * 5
    assert Message.objects.filter(about_type="mail.incomingmail").count() == 3


def test_a_client_who_writes_a_technician_as_sender_is_not_believed(request_of_bob, bob, denis):
    factories.pick_up(request_of_bob, denis, at=AT)
    address = latest_mail(bob, request_of_bob)

    by_address = arrive(sender=denis.email, to=address.reply_to)
    by_reference = arrive(sender=denis.email, message_id="<2@x>", In_Reply_To=address.message_id)

    assert (by_address.reason, by_reference.reason) == ("bad_address", "no_request")
    assert said(request_of_bob) == []


def test_an_empty_mail_is_refused(request_of_bob, bob):
    assert reply(bob, request_of_bob, "\n").reason == "no_words"


def test_the_same_mail_at_two_of_our_addresses_is_said_once(request_of_bob, bob):
    reply(bob, request_of_bob)

    twin = reply(bob, request_of_bob, Delivered_To="other@publisher.example")

    assert (twin.reason, len(said(request_of_bob))) == ("twin", 1)


def test_two_programs_that_answer_each_other_are_stopped(request_of_bob, bob):
    most = limits().replies_per_hour
    rows = [reply(bob, request_of_bob, message_id=f"<{number}@x>") for number in range(most + 1)]

    after = reply(bob, request_of_bob, message_id="<later@x>", at=AT + timedelta(hours=1, seconds=1))

    assert [row.state for row in rows[:most]] == ["threaded"] * most
    assert (rows[most].reason, after.state) == ("flood", "threaded")
