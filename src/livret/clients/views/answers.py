"""How a page with a form answers."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def answer(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    """Show a form: 200 the first time, 422 when what was sent cannot be taken."""
    return render(request, template, dict(context), status=422 if request.method == "POST" else 200)
