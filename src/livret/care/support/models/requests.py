"""The request as it was filed, and what is cached of its events."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Replace
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The orders of the two lists, spelt once so that their indexes match them.
# A list of the queue holds open requests only: they stay few, whatever the years bring.
IS_OPEN = Q(state__in=["waiting", "in_progress", "answered"])
# The same as the closed state, by constraint, in the words of the index that gives the closed ones in their order.
IS_CLOSED = Q(closed_at__isnull=False)
NEXT_DUE_FIRST = F("next_due_at").asc(nulls_last=True)
TURN_FIRST = Case(When(state="answered", then=Value(0)), When(state="closed", then=Value(2)), default=Value(1))
# What figures count, held by their index: a year of requests is then read without the rows themselves.
COUNTED = (
    *("client", "contract", "kind", "product", "team", "assigned_to", "filed_by", "is_excluded", "hours", "is_on_time"),
    *("state", "late_at", "elapsed_s", "picked_up_at", "rating"),
)


def _searched(column: str) -> Replace:
    """Return the text of *column* as it is searched: PostgreSQL keeps a typographic apostrophe inside a word."""
    return Replace(column, Value("’"), Value("'"), output_field=models.TextField())


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

    topic: what a question or a customer-service request is about, empty for the rest. channel: how it came.
    standing: what it was told to be when it was filed, a kind of `rules.standing`, and the clause that says so.
    origin: the page, version and last error that its author let travel with it.
    criticality: a level of the booklet, empty where the plan decides. The fields below `nonce` repeat what the events
    say, for lists, sorting and figures; the rules compute the truth from the events.
    hours: the opening hours counted, by name ("care/2023-09-18", "publisher/2"), empty when nothing is counted;
    calendar_version: the same with the fingerprint of what they held when the instants below were computed.
    next_due_at, close_at, late_at: of the clock that runs, when it comes close, and after which instant it is missed.
    elapsed_s, is_on_time: business seconds to the pick-up, and its verdict; both empty while nothing can be said.
    level: of the anomaly qualified; second_*: the clock that it opened.
    next_alert_at: when the next share of a running target is consumed.
    """

    class Kind(models.TextChoices):
        MALFUNCTION = "malfunction", _("Malfunction")
        QUESTION = "question", _("Question of use")
        CUSTOMER_SERVICE = "customer_service", _("Customer service")
        OPERATION = "operation", _("Operation on data")

    class Channel(models.TextChoices):
        SPACE = "space", _("Customer space")
        MODULE = "module", _("A page of a module")
        PHONE = "phone", _("Phone")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("request", "Waiting for pick-up")
        IN_PROGRESS = "in_progress", _("In progress")
        ANSWERED = "answered", _("Answered, your turn")
        CLOSED = "closed", pgettext_lazy("request", "Closed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="support_requests")
    contract = models.ForeignKey("clients.Contract", on_delete=models.PROTECT, related_name="support_requests")
    booklet = models.SlugField(max_length=40)
    booklet_version = models.CharField(max_length=20)
    plan = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=Kind)
    topic = models.SlugField(max_length=40, default="", blank=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.SPACE)
    standing = models.SlugField(max_length=10, default="committed")
    standing_clause = models.CharField(max_length=10, default="", blank=True)
    origin: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict, blank=True)
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
    calendar_version = models.CharField(max_length=80, default="", blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    close_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)
    elapsed_s = models.PositiveIntegerField(null=True, blank=True)
    is_on_time = models.BooleanField(null=True, blank=True)
    team = models.ForeignKey(
        "support.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="support_requests"
    )
    qualification = models.SlugField(max_length=16, default="", blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    second_due_at = models.DateTimeField(null=True, blank=True)
    second_stopped_at = models.DateTimeField(null=True, blank=True)
    second_is_kept = models.BooleanField(null=True, blank=True)
    is_paused = models.BooleanField(default=False)
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_alert_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_cause = models.SlugField(max_length=16, default="", blank=True)
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates")
    is_excluded = models.BooleanField(default=False)
    is_contested = models.BooleanField(default=False)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.GeneratedField(
        expression=SearchVector(*map(_searched, ("subject", "context", "error_message")), config="french"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filed_by", "nonce"], name="request_filed_once"),
            models.CheckConstraint(condition=Q(number__regex=r"^D-[0-9]{4}-[0-9]{6,}$"), name="request_number_form"),
            models.CheckConstraint(condition=Q(call_code__regex=r"^[0-9]{8}$"), name="request_call_code_has_8_digits"),
            models.CheckConstraint(
                condition=Q(kind__in=["malfunction", "question", "customer_service", "operation"]),
                name="request_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "in_progress", "answered", "closed"]), name="request_state_is_known"
            ),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(context=""), name="request_says_what_it_is_about"),
            models.CheckConstraint(
                condition=Q(picked_up_at=None, state__in=["waiting", "closed"])
                | Q(picked_up_at__isnull=False, assigned_to__isnull=False) & ~Q(state="waiting"),
                name="request_picked_up_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(close_cause="")
                | ~Q(state="closed") & Q(closed_at=None, close_cause=""),
                name="request_closed_for_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(picked_up_at__isnull=False) | Q(close_cause="withdrawn"),
                name="request_closed_unread_by_its_author_only",
            ),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__in=[1, 2, 3], qualification="anomaly"),
                name="request_level_is_of_an_anomaly",
            ),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="request_rated_1_to_5"),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("pk")), name="request_not_a_duplicate_of_itself"
            ),
            models.CheckConstraint(
                condition=Q(picked_up_at=None) | Q(picked_up_at__gte=F("registered_at")),
                name="request_picked_up_after_registration",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client", "-registered_at"], name="request_by_client"),
            models.Index(fields=["filed_by", "-registered_at"], name="request_by_person"),
            models.Index(NEXT_DUE_FIRST, "registered_at", "id", condition=IS_OPEN, name="request_open_by_due"),
            models.Index(fields=["next_alert_at"], condition=IS_OPEN, name="request_open_by_alert"),
            models.Index(fields=["assigned_to", "next_due_at"], condition=IS_OPEN, name="request_open_by_technician"),
            models.Index(fields=["registered_at"], include=COUNTED, name="request_figures"),
            models.Index(fields=["-closed_at", "-id"], condition=IS_CLOSED, name="request_closed_latest_first"),
            GinIndex(fields=["words"], name="request_by_words"),
            models.Index(
                F("client"), TURN_FIRST, F("last_event_at").desc(), F("id").desc(), name="request_in_list_order"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("support:request", args=[self.number])

    @property
    def is_picked_up(self) -> bool:
        return self.picked_up_at is not None

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def call_code_shown(self) -> str:
        return f"{self.call_code[:4]} {self.call_code[4:]}"

    def get_console_url(self) -> str:
        return reverse("support_console:request", args=[self.number])


class RequestShare(models.Model):
    """A colleague who reads a request that is not theirs; the events tell since when and by whom."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="shares")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shared_requests")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "account"], name="request_shared_once"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.account_id}"
