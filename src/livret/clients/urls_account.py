"""The addresses of the door, in French, under the names that django-allauth knows them by. No public sign-up."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as sessions
from django.http import HttpResponseBase
from django.urls import URLPattern, path, re_path

from livret.clients.views.answers import refusing

View = Callable[..., HttpResponseBase]


def door(route: str, view: View, *, name: str) -> URLPattern:
    return path(route, refusing(view), name=name)


urlpatterns = [
    door("connexion/", account.login, name="account_login"),
    door("connexion/cle-d-acces/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    door("connexion/second-facteur/", mfa.authenticate, name="mfa_authenticate"),
    door("deconnexion/", account.logout, name="account_logout"),
    door("ferme/", account.account_inactive, name="account_inactive"),
    door("inscription/", account.signup, name="account_signup"),
    door("confirmation/", account.reauthenticate, name="account_reauthenticate"),
    door("confirmation/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    door("confirmation/cle/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    door("mot-de-passe/", account.password_change, name="account_change_password"),
    door("mot-de-passe/choix/", account.password_set, name="account_set_password"),
    door("mot-de-passe/oubli/", account.password_reset, name="account_reset_password"),
    door("mot-de-passe/oubli/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/oubli/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        refusing(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    door("mot-de-passe/change/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    door("securite/", mfa.index, name="mfa_index"),
    door("securite/application/", totp.activate_totp, name="mfa_activate_totp"),
    door("securite/application/retrait/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    door("securite/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    door("securite/codes/nouveaux/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    door("securite/codes/fichier/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    door("securite/cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    door("securite/cles/nouvelle/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    door("securite/cles/<int:pk>/nom/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    door("securite/cles/<int:pk>/retrait/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    door("sessions/", sessions.list_usersessions, name="usersessions_list"),
]
