"""Taking over the books of several years: the files, and whether each year opens as the one before closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.core.ui.uploads import takes
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.forms import largest_fec
from livret.suite.finance.models import ImportRun
from livret.suite.finance.services import imports, previews
from livret.suite.finance.setup.forms import TakeOverForm
from livret.suite.finance.setup.queries.continuity import take_over

CHECKED_AT_ONCE_BYTES = 5_000_000
SHOWN = 50
WAITING = (ImportRun.State.UPLOADED, ImportRun.State.CHECKED, ImportRun.State.CONFIRMED, ImportRun.State.REFUSED)


@takes(largest_fec)
@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def takeover(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="validate" if request.method == "POST" else "read")
    form = TakeOverForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        for run in _send(request, form.cleaned_data["fec_files"]):
            if run.siren and run.siren != company.siren:
                messages.warning(request, _elsewhere(run))
        return redirect_here(request, "setup:takeover", siren=siren)
    runs = list(_runs(request, company)[:SHOWN])
    context = {
        "company": company,
        "form": form,
        "taken": take_over(company),
        "runs": runs,
        "is_waiting": any(run.state in (ImportRun.State.UPLOADED, ImportRun.State.CONFIRMED) for run in runs),
        "may_import": request.member.may("finance", "validate", company_id=company.pk),
    }
    return answer(request, "setup/takeover.html", context)


def _elsewhere(run: ImportRun) -> str:
    words = _("%(file)s belongs to SIREN %(siren)s: it waits among the imports, not here.")
    return words % {"file": run.file_name, "siren": run.siren}


def _send(request: MemberRequest, files: list[Any]) -> list[ImportRun]:
    """Keep each file, oldest closing first by its name, and check it: small ones at once, the others as jobs."""
    small, runs = sum(file.size for file in files) <= CHECKED_AT_ONCE_BYTES, []
    for file in sorted(files, key=lambda one: str(one.name)[-12:]):
        run = imports.upload(file.chunks(), file_name=file.name, by=request.actor, at=clock.now())
        if small:
            run = previews.check_run(run, at=clock.now(), lang=(get_language() or "fr")[:2])
        else:
            imports.ask_for_check(run)
        runs.append(run)
    return runs


def _runs(request: MemberRequest, company: Company) -> QuerySet[ImportRun]:
    """Return the files that are not in the books yet: of this company, and the member's own that are being checked."""
    mine = Q(author_id=request.member.person_id, siren="")
    found = ImportRun.objects.filter(Q(siren=company.siren) | mine, state__in=WAITING)
    return found.defer("summary", "findings").order_by("-uploaded_at", "-pk")
