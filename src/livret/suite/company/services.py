"""Creating companies and fiscal years; letting people in, granting and revoking their rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connections, transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias, current_entitlements
from livret.kernel.errors import Refusal
from livret.suite.company import rules
from livret.suite.company.models import ApplicationAccount, Company, FiscalYear, Grant
from livret.suite.company.seats import GIVEN_BACK_TASK, GRANTED_TASK, Newcomer, SeatDesk


class CompanyRefused(Refusal):
    """A company cannot be created so; `field` is the one at fault."""

    def __init__(self, message: str, *, field: str) -> None:
        self.field = field
        super().__init__(message)


class TooManyCompanies(Refusal):
    """The contract allows no further company; `clause` says where."""

    def __init__(self, allowance: Allowance) -> None:
        self.clause = allowance.ceiling_clause
        limit = {"ceiling": allowance.ceiling, "clause": allowance.ceiling_clause}
        super().__init__(
            _(
                "Your contract allows %(ceiling)s companies (clause %(clause)s) and they are all in use. "
                "Ask your publisher for a module without this limit."
            )
            % limit
        )


class YearRefused(Refusal):
    """These days cannot be a fiscal year of the company."""


class LastAdministrator(Refusal):
    """Somebody must stay who can grant rights."""


@contextmanager
def in_transaction() -> Iterator[None]:
    """A transaction of the current environment."""
    with transaction.atomic(using=current_alias()):
        yield


def lock(name: str) -> None:
    """Take the advisory lock *name* of this environment until the transaction ends."""
    with connections[current_alias()].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def create_company(
    *,
    siren: str,
    name: str,
    siret: str = "",
    currency: str = "EUR",
    allowance: Allowance | None,
    by: Actor,
    at: datetime,
) -> Company:
    """Create a company. allowance: how many the contract allows, None without limit.

    Raises CompanyRefused on bad identifiers or a SIREN already here, TooManyCompanies beyond the ceiling.
    """
    siren, siret = rules.clean_number(siren), rules.clean_number(siret)
    _check_identifiers(siren, siret, name)
    with in_transaction():
        lock("company.companies")
        if Company.objects.filter(siren=siren).exists():
            raise CompanyRefused(_("A company with SIREN %(siren)s is already here.") % {"siren": siren}, field="siren")
        if allowance and allowance.ceiling is not None and Company.objects.count() >= allowance.ceiling:
            raise TooManyCompanies(allowance)
        company = Company.objects.create(siren=siren, siret=siret, name=name.strip(), currency=currency, created_at=at)
        record("company.company.created", company, by=by, at=at, detail={"siren": siren})
    return company


def _check_identifiers(siren: str, siret: str, name: str) -> None:
    if not rules.is_siren(siren):
        message = _("%(siren)s is not a SIREN: nine digits with a valid key. It stands on the INSEE notice.")
        raise CompanyRefused(message % {"siren": siren or "–"}, field="siren")
    if siret and not rules.is_siret(siret, siren=siren):
        message = _("%(siret)s is not a SIRET of this company: its SIREN and five more digits, with a valid key.")
        raise CompanyRefused(message % {"siret": siret}, field="siret")
    if not name.strip():
        raise CompanyRefused(_("Give the name of the company."), field="name")


def open_fiscal_year(
    company: Company, *, first_day: date, last_day: date, reason: str = "", by: Actor, at: datetime
) -> FiscalYear:
    """Open a fiscal year. Raises YearRefused when it is too long, ends too early or overlaps another.

    reason: why it is shorter or longer than usual, kept in the audit trail.
    Source: C. com., art. L. 123-12; CGI, art. 37 and 209, I (longest year).
    """
    if last_day <= first_day:
        raise YearRefused(_("The fiscal year would end before it begins. Correct one of the two days."))
    months = rules.longest_months(first_day)
    if not rules.lasts_at_most(months, first_day=first_day, last_day=last_day):
        raise YearRefused(
            _("A fiscal year lasts %(months)s months at most. Correct one of the two days.") % {"months": months}
        )
    try:
        with in_transaction():
            year = FiscalYear.objects.create(company=company, first_day=first_day, last_day=last_day, opened_at=at)
            detail = {"siren": company.siren, **({"reason": reason} if reason else {})}
            record("company.fiscal_year.opened", year, by=by, at=at, detail=detail)
    except IntegrityError as error:
        if "fiscal_years_do_not_overlap" not in str(error):
            raise
        other = FiscalYear.objects.filter(company=company, first_day__lte=last_day, last_day__gte=first_day).first()
        message = _("These days overlap the fiscal year %(other)s. A day belongs to one year only.")
        raise YearRefused(message % {"other": other}) from None
    return year


def open_account(
    *, person_id: UUID, name: str, email: str, seat: str = "", by: Actor, at: datetime
) -> ApplicationAccount:
    """Let a person work here, without any right yet; somebody who was revoked comes back without their rights."""
    with in_transaction():
        account, is_new = ApplicationAccount.objects.update_or_create(
            person_id=person_id,
            defaults={"name": name, "email": email, "seat": seat, "is_active": True, "revoked_at": None},
            create_defaults={"name": name, "email": email, "seat": seat, "created_at": at},
        )
        record("company.account.opened" if is_new else "company.account.updated", account, by=by, at=at)
    return account


def grant(
    account: ApplicationAccount, *, room: str, right: str, company: Company | None = None, by: Actor, at: datetime
) -> Grant:
    """Give *account* a right on a room, for one company or all; it replaces the one held there."""
    if room not in rules.ROOMS or right not in rules.RIGHTS:
        raise ValueError(f"no such right: {right} on {room}")
    with in_transaction():
        given, _is_new = Grant.objects.update_or_create(
            account=account,
            module=room,
            company=company,
            defaults={"right": right, "granted_by": by.id, "granted_at": at},
        )
        _keep_an_administrator()
        _record_right("company.right.granted", given, by=by, at=at)
    return given


def let_in(
    newcomer: Newcomer, *, room: str, right: str, company: Company | None, seats: SeatDesk, by: Actor, at: datetime
) -> ApplicationAccount:
    """Open the application account of somebody who may come in, with a first right, once a seat is held for them.

    Raises Refusal with both figures and the clause when the contract has no seat left.
    """
    seat = seats.reserve(newcomer.person_id, modules=modules_for([room]))
    with in_transaction():
        account = open_account(
            person_id=newcomer.person_id, name=newcomer.name, email=newcomer.email, seat=seat, by=by, at=at
        )
        grant(account, room=room, right=right, company=company, by=by, at=at)
        outbox.post(GRANTED_TASK, person_id=str(newcomer.person_id))
    return account


def grant_with_seat(
    account: ApplicationAccount,
    *,
    room: str,
    right: str,
    company: Company | None,
    seats: SeatDesk,
    by: Actor,
    at: datetime,
) -> Grant:
    """Give a further right; the seat held is widened to the modules that open the room, or refused with the clause."""
    rooms = set(account.grants.values_list("module", flat=True)) | {room}
    seats.reserve(account.person_id, modules=modules_for(rooms))
    with in_transaction():
        given = grant(account, room=room, right=right, company=company, by=by, at=at)
        outbox.post(GRANTED_TASK, person_id=str(account.person_id))
    return given


def modules_for(rooms: Iterable[str]) -> list[str]:
    """Return the modules that open *rooms*: those of the contract, else one that the desk will refuse by its name."""
    held = current_entitlements()
    ordered = {room: [module for module in rules.ROOMS[room] if held.has_module(module)] for room in rooms}
    opening = (modules or rules.ROOMS[room][:1] for room, modules in ordered.items())
    return sorted({module for modules in opening for module in modules})


def revoke(given: Grant, *, by: Actor, at: datetime) -> None:
    """Take a right back, and with the last one the seat. Raises LastAdministrator when nobody could grant any more."""
    with in_transaction():
        account = given.account
        _record_right("company.right.revoked", given, by=by, at=at)
        given.delete()
        _keep_an_administrator()
        if not account.grants.exists():
            outbox.post(GIVEN_BACK_TASK, person_id=str(account.person_id), at=at.isoformat())


def revoke_person(person_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Close a person's application account with all its rights; False when there was nothing to close.

    Done again after a restore, which may bring a closed account back; so it asks for no remaining administrator.
    """
    with in_transaction():
        account = ApplicationAccount.objects.select_for_update().filter(person_id=person_id, is_active=True).first()
        if account is None:
            return False
        Grant.objects.filter(account=account).delete()
        account.is_active, account.revoked_at = False, at
        account.save(update_fields=["is_active", "revoked_at"])
        outbox.post(GIVEN_BACK_TASK, person_id=str(person_id), at=at.isoformat())
        record("company.account.revoked", account, by=by, at=at)
    return True


def _keep_an_administrator() -> None:
    lock("company.administrators")
    held = Grant.objects.filter(module=rules.COMPANY, right="administer", company=None, account__is_active=True)
    if not held.exists():
        raise LastAdministrator(_("Nobody would be left to grant rights here. Name another administrator first."))


def _record_right(action: str, given: Grant, *, by: Actor, at: datetime) -> None:
    where = given.company.siren if given.company else ""
    record(action, given.account, by=by, at=at, detail={"module": given.module, "right": given.right, "company": where})
