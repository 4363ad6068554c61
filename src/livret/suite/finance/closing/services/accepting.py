"""Accepting a warning with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.models import AcceptedWarning
from livret.suite.finance.closing.queries.checks import checks_of


class NotAcceptable(Refusal):
    """The warning cannot be accepted so."""


def accept_warning(
    year: FiscalYear, code: str, *, fingerprint: str, reason: str, by: Actor, at: datetime, today: date
) -> AcceptedWarning:
    """Keep somebody's reason for closing in spite of what a check found, as it was shown to them (fingerprint).

    Raises NotAcceptable when the check blocks, passes, or finds something else by now.
    """
    if not reason.strip():
        raise NotAcceptable(_("Say why: the reason stays in the books beside the warning."))
    found = next((one for one in checks_of(year, today=today) if one.code == code), None)
    if found is None or found.is_passed:
        raise NotAcceptable(_("This check finds nothing any more."))
    if found.is_blocking:
        raise NotAcceptable(_("This cannot be accepted: it must be put right."))
    if found.fingerprint != fingerprint:
        raise NotAcceptable(_("The check finds something else by now. Look again before you accept."))
    with transaction.atomic(using=current_alias()):
        held = AcceptedWarning.objects.create(
            fiscal_year=year,
            code=code,
            fingerprint=fingerprint,
            reason=reason.strip(),
            author_id=by.id,
            author_name=by.name,
            at=at,
        )
        record("finance.closing.warning_accepted", held, by=by, at=at, detail={"code": code, "reason": reason.strip()})
    return held
