"""The menu inside an environment, and the switcher between the places of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from livret.clients.models import AccessAccount
from livret.clients.queries import environments_of
from livret.core import clock
from livret.core.tenancy.models import Environment
from livret.core.ui.context import Link, LinkGroup, Place, describe
from livret.suite.company.queries import company_with_siren, member
from livret.suite.company.rules import Member
from livret.suite.finance.sections import SECTIONS
from livret.workspace.help import help_url

BOOKS = re.compile(r"^/e/[^/]+/comptabilite/(?P<siren>[0-9]{9})/")


def describe_workspace(request: HttpRequest, account: AccessAccount, environment: Environment) -> None:
    """Tell the shell of the modules where the person is and may go."""
    rooms = tuple(
        Place(
            one.label or one.environment.slug,
            f"/e/{one.environment.slug}/",
            str(one.get_kind_display()),
            one.environment_id == environment.pk,
        )
        for one in environments_of(account)
    )
    space = Place(_("Customer space"), reverse("portal:home"), account.client.name if account.client else "")
    who = member(account.pk)
    groups = (*books_of(environment.slug, who, request.path_info), *links_for(environment.slug, who))
    describe(
        request,
        organisation=account.client.name if account.client else environment.slug,
        organisations=(*rooms, space),
        home_url=f"/e/{environment.slug}/",
        help_url=help_url(request.get_full_path(), groups),
        account_url=reverse("clients:profile"),
        logout_url=reverse("account_logout"),
        clock=clock.now() if clock.is_shifted() else None,
        navigation=groups,
    )


def books_of(slug: str, who: Member | None, path: str) -> Iterator[LinkGroup]:
    """Give the sections of the company that *path* is about, to those who read its books."""
    found = BOOKS.match(path)
    company = company_with_siren(found["siren"]) if found and who else None
    if company is None or who is None or not who.may("finance", "read", company_id=company.pk):
        return
    where = {"environment": slug, "siren": company.siren}
    yield LinkGroup(
        company.name,
        tuple(
            Link(
                str(one.label),
                reverse(one.url_name, kwargs=where),
                one.icon,
                is_exact=one.url_name == "finance:company",
            )
            for one in SECTIONS
            if who.may("finance", one.right, company_id=company.pk) and _stands(one.url_name, where)
        ),
    )


def _stands(name: str, where: dict[str, str]) -> bool:
    try:
        reverse(name, kwargs=where)
    except NoReverseMatch:
        return False
    return True


def links_for(slug: str, who: Member | None) -> Iterator[LinkGroup]:
    """Give the links that the rights of the person open; nobody is led to a page that refuses them."""

    def at(name: str) -> str:
        return reverse(name, kwargs={"environment": slug})

    if who and who.may("finance", "read"):
        links = [Link(_("All companies"), at("finance:home"), "layout-dashboard", is_exact=True)]
        if who.may("finance", "validate"):
            links.append(Link(_("Import a FEC"), at("finance:fec"), "file-input"))
        yield LinkGroup(_("Finance"), tuple(links))
    if who and who.may("company", "read"):
        settings = [
            Link(_("Companies"), at("company:companies"), "building-2"),
            Link(_("People and rights"), at("company:people"), "users"),
        ]
        if who.is_administrator:
            settings.append(Link(_("Audit trail"), at("company:trail"), "scroll-text"))
        yield LinkGroup(_("Settings"), tuple(settings))
