"""Support suspended for a client: the list, a new suspension, and its end."""

from __future__ import annotations

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from livret.care.support import access, queries, services, wording
from livret.care.support.forms_setup import LiftForm, SuspensionForm
from livret.care.support.models import Suspension
from livret.care.support.refusing import field_of, refusal_words
from livret.care.support.views.answers import site_of
from livret.care.support.views.console.desk import READERS
from livret.clients.access import AccountRequest, holds_role, staff_required
from livret.core import clock
from livret.kernel.errors import Refusal

PAGE_SIZE = 50
RUNNING, COMING, ENDED = "running", "coming", "ended"


@require_GET
@staff_required(*READERS)
def suspensions(request: AccountRequest) -> HttpResponse:
    """Every suspension, the latest first."""
    now = clock.now()
    page = Paginator(queries.all_suspensions(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(row, wording.cause_label(row.cause), state_of(row, now)) for row in page]
    may_act = holds_role(request.account, access.CUSTOMER_SERVICE)
    return render(request, "support/console/suspensions.html", {"page": page, "rows": rows, "may_act": may_act})


def state_of(suspension: Suspension, now: datetime) -> str:
    """Return whether a suspension runs, will, or has ended."""
    lift = getattr(suspension, "lift", None)
    if lift is not None and lift.at <= now:
        return ENDED
    return RUNNING if suspension.from_at <= now else COMING


@require_http_methods(["GET", "POST"])
@staff_required(access.CUSTOMER_SERVICE)
def suspension_new(request: AccountRequest) -> HttpResponse:
    """Suspend support for a client."""
    if request.method == "GET":
        first = {"client_slug": request.GET.get("client", "")}
        return render(request, "support/console/suspension_new.html", {"form": SuspensionForm(initial=first)})
    form = SuspensionForm(request.POST)
    if form.is_valid():
        typed, now = form.cleaned_data, clock.now()
        begins = typed["from_at"] or now
        told = {"reason": typed["reason"], "from_at": begins, "by": request.actor, "now": now}
        try:
            services.suspend_support(form.client(), typed["cause"], **told, site=site_of(request))
        except Refusal as refusal:
            field = "cause" if isinstance(refusal, services.NotACause) else field_of(refusal) or "client_slug"
            form.add_error(field, refusal_words(refusal))
        else:
            return redirect("support_console:suspensions")
    return render(request, "support/console/suspension_new.html", {"form": form}, status=422)


@require_http_methods(["GET", "POST"])
@staff_required(access.CUSTOMER_SERVICE)
def suspension_lift(request: AccountRequest, pk: int) -> HttpResponse:
    """Open support again to a client."""
    found = get_object_or_404(Suspension.objects.select_related("client", "lift"), pk=pk)
    form = LiftForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        services.lift_suspension(found, reason=reason, by=request.actor, now=clock.now(), site=site_of(request))
        return redirect("support_console:suspensions")
    facts = {"form": form, "suspension": found, "cause": wording.cause_label(found.cause)}
    return render(request, "support/console/suspension_lift.html", facts, status=422 if form.is_bound else 200)
