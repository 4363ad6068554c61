"""Replies by mail: threaded into their request, or refused for a reason, whatever arrives and however often."""

import os
import subprocess
import sys

import pytest
from django.db import transaction

from livret.care.support import queries, services
from livret.care.support.models import Request, RequestEvent
from livret.care.support.tests import factories
from livret.care.support.tests.mailing import AT, SUPPORT, WORDS, arrive, latest_mail, reply, said
from livret.clients.actors import actor_of
from livret.core.mail import incoming
from livret.core.mail.models import IncomingMail, Message
from livret.core.mail.tests.letters import QUOTED_HTML, letter

pytestmark = pytest.mark.usefixtures("mail_both_ways")
QUOTED = f"{WORDS}\n\nLe lun. 2 nov. 2026 à 15:04, Support <{SUPPORT}>\na écrit :\n\n> Bonjour,\n> Quelle version ?\n"
PDF, EXE, PNG = factories.PDF, factories.EXE, factories.PNG


def test_a_reply_to_the_address_of_the_mail_is_a_message_of_the_request(request_of_bob, bob):
    row = reply(bob, request_of_bob, QUOTED)

    event = said(request_of_bob)[0]
    assert (row.state, row.about_id) == ("threaded", str(request_of_bob.pk))
    assert (event.text, event.actor_id, event.actor_kind, event.at) == (WORDS, bob.pk, "client", AT)
    assert event.data["via"] == "mail"


def test_a_reply_to_another_address_is_threaded_by_the_mail_it_answers(request_of_bob, bob):
    answered = latest_mail(bob, request_of_bob)

    row = arrive(sender=bob.email, References=f"<x@y.example> {answered.message_id}")

    assert (row.state, said(request_of_bob)[0].text) == ("threaded", WORDS)


@pytest.mark.parametrize("html", [QUOTED_HTML, "<p>Bonjour,<br>Toujours la même erreur.<script>alert(1)</script></p>"])
def test_a_reply_in_html_alone_is_plain_words(request_of_bob, bob, html):
    reply(bob, request_of_bob, None, html=html)

    assert said(request_of_bob)[0].text == f"Bonjour,\n{WORDS}"


def test_the_conversation_goes_on_by_mail_both_ways(request_of_bob, bob, denis):
    factories.pick_up(request_of_bob, denis, at=AT)
    factories.say(request_of_bob, denis, "Quelle version ?", at=AT)
    asked = latest_mail(bob, request_of_bob)

    reply(bob, request_of_bob, "La 12.")
    told = latest_mail(denis, request_of_bob)
    reply(denis, request_of_bob, "Corrigé dans la 13.", message_id="<2@publisher.example>")

    assert asked.message_id in told.references
    assert [(event.actor_kind, event.text) for event in said(request_of_bob)] == [
        ("staff", "Quelle version ?"),
        ("client", "La 12."),
        ("staff", "Corrigé dans la 13."),
    ]
    assert "Corrigé dans la 13." in latest_mail(bob, request_of_bob).text


def test_an_administrator_of_the_company_may_answer(request_of_bob, alice):
    assert reply(alice, request_of_bob).state == "threaded"


def test_somebody_it_is_shared_with_may_answer(request_of_bob, bob, atelier):
    zoe = factories.people.make_account(atelier, "Zoé")
    refused = reply(zoe, request_of_bob)

    services.share(request_of_bob, zoe, by=actor_of(bob), now=AT)

    assert (refused.reason, reply(zoe, request_of_bob, message_id="<2@x>").state) == ("may_not_read", "threaded")


def test_files_come_with_the_words(request_of_bob, bob):
    reply(bob, request_of_bob, files=(("facture.pdf", PDF), ("capture.png", PNG)))

    event = said(request_of_bob)[0]
    assert [file.name for file in event.attachments.order_by("pk")] == ["facture.pdf", "capture.png"]


def test_files_alone_are_added(request_of_bob, bob):
    row = reply(bob, request_of_bob, "", files=(("facture.pdf", PDF),))

    assert (row.state, request_of_bob.events.latest("sequence").kind) == ("threaded", "files_added")


def test_a_disguised_file_is_named_and_the_words_and_other_files_stay(request_of_bob, bob):
    row = reply(bob, request_of_bob, files=(("facture.pdf", EXE), ("capture.png", PNG), ("virus.exe", EXE)))

    event = said(request_of_bob)[0]
    told = Message.objects.filter(to=bob.email, subject__contains="fichiers")
    assert (row.state, event.text.splitlines()[0]) == ("threaded", WORDS)
    assert "facture.pdf, virus.exe" in event.text
    assert [file.name for file in event.attachments.all()] == ["capture.png"]
    assert told.count() == 1
    assert "facture.pdf" in told.get().text


def test_more_files_than_one_message_may_carry_are_named(request_of_bob, bob):
    most = factories.defaults().limits.max_files
    files = tuple((f"{number}.pdf", PDF + bytes([64 + number])) for number in range(most + 1))

    reply(bob, request_of_bob, files=files)

    event = said(request_of_bob)[0]
    assert event.attachments.count() == most
    assert f"{most}.pdf" in event.text


def test_words_beyond_what_the_form_takes_are_cut_and_it_is_said(request_of_bob, bob):
    reply(bob, request_of_bob, "Une ligne de mots.\n" * 2000)

    text = said(request_of_bob)[0].text
    assert 19_000 < len(text) < 20_200
    assert text.endswith("]")


