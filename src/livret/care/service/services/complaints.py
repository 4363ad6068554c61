"""The register of complaints: a number at once, an outcome once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction

from livret.care.service.models import Complaint, ComplaintOutcome
from livret.care.service.services import answering
from livret.care.service.services.refusals import AlreadyBeside, Answered, WordsMissing
from livret.care.support import services as support
from livret.care.support.models import Request
from livret.core.audit import services as audit
from livret.core.clock import PARIS
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

Outcome = ComplaintOutcome.Outcome
_NEXT_SERIAL = """
INSERT INTO service_complaintcounter (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = service_complaintcounter.last + 1 RETURNING last
"""


@transaction.atomic
def register_complaint(request: Request, category: str, *, by: Actor, now: datetime) -> Complaint:
    """Enter *request* in the register, with its own number. Raises AlreadyBeside when it is there."""
    if Complaint.objects.filter(request=request).exists():
        raise AlreadyBeside(f"{request} is in the register")
    complaint = Complaint.objects.create(
        request=request, number=_next_number(now), category=category, received_at=request.registered_at
    )
    audit.record("service.complaint.registered", complaint, by=by, at=now, detail={"category": category})
    return complaint


@transaction.atomic
def answer_complaint(
    complaint: Complaint,
    outcome: str,
    *,
    words: str,
    measures: str = "",
    account: AccessAccount,
    by: Actor,
    now: datetime,
    site: str = "",
) -> ComplaintOutcome:
    """Give a complaint its outcome, with the words that the client gets by mail, and close its request.

    Raises Answered the second time, WordsMissing, ValueError on withdrawn, which is the client's to say.
    """
    if Outcome(outcome) is Outcome.WITHDRAWN:
        raise ValueError("a complaint is withdrawn by the client")
    made = _outcome(complaint, outcome, words, measures, by=by, now=now)
    answering.end(complaint.request, account, made.words, cause=answering.ANSWERED, by=by, now=now, site=site)
    return made


@transaction.atomic
def withdraw_complaint(
    complaint: Complaint, *, reason: str, by: Actor, now: datetime, site: str = ""
) -> ComplaintOutcome:
    """The client takes its complaint back. Raises Answered, WordsMissing."""
    made = _outcome(complaint, Outcome.WITHDRAWN, reason, "", by=by, now=now)
    if not complaint.request.is_closed:
        support.withdraw(complaint.request, by=by, now=now, text=made.words, site=site)
    return made


def _outcome(
    complaint: Complaint, outcome: str, words: str, measures: str, *, by: Actor, now: datetime
) -> ComplaintOutcome:
    if not words.strip():
        raise WordsMissing("words")
    try:
        with transaction.atomic():
            made = ComplaintOutcome.objects.create(
                complaint=complaint,
                outcome=outcome,
                words=words.strip(),
                measures=measures.strip(),
                answered_at=now,
                by_id=by.id,
                by_name=by.name,
                by_kind=by.kind,
            )
    except IntegrityError as error:
        if ComplaintOutcome.objects.filter(complaint=complaint).exists():
            raise Answered(f"{complaint} has its outcome") from error
        raise
    audit.record("service.complaint.answered", complaint, by=by, at=now, detail={"outcome": outcome})
    return made


def _next_number(now: datetime) -> str:
    year = now.astimezone(PARIS).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_SERIAL, [year])
        return f"R-{year}-{cursor.fetchone()[0]:04d}"
