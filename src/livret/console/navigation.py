"""The menu of the console, by role, and what its command menu offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from livret.care.support import queries as support
from livret.clients.access import holds_role, lacks_second_factor
from livret.clients.models import AccessAccount, StaffRole
from livret.clients.queries import clients_found
from livret.core import clock
from livret.core.ui.commands import Command
from livret.core.ui.context import Link, LinkGroup, describe

ALL = frozenset(StaffRole.Role)
TECHNICIANS: frozenset[str] = frozenset({StaffRole.Role.TECHNICIAN})
SUPPORT = frozenset({StaffRole.Role.TECHNICIAN, StaffRole.Role.CUSTOMER_SERVICE})
ADMINISTRATORS: frozenset[str] = frozenset({StaffRole.Role.ADMINISTRATOR})
TELLING = frozenset({StaffRole.Role.CUSTOMER_SERVICE, StaffRole.Role.TECHNICIAN, StaffRole.Role.OPERATIONS})
WRITING = frozenset({StaffRole.Role.TECHNICIAN, StaffRole.Role.TRAINER})
RUNNING = frozenset({StaffRole.Role.OPERATIONS})
SERVING = frozenset({StaffRole.Role.CUSTOMER_SERVICE})


def describe_console(request: HttpRequest, account: AccessAccount) -> None:
    """Tell the shell of the console where a person of the publisher may go."""
    describe(
        request,
        organisation=_("Console"),
        home_url=reverse("console:home"),
        help_url=reverse("portal:booklets"),
        account_url=reverse("clients:profile"),
        logout_url=reverse("account_logout"),
        clock=clock.now() if clock.is_shifted() else None,
        navigation=_one_current(tuple(_groups(account.roles)), request.path),
    )


def _one_current(groups: tuple[LinkGroup, ...], path: str) -> tuple[LinkGroup, ...]:
    """Leave one line current where the address of a page stands under those of two."""
    over = [link.url for group in groups for link in group.links if path.startswith(link.url) and not link.is_exact]
    closest = max(over, key=len, default="")
    return tuple(replace(group, links=tuple(_under(link, closest) for link in group.links)) for group in groups)


def _under(link: Link, closest: str) -> Link:
    return replace(link, is_exact=True) if closest != link.url and closest.startswith(link.url) else link


def _groups(roles: frozenset[str]) -> Iterator[LinkGroup]:
    for label, lines in _menu():
        links = tuple(link for allowed, link in lines if StaffRole.Role.ADMINISTRATOR in roles or roles & allowed)
        if links:
            yield LinkGroup(label, links)


def _menu() -> Iterable[tuple[str, list[tuple[frozenset[str], Link]]]]:
    yield "", [(ALL, Link(_("Home"), reverse("console:home"), "house", is_exact=True))]
    yield (
        _("Care"),
        [
            (SUPPORT, Link(_("Support queue"), reverse("support_console:queue"), "life-buoy")),
            (SERVING, Link(_("Customer service"), reverse("service_console:queue"), "headset")),
            (TECHNICIANS, Link(pgettext("line", "Telephone"), reverse("phone_console:calls"), "phone")),
            (SUPPORT, Link(_("Support dashboard"), reverse("figures_console:dashboard"), "gauge")),
            (WRITING, Link(_("Knowledge base"), reverse("knowledge_console:articles"), "book-open-text")),
            (WRITING, Link(_("Web assistance"), reverse("assistance_console:web_sessions"), "presentation")),
            (ADMINISTRATORS, Link(_("Remote assistance tool"), reverse("assistance_console:tool"), "monitor-cog")),
            (ALL, Link(_("Clients"), reverse("clients:listing"), "building-2")),
            (TELLING, Link(_("Instructions"), reverse("clients:instructions"), "clipboard-list")),
        ],
    )
    yield (
        _("Running the service"),
        [
            (RUNNING, Link(_("Operations on data"), reverse("service_console:operations"), "archive-restore")),
            (RUNNING, Link(_("Environments"), reverse("console:environments"), "database")),
            (ALL, Link(_("Mail box"), reverse("console:mails"), "mail")),
            (ALL, Link(_("Audit trail"), reverse("console:audit"), "scroll-text")),
        ],
    )
    yield _("Publisher"), [(ADMINISTRATORS, Link(_("Team"), reverse("clients:team"), "users"))]
    yield (
        _("Reference"),
        [
            (ALL, Link(_("Service booklets"), reverse("portal:booklets"), "book-open-check")),
            (ALL, Link(_("Design system"), reverse("console:design"), "palette")),
        ],
    )


def offered(request: HttpRequest, words: str) -> Iterable[Command]:
    """Offer the pages of the console and the clients whose name holds the words."""
    account = request.user
    if not isinstance(account, AccessAccount) or not account.is_of_publisher or lacks_second_factor(account):
        return
    for group in _groups(account.roles):
        for link in group.links:
            yield Command(link.label, link.url, _("Console"), icon=link.icon)
    for client in clients_found(words)[:10] if words else ():
        yield Command(client.name, reverse("clients:client", args=[client.slug]), _("Clients"), icon="building-2")
    if words and holds_role(account, *SUPPORT):
        for one in support.queue(support.QueueFilter(words=words), account=account, now=clock.now())[:10]:
            url = reverse("support_console:request", kwargs={"number": one.number})
            detail = one.client.name
            yield Command(f"{one.number} {one.subject}", url, _("Support queue"), detail=detail, icon="life-buoy")
