import email
import email.policy
import smtplib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.core.mail import services
from livret.core.mail.models import Message
from livret.core.mail.tests.smtp import SmtpServer
from livret.core.tenancy.models import Cell

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


@pytest.fixture
def server(settings):
    server = SmtpServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.close()


def write(**changes):
    message = {"to": "alice@atelier.example", "subject": "Votre demande", "text": "Bonjour Alice,\n\nReçue."}
    return services.send(**{**message, "at": AT, **changes})


def read(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def jobs(status="todo"):
    asked = ProcrastinateJob.objects.filter(task_name=services.DELIVERY, status=status).order_by("id")
    return list(asked.values_list("args__message_id", flat=True))


def test_a_mail_and_the_job_that_sends_it_are_written_together(control):
    message = write()

    assert jobs() == [message.pk]
    assert (message.state, message.sent_at, message.error) == ("waiting", None, "")


def test_a_mail_of_a_failed_change_is_never_sent(control):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write()
        raise ZeroDivisionError

    assert (Message.objects.count(), jobs()) == (0, [])


def test_a_mail_says_what_it_is_about(control):
    cell = Cell.objects.create(name="lyon", host="x", port=1)

    message = write(about=cell)

    assert (message.about_type, message.about_id) == ("tenancy.cell", str(cell.pk))


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Réponse à :\r\nBcc: x@y.example", "Réponse à : Bcc: x@y.example"),
        ("  à  l’heure ", "à l’heure"),
        ("x" * 250, "x" * 199 + "…"),
    ],
)
def test_a_subject_is_one_line_that_fits(control, subject, kept):
    assert write(subject=subject).subject == kept


def test_a_mail_is_handed_to_the_server_with_its_words(control, server):
    message = write(html="<p>Bonjour</p>")

    sent = services.deliver(message.pk, at=LATER)

    handed = read(server.taken[0])
    assert (handed["To"], handed["Subject"]) == ("alice@atelier.example", "Votre demande")
    assert handed.get_body(("plain",)).get_content().splitlines() == ["Bonjour Alice,", "", "Reçue."]
    assert handed.get_body(("html",)).get_content().strip() == "<p>Bonjour</p>"
    assert (sent.state, sent.sent_at) == ("sent", LATER)


def test_a_second_run_of_the_job_sends_nothing(control, server):
    message = write()

    services.deliver(message.pk, at=AT)
    again = services.deliver(message.pk, at=LATER)

    assert len(server.taken) == 1
    assert again.sent_at == AT


def test_a_demonstration_keeps_every_mail_and_sends_none(control, server, settings):
    settings.IS_DEMO = True

    kept = services.deliver(write().pk, at=LATER)

    assert (kept.state, kept.sent_at, server.taken) == ("kept", LATER, [])


def test_a_refusing_server_leaves_the_mail_waiting_and_says_why(control, server):
    server.refusal = "451 try again in an hour"
    message = write()

    with pytest.raises(smtplib.SMTPDataError):
        services.deliver(message.pk, at=LATER)

    message.refresh_from_db()
    assert (message.state, message.sent_at) == ("waiting", None)
    assert message.error.startswith("2026-03-02 10:00:00 UTC SMTPDataError: (451")


def test_the_reason_goes_once_the_mail_is_sent(control, server):
    message = write()
    Message.objects.filter(pk=message.pk).update(error="refused before")

    services.deliver(message.pk, at=LATER)

    message.refresh_from_db()
    assert (message.state, message.error) == ("sent", "")


def work():
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


@pytest.mark.slow
def test_the_job_is_tried_again_after_a_failure_and_the_row_shows_the_last_error(committed_control, server):
    server.refusal = "451 later"
    message = write()

    work()
    waiting = ProcrastinateJob.objects.get(task_name=services.DELIVERY)
    shown = Message.objects.get().error
    server.refusal = ""
    ProcrastinateJob.objects.filter(pk=waiting.pk).update(scheduled_at=None)
    work()

    assert (waiting.status, waiting.attempts) == ("todo", 1)
    assert "451" in shown
    assert [read(raw)["Subject"] for raw in server.taken] == [message.subject]
    assert jobs("succeeded") == [message.pk]


def deliver_in_a_thread(message_id, done):
    try:
        done.append(services.deliver(message_id, at=AT).state)
    finally:
        connections.close_all()


@pytest.mark.slow
def test_two_deliveries_at_once_send_once(committed_control, server):
    server.pause_s = 0.3
    message = write()
    done = []
    threads = [threading.Thread(target=deliver_in_a_thread, args=[message.pk, done]) for _number in range(2)]

    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert done == ["sent", "sent"]
    assert len(server.taken) == 1


class TestForgottenMails:
    def test_one_whose_job_gave_up_is_asked_for_again(self, control):
        message = write()
        ProcrastinateJob.objects.filter(task_name=services.DELIVERY).update(status="failed")

        assert services.ask_again(written_before=LATER) == 1
        assert jobs() == [message.pk]

    def test_one_whose_job_still_waits_is_left(self, control):
        write()

        assert services.ask_again(written_before=LATER) == 0
        assert len(jobs()) == 1

    @pytest.mark.parametrize("changes", [{"state": "sent"}, {"state": "kept"}, {"written_at": LATER}])
    def test_one_that_was_sent_or_is_recent_is_left(self, control, changes):
        message = write()
        ProcrastinateJob.objects.filter(task_name=services.DELIVERY).delete()
        Message.objects.filter(pk=message.pk).update(**changes)

        assert services.ask_again(written_before=LATER) == 0


def test_a_server_that_hangs_is_given_up_and_the_mail_waits(control, server, settings):
    server.pause_s, settings.EMAIL_TIMEOUT = 2, 0.2
    message = write()

    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        services.deliver(message.pk, at=LATER)

    message.refresh_from_db()
    assert (message.state, "timed out" in message.error) == ("waiting", True)


def test_the_platform_does_not_wait_for_a_server_for_ever(settings):
    assert 0 < settings.EMAIL_TIMEOUT <= 60
