"""Requests of a fixed cast, on fixed days."""

from __future__ import annotations

import io
import zipfile
from base64 import b64decode
from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from livret.care.support import mails, services
from livret.care.support.models import Request
from livret.care.support.rules.commitment import calendar_from
from livret.care.support.rules.defaults import defaults
from livret.care.support.rules.files import Incoming
from livret.clients.actors import actor_of
from livret.clients.tests import factories as people
from livret.core.people import Actor

PARIS = ZoneInfo("Europe/Paris")
# Monday 2 November 2026, 15:00 in Paris: two hours before support closes under Care.
MONDAY_15H = datetime(2026, 11, 2, 15, 0, tzinfo=PARIS).astimezone(UTC)
PUBLISHER = Actor(UUID(int=0xAD), "Gaëlle", "staff", "192.0.2.7")
BOOKLETS = {"care": ("care", "2023-09-18"), "open": ("sprint", "2019")}
# A picture of one pixel, which a preview can decode.
PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
PDF = b"%PDF-1.7\n" + b"a" * 64
EXE = b"MZ" + b"\x00" * 128


def make_contract(client, administrator, plan: str):
    booklet, version = BOOKLETS.get(plan, BOOKLETS["open"])
    return people.make_contract(client, administrator, booklet=booklet, booklet_version=version, plan=plan)


def publish_hours(*, from_on: date = date(2026, 1, 1), at: datetime = people.NOW, **changes):
    return services.publish_hours({**defaults().demonstration_hours, **changes}, from_on=from_on, by=PUBLISHER, now=at)


def wanted(**changes) -> services.Wanted:
    facts = {
        "kind": "malfunction",
        "product": "finance",
        "subject": "La balance ne s’affiche plus",
        "context": "J’ouvre la balance de mars après l’import.",
        "error_message": "Erreur 42",
        "menu_path": "Comptabilité › Balance",
        **changes,
    }
    return services.Wanted(**facts)


def calendar_of(week):
    return calendar_from({**defaults().demonstration_hours, "week": week})


def file(
    account, *, at: datetime = MONDAY_15H, files=(), nonce: UUID | None = None, site: str = "", **changes
) -> Request:
    """A request filed by *account*; under Care it is critical unless said otherwise."""
    asked = wanted(**{"criticality": "critique", **changes})
    by = actor_of(account, address="192.0.2.10")
    return services.file_request(account, asked, nonce=nonce or uuid4(), by=by, now=at, files=files, site=site)


def pick_up(request, technician, *, at: datetime) -> Request:
    return services.pick_up(request, technician=technician, by=actor_of(technician), now=at)


def say(request, account, text: str = "Bonjour", *, at: datetime = MONDAY_15H, **options):
    return services.add_message(request, text, account=account, by=actor_of(account), now=at, **options)


def reply_address(request, account) -> str:
    """The address for answers in a mail about *request* to *account*."""
    return mails.send_notice(request, kind="files_refused", to=account, facts={"lines": []}, now=MONDAY_15H).reply_to


def incoming(name: str = "capture.png", content: bytes = PNG) -> Incoming:
    return Incoming(name, len(content), io.BytesIO(content))


def zipped(*names: str, mimetype: str = "") -> bytes:
    """A zip archive that holds parts of these names."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", mimetype) if mimetype else None
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


def paris(day: int, hour: int, minute: int = 0, second: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=PARIS)
