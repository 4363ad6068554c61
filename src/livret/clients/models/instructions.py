"""How an account comes and goes: the client's instruction, the invitation, and the traces they leave."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livret.clients.models.accounts import AccessAccount
from livret.clients.models.clients import Client


class Instruction(models.Model):
    """What a client asked about its access accounts: who asked, when, how, in which words. Never edited.

    Source: Care C-11 (accounts on the client's instruction); Sprint S-9 (who may ask).
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("Open an access account")
        CLOSE = "close", _("Close an access account")

    class Channel(models.TextChoices):
        SPACE = "space", _("Customer space")
        CONTRACT = "contract", _("Contract")
        MAIL = "mail", _("By email")
        LETTER = "letter", _("By letter")
        PHONE = "phone", _("By phone")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="instructions")
    kind = models.CharField(max_length=10, choices=Kind)
    person_name = models.CharField(max_length=120)
    person_email = models.EmailField(max_length=254)
    asked_by = models.ForeignKey(AccessAccount, on_delete=models.PROTECT, null=True, related_name="instructions_given")
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=Channel)
    text = models.TextField()
    recorded_by_id = models.UUIDField()
    recorded_by_name = models.CharField(max_length=160)
    recorded_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["open", "close"]), name="instruction_kind_is_known"),
            models.CheckConstraint(condition=~Q(asked_by_name=""), name="instruction_says_who_asked"),
            models.CheckConstraint(
                condition=Q(asked_at__lte=F("recorded_at")), name="instruction_recorded_after_asking"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person_email}"


class InstructionOutcome(models.Model):
    """What the publisher did with an instruction: once, with the account concerned or the reason of a refusal."""

    instruction = models.OneToOneField(Instruction, on_delete=models.PROTECT, related_name="outcome")
    account = models.ForeignKey(AccessAccount, on_delete=models.PROTECT, null=True, related_name="instructions")
    refusal = models.TextField(default="", blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(account=None) & ~Q(refusal="") | Q(account__isnull=False, refusal=""),
                name="instruction_done_or_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.refusal or str(self.account)


class Invitation(models.Model):
    """A link that lets a person set a password, once. Only the SHA-256 of its token is kept."""

    account = models.ForeignKey(AccessAccount, on_delete=models.PROTECT, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by_id = models.UUIDField()
    issued_by_name = models.CharField(max_length=160)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(accepted_at=None, cancelled_at=None),
                name="invitation_one_open_by_account",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(cancelled_at=None), name="invitation_accepted_or_cancelled"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="invitation_expires_after_issue"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.issued_at:%Y-%m-%d}"

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.cancelled_at is None and now < self.expires_at


class RevokedAccess(models.Model):
    """An account that lost its access. Only ever grows; applied again to an environment that is restored.

    environment_id: empty when every environment is concerned.
    """

    account_id = models.UUIDField(db_index=True)
    environment_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    append_only = True

    def __str__(self) -> str:
        return f"{self.account_id} {self.at:%Y-%m-%d}"


class AccessEvent(models.Model):
    """What happened at the door: signing in and out, refusals, changes of the means to sign in. Never edited."""

    class Kind(models.TextChoices):
        INVITED = "invited", _("Invited")
        JOINED = "joined", _("Invitation accepted")
        SIGNED_IN = "signed_in", _("Signed in")
        SIGNED_OUT = "signed_out", _("Signed out")
        REFUSED = "refused", _("Sign-in refused")
        PASSWORD = "password", _("Password changed")
        FACTOR_ADDED = "factor_added", _("Second factor added")
        FACTOR_REMOVED = "factor_removed", _("Second factor removed")
        SESSIONS_ENDED = "sessions_ended", _("Sessions ended")
        CLOSED = "closed", _("Account closed")

    account = models.ForeignKey(AccessAccount, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True, blank=True)
    device = models.CharField(max_length=200, default="", blank=True)

    append_only = True

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-at"], name="access_event_by_account")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
