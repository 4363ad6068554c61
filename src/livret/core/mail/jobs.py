from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from livret.core import clock
from livret.core.jobs import queue
from livret.core.mail import imap, incoming, services

FORGOTTEN_AFTER = timedelta(hours=6)  # The retries of one job end after three hours.


@queue.task(name=services.DELIVERY)
def deliver(message_id: int) -> None:
    services.deliver(message_id, at=clock.now())


@queue.task(name="mail.ask_again", cron="17 * * * *", queueing_lock="mail.ask_again")
def ask_again(timestamp: int) -> int:
    before = clock.now() - FORGOTTEN_AFTER
    return services.ask_again(written_before=before) + incoming.ask_forgotten(received_before=before)


@queue.task(name="mail.fetch", cron="* * * * *", lock="mail.fetch", queueing_lock="mail.fetch")
def fetch(timestamp: int) -> int:
    """Take in the mails that wait at the mail server, where one is set; returns how many."""
    return imap.fetch(at=clock.now()) if settings.IMAP_HOST else 0


@queue.task(name=incoming.THREADING)
def thread(mail_id: int) -> None:
    incoming.thread(mail_id, at=clock.now())
