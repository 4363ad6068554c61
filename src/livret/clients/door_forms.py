"""The forms of the door, in our words: labels above the fields, no text inside them."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("Email address"),
    "email": _("Email address"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("The same again"),
    "code": _("Code of six digits, or recovery code"),
    "name": _("Name of the passkey"),
    "passwordless": _("Sign in with this passkey alone, without password"),
}


class OurWords(forms.Form):
    """Names the fields as the rest of the interface does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            if name in ("password", "passwordless"):
                field.help_text = ""


def in_our_words(form: type[Any]) -> type[Any]:
    """Return django-allauth's *form* with our names of fields."""
    return type(form.__name__, (OurWords, form), {"__module__": __name__})


LoginForm = in_our_words(account.LoginForm)
ResetPasswordForm = in_our_words(account.ResetPasswordForm)
ResetPasswordKeyForm = in_our_words(account.ResetPasswordKeyForm)
ChangePasswordForm = in_our_words(account.ChangePasswordForm)
SetPasswordForm = in_our_words(account.SetPasswordForm)
ReauthenticateForm = in_our_words(account.ReauthenticateForm)
AuthenticateForm = in_our_words(mfa.AuthenticateForm)
ReauthenticateCodeForm = in_our_words(mfa.ReauthenticateForm)
ActivateTotpForm = in_our_words(totp.ActivateTOTPForm)
AddPasskeyForm = in_our_words(webauthn.AddWebAuthnForm)
EditPasskeyForm = in_our_words(webauthn.EditWebAuthnForm)
