"""Naming and replacing SaaS administrators; the publisher is told of each change.

Source: Sprint S-9; under Care, the administrators registered on the contract.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from livret.clients import queries
from livret.clients.models import AccessAccount, AdministratorChange, Client, SaasAdministrator, StaffRole
from livret.clients.rules.administrators import Term, first_bare_day
from livret.core.audit.services import record
from livret.core.mail.services import send
from livret.core.people import Actor
from livret.core.ui.figures import day_text
from livret.kernel.errors import Refusal


class AdministratorRefused(Refusal):
    """The change would leave a day without administrator, a second external one, or somebody of another client."""


@transaction.atomic
def name_saas_administrator(
    client: Client, account: AccessAccount, *, from_on: date, by: Actor, at: datetime, company_name: str = ""
) -> SaasAdministrator:
    """Name a person from *from_on*; *company_name* is that of a third company, empty for the client's own people.

    Raises AdministratorRefused: somebody of another client, already named, or a second external person.
    """
    _lock(client)
    _refuse_stranger(client, account)
    _refuse_second_external(client, company_name, from_on)
    named = SaasAdministrator.objects.create(
        client=client, account=account, is_external=bool(company_name), company_name=company_name, from_on=from_on
    )
    _tell(named, AdministratorChange.Kind.NAMED, on=from_on, by=by, at=at)
    return named


@transaction.atomic
def end_saas_administrator(
    administrator: SaasAdministrator, *, until_on: date, by: Actor, at: datetime
) -> SaasAdministrator:
    """End a person's term; *until_on* is the first day without it.

    Raises AdministratorRefused when a day of a contract would have no administrator, or when the term has an end.
    """
    _lock(administrator.client)
    administrator.refresh_from_db()
    _refuse_wrong_end(administrator, until_on)
    _refuse_bare_day(administrator, until_on)
    administrator.until_on = until_on
    administrator.save(update_fields=["until_on"])
    _tell(administrator, AdministratorChange.Kind.ENDED, on=until_on, by=by, at=at)
    return administrator


@transaction.atomic
def replace_saas_administrator(
    administrator: SaasAdministrator,
    account: AccessAccount,
    *,
    on: date,
    by: Actor,
    at: datetime,
    company_name: str = "",
) -> SaasAdministrator:
    """Put *account* in the place of *administrator* from *on*: no day is left bare, no day has two external people.

    Raises AdministratorRefused as naming and ending do.
    """
    client = administrator.client
    _lock(client)
    administrator.refresh_from_db()
    _refuse_stranger(client, account)
    _refuse_wrong_end(administrator, on)
    _refuse_second_external(client, company_name, on, but=administrator)
    administrator.until_on = on
    administrator.save(update_fields=["until_on"])
    _tell(administrator, AdministratorChange.Kind.ENDED, on=on, by=by, at=at)
    named = SaasAdministrator.objects.create(
        client=client, account=account, is_external=bool(company_name), company_name=company_name, from_on=on
    )
    _tell(named, AdministratorChange.Kind.NAMED, on=on, by=by, at=at)
    return named


def _lock(client: Client) -> None:
    Client.objects.select_for_update().get(pk=client.pk)


def _refuse_stranger(client: Client, account: AccessAccount) -> None:
    if account.client_id != client.pk or not account.is_active:
        raise AdministratorRefused(
            _(
                "%(name)s has no open access account of %(client)s: open one on the client's instruction, then name "
                "the person."
            )
            % {"name": account.full_name, "client": client.name}
        )
    if SaasAdministrator.objects.filter(account=account, until_on=None).exists():
        raise AdministratorRefused(_("%(name)s is already a SaaS administrator.") % {"name": account.full_name})


def _refuse_second_external(
    client: Client, company_name: str, since: date, *, but: SaasAdministrator | None = None
) -> None:
    if not company_name:
        return
    others = client.administrators.filter(is_external=True)
    others = others.exclude(pk=but.pk) if but else others
    meeting = [other for other in others.select_related("account") if _term(other).meets(Term(since))]
    if meeting:
        raise AdministratorRefused(
            _(
                "%(name)s, of %(company)s, is already the SaaS administrator from a third company: one at most may be "
                "named. End that term first, or replace the person."
            )
            % {"name": meeting[0].account.full_name, "company": meeting[0].company_name}
        )


def _refuse_wrong_end(administrator: SaasAdministrator, until_on: date) -> None:
    if administrator.until_on is not None:
        raise AdministratorRefused(_("This term already has an end."))
    if until_on < administrator.from_on:
        raise AdministratorRefused(
            _("The term began on %(start)s: it cannot end before.") % {"start": day_text(administrator.from_on)}
        )


def _refuse_bare_day(administrator: SaasAdministrator, until_on: date) -> None:
    others = [_term(row) for row in administrator.client.administrators.exclude(pk=administrator.pk)]
    terms = [*others, Term(administrator.from_on, until_on)]
    for contract in administrator.client.contracts.all():
        bare = first_bare_day(terms, of=Term(contract.starts_on, contract.ends_until))
        if bare is not None:
            raise AdministratorRefused(
                _(
                    "From %(day)s, contract %(contract)s would have no SaaS administrator: it must have one at every "
                    "moment. Name somebody first, or replace the person."
                )
                % {"day": day_text(bare), "contract": contract.number}
            )


def _term(administrator: SaasAdministrator) -> Term:
    return Term(administrator.from_on, administrator.until_on)


def _tell(
    administrator: SaasAdministrator, kind: AdministratorChange.Kind, *, on: date, by: Actor, at: datetime
) -> None:
    account, client = administrator.account, administrator.client
    change = AdministratorChange.objects.create(
        client=client,
        administrator=administrator,
        kind=kind,
        person_name=account.full_name,
        is_external=administrator.is_external,
        effective_on=on,
        by_id=by.id,
        by_name=by.name,
        at=at,
    )
    record(f"clients.saas_administrator.{kind}", administrator, by=by, at=at, detail={"on": on.isoformat()})
    for reader in queries.staff_with(StaffRole.Role.CUSTOMER_SERVICE):
        with override(reader.language):
            send(to=reader.email, subject=_subject(change), text=_text(change), about=client, at=at)


def _subject(change: AdministratorChange) -> str:
    return _("%(client)s: change of SaaS administrator") % {"client": change.client.name}


def _text(change: AdministratorChange) -> str:
    facts = {"name": change.person_name, "day": day_text(change.effective_on), "by": change.by_name}
    if change.kind == AdministratorChange.Kind.NAMED and change.is_external:
        return _("%(name)s, from a third company, is SaaS administrator from %(day)s. Recorded by %(by)s.") % facts
    if change.kind == AdministratorChange.Kind.NAMED:
        return _("%(name)s is SaaS administrator from %(day)s. Recorded by %(by)s.") % facts
    return _("%(name)s is no longer SaaS administrator from %(day)s. Recorded by %(by)s.") % facts
