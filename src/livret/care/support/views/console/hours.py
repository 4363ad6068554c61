"""The opening hours that the publisher announces where a booklet leaves them to it, and what a change would move."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from livret.care.support import access, queries, services, wording
from livret.care.support.forms import hours_as_typed
from livret.care.support.forms_setup import PublishingForm
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock

MOST_MOVES = 100


@require_http_methods(["GET", "POST"])
@staff_required(access.ADMINISTRATOR)
def hours(request: AccountRequest) -> HttpResponse:
    """The hours published so far and a new version; what would move is shown before anything is published."""
    if request.method == "GET":
        latest = queries.hours_versions().first()
        typed = hours_as_typed(latest.hours) if latest else {}
        return _page(request, PublishingForm(initial={"from_on": clock.today() + timedelta(days=1), **typed}))
    form = PublishingForm(request.POST)
    if form.is_valid():
        try:
            if form.cleaned_data["moves_shown"] != form.fingerprint() and (moves := _moves(form)):
                return _page(request, form.shown_again(), moves=moves)
            _publish(request, form)
        except services.HoursRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("support_console:hours")
    return _page(request, form, status=422)


def _moves(form: PublishingForm) -> list[services.Move]:
    return services.moves_with(form.hours(), now=clock.now())


def _publish(request: AccountRequest, form: PublishingForm) -> None:
    services.publish_hours(
        form.hours(),
        from_on=form.cleaned_data["from_on"],
        by=request.actor,
        now=clock.now(),
        moves_open=form.cleaned_data["moves_open"],
    )


def _page(
    request: AccountRequest, form: PublishingForm, *, moves: list[services.Move] | None = None, status: int = 200
) -> HttpResponse:
    versions = [(row, wording.hours_lines(row.hours)) for row in queries.hours_versions()]
    shown = moves or []
    facts = {"form": form, "versions": versions, "moves": shown[:MOST_MOVES], "move_count": len(shown)}
    return render(request, "support/console/hours.html", facts, status=status)
