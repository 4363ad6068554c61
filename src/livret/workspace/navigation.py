"""The menu inside an environment, and the switcher between the places of a person."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from livret.clients.models import AccessAccount
from livret.clients.queries import environments_of
from livret.core import clock
from livret.core.tenancy.models import Environment
from livret.core.ui.context import Link, LinkGroup, Place, describe


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
    describe(
        request,
        organisation=account.client.name if account.client else environment.slug,
        organisations=(*rooms, space),
        home_url=f"/e/{environment.slug}/",
        help_url=reverse("support:new"),
        account_url=reverse("clients:profile"),
        logout_url=reverse("account_logout"),
        clock=clock.now() if clock.is_shifted() else None,
        navigation=_groups(environment.slug),
    )


def _groups(slug: str) -> tuple[LinkGroup, ...]:
    def at(name: str) -> str:
        return reverse(name, kwargs={"environment": slug})

    finance = (
        Link(_("Overview"), at("finance:home"), "layout-dashboard", is_exact=True),
        Link(_("Import a FEC"), at("finance:fec"), "file-input"),
    )
    settings = (
        Link(_("Companies"), at("company:companies"), "building-2"),
        Link(_("People and rights"), at("company:people"), "users"),
    )
    return (LinkGroup(_("Finance"), finance), LinkGroup(_("Settings"), settings))
