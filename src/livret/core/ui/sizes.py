"""How much may be sent at once: refused by its announced length, before a byte of it is read or stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from livret.core.ui.uploads import SPARE_BYTES, most_of, size_words

ROOMS, PROGRAMS = "/e/", "/api/"  # Below the first, only people who signed in, and have a right there, are answered.


class SizeMiddleware:
    """Answers 413 to what is larger than the place takes: files in the views that say so, attachments elsewhere.

    It stands before whatever reads a form, such as the check of its token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_in_room = request.path_info.startswith(ROOMS)
        return _refused(request, _ceiling() if is_in_room else settings.LARGEST_BODY_BYTES) or self.get_response(
            request
        )

    def process_view(
        self, request: HttpRequest, view: object, _arguments: tuple[Any, ...], _named: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not request.path_info.startswith(ROOMS):
            return None
        most = most_of(view)
        return _refused(request, settings.LARGEST_BODY_BYTES) if most is None else _refused(request, most, SPARE_BYTES)


def _ceiling() -> int:
    return max(settings.LARGEST_FILE_BYTES, settings.LARGEST_BODY_BYTES) + 1_000_000


def _refused(request: HttpRequest, most: int, spare: int = 0) -> HttpResponseBase | None:
    """Return the refusal of what is larger than *most* with what a form sends around its files, None when it is not."""
    announced = _announced(request)
    if announced <= most + spare:
        return None
    facts = {"most": size_words(most), "size": size_words(announced) if announced < _UNKNOWN else ""}
    if request.path_info.startswith(PROGRAMS):
        words = _("What was sent is too large: %(most)s at most here. Nothing was kept; send it in parts.") % facts
        return JsonResponse({"detail": words}, status=413)
    if "text/html" in request.headers.get("Accept", ""):
        return render(request, "too_large.html", facts, status=413)
    words = _("What was sent is too large: %(most)s at most here. Nothing was kept; send it in parts.") % facts
    return HttpResponse(f"{words}\n", status=413, content_type="text/plain; charset=utf-8")


_UNKNOWN = 10**20


def _announced(request: HttpRequest) -> int:
    """Return the length that the request announces; without one nothing is read of it."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else _UNKNOWN
