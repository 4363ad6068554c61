"""Who may do what in this environment; the only place that finds a company for a request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from livret.core.people import Actor
from livret.core.tenancy.context import current_entitlements
from livret.core.tenancy.models import Environment
from livret.suite.company import queries, rules
from livret.suite.company.models import Company
from livret.suite.company.rules import Member
from livret.suite.company.seats import SeatDesk


class MemberRequest(HttpRequest):
    """A request inside an environment by somebody who has an application account there."""

    actor: Actor
    environment: Environment
    member: Member
    seats: SeatDesk


class _View(Protocol):
    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


V = TypeVar("V", bound=_View)


class Forbidden(PermissionDenied):
    """A page that the person's rights do not open. `granted_by` says who can change that."""

    def __init__(self, message: str, *, granted_by: str) -> None:
        self.granted_by = granted_by
        super().__init__(f"{message} {granted_by}")


class Instead(Exception):
    """Another page answers in the place of the one that was asked for."""

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        raise NotImplementedError


def member_required(*, module: str, right: str) -> Callable[[V], V]:
    """Ask for a member with *right* on the room *module* for one company at least; gives `request.member`.

    A view of one company then asks `company_for`. Refuses with 403, saying who can grant.
    """
    if module not in rules.ROOMS or right not in rules.RIGHTS:
        raise ValueError(f"no such right: {right} on {module}")

    def guard(view: V) -> V:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if getattr(request, "actor", None) is None:
                return redirect_to_login(request.get_full_path())
            if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
                raise Http404  # No text of the database holds a NUL: such an address names nothing.
            request.member = member_of(request, module=module, right=right)
            try:
                return view(cast(MemberRequest, request), *args, **kwargs)
            except Instead as found:
                return found.answer(request)

        return cast(V, guarded)

    return guard


def member_of(request: Any, *, module: str, right: str) -> Member:
    """Return the member who makes the request. Raises Forbidden."""
    if not rules.opens_room(current_entitlements(), module):
        raise Forbidden(_("Your contract does not include this module."), granted_by=_("Ask your publisher."))
    member = queries.member(request.actor.id)
    if member is None:
        raise Forbidden(_("You have no application account in this environment."), granted_by=granters())
    if not member.may(module, right):
        raise Forbidden(_("Your rights do not open this page."), granted_by=granters())
    return member


def granters() -> str:
    """Return in words who can grant rights here."""
    names = queries.administrators()
    if not names:
        return _("Ask the administrator of your company.")
    return _("Ask %(names)s, who can grant you this right.") % {"names": ", ".join(names)}


def company_for(member: Member, siren: str, *, module: str, right: str) -> Company:
    """Return the company with *siren*. 404 when the member cannot see it, 403 when a higher right is asked for."""
    company = queries.company_with_siren(siren)
    if company is None or not member.may(module, "read", company_id=company.pk):
        raise Http404
    if not member.may(module, right, company_id=company.pk):
        raise Forbidden(
            _("You may read the books of %(company)s, not change them.") % {"company": company.name},
            granted_by=granters(),
        )
    return company


def require_administers(member: Member, company_id: int | None) -> None:
    """Ask for the right to administer a company; all of them when it is None. Raises Forbidden."""
    if not member.administers(company_id):
        words = _("You administer other companies: your rights do not reach this one, or not all of them.")
        raise Forbidden(words, granted_by=granters())
