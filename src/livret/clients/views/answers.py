"""How a page with a form answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse


def answer(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    """Show a form: 200 the first time, 422 when what was sent cannot be taken."""
    return render(request, template, dict(context), status=422 if request.method == "POST" else 200)


def refusing(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give 422 to the answers of a view of django-allauth that show a form again with its errors."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and isinstance(response, TemplateResponse) and response.status_code == 200:
            response.status_code = 422
        return response

    return answered
