"""Access accounts: a person's way in, and the roles of the publisher's staff."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from livret.clients.models.clients import Client


class AccessAccountManager(BaseUserManager["AccessAccount"]):
    def get_by_natural_key(self, username: str | None) -> AccessAccount:
        return self.get(email=(username or "").lower())


class AccessAccount(AbstractBaseUser):
    """A person's way in: of one client, or of the publisher when `client` is empty.

    The client plane keeps its `id` and nothing else. Addresses are stored in lower case, so that one address is one
    account.
    An account is closed, never deleted: its acts keep their author.
    """

    class Language(models.TextChoices):
        FRENCH = "fr", "Français"
        ENGLISH = "en", "English"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email address"), max_length=254)
    full_name = models.CharField(_("full name"), max_length=120)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts")
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FRENCH)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["full_name"]
    objects: ClassVar[AccessAccountManager] = AccessAccountManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["email"], name="access_account_email_once"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="access_account_email_in_lower_case"),
            models.CheckConstraint(condition=~models.Q(full_name=""), name="access_account_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(is_active=True, closed_at=None) | models.Q(is_active=False, closed_at__isnull=False),
                name="access_account_closed_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_of_publisher(self) -> bool:
        return self.client_id is None

    @cached_property
    def roles(self) -> frozenset[str]:
        """The publisher roles held; empty for a client's person."""
        return frozenset(row.role for row in self.staff_roles.all())

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.partition(" ")[0]


class StaffRole(models.Model):
    """One role of one person of the publisher."""

    class Role(models.TextChoices):
        TECHNICIAN = "technician", _("Support technician")
        CUSTOMER_SERVICE = "customer_service", _("Customer service")
        OPERATIONS = "operations", _("Operations")
        TRAINER = "trainer", _("Trainer")
        BILLING = "billing", _("Sales and billing")
        ADMINISTRATOR = "administrator", _("Administrator")

    account = models.ForeignKey(AccessAccount, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "role"], name="staff_role_once"),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=["technician", "customer_service", "operations", "trainer", "billing", "administrator"]
                ),
                name="staff_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
