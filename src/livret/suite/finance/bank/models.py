"""Bank accounts, the statements and movements of their bank, what was matched by hand, suggestions and rules.

Statements and movements are what the bank said: they are never changed. Whether a movement is in the books is not
written here: it is read from the entries that bear its origin and from the lines it is matched to.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livret.core.tenancy.models_base import ClientModel
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Journal
from livret.suite.finance.models.chart import NUMBER_LENGTH

LABEL_LENGTH = 1000


class BankAccount(ClientModel):
    """An account at a bank: where its statements go. identifier: the IBAN, or the bank's number when it has none."""

    id = models.AutoField(primary_key=True)
    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="EUR")
    journal = models.ForeignKey(Journal, models.PROTECT, related_name="+")
    account = models.ForeignKey(ChartAccount, models.PROTECT, related_name="+")
    is_closed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "identifier"], name="bank_account_once_per_company"),
            models.UniqueConstraint(fields=["company", "account"], name="bank_account_alone_in_its_ledger_account"),
            models.CheckConstraint(condition=~Q(identifier=""), name="bank_account_has_an_identifier"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.masked}"

    @property
    def masked(self) -> str:
        """The identifier as it may be shown: its first and last four characters."""
        held = self.identifier
        return f"{held[:4]} •••• {held[-4:]}" if len(held) > 8 else f"•••• {held[-4:]}"


class StatementFile(ClientModel):
    """One file of statements: from its upload to the movements, or to the reasons why not.

    summary: what the check saw, statement by statement; chosen: the bank account by identifier, for those not known.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Being checked")
        CHECKED = "checked", _("To be confirmed")
        REFUSED = "refused", _("Import refused")
        CONFIRMED = "confirmed", _("Being imported")
        DONE = "done", _("Imported")

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    summary = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    refusal = models.TextField(blank=True)
    movements = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "digest"], condition=Q(state="done"), name="statement_file_imported_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(ended_at__isnull=False), name="statement_file_done_says_when"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-uploaded_at"], name="statement_file_latest")]

    def __str__(self) -> str:
        return self.file_name


class Statement(ClientModel):
    """A statement as the bank sent it. known: movements that an earlier statement had brought, not added again."""

    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="statements")
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    position = models.IntegerField()
    identifier = models.CharField(max_length=100, blank=True)
    sequence = models.CharField(max_length=20, blank=True)
    opening_on = models.DateField(null=True)
    opening_cents = models.BigIntegerField(null=True)
    closing_on = models.DateField(null=True)
    closing_cents = models.BigIntegerField(null=True)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    movements = models.IntegerField()
    known = models.IntegerField(default=0)
    fingerprint = models.CharField(max_length=64)

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank_account", "fingerprint"], name="statement_once_per_account"),
            models.CheckConstraint(
                condition=Q(opening_on=None, opening_cents=None)
                | Q(opening_on__isnull=False, opening_cents__isnull=False),
                name="statement_opening_whole",
            ),
            models.CheckConstraint(
                condition=Q(closing_on=None, closing_cents=None)
                | Q(closing_on__isnull=False, closing_cents__isnull=False),
                name="statement_closing_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["bank_account", "-closing_on"], name="statement_by_closing")]

    def __str__(self) -> str:
        return f"{self.identifier or self.sequence or self.pk}"


class Movement(ClientModel):
    """A movement of the bank; money that comes in is positive, in cents.

    identity and ordinal: what tells it from every other of the account, the bank's own id when it gives one; words: all
    its texts, in capitals without accents; refs: those words that hold figures; signature: those that hold none.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+")
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, db_index=False, related_name="+")
    position = models.IntegerField()
    booked_on = models.DateField()
    value_on = models.DateField()
    cents = models.BigIntegerField()
    label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    end_to_end = models.CharField(max_length=100, blank=True)
    mandate = models.CharField(max_length=100, blank=True)
    party_name = models.CharField(max_length=140, blank=True)
    party_iban = models.CharField(max_length=34, blank=True)
    code = models.CharField(max_length=40, blank=True)
    is_reversal = models.BooleanField(default=False)
    details = models.JSONField(default=list)
    identity = models.CharField(max_length=32)
    ordinal = models.IntegerField()
    words = models.TextField(blank=True)
    refs = models.TextField(blank=True)
    signature = models.CharField(max_length=200, blank=True)

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank_account", "identity", "ordinal"], name="movement_once_per_account"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["bank_account", "-booked_on", "-id"], name="movement_latest"),
            models.Index(fields=["bank_account", "signature"], name="movement_alike"),
        ]

    def __str__(self) -> str:
        return self.label or self.party_name or f"#{self.pk}"


