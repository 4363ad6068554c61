"""The link by which a person comes in for the first time, instead of an initial password that somebody else knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from livret.clients.models import AccessAccount, AccessEvent, Invitation
from livret.clients.rules.invitations import expiry, new_token, token_digest
from livret.clients.services.events import record_event
from livret.core.audit.services import record
from livret.core.mail.services import send
from livret.core.people import Actor
from livret.kernel.errors import Refusal


class InvitationRefused(Refusal):
    """The link was used, replaced, cancelled or is too old; or the account no longer takes one."""


@transaction.atomic
def issue_invitation(account: AccessAccount, *, link_to: Callable[[str], str], by: Actor, at: datetime) -> Invitation:
    """Mail a new single-use link to the account's address; earlier links stop working.

    link_to: from a token to the whole address of the acceptance page. Raises InvitationRefused on a closed account,
    or one whose holder already came in (a lost password is reset, not invited).
    """
    account = AccessAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    _refuse_uninvitable(account)
    Invitation.objects.filter(account=account, accepted_at=None, cancelled_at=None).update(cancelled_at=at)
    token = new_token()
    invitation = Invitation.objects.create(
        account=account,
        token_digest=token_digest(token),
        issued_at=at,
        issued_by_id=by.id,
        issued_by_name=by.name,
        expires_at=expiry(at),
    )
    with override(account.language):
        send(to=account.email, subject=_subject(), text=_text(invitation, link_to(token)), about=account, at=at)
    record_event(account, AccessEvent.Kind.INVITED, at=at)
    record("clients.invitation.issued", account, by=by, at=at)
    return invitation


@transaction.atomic
def accept_invitation(token: str, *, password: str, at: datetime, address: str = "", device: str = "") -> AccessAccount:
    """Set the password of the invited person, once; the address that received the link is thereby proven.

    Raises InvitationRefused on an unknown, used, cancelled or expired link. The password was checked by the form.
    """
    invitation = open_invitation(token, at=at, queryset=Invitation.objects.select_for_update())
    account = AccessAccount.objects.select_for_update(of=("self",)).get(pk=invitation.account_id)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    set_password(account, password=password)
    record_event(account, AccessEvent.Kind.JOINED, at=at, address=address, device=device)
    record("clients.invitation.accepted", account, by=Actor(account.pk, account.full_name, "client", address), at=at)
    return account


@transaction.atomic
def set_password(account: AccessAccount, *, password: str) -> None:
    """Set the password of an account whose address is proven: by an invitation, or by whoever fills a demonstration."""
    account.set_password(password)
    account.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=account, email=account.email, defaults={"verified": True, "primary": True}
    )


def open_invitation(token: str, *, at: datetime, queryset: QuerySet[Invitation] | None = None) -> Invitation:
    """Return the invitation that *token* opens. Raises InvitationRefused on any other, saying why."""
    found = Invitation.objects.all() if queryset is None else queryset
    invitation = found.filter(token_digest=token_digest(token)).first()
    if invitation is None or invitation.cancelled_at is not None or not invitation.account.is_active:
        raise InvitationRefused(
            _("This link does not work, or a newer one replaced it. Use the latest mail, or ask for a new invitation.")
        )
    if invitation.accepted_at is not None or invitation.account.has_usable_password():
        raise InvitationRefused(_("This link was already used. Sign in with your password, or reset it."))
    if invitation.expires_at <= at:
        raise InvitationRefused(
            _("This link is too old: it worked until %(day)s. Ask your administrator for a new invitation.")
            % {"day": date_format(localtime(invitation.expires_at), "DATETIME_FORMAT")}
        )
    return invitation


def _refuse_uninvitable(account: AccessAccount) -> None:
    if not account.is_active:
        raise InvitationRefused(_("%(name)s's account is closed.") % {"name": account.full_name})
    if account.has_usable_password():
        raise InvitationRefused(
            _("%(name)s already came in. A lost password is reset from the sign-in page.") % {"name": account.full_name}
        )


def _subject() -> str:
    return _("Your access to the service")


def _text(invitation: Invitation, link: str) -> str:
    return _(
        "Hello %(name)s,\n\n"
        "An access account has been opened for you. Choose your password here:\n\n%(link)s\n\n"
        "This link works once, until %(until)s. It is yours alone: do not pass it on.\n"
        "If it is too old, your administrator can send you another.\n"
    ) % {
        "name": invitation.account.full_name,
        "link": link,
        "until": date_format(localtime(invitation.expires_at), "DATETIME_FORMAT"),
    }
