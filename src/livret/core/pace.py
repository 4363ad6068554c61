"""How often, and how many at once, the costly acts of the platform are done: by one who asks, and by all together."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as remembered
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livret.core import clock

PROGRAMS, SAFE = "/api/", frozenset({"GET", "HEAD", "OPTIONS"})
BUSY_RETRY_S = 10
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """What an act is bound to. times: by one who asks in each stretch of *per_s* seconds; None counts nothing.

    at_once_each and at_once: how many run together, of one who asks and of all. is_reading: it is asked for by reading
    a page, which counts nothing, since reading writes nothing.
    """

    times: int | None
    per_s: int
    at_once_each: int
    at_once: int
    is_reading: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A place taken among those that run together: two numbers, as an advisory lock of the control database has."""

    group: str
    number: int


class PaceMiddleware:
    """Answers 429 to whoever goes faster than PACES says for a view, before what they send is read.

    It stands before whatever reads a form. Only acts are counted, never what is read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        finally:
            for slot in getattr(request, "slots", ()):
                give_back(slot)

    def process_view(
        self, request: HttpRequest, _view: object, _arguments: tuple[Any, ...], _named: dict[str, Any]
    ) -> HttpResponseBase | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        pace = _paces().get(name)
        is_safe = request.method in SAFE
        if pace is None or (is_safe and not pace.is_reading):
            return None
        who = who_asks(request)
        if pace.times is not None and not is_safe and (wait_s := waits(f"{name} {who}", pace.times, pace.per_s)):
            return _refused(request, name, wait_s)
        request.slots = []  # type: ignore[attr-defined]
        for group, places in ((f"{name} {who}", pace.at_once_each), (name, pace.at_once)):
            slot = take_slot(group, places)
            if slot is None:
                return _refused(request, name, BUSY_RETRY_S)
            request.slots.append(slot)  # type: ignore[attr-defined]
        return None


@remembered
def _paces() -> dict[str, Pace]:
    found: dict[str, Pace] = import_string(settings.PACES)
    return found


def who_asks(request: HttpRequest) -> str:
    """Return by which name one who asks is counted: the account, else the address; of IPv6, its network of 64 bits."""
    account = getattr(request, "user", None)
    if account is not None and account.is_authenticated:
        return f"account {account.pk}"
    text = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "address unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return f"address {ipaddress.IPv6Network((address, 64), strict=False)}"
    return f"address {address}"


def waits(key: str, times: int, per_s: int) -> int:
    """Count one more act under *key*; return how many seconds until the next is taken, 0 when this one is."""
    stretch, passed = divmod(int(clock.now().timestamp()), per_s)
    kept = f"pace:{hashlib.sha256(f'{key} {stretch}'.encode()).hexdigest()}"  # No address is kept in the clear.
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(hashtext('pace'), hashtext(%s))", [kept])
        done = cache.get(kept, 0)
        if done >= times:
            return per_s - passed
        cache.set(kept, done + 1, per_s)
    return 0


def take_slot(group: str, places: int) -> Slot | None:
    """Take one of the places of *group*, None when all are taken. The end of the session frees it, however it ends."""
    with connection.cursor() as sql:
        for number in range(places):
            sql.execute("SELECT pg_try_advisory_lock(hashtext(%s), %s)", [group, number])
            if sql.fetchone()[0]:
                return Slot(group, number)
    return None


def give_back(slot: Slot) -> None:
    with connection.cursor() as sql:
        sql.execute("SELECT pg_advisory_unlock(hashtext(%s), %s)", [slot.group, slot.number])


def _refused(request: HttpRequest, name: str, wait_s: int) -> HttpResponseBase:
    log.info("too fast", view=name, wait_s=wait_s)
    minutes = -(-wait_s // 60)
    counted = ngettext("Try again in %(count)s second.", "Try again in %(count)s seconds.", wait_s) % {"count": wait_s}
    if wait_s > 90:
        counted = ngettext("Try again in %(count)s minute.", "Try again in %(count)s minutes.", minutes)
        counted %= {"count": minutes}
    if request.path_info.startswith(PROGRAMS):
        words = _("Too many requests of this kind, from you or from all. Nothing was kept.")
        answer: HttpResponseBase = JsonResponse({"detail": f"{words} {counted}"}, status=429)
    else:
        answer = render(request, "too_fast.html", {"counted": counted}, status=429)
    answer["Retry-After"] = str(wait_s)
    return answer
