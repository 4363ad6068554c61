"""The door of an environment."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
def home(request: Any) -> HttpResponse:
    """Open the first module: finance."""
    return redirect("finance:home", environment=request.environment.slug)
