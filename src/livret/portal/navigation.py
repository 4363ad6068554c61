"""The menu of the customer space, and what its command menu offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from livret.booklet import Booklet, library
from livret.care.support import queries as support
from livret.clients.models import AccessAccount
from livret.clients.queries import contract_in_force, environments_of, is_saas_administrator
from livret.core import clock
from livret.core.ui.commands import Command
from livret.core.ui.context import Link, LinkGroup, Place, describe

SHORTEST_SEARCH, MOST_FOUND = 2, 8


def describe_portal(request: HttpRequest, account: AccessAccount) -> None:
    """Tell the shell of the customer space where a person of a client may go."""
    places = tuple(
        Place(one.label or one.environment.slug, f"/e/{one.environment.slug}/", str(one.get_kind_display()))
        for one in environments_of(account)
    )
    home = Place(_("Customer space"), reverse("portal:home"), account.client.name if account.client else "", True)
    describe(
        request,
        organisation=account.client.name if account.client else "",
        organisations=(home, *places),
        home_url=reverse("portal:home"),
        navigation=_navigation(account),
        **doors(),
    )


def doors() -> dict[str, object]:
    """Return what every shell knows of the person's way in and out, and of the demonstration's clock."""
    return {
        "account_url": reverse("clients:profile"),
        "logout_url": reverse("account_logout"),
        "help_url": reverse("support:new"),
        "clock": clock.now() if clock.is_shifted() else None,
    }


def _navigation(account: AccessAccount) -> tuple[LinkGroup, ...]:
    """Return the tabs: what everybody opens each day, other ways to get help, and what rules it all."""
    everyday = (
        Link(_("Home"), reverse("portal:home"), "house", is_exact=True),
        Link(_("Requests"), reverse("support:requests"), "life-buoy"),
        Link(_("Customer service"), reverse("service:home"), "headset"),
        Link(_("Dashboard"), reverse("figures:dashboard"), "gauge"),
        Link(_("Knowledge base"), reverse("knowledge:articles"), "book-open-text"),
    )
    assistance = [
        Link(pgettext("line", "Telephone"), reverse("phone:phone"), "phone"),
        Link(_("Web assistance"), reverse("assistance:web_sessions"), "presentation"),
    ]
    if _administers(account):
        assistance.append(Link(_("Operations on data"), reverse("service:operation"), "database"))
    frame = (
        Link(_("My company"), reverse("clients:company"), "building-2"),
        Link(_("Service booklet"), reverse("portal:booklets"), "book-open-check"),
    )
    return LinkGroup("", everyday), LinkGroup(_("Assistance"), tuple(assistance)), LinkGroup("", frame)


def _administers(account: AccessAccount) -> bool:
    return account.client is not None and is_saas_administrator(account, client=account.client, day=clock.today())


def offered(request: HttpRequest, words: str) -> Iterable[Command]:
    """Offer the pages of the customer space, the person's environments, and the clauses of the booklets."""
    account = request.user
    if isinstance(account, AccessAccount) and not account.is_of_publisher:
        for link in [link for group in _navigation(account) for link in group.links]:
            yield Command(link.label, link.url, _("Customer space"), icon=link.icon)
        for one in environments_of(account):
            url = f"/e/{one.environment.slug}/"
            yield Command(one.label or one.environment.slug, url, _("Environments"), icon="database")
        if len(words) >= SHORTEST_SEARCH:
            yield from _requests(account, words)
    is_french = request.LANGUAGE_CODE.startswith("fr")
    for (booklet_id, version), booklet in _booklets_of(account).items():
        for clause in booklet.clauses.values():
            title = clause.title_fr if is_french else clause.title_en
            url = f"/livret/{booklet_id}/{version}/#{clause.id}"
            yield Command(f"{clause.id} {title}", url, _("Service booklet"), detail=booklet_id, icon="book-open-check")


def _requests(account: AccessAccount, words: str) -> Iterable[Command]:
    """Offer the requests, among those that the person may read, whose number or subject holds the words."""
    for one in support.listed_for_client(account, whole_company=_administers(account), words=words)[:MOST_FOUND]:
        url = reverse("support:request", kwargs={"number": one.number})
        yield Command(f"{one.number} {one.subject}", url, _("Requests"), icon="life-buoy")


def _booklets_of(account: object) -> Mapping[tuple[str, str], Booklet]:
    """Return the booklet of the contract in force for a client's person, every booklet for anyone else."""
    client = account.client if isinstance(account, AccessAccount) else None
    contract = contract_in_force(client, day=clock.today()) if client else None
    if contract is None:
        return library()
    key = (contract.booklet, contract.booklet_version)
    return {key: library()[key]}
