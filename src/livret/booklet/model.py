"""What a service booklet says, as typed frozen values: both booklets load into the same types.

Each value is Stated with its clause, or Absent where the booklet is silent; a Reading is our choice between the
meanings that a clause allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated

from livret.booklet import readings as r
from livret.booklet.calendar import Calendar
from livret.booklet.statements import Absent, Quantity, Reading, Stated, Words, number, share, words


@dataclass(frozen=True, slots=True)
class Clause:
    """One article of the booklet: its id, its subject and what it asks for, in our own words."""

    id: str
    title_en: str
    title_fr: str
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A promise or a duty without a figure, with its clause."""

    key: str
    clause: str
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Who and what the booklet is for."""

    in_force_from: Stated[date] | Absent
    territory: Annotated[Stated[str] | Absent, words("metropolitan_france")]
    professional_use_only: Stated[bool] | Absent
    custom_developments_allowed: Stated[bool]
    ordered_quantities: Annotated[Stated[Words], words("modules", "named_users", "payslip_brackets")]
    ceilings: Annotated[Mapping[str, Mapping[str, Stated[Quantity]]] | Absent, number("")]
    past_ceiling: Annotated[Stated[Words] | Absent, words("blocked", "slowed")]
    past_ordered: Annotated[Stated[str] | Absent, words("repriced")]
    office_subscription_required: Stated[bool] | Absent


@dataclass(frozen=True, slots=True)
class History:
    """How long movements are kept in the service."""

    years: Annotated[Stated[int], number("years, the current one included", most=100)]
    excess_may_be_billed: Stated[bool] | Absent
    tax_data_spared: Stated[bool] | Absent


@dataclass(frozen=True, slots=True)
class Documents:
    """The shared document space."""

    shared_space: Annotated[Stated[int] | Absent, number("gigabytes", most=10**6)]
    file_kinds: Annotated[Stated[Words] | Absent, words("word", "excel", "powerpoint", "pdf", "image")]
    past_limit: Annotated[Stated[Words] | Absent, words("buy_extension", "delete")]


@dataclass(frozen=True, slots=True)
class Maintenance:
    """When the service may be stopped."""

    window: Stated[Calendar]
    nothing_blocking: Stated[Calendar] | Absent
    announced_before: Annotated[Stated[int], number("hours", most=10_000)]


@dataclass(frozen=True, slots=True)
class Availability:
    """The availability promised, and over which hours and causes it is measured."""

    target: Annotated[Stated[Fraction], share()]
    measured_hours: Stated[Calendar]
    period_months: Annotated[Stated[int], number("months", most=12)]
    excluded_causes: Annotated[
        Stated[Words],
        words("planned_maintenance", "urgent_maintenance", "force_majeure", "client_equipment", "outside_perimeter"),
    ]
    environments: Annotated[Stated[Words], words("production", "test")]
    counted_when: Annotated[Stated[Words] | Absent, words("unreachable", "no_login")]
    status_page: Annotated[Stated[Words] | Absent, words("current_state", "ongoing_maintenance", "planned_maintenance")]


@dataclass(frozen=True, slots=True)
class Backups:
    """Which states can be put back."""

    newest_day_back: Annotated[Stated[int], number("days", most=1000)]
    oldest_day_back: Annotated[Stated[int], number("days", most=1000)]
    monthly_copies_kept: Annotated[Stated[int] | Absent, number("months", most=120)]
    copies: Annotated[Stated[int], number("copies", most=10)]
    places: Annotated[Stated[int], number("places", most=10)]
    documents_every: Annotated[Stated[int], number("days", most=31)]


@dataclass(frozen=True, slots=True)
class Updates:
    """What an update is, and what it needs."""

    kinds: Annotated[Stated[Words], words("new_version", "patch")]
    dates_told_for: Annotated[Stated[Words], words("new_version", "patch")]
    need_agreement: Stated[bool]
    left_out: Annotated[Stated[Words], words("custom_reports", "custom_developments")]
    custom_report_approval_billed: Stated[bool]


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who may ask, and who opens which account."""

    administrators_least: Annotated[Stated[int], number("administrators", most=100)]
    external_administrators_most: Annotated[Stated[int] | Absent, number("administrators", most=100)]
    reserved_operations: Annotated[Stated[Words], words("restore", "purge", "export", "account_change")]
    access_accounts_by: Annotated[Stated[str] | Absent, words("publisher", "client")]
    application_accounts_by: Annotated[Stated[str] | Absent, words("publisher", "client")]


