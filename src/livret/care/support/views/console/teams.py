"""The publisher's teams: who takes which requests."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from livret.care.support import access, queries, services, wording
from livret.care.support.forms_setup import TeamForm, team_as_typed
from livret.care.support.models import Team
from livret.care.support.refusing import refusal_words
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock
from livret.kernel.errors import Refusal


@require_GET
@staff_required(access.ADMINISTRATOR)
def teams(request: AccountRequest) -> HttpResponse:
    """The teams, in the order in which they are asked."""
    rows = [
        (
            team,
            [wording.KINDS[kind][0] for kind in team.kinds],
            [wording.product_label(product) for product in team.products],
        )
        for team in queries.teams()
    ]
    return render(request, "support/console/teams.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@staff_required(access.ADMINISTRATOR)
def team_new(request: AccountRequest) -> HttpResponse:
    """A new team."""
    return _set(request, None)


@require_http_methods(["GET", "POST"])
@staff_required(access.ADMINISTRATOR)
def team(request: AccountRequest, pk: int) -> HttpResponse:
    """A team, to change."""
    return _set(request, get_object_or_404(Team, pk=pk))


def _set(request: AccountRequest, found: Team | None) -> HttpResponse:
    if request.method == "GET":
        form = TeamForm(initial=team_as_typed(found) if found else {"rank": 100, "is_active": True})
        return render(request, "support/console/team.html", {"form": form, "team": found})
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            services.set_team(form.facts(), team=found, by=request.actor, now=clock.now())
        except Refusal as refusal:
            form.add_error("name", refusal_words(refusal))
        else:
            return redirect("support_console:teams")
    return render(request, "support/console/team.html", {"form": form, "team": found}, status=422)
