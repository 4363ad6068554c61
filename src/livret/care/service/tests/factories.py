"""What customer service is asked, on fixed days."""

from __future__ import annotations

from datetime import date
from html import unescape
from uuid import uuid4

from livret.care.service import services
from livret.care.service.models import Complaint, NoticeFile
from livret.care.service.rules import operations as rules
from livret.care.support.tests import factories as support
from livret.clients.actors import actor_of
from livret.core.blobs import store

paris = support.paris
AT = support.MONDAY_15H
RESTORED_ON = date(2026, 10, 28)


def words_of(answer) -> str:
    """Return what a page says, without its entities."""
    return unescape(answer.content.decode())


def asked(topic: str = "termination", **changes) -> services.Asked:
    facts = {"subject": "Fin du contrat", "text": "Nous arrêtons fin de période.", **changes}
    return services.Asked(topic=topic, **facts)


def file(account, topic: str = "termination", *, at=AT, files=(), nonce=None, **changes):
    """A request to customer service filed by *account*."""
    return services.file_service_request(
        account, asked(topic, **changes), nonce=nonce or uuid4(), by=actor_of(account), now=at, files=files
    )


def notice(account, **changes) -> NoticeFile:
    return file(account, **changes).notice_file


def complaint(account, **changes) -> Complaint:
    return file(account, "complaint", category="billing", **changes).complaint


def send(notice, account, day: date, *, at=AT, **options):
    return services.record_sent(notice, day, account=account, by=actor_of(account), now=at, **options)


def receive(notice, account, day: date, *, at=AT, **options):
    return services.record_received(notice, day, account=account, by=actor_of(account), now=at, **options)


def operation(account, parameters=None, *, room=None, at=AT, nonce=None, **options):
    """An operation asked by *account*; a restore of *room* unless said otherwise."""
    wanted = services.AskedOperation(parameters or rules.Restore(RESTORED_ON), "Import fait deux fois.", room)
    return services.ask_operation(
        account, wanted, nonce=nonce or uuid4(), by=actor_of(account, address="192.0.2.10"), now=at, **options
    )


def exported(account, operator, *, room, at=AT):
    """An export done by hand of the platform: its archive stands in the client's own store."""
    made = operation(account, rules.Export(rules.DATABASE), room=room, at=at)
    made = step(services.start_operation, made, operator, at=at)
    kept = store.put([b"dump"], owner=str(made.client.uuid))
    data = {"digest": kept.digest, "size": kept.size, "name": "atelier-2026-11-02.dump"}
    return step(services.finish_operation, made, operator, at=at, report="Base exportée.", data=data)


def step(act, operation, account, *, at=AT, **options):
    """Do *act*, a service of operations, as *account*."""
    return act(operation, account=account, by=actor_of(account), now=at, **options)
