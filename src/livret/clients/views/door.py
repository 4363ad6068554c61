"""The door's own pages: coming in by invitation, one's profile."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from livret.clients import access, queries, services
from livret.clients.access import AccountRequest, account_required
from livret.clients.forms import InvitationForm, ProfileForm
from livret.clients.views.answers import answer
from livret.core import clock


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let the invited person choose a password, once, then sign them in."""
    try:
        invited = services.open_invitation(token, at=clock.now()).account
        form = InvitationForm(request.POST or None, account=invited)
        if form.is_valid():
            return _come_in(request, token, form.cleaned_data["password1"])
    except services.InvitationRefused as refused:
        return render(request, "clients/invitation_refused.html", {"refusal": str(refused)}, status=410)
    return answer(request, "clients/invitation.html", {"form": form, "invited": invited})


def _come_in(request: HttpRequest, token: str, password: str) -> HttpResponseBase:
    facts = {"address": access.client_address(request), "device": request.headers.get("User-Agent", "")}
    account = services.accept_invitation(token, password=password, at=clock.now(), **facts)
    login = Login(user=account, redirect_url=reverse("mfa_index"))
    response: HttpResponseBase = perform_password_login(request, {"email": account.email}, login)
    if request.user == account:
        reauthenticate_by_password(request)  # The password was chosen a moment ago: do not ask for it again.
    return response


@account_required
def profile(request: AccountRequest) -> HttpResponse:
    account = request.account
    initial = {"full_name": account.full_name, "language": account.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        services.change_profile(account, **form.cleaned_data, by=request.actor, at=clock.now())
        messages.info(request, _("Profile saved."))
        return _in_language(redirect("clients:profile"), account.language)
    return answer(request, "clients/profile.html", {"form": form, "events": queries.door_log(account)})


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.IS_SECURE)
    return response