class MatchedLine(ClientModel):
    """A posted line of the bank's ledger account that a movement stands for; its lines sum to the movement.

    date, cents (debit less credit): those of the line, kept for when its fiscal year was removed.
    """

    movement = models.ForeignKey(Movement, models.PROTECT, related_name="matches")
    entry = models.ForeignKey("finance.Entry", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    date = models.DateField()
    cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "position"], name="bank_line_matched_once"),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id}: {self.entry_id}/{self.position}"


class MatchEvent(ClientModel):
    """The act of matching a movement with lines, or of undoing it: who, when, and why."""

    class Kind(models.TextChoices):
        MATCHED = "matched", _("Matched")
        UNMATCHED = "unmatched", _("Match undone")

    movement = models.ForeignKey(Movement, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    lines = models.JSONField()
    reason = models.CharField(max_length=400, blank=True)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    def __str__(self) -> str:
        return f"{self.kind} {self.movement_id}"


class BankRule(ClientModel):
    """What the company does with movements that hold some words: the first rule that fits, by position, speaks.

    words: all of them must stand in the movement; account: the number of the account that the amount goes to;
    vat_account and vat_rate: of the tax inside the amount, rate as a fraction, when there is one.
    """

    class Side(models.TextChoices):
        ANY = "any", _("Both ways")
        IN = "in", _("Money in")
        OUT = "out", _("Money out")

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    position = models.PositiveIntegerField()
    words = models.JSONField()
    side = models.CharField(max_length=3, choices=Side, default=Side.ANY)
    least_cents = models.BigIntegerField(null=True)
    most_cents = models.BigIntegerField(null=True)
    account = models.CharField(max_length=NUMBER_LENGTH)
    auxiliary = models.ForeignKey(AuxiliaryAccount, models.PROTECT, null=True, related_name="+")
    vat_code = models.CharField(max_length=20, blank=True)
    vat_account = models.CharField(max_length=NUMBER_LENGTH, blank=True)
    vat_rate = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    label = models.CharField(max_length=200, blank=True)
    is_stopped = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "name"], name="bank_rule_name_once"),
            models.CheckConstraint(
                condition=Q(least_cents=None) | Q(most_cents=None) | Q(most_cents__gte=F("least_cents")),
                name="bank_rule_amounts_in_order",
            ),
            models.CheckConstraint(
                condition=Q(vat_rate=None, vat_account="") | Q(vat_rate__gt=0, vat_rate__lt=1) & ~Q(vat_account=""),
                name="bank_rule_vat_whole",
            ),
            models.CheckConstraint(condition=~Q(account=""), name="bank_rule_has_an_account"),
        ]

    def __str__(self) -> str:
        return self.name


class Suggestion(ClientModel):
    """What could be done with a movement, best first. It binds nobody and is made again at will.

    reason and facts: why, to be put in words; proposal: the lines, account, auxiliary or rule that it names.
    """

    class Kind(models.TextChoices):
        LINE = "line", _("Already in the books")
        ITEMS = "items", _("Open invoice")
        RULE = "rule", _("Rule")
        HABIT = "habit", _("As before")

    movement = models.ForeignKey(Movement, models.CASCADE, related_name="suggestions")
    rank = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=5, choices=Kind)
    confidence = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)
    proposal = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["movement", "rank"], name="suggestion_rank_once"),
            models.CheckConstraint(condition=Q(confidence__lte=100), name="suggestion_confidence_in_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id}: {self.kind} {self.confidence}"
