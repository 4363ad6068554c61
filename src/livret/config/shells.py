"""Describing the shell of the customer space, and of the pages that stand in no edge of their own."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from livret.clients.models import AccessAccount
from livret.console.navigation import describe_console
from livret.core import clock
from livret.core.ui.context import describe
from livret.portal.navigation import describe_portal

ENVIRONMENT_PREFIX = "/e/"


class ShellMiddleware:
    """Tells the shell where the signed-in person may go; inside an environment the workspace tells it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith((ENVIRONMENT_PREFIX, "/static/", "/api/", "/sante/", "/metriques/")):
            self._describe(request)
        return self.get_response(request)

    @staticmethod
    def _describe(request: HttpRequest) -> None:
        account = request.user
        if not isinstance(account, AccessAccount):
            describe(request, home_url=reverse("home"), clock=clock.now() if clock.is_shifted() else None)
        elif account.is_of_publisher:
            describe_console(request, account)
        else:
            describe_portal(request, account)
