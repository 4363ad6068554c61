"""What the command menu offers of the environments: the modules' pages, trial balances, accounts by number or name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import structlog
from django.db import OperationalError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from livret.clients.access import lacks_second_factor
from livret.clients.models import AccessAccount
from livret.clients.queries import environments_of
from livret.core.tenancy.context import has_place, inside
from livret.core.tenancy.models import Environment
from livret.core.ui.commands import Command
from livret.suite.company import queries as company
from livret.suite.company.models import FiscalYear
from livret.suite.company.rules import Member
from livret.suite.finance.queries.search import accounts_found
from livret.workspace.help import current_page, help_url
from livret.workspace.navigation import links_for

log = structlog.get_logger(__name__)

MOST_COMPANIES, MOST_ACCOUNTS, SHORTEST_SEARCH = 20, 8, 2


def offered(request: HttpRequest, words: str) -> Iterable[Command]:
    """Offer what the person's rights open in each environment of theirs that is open; nothing from inside one."""
    account = request.user
    if not isinstance(account, AccessAccount) or lacks_second_factor(account) or has_place():
        return
    if account.client_id is not None:
        page = current_page(request)
        yield Command(_("Ask for help"), help_url(page), _("Help"), _("Support, request, problem"), "life-buoy")
    for owned in environments_of(account):
        environment = owned.environment
        if environment.is_active:
            yield from _reachable(account, environment, owned.label or environment.slug, words)


def _reachable(account: AccessAccount, environment: Environment, label: str, words: str) -> list[Command]:
    """Return what an environment offers; one whose database does not answer offers nothing and spoils no other."""
    try:
        with inside(environment.place):
            return list(_within(account, environment, label, words))
    except OperationalError as error:
        log.warning("environment left out of the search", environment=environment.slug, reason=type(error).__name__)
        return []


def _within(account: AccessAccount, environment: Environment, label: str, words: str) -> Iterator[Command]:
    who = company.member(account.pk)
    for group in links_for(environment.slug, who):
        for link in group.links:
            yield Command(link.label, link.url, label, detail=str(group.label), icon=link.icon)
    if who and who.may("finance", "read"):
        yield from _books(who, environment.slug, label, words)


def _books(who: Member, slug: str, label: str, words: str) -> Iterator[Command]:
    for one in company.companies_of(who, "finance")[:MOST_COMPANIES]:
        years = list(company.fiscal_years(one))
        for year in years:
            detail = f"{one.name} {year.label}"
            yield Command(
                f"{_('Trial balance')} {detail}",
                _at("statements:report", slug, one.siren, year, kind="balance"),
                label,
                icon="scale",
            )
        if years and len(words) >= SHORTEST_SEARCH:
            for account in accounts_found(one, words)[:MOST_ACCOUNTS]:
                url = _at("finance:account", slug, one.siren, years[0], number=account.number)
                yield Command(f"{account.number} {account.label}", url, label, detail=one.name, icon="list")


def _at(page: str, slug: str, siren: str, year: FiscalYear, **further: str) -> str:
    where = {"environment": slug, "siren": siren, "year": year.last_day.isoformat(), **further}
    return reverse(page, kwargs=where)
