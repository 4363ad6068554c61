"""The lists of both sides, and the row that one address names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, F, QuerySet, Value, When

from livret.care.service.models import Complaint, DataOperation, NoticeFile
from livret.care.service.models.notices import DEADLINE_FIRST
from livret.care.support import queries as support
from livret.care.support.models import Request

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Client

STATE_FIRST = Case(
    When(state="waiting", then=Value(0)), When(state__in=["in_progress", "answered"], then=Value(1)), default=Value(2)
)
OPEN_FIRST = Case(When(state="open", then=Value(0)), default=Value(1))
WAITING_FIRST = Case(When(state="asked", then=Value(0)), When(state="started", then=Value(1)), default=Value(2))


def waiting_first(*, open_only: bool = True) -> QuerySet[Request]:
    """Return the requests to customer service: those that wait first, by arrival."""
    found = Request.objects.filter(kind=Request.Kind.CUSTOMER_SERVICE).select_related("client", "assigned_to")
    found = found.exclude(state=Request.State.CLOSED) if open_only else found
    return found.order_by(STATE_FIRST, "registered_at", "pk")


def notices() -> QuerySet[NoticeFile]:
    """Return the notice files: open ones first, the soonest deadline on top, those without one after."""
    found = NoticeFile.objects.select_related("request__client", "contract")
    return found.order_by(OPEN_FIRST, DEADLINE_FIRST, "pk")


def complaints() -> QuerySet[Complaint]:
    """Return the register: what waits for an outcome first, the oldest on top, then the answered, latest first."""
    found = Complaint.objects.select_related("request__client", "request__filed_by", "outcome")
    return found.order_by(F("outcome__answered_at").desc(nulls_first=True), F("received_at").asc(), "pk")


def operations() -> QuerySet[DataOperation]:
    """Return the operations on data: asked, then started, then ended ones, the oldest first while they are open."""
    found = DataOperation.objects.select_related("request", "client", "environment__ownership", "asked_by")
    return found.order_by(WAITING_FIRST, "asked_at", "pk")


def notices_of(account: AccessAccount, *, whole_company: bool) -> QuerySet[NoticeFile]:
    return notices().filter(request__in=_readable(account, whole_company=whole_company))


def complaints_of(account: AccessAccount, *, whole_company: bool) -> QuerySet[Complaint]:
    return complaints().filter(request__in=_readable(account, whole_company=whole_company))


def operations_of(client: Client) -> QuerySet[DataOperation]:
    """Return the operations of a client, the latest first."""
    return operations().filter(client=client).order_by("-asked_at", "-pk")


def _readable(account: AccessAccount, *, whole_company: bool) -> QuerySet[Request]:
    return support.requests_of(account, whole_company=whole_company)


def notice_numbered(number: str, *, among: QuerySet[NoticeFile] | None = None) -> NoticeFile | None:
    """Return the notice file beside the request of that number."""
    found = among if among is not None else notices()
    return found.filter(request__number=number).select_related("request__client", "contract__client").first()


def complaint_numbered(number: str, *, among: QuerySet[Complaint] | None = None) -> Complaint | None:
    return (among if among is not None else complaints()).filter(number=number).first()


def operation_numbered(number: str, *, among: QuerySet[DataOperation] | None = None) -> DataOperation | None:
    """Return the operation beside the request of that number."""
    found = among if among is not None else operations()
    found = found.select_related("request__client", "environment__cell", "instruction", "restoration")
    return found.filter(request__number=number).first()


def beside(request: Request) -> NoticeFile | Complaint | DataOperation | None:
    """Return what stands beside a request: its notice file, its complaint, or its operation."""
    for model in (NoticeFile, Complaint, DataOperation):
        found = model.objects.select_related("request").filter(request=request).first()
        if found is not None:
            return found
    return None
