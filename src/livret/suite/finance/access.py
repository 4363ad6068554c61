"""Finding the books that a request is about, for those who may open them."""

from __future__ import annotations

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livret.core.tenancy.context import current_entitlements
from livret.kernel.errors import Refusal
from livret.suite.company import access as company_access
from livret.suite.company import queries as company_queries
from livret.suite.company.access import Forbidden, Instead, MemberRequest
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.rules import Member, opens_room
from livret.suite.finance.models import ChartAccount, DraftEntry, Entry, ImportRun, Journal, YearTombstone
from livret.suite.finance.queries import ledgers
from livret.suite.finance.queries.tombstones import tombstone_of, tombstone_over

MODULE = "finance"
GONE = 410
NEW_COMPANY = -1  # Of which no key can be: what is asked of it takes the right in all companies.
RIGHTS = {
    "read": gettext_lazy("to read these books"),
    "write": gettext_lazy("to write in these books"),
    "validate": gettext_lazy("to validate in these books"),
    "administer": gettext_lazy("to administer these books"),
}
Row = TypeVar("Row")


class RightGone(Refusal):
    """Whoever asked for a job no longer has the right to it when it runs."""


class YearPurged(Instead):
    """The detail of a fiscal year was removed after the legal years: a page tells so, rather than show nothing."""

    def __init__(self, stone: YearTombstone) -> None:
        self.stone = stone
        super().__init__(f"fiscal year {stone.pk} was purged")

    def answer(self, request: HttpRequest) -> HttpResponse:
        year = self.stone.fiscal_year
        context = {"company": year.company, "year": year, "stone": self.stone}
        return render(request, "finance/purged.html", context, status=GONE)


def require_still(person_id: UUID | str, name: str, *, company_id: int, right: str) -> None:
    """Ask, when a job runs, for the right that its asker had. Raises RightGone.

    The contract may have lost the module, the account may be closed or the right taken back since it was asked for.
    """
    member = company_queries.member(UUID(str(person_id)))
    opens = opens_room(current_entitlements(), MODULE)
    if opens and member is not None and member.may(MODULE, right, company_id=company_id):
        return
    words = _(
        "%(name)s, who asked for this, no longer has the right %(right)s. Nothing was done; whoever has it may ask."
    )
    raise RightGone(words % {"name": name, "right": RIGHTS[right]})


def company_for(request: MemberRequest, siren: str, *, right: str = "read") -> Company:
    """Return the company of the address. 404 when the member cannot see it, 403 when it takes a higher right."""
    return company_access.company_for(request.member, siren, module=MODULE, right=right)


def year_for(company: Company, closing: str, *, even_purged: bool = False) -> FiscalYear:
    """Return the fiscal year that closes on the day of the address, such as 2025-12-31, or 404.

    Raises YearPurged when its detail was removed, for every page but those that show what was kept of it.
    """
    try:
        day = date.fromisoformat(closing)
    except ValueError:
        raise Http404 from None
    year = FiscalYear.objects.select_related("company").filter(company=company, last_day=day).first()
    if year is None:
        raise Http404
    if not even_purged and not year.is_open and (stone := tombstone_of(year)):
        raise YearPurged(stone)
    return year


def account_for(company: Company, number: str) -> ChartAccount:
    return _found(ledgers.account_of(company, number))


def journal_for(company: Company, code: str) -> Journal:
    return _found(Journal.objects.filter(company=company, code=code).first())


def entry_for(company: Company, pk: int) -> Entry:
    """Return an entry of the company, or 404. Raises YearPurged when it went with its year."""
    found = ledgers.entry_of(company, pk)
    if found is None and (stone := tombstone_over(company, pk)):
        raise YearPurged(stone)
    return _found(found)


def draft_for(company: Company, pk: int) -> DraftEntry:
    return _found(DraftEntry.objects.select_related("journal").filter(company=company, pk=pk).first())


def run_for(request: MemberRequest, pk: int) -> ImportRun:
    """Return an import that the member may see today, else 404."""
    run = _found(ImportRun.objects.select_related("company", "fiscal_year").filter(pk=pk).first())
    if not sees_run(request.member, run):
        raise Http404
    return run


def sees_run(member: Member, run: ImportRun) -> bool:
    """Tell whether *member* may see an import today, whoever sent it.

    In the books, or on its way there: who reads the company. Before: who sent it, as long as they may import at all.
    """
    company_id = run.company_id
    if company_id is None and run.state == ImportRun.State.CONFIRMED:
        company = company_queries.company_with_siren(run.siren)
        company_id = company.pk if company else None
    if company_id is not None:
        return member.may(MODULE, "read", company_id=company_id)
    is_mine = run.author_id == member.person_id and member.may(MODULE, "validate")
    return is_mine or member.sees_all(MODULE)


def readable_company(request: MemberRequest, siren: str) -> Company | None:
    """Return the company with *siren* when the member reads its books: of any other not even the name is told."""
    company = company_queries.company_with_siren(siren)
    return company if company and request.member.may(MODULE, "read", company_id=company.pk) else None


def require_import_right(request: MemberRequest, siren: str) -> None:
    """Ask for the right to validate in the company with *siren*; in all companies when it is a new one."""
    company = company_queries.company_with_siren(siren)
    if request.member.may(MODULE, "validate", company_id=company.pk if company else NEW_COMPANY):
        return
    raise Forbidden(_("Importing entries takes the right to validate them."), granted_by=company_access.granters())


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row
