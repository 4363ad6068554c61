"""The last error that a page showed to this browser, so that a request for help can name it.

It is kept in a signed cookie for a short while: reading a page writes nothing to a database, and an error page may come
of a database that does not answer. The signature holds the session, so that whoever signs in next does not see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from livret.core import clock

COOKIE, SALT = "last_error", "livret.last_error"
KEPT_S = 30 * 60
LONGEST_PATH = 200
# Pages that refuse or fail; an address that asks to sign in, or a form to be corrected, is no error to report.
REPORTED = frozenset({403, 404, 409, 413, 429, *range(500, 600)})
ROOMS = ("/e/", "/espace/")


@dataclass(frozen=True, slots=True)
class LastError:
    """An error page: its status, the reference that the logs know it by, where and when."""

    status: int
    reference: str
    path: str
    at: datetime


class LastErrorMiddleware:
    """Keeps the last error that a page of the modules or of the customer space showed to a signed-in person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code in REPORTED and _is_page(request) and settings.SESSION_COOKIE_NAME in request.COOKIES:
            reference = getattr(request, "request_id", "")
            facts = [response.status_code, reference, request.path[:LONGEST_PATH], clock.now().isoformat()]
            response.set_cookie(
                COOKIE,
                signing.dumps(facts, salt=_salt(request)),
                max_age=KEPT_S,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response


def last_error(request: HttpRequest) -> LastError | None:
    """Return the last error shown to this session; None when there is none, or its cookie is old or was changed."""
    try:
        status, reference, path, at = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_salt(request), max_age=KEPT_S
        )
        return LastError(int(status), str(reference), str(path), datetime.fromisoformat(at))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _is_page(request: HttpRequest) -> bool:
    accepts = "text/html" in request.headers.get("Accept", "") or "HX-Request" in request.headers
    return accepts and request.path.startswith(ROOMS)


def _salt(request: HttpRequest) -> str:
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return f"{SALT}.{sha256(session.encode()).hexdigest()}"
