"""The door: what django-allauth asks us when people sign in, and how it writes to them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from livret.clients.models import AccessAccount, AccessEvent
from livret.clients.rules.devices import device_name
from livret.clients.services import record_event
from livret.core import clock
from livret.core.installation import derived
from livret.core.mail import services as mail

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

Kind = AccessEvent.Kind


class News(NamedTuple):
    """What a person is told by mail when the means to sign in change."""

    kind: AccessEvent.Kind
    sentence: Promise


NEWS = {
    "account/email/password_changed": News(Kind.PASSWORD, _("Your password was changed.")),
    "account/email/password_reset": News(Kind.PASSWORD, _("Your password was reset.")),
    "account/email/password_set": News(Kind.PASSWORD, _("A password was set.")),
    "mfa/email/totp_activated": News(Kind.FACTOR_ADDED, _("An authenticator application was added.")),
    "mfa/email/totp_deactivated": News(Kind.FACTOR_REMOVED, _("The authenticator application was removed.")),
    "mfa/email/webauthn_added": News(Kind.FACTOR_ADDED, _("A passkey was added.")),
    "mfa/email/webauthn_removed": News(Kind.FACTOR_REMOVED, _("A passkey was removed.")),
    "mfa/email/recovery_codes_generated": News(Kind.FACTOR_ADDED, _("New recovery codes were made.")),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No public sign-up; mail through our own mail box; every passage written in the door log."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("The address or the password is not right. After five tries, wait five minutes."),
        "too_many_login_attempts": _("Too many tries: wait five minutes. A forgotten password can be reset."),
        "incorrect_code": _("This code is not right, or no longer valid. Take the one that is shown now."),
        "incorrect_password": _("This is not your password."),
        "rate_limited": _("Too many requests in a short time: wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        if isinstance(user, AccessAccount):
            with override(user.language):
                text = render_to_string("clients/mail/password_reset.txt", {"account": user, **context})
                self._mail(user, gettext("Choose a new password"), text)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        if not isinstance(user, AccessAccount):
            return
        news = NEWS[template_prefix]
        event = self._write(user, news.kind)
        with override(user.language):
            text = render_to_string(
                "clients/mail/door.txt",
                {"account": user, "news": news.sentence, "event": event, "device": device_name(event.device)},
            )
            self._mail(user, str(news.sentence), text)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **details: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **details)
        if isinstance(user, AccessAccount):
            self._write(user, Kind.SIGNED_IN)
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", secure=settings.IS_SECURE)
        return response

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, AccessAccount):
            self._write(request.user, Kind.SIGNED_OUT)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        account = AccessAccount.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        if account:
            self._write(account, Kind.REFUSED)

    def _write(self, account: AccessAccount, kind: AccessEvent.Kind) -> AccessEvent:
        address, device = self.get_client_ip(self.request), self.get_http_user_agent(self.request)
        return record_event(account, kind, at=clock.now(), address=address, device=device)

    def _mail(self, account: AccessAccount, subject: str, text: str) -> None:
        mail.send(to=account.email, subject=subject, text=text, about=account, at=clock.now())


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors encrypted under the installation's own key."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        code = segno.make_qr(url)
        return str(code.svg_inline(scale=4, dark="#000", light="#fff", title=gettext("Code to scan")))


def _cipher() -> Fernet:
    return Fernet(urlsafe_b64encode(bytes.fromhex(derived("second-factor"))))
