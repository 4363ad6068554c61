"""Addresses inside the environment of a request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse


def url_here(request: HttpRequest, name: str, **kwargs: Any) -> str:
    """Return the address of the view *name* in the environment that the request works in."""
    return reverse(name, kwargs={"environment": request.environment.slug, **kwargs})  # type: ignore[attr-defined]


def redirect_here(request: HttpRequest, name: str, **kwargs: Any) -> HttpResponseRedirect:
    return HttpResponseRedirect(url_here(request, name, **kwargs))
