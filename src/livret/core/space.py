"""When a disk is full: what was being done is not done at all, and the person is told so in words of their own."""

from __future__ import annotations

import errno
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

log = structlog.get_logger(__name__)

# Classes of PostgreSQL: disk full, out of memory, a limit of the server (temporary files) reached.
OUT_OF_SPACE = frozenset({"53100", "53200", "53400"})
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
NO_SPACE_STATUS, RETRY_AFTER_S = 507, 300


def is_out_of_space(error: BaseException) -> bool:
    """Tell whether *error*, of the database or of a file, says that there is no room left."""
    cause = error.__cause__
    state = getattr(error, "sqlstate", None) or getattr(cause, "sqlstate", None)
    return state in OUT_OF_SPACE or (isinstance(error, OSError) and error.errno in FULL)


class SpaceMiddleware:
    """Answers an act that found no room left: nothing of it was recorded, and those who run the platform are told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not is_out_of_space(exception):
            return None
        log.error("no room left", path=request.path, reason=str(exception)[:200])
        reference = getattr(request, "request_id", "")
        response = render(request, "no_space.html", {"reference": reference}, status=NO_SPACE_STATUS)
        response["Retry-After"] = str(RETRY_AFTER_S)
        return response