def test_a_reply_to_a_closed_request_opens_it_again(request_of_bob, bob, denis):
    factories.pick_up(request_of_bob, denis, at=AT)
    services.close(request_of_bob, "solved", by=actor_of(denis), now=AT)

    row = reply(bob, request_of_bob)

    request_of_bob.refresh_from_db()
    assert (row.state, request_of_bob.is_closed) == ("threaded", False)
    assert [event.kind for event in request_of_bob.events.order_by("sequence")][-2:] == ["reopened", "message"]


def test_a_reply_to_a_withdrawn_request_is_kept_and_opens_nothing(request_of_bob, bob):
    services.withdraw(request_of_bob, by=actor_of(bob), now=AT)

    row = reply(bob, request_of_bob)

    request_of_bob.refresh_from_db()
    assert (row.state, request_of_bob.is_closed, said(request_of_bob)[0].text) == ("threaded", True, WORDS)


def test_while_support_is_suspended_a_reply_to_a_request_already_filed_is_kept(request_of_bob, bob, denis):
    cause = queries.booklet_of(request_of_bob).support.suspended_when.value[0]
    facts = {"reason": "Factures impayées.", "from_at": AT, "by": actor_of(denis), "now": AT}
    services.suspend_support(request_of_bob.client, cause, **facts)

    assert reply(bob, request_of_bob).state == "threaded"


def test_a_technicians_reply_is_the_first_answer_and_picks_up(request_of_bob, denis):
    row = IncomingMail.objects.count()
    address = factories.reply_address(request_of_bob, denis)

    arrive(sender=denis.email, to=address)

    request_of_bob.refresh_from_db()
    assert (row, request_of_bob.assigned_to) == (0, denis)


def test_a_trainer_of_the_publisher_may_not_answer(request_of_bob):
    trainer = factories.people.make_staff("Tom", "trainer")

    row = arrive(sender=trainer.email, to=factories.reply_address(request_of_bob, trainer))

    assert row.reason == "may_not_read"


def test_a_failure_on_the_way_leaves_the_mail_to_be_handled_again(request_of_bob, bob, monkeypatch):
    answered = latest_mail(bob, request_of_bob)
    row = incoming.receive(letter(WORDS, sender=bob.email, to=answered.reply_to), at=AT)
    monkeypatch.setattr(RequestEvent.objects, "create", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        incoming.thread(row.pk, at=AT)
    monkeypatch.undo()

    done = incoming.thread(row.pk, at=AT)

    assert (done.state, len(said(request_of_bob))) == ("threaded", 1)


def broken(*_arguments, **_options):
    raise RuntimeError


KILLED = """
import os, sys
import django
django.setup()
from django.conf import settings
from livret.care.support import inbox
from livret.core.mail import incoming
from livret.core import clock
threaded = inbox.thread
def dies(*arguments, **options):
    threaded(*arguments, **options)
    os.kill(os.getpid(), 9)
inbox.thread = dies
settings.STATE_FOLDER = sys.argv[2]
incoming.thread(int(sys.argv[1]), at=clock.now())
"""


@pytest.mark.slow
def test_killed_between_keeping_and_threading_it_is_threaded_once(committed_control, settings):
    atelier = factories.people.make_client("atelier")
    alice = factories.people.make_account(atelier, "Alice")
    factories.make_contract(atelier, alice, "care")
    filed = factories.file(alice)
    row = incoming.receive(letter(WORDS, sender=alice.email, to=latest_mail(alice, filed).reply_to), at=AT)
    given = {"LIVRET_CONTROL_DATABASE": committed_control, "LIVRET_MAIL_REPLIES": SUPPORT}
    own = {"DJANGO_SETTINGS_MODULE": "livret.config.settings_test", "PYTHONPATH": os.pathsep.join(sys.path)}
    program = [sys.executable, "-c", KILLED, str(row.pk), str(settings.STATE_FOLDER)]
    child = subprocess.run(program, env={**os.environ, **given, **own}, capture_output=True, text=True)
    left = Request.objects.get().events.filter(kind="message").count()

    done = incoming.thread(row.pk, at=AT)

    assert (child.returncode, left) == (-9, 0), child.stderr
    assert (done.state, Request.objects.get().events.filter(kind="message").count()) == ("threaded", 1)


def test_the_address_of_a_technician_does_not_reach_the_client(request_of_bob, bob, denis):
    factories.pick_up(request_of_bob, denis, at=AT)
    reply(bob, request_of_bob, "La 12.")
    own = latest_mail(denis, request_of_bob).reply_to

    reply(
        denis,
        request_of_bob,
        f"Am 2.11.2026 schrieb Support <{own}>:\n> La 12.\nMerci.\n> Fin\nVoilà",
        message_id="<2@publisher.example>",
    )

    assert own.partition("@")[0] not in said(request_of_bob)[-1].text
    assert own.partition("@")[0] not in latest_mail(bob, request_of_bob).text
    assert SUPPORT in said(request_of_bob)[-1].text


def test_the_answer_of_a_suspended_client_leaves_a_closed_request_closed(request_of_bob, atelier, bob, denis, farid):
    factories.pick_up(request_of_bob, denis, at=AT)
    services.close(request_of_bob, "solved", by=actor_of(denis), now=AT)
    services.suspend_support(atelier, "untrained_users", reason="À former", from_at=AT, by=actor_of(farid), now=AT)

    reply(bob, request_of_bob)

    assert Request.objects.get(pk=request_of_bob.pk).is_closed
    assert said(request_of_bob)[-1].text == WORDS
