"""Reads for screens, other domains, and the register that is set beside that of the access accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from livret.suite.company.models import ApplicationAccount, Company, FiscalYear, Grant
from livret.suite.company.rules import COMPANY, Member, Permit


@dataclass(frozen=True, slots=True)
class Registered:
    """A person of the register of application accounts; rights: (module, company or "" for all, right)."""

    person_id: UUID
    name: str
    email: str
    seat: str
    is_active: bool
    created_at: datetime
    revoked_at: datetime | None
    rights: tuple[tuple[str, str, str], ...]


def register() -> list[Registered]:
    """Return everybody who has, or had, an application account in this environment, by name."""
    accounts = ApplicationAccount.objects.order_by("name", "pk").prefetch_related("grants__company")
    return [_registered(account) for account in accounts]


def _registered(account: ApplicationAccount) -> Registered:
    rights = tuple(
        (grant.module, grant.company.name if grant.company else "", grant.right)
        for grant in sorted(account.grants.all(), key=lambda grant: (grant.module, grant.company_id or 0))
    )
    return Registered(
        account.person_id,
        account.name,
        account.email,
        account.seat,
        account.is_active,
        account.created_at,
        account.revoked_at,
        rights,
    )


def member(person_id: UUID) -> Member | None:
    """Return the person as a member of this environment; None without an active application account."""
    account = ApplicationAccount.objects.filter(person_id=person_id, is_active=True).first()
    if account is None:
        return None
    grants = Grant.objects.filter(account=account).values_list("module", "company_id", "right")
    return Member(account.pk, account.person_id, account.name, tuple(Permit(*grant) for grant in grants))


def administrators() -> list[str]:
    """Return the names of those who may grant rights here."""
    holders = ApplicationAccount.objects.filter(is_active=True, grants__module=COMPANY, grants__right="administer")
    return list(holders.order_by("name").values_list("name", flat=True).distinct())


def companies() -> QuerySet[Company]:
    return Company.objects.order_by("name", "pk")


def companies_of(who: Member, room: str) -> QuerySet[Company]:
    """Return the companies whose *room* the member may read."""
    found = companies()
    if who.sees_all(room):
        return found
    return found.filter(pk__in=[permit.company_id for permit in who.permits if permit.room == room])


def company_with_siren(siren: str) -> Company | None:
    return Company.objects.filter(siren=siren).first()


def fiscal_years(company: Company) -> QuerySet[FiscalYear]:
    """Return the years of a company, the latest first."""
    return FiscalYear.objects.filter(company=company).order_by("-first_day")


def year_ending(company: Company, last_day: date) -> FiscalYear | None:
    return FiscalYear.objects.filter(company=company, last_day=last_day).first()
