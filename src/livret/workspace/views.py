"""The door of an environment."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from livret.core.tenancy.context import current_entitlements
from livret.suite.company.queries import administrators, member


@require_safe
def home(request: Any) -> HttpResponse:
    """Open the first module that the rights of the person open; say who can grant some when none does.

    Raises NoContract, which tells more than missing rights would.
    """
    who = member(request.actor.id)
    for room, page in (("finance", "finance:home"), ("company", "company:companies")):
        if who and who.may(room, "read"):
            return redirect(page, environment=request.environment.slug)
    current_entitlements()
    return render(request, "workspace/no_room.html", {"administrators": administrators(), "is_known": bool(who)})
