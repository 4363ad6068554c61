"""Who may read or do what on the telephone; the only place that finds a call for a page."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from livret.care.phone import queries
from livret.care.phone.models import Call, CtiKey
from livret.clients.models import AccessAccount

TECHNICIAN, ADMINISTRATOR = "technician", "administrator"


def console_call(uuid: UUID) -> Call:
    """Return a call for the console. Raises Http404."""
    found = queries.calls_shown(Call.objects.filter(uuid=uuid)).first()
    if found is None:
        raise Http404
    return found


def console_key(pk: int) -> CtiKey:
    """Return the key of a telephone system. Raises Http404."""
    found = CtiKey.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def caller_named(pk: UUID) -> AccessAccount:
    """Return the open account of a client's person. Raises Http404."""
    found = AccessAccount.objects.filter(pk=pk, client__isnull=False, is_active=True).select_related("client").first()
    if found is None:
        raise Http404
    return found
