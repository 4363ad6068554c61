"""What the command menu offers the people of support: their pages, and the acts on the request that is open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from livret.care.support import access
from livret.care.support.models import Request
from livret.care.support.rules.numbers import is_request_number
from livret.clients.access import holds_role, lacks_second_factor
from livret.clients.models import AccessAccount
from livret.core.ui.commands import Command


def offered(request: HttpRequest, words: str) -> Iterable[Command]:
    """Offer the pages of support, and the acts of the request from whose page the menu was opened."""
    account = request.user
    if not isinstance(account, AccessAccount) or not account.is_of_publisher or lacks_second_factor(account):
        return
    if holds_role(account, access.TECHNICIAN, access.CUSTOMER_SERVICE):
        yield from _acts(request, account)
        yield from _pages(account)


def _pages(account: AccessAccount) -> Iterator[Command]:
    group = _("Support queue")
    yield Command(_("Canned answers"), reverse("support_console:canned_answers"), group, icon="message-square-quote")
    yield Command(_("Suspensions of support"), reverse("support_console:suspensions"), group, icon="ban")
    if holds_role(account, access.ADMINISTRATOR):
        yield Command(pgettext("support", "Teams"), reverse("support_console:teams"), group, icon="users")
        yield Command(_("Opening hours of support"), reverse("support_console:hours"), group, icon="clock")


def _acts(request: HttpRequest, account: AccessAccount) -> Iterator[Command]:
    from livret.care.support.views.console.desk import act_links  # The pages are loaded once all models are.

    found = _open_request(request)
    if found is None or not access.may_act(account, found):
        return
    for one in act_links(found, ""):
        yield Command(one.label, one.url, found.number, icon=one.icon)


def _open_request(request: HttpRequest) -> Request | None:
    """Return the request from whose page the menu was opened, None anywhere else."""
    path = urlsplit(request.headers.get("HX-Current-URL", "")).path
    try:
        match = resolve(path) if re.fullmatch(r"/console/support/.+/", path) else None
    except Resolver404:
        return None
    number = match.kwargs.get("number", "") if match else ""
    return Request.objects.filter(number=number).first() if is_request_number(number) else None
