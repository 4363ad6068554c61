"""How much may be sent at once: refused by its announced length, before a byte of it is read or stored."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

ROOMS = "/e/"  # Only people who signed in, and have a right there, are answered below it.


class SizeMiddleware:
    """Answers 413 to what is larger than the place takes: accounting files in the rooms, attachments elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        most = settings.LARGEST_FILE_BYTES if request.path_info.startswith(ROOMS) else settings.LARGEST_BODY_BYTES
        if _announced(request) <= most:
            return self.get_response(request)
        words = _("What was sent is too large: %(most)s at most here. Nothing was kept; send it in parts.")
        text = words % {"most": filesizeformat(most)}
        return HttpResponse(f"{text}\n", status=413, content_type="text/plain; charset=utf-8")


def _announced(request: HttpRequest) -> int:
    """Return the length that the request announces; without one nothing is read of it."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    return (
        int(length) if length.isascii() and length.isdigit() and len(length) < 20 else settings.LARGEST_FILE_BYTES + 1
    )
