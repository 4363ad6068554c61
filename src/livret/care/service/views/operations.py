"""The customer space: operations on data, for SaaS administrators only."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from livret.booklet import Booklet
from livret.care.service import access, queries, services, wording
from livret.care.service.forms import OPERATION_FORMS, OperationForm
from livret.care.service.models import DataOperation
from livret.care.service.rules import operations as rules
from livret.care.support import queries as support
from livret.care.support import services as support_services
from livret.care.support.views.answers import add_files_refusal, site_of
from livret.care.support.wording import booklet_title
from livret.clients import queries as clients
from livret.clients import services as client_services
from livret.clients.access import AccountRequest, own_client
from livret.core import clock
from livret.core.blobs import store


@require_GET
@access.administrators_only
def home(request: AccountRequest) -> HttpResponse:
    """What may be asked, by which clause, and what was asked so far."""
    client = own_client(request.account)
    booklet = access.booklet_on(client, day=clock.today())
    facts = {
        **_booklet_facts(request, booklet),
        "kinds": [(kind, *words) for kind, words in wording.OPERATIONS.items()] if booklet else [],
        "rows": [operation_row(one) for one in queries.operations_of(client)],
    }
    return render(request, "service/portal/operations.html", facts)


def operation_row(operation: DataOperation) -> dict[str, Any]:
    """Return what both sides' lists show of an operation."""
    return {
        "operation": operation,
        "label": wording.operation_label(operation.kind),
        "place": wording.place_of(operation),
        "asked": wording.parameters_words(operation.kind, operation.parameters),
        "mark": wording.OPERATION_STATES[operation.state],
        "archive": queries.archive_of(operation) if operation.kind == rules.EXPORT and not operation.is_open else None,
    }


def _booklet_facts(request: AccountRequest, booklet: Booklet | None) -> dict[str, Any]:
    naming = queries.naming_of(request.account, client=own_client(request.account), day=clock.today())
    return {
        "booklet": booklet,
        "booklet_title": booklet_title(booklet) if booklet else "",
        "reserved_clause": rules.reserved_clause(booklet) if booklet else "",
        "external_clause": rules.external_clause(booklet) if booklet else "",
        "naming": naming,
        "client": own_client(request.account),
    }


@require_http_methods(["GET", "POST"])
@access.administrators_only
def new(request: AccountRequest, kind: str) -> HttpResponse:
    """Ask for an operation of *kind*."""
    if kind not in OPERATION_FORMS:
        raise Http404
    client = own_client(request.account)
    booklet = access.booklet_on(client, day=clock.today())
    if booklet is None:
        return render(request, "support/portal/no_contract.html", status=200 if request.method == "GET" else 422)
    rooms = list(clients.environments_of_client(client.pk))
    if request.method == "GET":
        first = {"nonce": uuid4()}
        return _new_page(request, kind, OPERATION_FORMS[kind](rooms, initial=first), booklet)
    form = OPERATION_FORMS[kind](rooms, request.POST, request.FILES)
    if form.is_valid() and (number := _asked(request, form, booklet)):
        return redirect("support:request", number)
    return _new_page(request, kind, form, booklet, status=422)


def _new_page(
    request: AccountRequest, kind: str, form: OperationForm, booklet: Booklet, *, status: int = 200
) -> HttpResponse:
    label, explained, _icon = wording.OPERATIONS[kind]
    facts = {
        **_booklet_facts(request, booklet),
        "kind": kind,
        "label": label,
        "explained": explained,
        "form": form,
        "has_room": "room" not in form.fields or bool(form.rooms),
        "points": rules.points(booklet, clock.today()) if kind == rules.RESTORE else None,
        "backup_clause": rules.backup_clause(booklet),
        "limits": support.attachment_limits(),
    }
    return render(request, "service/portal/operation_new.html", facts, status=status)


def _asked(request: AccountRequest, form: OperationForm, booklet: Booklet) -> str:
    """Ask for what the form holds and return the number; empty when it is refused, with the reason in the form."""
    try:
        made = services.ask_operation(
            request.account,
            form.asked(),
            nonce=form.cleaned_data["nonce"],
            by=request.actor,
            now=clock.now(),
            files=form.cleaned_data["attachments"],
            site=site_of(request),
        )
    except support_services.AlreadyFiled as refusal:
        return refusal.request.number
    except services.BadParameter as refusal:
        form.add_error(refusal.field, wording.bad_parameter(refusal, rules.points(booklet, clock.today())))
    except support_services.FilesRefused as refusal:
        add_files_refusal(form, refusal)
    except (client_services.AddressTaken, client_services.AddressUnknown) as refusal:
        form.add_error("email", str(refusal))
    else:
        return made.request.number
    return ""


@require_GET
@access.administrators_only
def archive(request: AccountRequest, number: str) -> FileResponse:
    """The file of an export, as a download."""
    operation = access.own_operation(request.account, number)
    found = queries.archive_of(operation)
    if found is None:
        raise Http404
    content = store.open_blob(found.digest, owner=str(operation.client.uuid))
    answer = FileResponse(content, as_attachment=True, filename=found.name, content_type="application/octet-stream")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
