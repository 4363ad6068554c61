"""Filing with customer service: the request and what it opens, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from livret.care.service.services.complaints import register_complaint
from livret.care.service.services.notices import open_notice
from livret.care.support import services as support
from livret.care.support.models import Request
from livret.care.support.rules.files import Incoming
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

SPACE = "space"
COMPLAINT = "complaint"
OF_THE_CONTRACT = ("termination", "contract_change")
TOPICS = ("account", "administrative", *OF_THE_CONTRACT, COMPLAINT)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks customer service. category: of a complaint, empty for the rest."""

    topic: str
    subject: str
    text: str
    category: str = ""


@transaction.atomic
def file_service_request(
    account: AccessAccount,
    asked: Asked,
    *,
    nonce: UUID,
    by: Actor,
    now: datetime,
    files: Sequence[Incoming] = (),
    site: str = "",
) -> Request:
    """Register the request; a termination or change opens its notice file, a complaint enters the register.

    Raises what `support.services.file_request` does; AlreadyFiled leaves what the first sending opened.
    """
    wanted = support.Wanted(
        kind=Request.Kind.CUSTOMER_SERVICE,
        product=SPACE,
        subject=asked.subject,
        context=asked.text,
        topic=asked.topic,
    )
    request = support.file_request(account, wanted, nonce=nonce, by=by, now=now, files=files, site=site)
    if asked.topic in OF_THE_CONTRACT:
        open_notice(request, asked.topic, by=by, now=now)
    if asked.topic == COMPLAINT:
        register_complaint(request, asked.category, by=by, now=now)
    return request