@dataclass(frozen=True, slots=True)
class Dsn:
    """The DSN service."""

    guaranteed_before_deadline: Annotated[Stated[int] | Absent, number("service hours", most=1000)]
    functions: Annotated[
        Stated[Words] | Absent, words("control", "storage", "processing", "tracking", "generation", "transport")
    ]
    api_functions: Annotated[Stated[Words] | Absent, words("send", "follow", "download_returns")]


@dataclass(frozen=True, slots=True)
class Support:
    """Support: hours, clocks, plans and scope."""

    hours: Stated[Calendar] | Absent
    business_days: Stated[Calendar]
    phone: Annotated[Stated[str] | Absent, words()]
    phone_needs_request: Stated[bool]
    plans: Annotated[
        Mapping[str, Stated[Words]],
        words(
            "customer_space",
            "downloads",
            "knowledge_base",
            "support",
            "phone",
            "remote_assistance",
            "web_assistance",
            "request_report",
            "phone_priority",
            "learning_basics",
            "learning_mastery",
            "learning_in_depth",
            "live_office_training",
            "certification",
            "usage_questions",
            "bot",
            "dashboard",
        ),
    ]
    pick_up_by: Annotated[Stated[str], words("plan", "criticality")]
    pick_up: Annotated[Mapping[str, Stated[int]], number("business hours", most=1000)]
    pick_up_share: Annotated[Stated[Fraction] | Absent, share()]
    pick_up_share_period: Annotated[Stated[int] | Absent, number("months", most=120)]
    action_plan: Annotated[Stated[int], number("business hours", most=1000)]
    fix_or_workaround: Annotated[Stated[int], number("business days", most=1000)]
    minor_anomaly_has_delay: Stated[bool] | Absent
    request_facts: Annotated[Stated[Words], words("context", "error_messages", "menu_path", "attachments")]
    out_of_scope: Annotated[
        Stated[Words],
        words(
            "training",
            "setup",
            "file_repair",
            "file_transfer",
            "installation",
            "paid_complement",
            "usage_questions",
            "custom_development",
            "dedicated_time",
        ),
    ]
    suspended_when: Annotated[Stated[Words], words("untrained_users", "no_remote_assistance")]
    request_report_every: Annotated[Stated[int] | Absent, number("months", most=24)]


@dataclass(frozen=True, slots=True)
class CustomerService:
    """Administrative questions: hours and phone, without pick-up commitment."""

    hours: Stated[Calendar] | Absent
    phone: Annotated[Stated[str] | Absent, words()]
    subjects: Annotated[Stated[Words] | Absent, words("customer_space", "administrative", "contract", "complaint")]
    has_pick_up_commitment: Stated[bool] | Absent


@dataclass(frozen=True, slots=True)
class CustomerSpace:
    """What the one customer space opens, by contract."""

    rooms: Annotated[
        Stated[Words],
        words(
            "knowledge_base",
            "bot",
            "learning",
            "office_training",
            "dashboard",
            "requests",
            "account_information",
            "service_information",
            "schedule",
            "intervention_reports",
            "attendance_sheets",
            "downloads",
            "store",
            "community",
        ),
    ]
    bot_topics: Annotated[
        Stated[Words] | Absent, words("software_use", "training", "account", "invoices", "product_updates")
    ]
    replays: Stated[bool] | Absent


@dataclass(frozen=True, slots=True)
class Learning:
    """Learning, certification and the right to free questions of use."""

    resources: Annotated[
        Stated[Words],
        words("digital_content", "video", "quiz", "downloads", "expert_talks", "forum", "exam", "community"),
    ]
    depth: Annotated[Mapping[str, Stated[str]] | Absent, words("basics", "mastery", "in_depth")]
    phase: Annotated[Stated[int] | Absent, number("months", most=120)]
    pass_mark: Annotated[Stated[Fraction] | Absent, share()]
    pass_mark_may_change: Stated[bool] | Absent
    retry_after: Annotated[Stated[int] | Absent, number("days", most=1000)]
    always_paid: Annotated[
        Stated[Words] | Absent, words("setup", "training", "custom_development", "installation", "dedicated_time")
    ]


