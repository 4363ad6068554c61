"""Reads for the pages of customer service and operations, and for other domains."""

from livret.care.service.queries.carrying import Archive, Dump, archive_of, dumps_of, naming_of
from livret.care.service.queries.hours import Desk, desk_of, hours_versions
from livret.care.service.queries.lists import (
    beside,
    complaint_numbered,
    complaints,
    complaints_of,
    notice_numbered,
    notices,
    notices_of,
    operation_numbered,
    operations,
    operations_of,
    waiting_first,
)
from livret.care.service.queries.terms import NoTerms, Terms, terms_of

__all__ = [
    "Archive",
    "Desk",
    "Dump",
    "NoTerms",
    "Terms",
    "archive_of",
    "beside",
    "complaint_numbered",
    "complaints",
    "complaints_of",
    "desk_of",
    "dumps_of",
    "hours_versions",
    "naming_of",
    "notice_numbered",
    "notices",
    "notices_of",
    "operation_numbered",
    "operations",
    "operations_of",
    "terms_of",
    "waiting_first",
]
