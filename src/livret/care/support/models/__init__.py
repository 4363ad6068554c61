"""The tables of support."""

from livret.care.support.models.desk import CannedAnswer, Presence, Team
from livret.care.support.models.events import Attachment, RequestEvent
from livret.care.support.models.publisher import AttachmentLimits, SupportHours
from livret.care.support.models.requests import Request, RequestCounter, RequestShare
from livret.care.support.models.suspensions import Suspension, SuspensionLift

__all__ = [
    "Attachment",
    "AttachmentLimits",
    "CannedAnswer",
    "Presence",
    "Request",
    "RequestCounter",
    "RequestEvent",
    "RequestShare",
    "SupportHours",
    "Suspension",
    "SuspensionLift",
    "Team",
]
