"""The request as it was filed, and what is cached of its events."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The orders of the two lists, spelt once so that their indexes match them.
WAITING_FIRST = Case(When(state="waiting", then=Value(0)), default=Value(1))
TURN_FIRST = Case(When(state="answered", then=Value(0)), default=Value(1))
DUE_FIRST = F("due_at").asc(nulls_last=True)


class RequestCounter(models.Model):
    """The last number given in a year. Its row is locked until the filing commits, so that no number is lost."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(last__gt=0), name="request_counter_is_positive")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Request(models.Model):
    """A request of a client's person, under the contract and the booklet version of the day it was filed.

    criticality: a level of the booklet, empty where the plan decides. The fields below `nonce` repeat what the events
    say, for lists and sorting; `rules.clock` and `rules.state` compute the truth.
    hours: the opening hours counted, by name ("care/2023-09-18", "publisher/2"), empty when nothing is counted.
    close_at, late_at: when the target comes close, and the instant after which a pick-up would miss it.
    """

    class Kind(models.TextChoices):
        MALFUNCTION = "malfunction", _("Malfunction")
        QUESTION = "question", _("Question of use")
        CUSTOMER_SERVICE = "customer_service", _("Customer service")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("request", "Waiting for pick-up")
        IN_PROGRESS = "in_progress", _("In progress")
        ANSWERED = "answered", _("Answered, your turn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="support_requests")
    contract = models.ForeignKey("clients.Contract", on_delete=models.PROTECT, related_name="support_requests")
    booklet = models.SlugField(max_length=40)
    booklet_version = models.CharField(max_length=20)
    plan = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=Kind)
    product = models.SlugField(max_length=40)
    area = models.CharField(max_length=80, default="", blank=True)
    subject = models.CharField(max_length=150)
    context = models.TextField()
    error_message = models.TextField(default="", blank=True)
    menu_path = models.CharField(max_length=300, default="", blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="support_requests")
    registered_at = models.DateTimeField()
    call_code = models.CharField(max_length=8, unique=True)
    nonce = models.UUIDField()

    criticality = models.SlugField(max_length=20, default="", blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    last_sequence = models.PositiveIntegerField(default=0)
    last_event_at = models.DateTimeField()
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="support_assignments"
    )
    picked_up_at = models.DateTimeField(null=True, blank=True)
    hours = models.CharField(max_length=64, default="", blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    close_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filed_by", "nonce"], name="request_filed_once"),
            models.CheckConstraint(condition=Q(number__regex=r"^D-[0-9]{4}-[0-9]{6,}$"), name="request_number_form"),
            models.CheckConstraint(condition=Q(call_code__regex=r"^[0-9]{8}$"), name="request_call_code_has_8_digits"),
            models.CheckConstraint(
                condition=Q(kind__in=["malfunction", "question", "customer_service"]), name="request_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "in_progress", "answered"]), name="request_state_is_known"
            ),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(context=""), name="request_says_what_it_is_about"),
            models.CheckConstraint(
                condition=Q(picked_up_at=None, assigned_to=None, state="waiting")
                | Q(picked_up_at__isnull=False, assigned_to__isnull=False) & ~Q(state="waiting"),
                name="request_picked_up_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(picked_up_at=None) | Q(picked_up_at__gte=F("registered_at")),
                name="request_picked_up_after_registration",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client", "-registered_at"], name="request_by_client"),
            models.Index(fields=["filed_by", "-registered_at"], name="request_by_person"),
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="request_waiting_by_due"),
            models.Index(WAITING_FIRST, DUE_FIRST, "registered_at", "id", name="request_in_queue_order"),
            models.Index(
                F("client"), TURN_FIRST, F("last_event_at").desc(), F("id").desc(), name="request_in_list_order"
            ),
            models.Index(fields=["assigned_to", "-last_event_at"], name="request_by_technician"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("support:request", args=[self.number])

    @property
    def is_picked_up(self) -> bool:
        return self.picked_up_at is not None

    @property
    def call_code_shown(self) -> str:
        return f"{self.call_code[:4]} {self.call_code[4:]}"

    def get_console_url(self) -> str:
        return reverse("support_console:request", args=[self.number])
