"""The request that a call code opens, and those whose codes a person may give."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from livret.care.support.models import Request
from livret.care.support.models.requests import IS_OPEN
from livret.care.support.queries.requests import requests_of
from livret.care.support.rules.numbers import call_code_in
from livret.clients import queries as clients

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount


def request_by_code(text: str) -> Request | None:
    """Return the request of a call code, open or closed; None when *text* is no code, or the code of none."""
    code = call_code_in(text)
    found = Request.objects.filter(call_code=code) if code else Request.objects.none()
    return found.select_related("client", "contract", "filed_by").first()


def requests_to_call_about(account: AccessAccount, *, day: date) -> QuerySet[Request]:
    """Return the open requests that *account* may read, the latest first: their codes open a call."""
    wide = account.client is not None and clients.is_saas_administrator(account, client=account.client, day=day)
    found = requests_of(account, whole_company=wide).filter(IS_OPEN)
    return found.select_related("filed_by").order_by("-registered_at", "-pk")
