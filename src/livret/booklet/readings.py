"""The readings: named choices where a clause can be read in several ways. A booklet says which one it applies."""

from __future__ import annotations

from enum import StrEnum


class TargetEnd(StrEnum):
    """When a target falls due whose last second is the last of an opening."""

    CLOSING = "closing"
    NEXT_OPENING = "next_opening"


class PauseScope(StrEnum):
    """Which clocks a pause may stop."""

    NO_CLOCK = "no_clock"
    LATER_CLOCKS = "later_clocks"
    EVERY_CLOCK = "every_clock"


class InstantAnswer(StrEnum):
    """Whether an answer given at once by a technician is a pick-up."""

    IS_PICK_UP = "is_pick_up"
    IS_NOT_PICK_UP = "is_not_pick_up"


class CriticalityChange(StrEnum):
    """From when the target of a new level counts; a breach already suffered stays in both."""

    FROM_REGISTRATION = "from_registration"
    RESTART_AT_CHANGE = "restart_at_change"


class BusinessDaysDue(StrEnum):
    """The instant at which the last business day of a target ends."""

    END_OF_OPENING = "end_of_opening"
    END_OF_DAY = "end_of_day"
    SAME_TIME = "same_time"
    AS_8H_DAYS = "as_8h_days"


class BusinessDay(StrEnum):
    """Which days count: the clause's Monday to Friday without holidays, or the days that really open."""

    WEEKDAY = "weekday"
    OPEN_DAY = "open_day"


class Downtime(StrEnum):
    """Which interruptions lower the availability."""

    CAUSE_DECIDES = "cause_decides"
    EXCLUDED_WINS = "excluded_wins"
    WINDOW_BY_CLOCK = "window_by_clock"


class BlockingHour(StrEnum):
    """Whether the hour before which nothing may block is Paris time all year, or UTC+1 all year."""

    PARIS_TIME = "paris_time"
    CET_ALL_YEAR = "cet_all_year"


class EarlyMonday(StrEnum):
    """Whether Monday 00:00 to 07:00 belongs to the maintenance window."""

    INSIDE = "inside"
    OUTSIDE = "outside"


class MonthCount(StrEnum):
    """How months are added: same day number, else the last day of the month, from the first anchor."""

    FROM_ANCHOR = "from_anchor"


class NoticeDay(StrEnum):
    """Until which day a notice is accepted. The earliest of the readings is shown as the safe day in all of them."""

    LATEST_READING = "latest_reading"
    SAME_DAY_NUMBER = "same_day_number"
    BILLING_PERIODS = "billing_periods"
    END_MINUS_MONTHS = "end_minus_months"
    EARLIEST_READING = "earliest_reading"


class LastDay(StrEnum):
    """Whether a right of N months can still be used on the day with the same number."""

    INCLUDED = "included"
    EXCLUDED = "excluded"


class ThresholdExceeded(StrEnum):
    """What is priced when an ordered quantity is exceeded, and from when."""

    EXCESS_NEXT_INVOICE = "excess_next_invoice"
    ALL_REPRICED_NEXT_INVOICE = "all_repriced_next_invoice"
    EXCESS_PRO_RATA_NOW = "excess_pro_rata_now"


class AppointmentPrice(StrEnum):
    """Which day's price list an appointment beyond the pack is billed at."""

    ANNIVERSARY = "anniversary"
    DAY_HELD = "day_held"


class MajorUpdateGrace(StrEnum):
    """What follows for free questions when a major update ends a certificate."""

    NONE = "none"
    NEW_LEARNING_PHASE = "new_learning_phase"


class RetryFrom(StrEnum):
    """When the waiting days after a failed exam are over."""

    SAME_LOCAL_TIME = "same_local_time"
    HOURS = "hours"
    FULL_DAYS = "full_days"


class Gigabyte(StrEnum):
    """How many bytes a gigabyte of shared space holds: 10^9 or 2^30."""

    DECIMAL = "decimal"
    BINARY = "binary"

    @property
    def size_bytes(self) -> int:
        return 10**9 if self is Gigabyte.DECIMAL else 2**30


class SharedSpaceCount(StrEnum):
    """What fills the shared space."""

    SHARED_AND_TRASH = "shared_and_trash"
    SHARED_ONLY = "shared_only"


class MonthlyCopyDay(StrEnum):
    """Which day the first weekend of a month is."""

    FIRST_SATURDAY = "first_saturday"


class EntryCount(StrEnum):
    """What the limit of entries counts."""

    VALIDATED_ENTRY = "validated_entry"
    ENTRY_LINE = "entry_line"


class DocumentCount(StrEnum):
    """What the limit of commercial documents counts."""

    PER_YEAR_AND_COMPANY = "per_year_and_company"
    IN_TOTAL = "in_total"


class MandateCount(StrEnum):
    """What the limit of mandates counts."""

    ACTIVE_AT_A_MOMENT = "active_at_a_moment"
    EVER_SIGNED = "ever_signed"


class ReservedTo(StrEnum):
    """Who may ask for the operations on access and data."""

    SAAS_ADMINISTRATOR = "saas_administrator"
    REGISTERED_ADMINISTRATORS = "registered_administrators"


class ServiceHours(StrEnum):
    """What an hour of service is, counted backwards from a declaration's deadline."""

    OUTSIDE_MAINTENANCE_WINDOWS = "outside_maintenance_windows"
    CLOCK_HOURS = "clock_hours"


class ReportReapproval(StrEnum):
    """Which updates close a custom report until it is approved again."""

    NEW_VERSIONS = "new_versions"
    NEW_VERSIONS_AND_PATCHES = "new_versions_and_patches"
