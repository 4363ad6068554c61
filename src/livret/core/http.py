"""What every answer carries: a reference to find it in the logs, and the rules of what a page may load."""

from __future__ import annotations

import ipaddress
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Histogram

REQUESTS = Histogram(
    "livret_request_seconds",
    "Time taken to answer, by view and status.",
    ["view", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
PRIVATE = ("/e/", "/espace/", "/console/", "/compte/")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
Answer = Callable[[HttpRequest], HttpResponseBase]


class ReferenceMiddleware:
    """Gives each request a reference, binds it to the logs, and measures the answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=request.request_id, path=request.path):  # type: ignore[attr-defined]
            response = self.get_response(request)
        view = request.resolver_match.view_name if request.resolver_match else "none"
        # Anybody can send a made-up method: as a label, each would cost a series of figures for ever.
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(view, method, response.status_code).observe(time.perf_counter() - began)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class AddressMiddleware:
    """Takes the address of whoever asks from the header of our own proxies, and from nobody else's word."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if settings.PROXIES and len(hops) >= settings.PROXIES and _is_address(hops[-settings.PROXIES]):
            request.META["REMOTE_ADDR"] = hops[-settings.PROXIES]
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class PolicyMiddleware:
    """Says what a page may load: nothing from elsewhere, no script or style inside a page; and what may be kept.

    What is answered to a signed-in person names them, if only in the header: no cache keeps it, wherever it stands.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if settings.SESSION_COOKIE_NAME in request.COOKIES or request.path.startswith(PRIVATE):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
