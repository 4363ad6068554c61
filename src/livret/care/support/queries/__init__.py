"""Reads for screens, exports and other domains."""

from livret.care.support.queries.lines import Line, lines, most_urgent, open_requests_for
from livret.care.support.queries.publisher import HoursBook, attachment_limits, hours_versions
from livret.care.support.queries.queue import MINE, TEAM, UNASSIGNED, QueueFilter, queue, queue_counts
from livret.care.support.queries.requests import (
    as_events,
    booklet_of,
    clock_of,
    filed_with,
    listed_for_client,
    offer_for,
    requests_of,
    timeline,
)

__all__ = [
    "MINE",
    "TEAM",
    "UNASSIGNED",
    "HoursBook",
    "Line",
    "QueueFilter",
    "as_events",
    "attachment_limits",
    "booklet_of",
    "clock_of",
    "filed_with",
    "hours_versions",
    "lines",
    "listed_for_client",
    "most_urgent",
    "offer_for",
    "open_requests_for",
    "queue",
    "queue_counts",
    "requests_of",
    "timeline",
]
