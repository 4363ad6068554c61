"""The publisher's roles; somebody is always left to grant them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.clients.models import AccessAccount, StaffRole
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.kernel.errors import Refusal


class LastAdministrator(Refusal):
    """Nobody would be left to grant the publisher's roles."""


@transaction.atomic
def grant_roles(account: AccessAccount, roles: Iterable[StaffRole.Role], *, by: Actor, at: datetime) -> None:
    """Give a person of the publisher exactly *roles*.

    Raises LastAdministrator when nobody would be left to grant roles.
    """
    wanted = {StaffRole.Role(role) for role in roles}
    held = set(account.staff_roles.values_list("role", flat=True))
    if StaffRole.Role.ADMINISTRATOR in held - wanted:
        refuse_last_administrator(account)
    account.staff_roles.exclude(role__in=wanted).delete()
    StaffRole.objects.bulk_create(StaffRole(account=account, role=role) for role in sorted(wanted - held))
    account.__dict__.pop("roles", None)
    record("clients.roles.granted", account, by=by, at=at, detail={"before": sorted(held), "after": sorted(wanted)})


def refuse_last_administrator(account: AccessAccount) -> None:
    """Raise LastAdministrator; every administrator's row is held meanwhile, so that two cannot leave at once."""
    holders = StaffRole.objects.select_for_update(of=("self",)).filter(
        role=StaffRole.Role.ADMINISTRATOR, account__is_active=True
    )
    if {row.account_id for row in holders} <= {account.pk}:
        raise LastAdministrator(
            _("%(name)s is the last administrator of the publisher: give the role to somebody else first.")
            % {"name": account.full_name}
        )
