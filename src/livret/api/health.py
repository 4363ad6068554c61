"""What supervision reads: is the service able to answer, and how it fares."""

from __future__ import annotations

import hmac
import os

import structlog
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess

from livret import __version__
from livret.api.gauges import StateCollector

log = structlog.get_logger(__name__)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the control database answers, else 503; nothing else is looked at, so that it stays quick."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        log.warning("control database unreachable", reason=type(error).__name__)
        return JsonResponse({"status": "unavailable", "version": __version__}, status=503)
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the figures in Prometheus' format to whoever holds LIVRET_METRICS_TOKEN, or to this machine without one."""
    if not _may_read(request):
        return HttpResponseForbidden("Give the token: Authorization: Bearer <LIVRET_METRICS_TOKEN>\n")
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    state = CollectorRegistry()
    state.register(StateCollector())
    return HttpResponse(generate_latest(registry) + generate_latest(state), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(errors="replace"), f"Bearer {token}".encode())
    # Behind a proxy on this machine everybody comes from the loopback address: the proxy's own headers tell.
    is_forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    return request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and not is_forwarded
