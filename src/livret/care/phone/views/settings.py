"""The console: the number of support where a booklet gives none, and the keys of telephone systems."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from livret.booklet import library
from livret.care.phone import access, queries, services
from livret.care.phone.forms import KeyForm, NumberForm
from livret.care.phone.rules.defaults import defaults
from livret.care.phone.services import NewKey
from livret.care.phone.views import shown
from livret.clients.access import AccountRequest, staff_required
from livret.clients.names import booklet_title
from livret.core import clock


@require_GET
@staff_required(access.ADMINISTRATOR)
def page(request: AccountRequest) -> HttpResponse:
    """What the publisher sets of its telephone."""
    return _page(request)


@require_POST
@staff_required(access.ADMINISTRATOR)
def number(request: AccountRequest) -> HttpResponse:
    """Announce a number."""
    form = NumberForm(request.POST)
    if form.is_valid():
        try:
            services.announce_number(form.cleaned_data["number"], by=request.actor, now=clock.now())
        except services.NotANumber:
            form.refuse()
        else:
            return redirect("phone_console:settings")
    return _page(request, number_form=form, status=422)


@require_POST
@staff_required(access.ADMINISTRATOR)
def keys(request: AccountRequest) -> HttpResponse:
    """Make a key; this answer is the only one that shows it."""
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            made = services.create_key(form.cleaned_data["name"], by=request.actor, now=clock.now())
        except services.NameTaken:
            form.refuse()
        else:
            return _page(request, made=made)
    return _page(request, key_form=form, status=422)


@require_POST
@staff_required(access.ADMINISTRATOR)
def revocation(request: AccountRequest, key: int) -> HttpResponse:
    """Close a key for good."""
    services.revoke_key(access.console_key(key), by=request.actor, now=clock.now())
    return redirect("phone_console:settings")


def _page(
    request: AccountRequest,
    *,
    number_form: NumberForm | None = None,
    key_form: KeyForm | None = None,
    made: NewKey | None = None,
    status: int = 200,
) -> HttpResponse:
    lines = [(one, booklet_title(one), queries.line_of(one)) for one in library().values()]
    facts = {
        "lines": [(one, title, line, shown.number_shown(line)) for one, title, line in lines],
        "keys": queries.keys(),
        "number_form": number_form or NumberForm(),
        "key_form": key_form or KeyForm(),
        "made": made,
        "limits": defaults(),
    }
    return render(request, "phone/console/settings.html", facts, status=status)