@dataclass(frozen=True, slots=True)
class Terms:
    """Billing, duration and notice of the subscription."""

    billing_every: Annotated[Stated[int] | Absent, number("months", most=120)]
    billed_in_advance: Stated[bool] | Absent
    initial: Annotated[Stated[int] | Absent, number("months", most=1200)]
    renewal: Annotated[Stated[int] | Absent, number("months", most=1200)]
    notice: Annotated[Stated[int] | Absent, number("billing months", most=120)]
    notice_form: Annotated[Stated[str] | Absent, words("registered_letter")]
    option_changes_term: Stated[bool] | Absent


@dataclass(frozen=True, slots=True)
class Options:
    """The two packs that a client may add."""

    assistance_initial: Annotated[Stated[int] | Absent, number("months", most=1200)]
    assistance_renewal: Annotated[Stated[int] | Absent, number("months", most=1200)]
    assistance_counted_over: Annotated[Stated[int] | Absent, number("months", most=120)]
    service_initial: Annotated[Stated[int] | Absent, number("months", most=1200)]
    service_renewal: Annotated[Stated[int] | Absent, number("months", most=1200)]
    credits_valid: Annotated[Stated[int] | Absent, number("months", most=120)]
    single_credits_need_pack: Stated[bool] | Absent


@dataclass(frozen=True, slots=True)
class Readings:
    """The reading applied wherever a clause allows several."""

    target_end: Reading[r.TargetEnd]
    pause_scope: Reading[r.PauseScope]
    instant_answer: Reading[r.InstantAnswer]
    criticality_change: Reading[r.CriticalityChange]
    business_days_due: Reading[r.BusinessDaysDue]
    business_day: Reading[r.BusinessDay]
    downtime: Reading[r.Downtime]
    blocking_hour: Reading[r.BlockingHour] | Absent
    early_monday: Reading[r.EarlyMonday] | Absent
    month_count: Reading[r.MonthCount]
    notice_day: Reading[r.NoticeDay] | Absent
    last_day: Reading[r.LastDay] | Absent
    threshold_exceeded: Reading[r.ThresholdExceeded] | Absent
    appointment_price: Reading[r.AppointmentPrice] | Absent
    major_update_grace: Reading[r.MajorUpdateGrace] | Absent
    retry_from: Reading[r.RetryFrom] | Absent
    gigabyte: Reading[r.Gigabyte] | Absent
    shared_space_count: Reading[r.SharedSpaceCount] | Absent
    monthly_copy_day: Reading[r.MonthlyCopyDay] | Absent
    entry_count: Reading[r.EntryCount] | Absent
    document_count: Reading[r.DocumentCount] | Absent
    mandate_count: Reading[r.MandateCount] | Absent
    reserved_to: Reading[r.ReservedTo]
    service_hours: Reading[r.ServiceHours] | Absent
    report_reapproval: Reading[r.ReportReapproval]


@dataclass(frozen=True, slots=True)
class Booklet:
    """One service booklet in one version. clauses are in the order of the text; values() lists every figure."""

    id: str
    version: str
    title_en: str
    title_fr: str
    clauses: Mapping[str, Clause]
    rules: tuple[Rule, ...]
    scope: Scope
    history: History
    documents: Documents
    maintenance: Maintenance
    availability: Availability
    backups: Backups
    updates: Updates
    accounts: Accounts
    dsn: Dsn
    support: Support
    customer_service: CustomerService
    customer_space: CustomerSpace
    learning: Learning
    terms: Terms
    options: Options
    readings: Readings

    def __str__(self) -> str:
        return f"{self.id}/{self.version}"


SECTIONS = (
    "scope",
    "history",
    "documents",
    "maintenance",
    "availability",
    "backups",
    "updates",
    "accounts",
    "dsn",
    "support",
    "customer_service",
    "customer_space",
    "learning",
    "terms",
    "options",
    "readings",
)
