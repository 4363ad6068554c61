"""Choices of display, the command menu as a page, the living page, and the answer to our own failures."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe

from livret.core.last_error import ROOMS
from livret.core.ui import commands as command_menu
from livret.core.ui.context import SHORTCUTS_COOKIE, THEME_COOKIE, THEMES
from livret.core.ui.sampler import sampler

ONE_YEAR_S = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    return _remember(request, THEME_COOKIE, chosen, is_known=chosen in THEMES)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    return _remember(request, settings.LANGUAGE_COOKIE_NAME, chosen, is_known=check_for_language(chosen))


@require_POST
def shortcuts(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("shortcuts", "")
    return _remember(request, SHORTCUTS_COOKIE, chosen, is_known=chosen in ("on", "off"))


@require_safe
def commands(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "")
    context = {"query": query, "commands": command_menu.matching(request, query)}
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "ui/_command_list.html" if is_fragment else "ui/commands.html", context)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "offline.html")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows `offline` without connection. It stands here and watches over the whole site."""
    script = render(request, "ui/worker.js", {"page_url": reverse("preferences:offline")}, "text/javascript")
    script.headers["Service-Worker-Allowed"] = "/"
    return script


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/design.html", sampler(request.GET))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure of ours, with the reference that finds it in the logs. Set as handler500."""
    facts = {"reference": getattr(request, "request_id", ""), "asks_help": request.path.startswith(ROOMS)}
    return render(None, "500.html", facts, status=500)


def _remember(request: HttpRequest, cookie: str, value: str, *, is_known: bool) -> HttpResponse:
    """Keep a choice of display for a year and go back; an unknown value changes nothing, 422."""
    if not is_known:
        return HttpResponse(status=422)
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(cookie, value, max_age=ONE_YEAR_S, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response
