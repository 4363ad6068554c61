"""The working of a figure, ready to be shown: which stretches of time were counted, and why the others were not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of time of a computation. reason: a few words in the reader's language."""

    begins_at: datetime
    ends_at: datetime
    reason: str | Promise
    is_counted: bool = True

    @property
    def duration(self) -> timedelta:
        return self.ends_at - self.begins_at
