"""Canned answers: chosen on a request, written and changed apart."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livret.care.support import access, queries, services, wording
from livret.care.support.forms_setup import CannedAnswerForm
from livret.care.support.models import CannedAnswer, Request
from livret.care.support.refusing import field_of, refusal_words
from livret.care.support.rules.canned import PLACES, filled
from livret.care.support.views.console.desk import READERS, desk_query
from livret.clients.access import AccountRequest, staff_required
from livret.clients.models import AccessAccount
from livret.core import clock
from livret.kernel.errors import Refusal


def places_of(found: Request, technician: AccessAccount) -> dict[str, str]:
    """Return what fills the places of a canned answer for *found*; what the request lacks is absent."""
    first, _space, last = found.filed_by.full_name.rpartition(" ")
    due = found.next_due_at
    facts = {
        "client": found.client.name,
        "prenom": first or last,
        "nom": last,
        "numero": found.number,
        "objet": found.subject,
        "produit": str(wording.product_label(found.product)),
        "echeance": wording.instant(due) if due else "",
        "code_appel": found.call_code_shown,
        "technicien": technician.full_name,
    }
    return {name: value for name, value in facts.items() if value}


@require_GET
@staff_required(*READERS)
def picker(request: AccountRequest, number: str) -> HttpResponse:
    """The canned answers for a request, filled; each leads back to its page with the words in the form."""
    found = access.console_request(number)
    places, query = places_of(found, request.account), desk_query(request)
    answers = queries.canned_answers(product=found.product)
    back = found.get_console_url() + (f"{query}&" if query else "?")
    rows = [(one, filled(one.body, places), f"{back}{urlencode({'canned': one.pk})}#fin") for one in answers]
    return render(request, "support/console/picker.html", {"found": found, "rows": rows, "query": query})


@require_GET
@staff_required(*READERS)
def canned_answers(request: AccountRequest) -> HttpResponse:
    """The canned answers in use."""
    rows = [(one, wording.product_label(one.product) if one.product else "") for one in queries.canned_answers()]
    return render(request, "support/console/canned_answers.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@staff_required(*READERS)
def canned_answer_new(request: AccountRequest) -> HttpResponse:
    """A new canned answer."""
    return _written(request, None)


@require_http_methods(["GET", "POST"])
@staff_required(*READERS)
def canned_answer(request: AccountRequest, pk: int) -> HttpResponse:
    """A canned answer, to change."""
    return _written(request, get_object_or_404(CannedAnswer, pk=pk, is_active=True))


def _written(request: AccountRequest, answer: CannedAnswer | None) -> HttpResponse:
    if request.method == "GET":
        first = {"title": answer.title, "body": answer.body, "product": answer.product} if answer else {}
        return _form_page(request, CannedAnswerForm(initial=first), answer)
    form = CannedAnswerForm(request.POST)
    if form.is_valid():
        try:
            services.write_canned_answer(
                **form.cleaned_data, replaces=answer, author=request.account, by=request.actor, now=clock.now()
            )
        except Refusal as refusal:
            field = "title" if isinstance(refusal, services.TitleTaken) else field_of(refusal) or "body"
            form.add_error(field, refusal_words(refusal))
        else:
            return redirect("support_console:canned_answers")
    return _form_page(request, form, answer, status=422)


def _form_page(
    request: AccountRequest, form: CannedAnswerForm, answer: CannedAnswer | None, *, status: int = 200
) -> HttpResponse:
    action = reverse("support_console:canned_answer", args=[answer.pk]) if answer else request.path
    facts = {"form": form, "answer": answer, "action": action, "places": ["{{" + name + "}}" for name in PLACES]}
    return render(request, "support/console/canned_answer.html", facts, status=status)


@require_POST
@staff_required(*READERS)
def canned_answer_withdrawal(request: AccountRequest, pk: int) -> HttpResponse:
    """Put a canned answer away."""
    answer = get_object_or_404(CannedAnswer, pk=pk, is_active=True)
    services.withdraw_canned_answer(answer, by=request.actor, now=clock.now())
    return redirect("support_console:canned_answers")
