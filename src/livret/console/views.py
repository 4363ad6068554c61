"""The console's own pages: what is late, the audit trail, the environments."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.care.support import queries as support
from livret.clients import queries as clients
from livret.clients.access import AccountRequest, holds_role, staff_required
from livret.console.navigation import SUPPORT, TELLING
from livret.core import clock
from livret.core.audit import queries as audit
from livret.core.tenancy.models import Environment
from livret.core.tenancy.provision import schema_fingerprint
from livret.core.ui.views import design as design_page
from livret.ops.environments.proofs import latest_proofs

PER_PAGE = 50


@require_safe
@staff_required()
def home(request: AccountRequest) -> HttpResponse:
    """Show what is late first, then what waits."""
    now = clock.now()
    shown = {
        "counts": support.queue_counts(account=request.account, now=now),
        "urgent": support.most_urgent(account=request.account, now=now)[:8],
        "instructions": clients.open_instructions()[:6],
        "failing": Environment.objects.exclude(migration_error="").order_by("slug"),
        "jobs": _jobs(),
        "may_support": holds_role(request.account, *SUPPORT),
        "may_tell": holds_role(request.account, *TELLING),
    }
    return render(request, "console/home.html", shown)


def _jobs() -> Counter[str]:
    counted = ProcrastinateJob.objects.exclude(status="succeeded").values("status").annotate(number=Count("id"))
    return Counter({row["status"]: row["number"] for row in counted})


@require_safe
@staff_required()
def trail(request: AccountRequest) -> HttpResponse:
    """Search the audit trail of the control plane."""
    words, action = request.GET.get("q", "").strip(), request.GET.get("action", "").strip()
    found = audit.search(client_plane=False, words=words, action=action)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "console/audit.html", {"page": page, "words": words, "action": action})


@require_safe
@staff_required("operations")
def environments(request: AccountRequest) -> HttpResponse:
    """List the environments: where each is, its generation, its state, what failed."""
    rows = Environment.objects.select_related("cell").order_by("slug")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    proofs = latest_proofs(page.object_list)
    rows_shown = [(one, proofs.get(one.pk)) for one in page.object_list]
    context: dict[str, Any] = {"page": page, "rows": rows_shown, "fingerprint": schema_fingerprint()}
    return render(request, "console/environments.html", context)


@require_safe
@staff_required()
def design(request: HttpRequest) -> HttpResponse:
    return design_page(request)
