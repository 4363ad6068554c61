"""A validated entry: what it says, what made it, what undoes it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from livret.core import clock
from livret.core.audit import queries as audit
from livret.core.tenancy.context import current_entitlements
from livret.core.tenancy.links import redirect_here, url_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.rules import allowance_of
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.forms import ReversalForm
from livret.suite.finance.models import Entry, EntryOrigin
from livret.suite.finance.queries import details, ledgers
from livret.suite.finance.sections import SECTIONS
from livret.suite.finance.services import reversal

# Of the room of entry, which makes entries in several ways.
WITHIN_ENTRY = {"recurring": "entry:templates", "file": "entry:files"}


@require_safe
@member_required(module="finance", right="read")
def entry(request: MemberRequest, siren: str, entry: int) -> HttpResponse:
    found = access.company_for(request, siren)
    return render(request, "finance/entry.html", _entry_context(request, found, entry))


def _entry_context(request: MemberRequest, company: Company, pk: int) -> dict[str, Any]:
    opened = access.entry_for(company, pk)
    undone, origin = ledgers.reversal_of(opened), details.origin_of(opened)
    trail = audit.acts_on(opened)
    more = details.line_details(opened)
    return {
        "company": company,
        "entry": opened,
        "reference": ledgers.entry_reference(opened),
        "lines": [(line, more.get(line.position)) for line in ledgers.entry_lines(opened)],
        "is_dated_by_file": opened.import_run_id is not None and opened.validated_on != localdate(opened.validated_at),
        "seal": bytes(opened.seal.hash).hex(),
        "origin": _origin(request, company, origin) if origin else None,
        "documents": details.documents_of(opened),
        "reversed_reference": _reversed_reference(opened),
        "reversal": undone,
        "reversal_reference": ledgers.entry_reference(undone) if undone else "",
        "trail": list(trail[:20]),
        "may_write": request.member.may("finance", "write", company_id=company.pk),
        "may_reverse": undone is None and request.member.may("finance", "validate", company_id=company.pk),
    }


def _reversed_reference(entry: Entry) -> str:
    """Return what is told of the entry that *entry* undoes, empty when it undoes none."""
    if entry.reverses_id is None:
        return ""
    return ledgers.entry_reference(entry.reverses) if entry.reverses else _("an entry of a purged year")


def _origin(request: MemberRequest, company: Company, origin: EntryOrigin) -> dict[str, str]:
    """Return what made an entry, in words, with the address of the room, empty when it has none.

    A room that can show the very thing names an address `<room>:origin`, which takes its key.
    """
    home = WITHIN_ENTRY.get(origin.room, f"{origin.room}:home")
    names = {section.url_name: str(section.label) for section in SECTIONS}
    words = {"recurring": _("Recurring entry"), "file": _("File of entries")}
    label = words.get(origin.room) or names.get(home, origin.room)
    try:
        return {"label": label, "url": url_here(request, f"{origin.room}:origin", siren=company.siren, key=origin.key)}
    except NoReverseMatch:
        return {"label": label, "url": _resolved(request, home, company)}


def _resolved(request: MemberRequest, name: str, company: Company) -> str:
    try:
        return url_here(request, name, siren=company.siren)
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="validate")
def reversal_new(request: MemberRequest, siren: str, entry: int) -> HttpResponse:
    found = access.company_for(request, siren, right="validate")
    opened = access.entry_for(found, entry)
    proposed = {"date": details.proposed_reversal_day(opened, clock.today()), "letters": True}
    form = ReversalForm(request.POST or None, initial=proposed)
    context = {**_entry_context(request, found, entry), "form": form, "refusal": ""}
    if form.is_valid():
        try:
            added = _reverse(request, opened, form)
        except Refusal as refusal:
            context["refusal"] = str(refusal)
        else:
            return redirect_here(request, "finance:entry", siren=siren, entry=added.pk)
    return answer(request, "finance/reversal.html", context)


def _reverse(request: MemberRequest, opened: Entry, form: ReversalForm) -> Entry:
    typed = form.cleaned_data
    return reversal.reverse_entry(
        opened,
        on=typed["date"],
        reason=typed["reason"],
        letters=typed["letters"],
        allowance=allowance_of(current_entitlements(), "finance", "entries"),
        by=request.actor,
        at=clock.now(),
        today=clock.today(),
    )
