"""A file of entries, from the upload to the drafts or the books: send it, say what its columns are, see, import."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from openpyxl.utils import get_column_letter

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.core.ui.uploads import takes
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.entry.access import file_for
from livret.suite.finance.entry.forms import EntriesFileForm, ReadingForm, ReadingNameForm, largest_file
from livret.suite.finance.entry.models import EntryFile
from livret.suite.finance.entry.queries.files import former_file, latest_files, shown_lines
from livret.suite.finance.entry.services import contents
from livret.suite.finance.entry.services import files as services

State = EntryFile.State


@takes(largest_file)
@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def files(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    form, refusal = EntriesFileForm(request.POST or None, request.FILES or None), ""
    if form.is_valid():
        sent = form.cleaned_data["file"]
        facts: dict[str, Any] = {"by": request.actor, "at": clock.now()}
        try:
            held = services.upload(company, sent.chunks(), file_name=sent.name, **facts)
            services.set_reading(held, contents.shape_of(held), contents.reading_of(held), **facts)
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "entry:file", siren=siren, file=held.pk)
    context = {"company": company, "form": form, "files": latest_files(company), "refusal": refusal}
    return answer(request, "entry/files.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def file(request: MemberRequest, siren: str, file: int) -> HttpResponse:
    """Show what the file gives, and take another reading of it."""
    company = access.company_for(request, siren, right="write")
    held, refusal = file_for(company, file), ""
    form = _form(request, company, held)
    if request.method == "POST":
        try:
            services.check_waits(held)
            if form.is_valid():
                services.set_reading(held, *form.read(), by=request.actor, at=clock.now())
                return redirect_here(request, "entry:file", siren=siren, file=file)
        except Refusal as refused:
            refusal = str(refused)
    return answer(request, "entry/file.html", _context(request, company, held, form, refusal))


def _form(request: MemberRequest, company: Company, held: EntryFile) -> ReadingForm:
    """Return the form of the reading; an empty one, which is not shown, once the file may have left the disk."""
    shape, reading = contents.shape_of(held), contents.reading_of(held)
    if held.state != State.UPLOADED:
        return ReadingForm(company=company, shape=shape, headers=[])
    cells = contents.headers_of(held, shape, reading)
    headers = [f"{get_column_letter(place)} – {cell or ''}" for place, cell in enumerate(cells, start=1)]
    initial = {
        "sheet": shape.sheet,
        "encoding": shape.encoding,
        "delimiter": shape.delimiter,
        **{name: getattr(reading, name) for name in ("header", "date_format", "mark", "journal")},
        **{f"column_{role}": str(place) for role, place in reading.columns.items()},
    }
    return ReadingForm(request.POST or None, company=company, shape=shape, headers=headers, initial=initial)


def _context(
    request: MemberRequest, company: Company, held: EntryFile, form: ReadingForm, refusal: str
) -> dict[str, Any]:
    waits = held.state == State.UPLOADED
    return {
        "company": company,
        "file": held,
        "form": form,
        "name_form": ReadingNameForm(),
        "refusal": refusal,
        "former": former_file(held) if waits else None,
        "preview": shown_lines(held) if waits else [],
        "faults": held.summary.get("faults", 0),
        "may_import": waits and held.summary.get("is_read") and not held.refusals and held.entries,
        "may_validate": request.member.may("finance", "validate", company_id=company.pk),
        "is_waiting": held.state == State.ASKED,
    }


@require_POST
@member_required(module="finance", right="write")
def import_now(request: MemberRequest, siren: str, file: int) -> HttpResponse:
    """Have the file made into drafts; into entries when the person asks for it and may."""
    company = access.company_for(request, siren, right="write")
    validates = "validate" in request.POST
    if validates:
        access.company_for(request, siren, right="validate")
    try:
        services.ask(file_for(company, file), validates=validates, by=request.actor, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect_here(request, "entry:file", siren=siren, file=file)


@require_POST
@member_required(module="finance", right="write")
def reading(request: MemberRequest, siren: str, file: int) -> HttpResponse:
    """Keep the reading of a file for those with the same headers."""
    company = access.company_for(request, siren, right="write")
    form = ReadingNameForm(request.POST)
    try:
        if form.is_valid():
            services.save_reading(file_for(company, file), form.cleaned_data["name"], by=request.actor, at=clock.now())
            messages.success(request, _("Files with the same headers will be read in this way."))
        else:
            messages.error(request, _("Give the reading a name."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect_here(request, "entry:file", siren=siren, file=file)
