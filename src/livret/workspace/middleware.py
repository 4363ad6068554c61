"""Entering one client environment for the time of one request: chosen here, and nowhere after."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.defaults import permission_denied

from livret.clients import access, queries
from livret.clients.actors import actor_of
from livret.clients.models import AccessAccount
from livret.core.tenancy.context import EnvironmentUnavailable, WrongEnvironment, inside
from livret.core.tenancy.models import Environment
from livret.workspace import navigation
from livret.workspace.seats import ContractSeats

PREFIX = re.compile(r"^/e/(?P<slug>[-a-zA-Z0-9_]+)/")  # What the address takes: nothing may pass by its side.
RETRY_AFTER_S = 30


class EnvironmentMiddleware:
    """Gives `/e/<environment>/...` its environment, entitlements and actor; anything else stays outside."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = PREFIX.match(request.path_info)
        if not found:
            return self.get_response(request)
        account = request.user
        if not isinstance(account, AccessAccount):
            return redirect_to_login(request.get_full_path())
        if access.lacks_second_factor(account):
            return redirect("mfa_index")
        try:
            environment = access.environment_for(account, found["slug"]).environment
        except Http404:
            return _not_found(request)
        return self._answer(request, account, environment)

    def process_view(self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, Any]) -> None:
        if hasattr(request, "environment"):
            kwargs.pop("environment", None)  # Views of the suite work in the context, not by a name.

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer a failure that comes of the environment being moved, or of a contract that allows nothing."""
        environment = getattr(request, "environment", None)
        if environment is None:
            return None
        if isinstance(exception, EnvironmentUnavailable) or (
            isinstance(exception, (OperationalError, InterfaceError, WrongEnvironment)) and _has_moved(environment)
        ):
            return unavailable(request)
        if isinstance(exception, queries.NotBegun):
            return render(request, "workspace/not_begun.html", {"reason": str(exception)}, status=403)
        if isinstance(exception, queries.NoContract):
            return permission_denied(request, exception)
        return None

    def _answer(self, request: HttpRequest, account: AccessAccount, environment: Environment) -> HttpResponseBase:
        request.environment = environment  # type: ignore[attr-defined]
        request.actor = actor_of(account, address=access.client_address(request))  # type: ignore[attr-defined]
        request.seats = ContractSeats(environment.pk, account, request.actor)  # type: ignore[attr-defined]
        if not environment.is_active:
            return unavailable(request)
        enter = partial(inside, environment.place, entitlements=cache(partial(queries.entitlements_of, environment.pk)))
        with enter():
            navigation.describe_workspace(request, account, environment)
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _streamed(enter, response.streaming_content)  # type: ignore[arg-type]
        return response


def _has_moved(environment: Environment) -> bool:
    """Tell whether the environment was closed, migrated or restored since the request began."""
    present = Environment.objects.filter(pk=environment.pk).first()
    return present is None or not present.is_active or present.generation != environment.generation


def _streamed(enter: Callable[[], Any], content: Iterable[bytes]) -> Iterator[bytes]:
    """Give each chunk of a long answer from inside the environment, and be outside of it between two."""
    chunks = iter(content)
    while True:
        with enter():
            try:
                chunk = next(chunks)
            except StopIteration:
                return
        yield chunk


def unavailable(request: HttpRequest) -> HttpResponseBase:
    """Answer that the environment is being looked after, and when to come back."""
    response = render(request, "maintenance.html", {"ends_at": None}, status=503)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _not_found(request: HttpRequest) -> HttpResponseBase:
    return render(request, "404.html", status=404)
