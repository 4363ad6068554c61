"""Who may see or do what; the only place that finds a row for a request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from livret.clients import queries
from livret.clients.actors import actor_of
from livret.clients.models import (
    AccessAccount,
    Client,
    ClientEnvironment,
    Contract,
    Instruction,
    SaasAdministrator,
    StaffRole,
)
from livret.clients.rules.people import must_have_second_factor
from livret.core import clock
from livret.core.people import Actor


class AccountRequest(HttpRequest):
    """A request whose person is known: `account` is who, `actor` is who acts from where."""

    account: AccessAccount
    actor: Actor


class _View(Protocol):
    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


V = TypeVar("V", bound=_View)


class Forbidden(PermissionDenied):
    """A page that the person's role does not open. `granted_by` says who can change that."""

    def __init__(self, message: str, *, granted_by: str) -> None:
        self.granted_by = granted_by
        super().__init__(f"{message} {granted_by}")


def account_required(view: V) -> V:
    """Ask for a signed-in person; anybody else is sent to the sign-in page."""
    return _guarded(view, lambda account: None)


def client_required(view: V) -> V:
    """Ask for a person of a client."""
    return _guarded(view, _refuse_publisher)


def client_administrator_required(view: V) -> V:
    """Ask for a SaaS administrator of the client, today."""
    return _guarded(view, _refuse_plain_person)


def staff_required(*roles: str) -> Callable[[V], V]:
    """Ask for a person of the publisher holding one of *roles*, or any role when none is named.

    An administrator of the publisher opens every page of the console.
    """
    known = {role.value for role in StaffRole.Role}
    if unknown := set(roles) - known:
        raise ValueError(f"unknown publisher roles: {', '.join(sorted(unknown))}")
    return lambda view: _guarded(view, lambda account: _refuse_role(account, frozenset(roles)))


def _guarded(view: V, refuse: Callable[[AccessAccount], None]) -> V:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, AccessAccount):
            return redirect_to_login(request.get_full_path())
        if lacks_second_factor(user):
            return redirect("mfa_index")
        refuse(user)
        known = cast(AccountRequest, request)
        known.account = user
        known.actor = actor_of(user, address=client_address(request))
        return view(known, *args, **kwargs)

    return cast(V, guarded)


def lacks_second_factor(account: AccessAccount) -> bool:
    """Tell whether *account* must add a second factor before anything else."""
    from allauth.mfa.adapter import get_adapter

    must = must_have_second_factor(is_of_publisher=account.is_of_publisher, is_demo=settings.IS_DEMO)
    return must and not get_adapter().is_mfa_enabled(account)


def client_address(request: HttpRequest) -> str:
    """Return the IP address that the request comes from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _refuse_publisher(account: AccessAccount) -> None:
    if account.is_of_publisher:
        raise Forbidden(
            _("This page belongs to the customer space; your account is the publisher's."),
            granted_by=_("Open the client from the console instead."),
        )


def _refuse_plain_person(account: AccessAccount) -> None:
    _refuse_publisher(account)
    client = own_client(account)
    if not queries.is_saas_administrator(account, client=client, day=clock.today()):
        names = [row.account.full_name for row in queries.administrators_on(client, day=clock.today())]
        raise Forbidden(
            _("Only a SaaS administrator of your company may do this."),
            granted_by=_("Ask %(names)s.") % {"names": ", ".join(names)},
        )


def _refuse_role(account: AccessAccount, roles: frozenset[str]) -> None:
    if not account.is_of_publisher:
        raise Http404
    if holds_role(account, *(roles or account.roles)):
        return
    labels = ", ".join(str(StaffRole.Role(role).label) for role in sorted(roles))
    names = ", ".join(person.full_name for person in queries.staff_with(StaffRole.Role.ADMINISTRATOR))
    raise Forbidden(
        _("This page is for: %(roles)s.") % {"roles": labels},
        granted_by=_("An administrator can give you the role: %(names)s.") % {"names": names},
    )


def holds_role(account: AccessAccount, *roles: str) -> bool:
    """Tell whether pages for *roles* open for a person of the publisher; all do for an administrator."""
    return StaffRole.Role.ADMINISTRATOR in account.roles or not account.roles.isdisjoint(roles)


def own_client(account: AccessAccount) -> Client:
    """Return the client of a person. Raises Http404 for the publisher's people, who have none."""
    if account.client is None:
        raise Http404
    return account.client


def environment_for(account: AccessAccount, slug: str) -> ClientEnvironment:
    """Return the environment *slug* of the person's client. Raises Http404 on any other, existing or not."""
    found = queries.environments_of(account).filter(environment__slug=slug).first()
    if found is None:
        raise Http404
    return found


def client_by_slug(slug: str) -> Client:
    """Return a client for the console. Raises Http404."""
    return _found(Client.objects.filter(slug=slug).first())


def contract_of(client: Client, number: str) -> Contract:
    return _found(Contract.objects.filter(client=client, number=number).first())


def colleague(account: AccessAccount, person: UUID) -> AccessAccount:
    """Return an account of the same client as *account*. Raises Http404 on any other."""
    return person_of(own_client(account), person)


def person_of(client: Client, person: UUID) -> AccessAccount:
    return _found(AccessAccount.objects.filter(client=client, pk=person).first())


def person_named(instruction: Instruction) -> AccessAccount:
    """Return the account that an instruction is about. Raises Http404."""
    return _found(queries.account_by_email(instruction.client, instruction.person_email))


def team_member(person: UUID) -> AccessAccount:
    """Return an open account of the publisher. Raises Http404."""
    return _found(AccessAccount.objects.filter(client=None, is_active=True, pk=person).first())


def instruction_of(client: Client, pk: int) -> Instruction:
    return _found(Instruction.objects.filter(client=client, pk=pk).select_related("client").first())


def administrator_of(client: Client, pk: int) -> SaasAdministrator:
    return _found(SaasAdministrator.objects.filter(client=client, pk=pk).select_related("client", "account").first())


def environment_of(client: Client, slug: str) -> ClientEnvironment:
    return _found(queries.environments_of_client(client.pk).filter(environment__slug=slug).first())


T = TypeVar("T")


def _found(row: T | None) -> T:
    if row is None:
        raise Http404
    return row
