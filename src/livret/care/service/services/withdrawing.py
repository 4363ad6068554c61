"""What stands beside a request that its author took back: it ends with it, in the words they gave."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.care.service.models import Complaint, DataOperation, DataOperationEvent, NoticeFile
from livret.care.service.services.complaints import withdraw_complaint
from livret.care.service.services.notices import withdraw_notice
from livret.care.service.services.operations import WITHDRAWN, note_step
from livret.care.support.models import Request, RequestEvent
from livret.core.people import Actor


def settle_withdrawals(*, now: datetime) -> int:
    """End the notice files, complaints and operations whose request was withdrawn; return how many.

    A letter that was received stays with customer service, which alone can give the notice up.
    """
    of_withdrawn = {"request__close_cause": WITHDRAWN}
    notices = list(NoticeFile.objects.filter(state="open", received_on=None, **of_withdrawn))
    complaints = list(Complaint.objects.filter(outcome=None, **of_withdrawn))
    operations = list(DataOperation.objects.filter(state=DataOperation.State.ASKED, **of_withdrawn))
    for file in notices:
        by, reason = _told(file.request)
        withdraw_notice(file, reason=reason, account=file.request.filed_by, by=by, now=now)
    for complaint in complaints:
        by, reason = _told(complaint.request)
        withdraw_complaint(complaint, reason=reason, by=by, now=now)
    for operation in operations:
        _withdraw(operation, now=now)
    return len(notices) + len(complaints) + len(operations)


@transaction.atomic
def _withdraw(operation: DataOperation, *, now: datetime) -> None:
    mine = DataOperation.objects.select_for_update(of=("self",)).get(pk=operation.pk)
    by, reason = _told(operation.request)
    note_step(mine, DataOperationEvent.Kind.WITHDRAWN, by=by, now=now, text=reason)
    mine.state = DataOperation.State.WITHDRAWN
    mine.save(update_fields=["state", "last_sequence"])


def _told(request: Request) -> tuple[Actor, str]:
    """Return who withdrew *request*, and why as they said it."""
    event = request.events.filter(kind=RequestEvent.Kind.CLOSED).order_by("-sequence")[0]
    by = Actor(event.actor_id, event.actor_name, "client", "service.withdrawals")
    return by, event.text or _("The request was withdrawn.")
