"""The tables of support."""

from livret.care.support.models.events import Attachment, RequestEvent
from livret.care.support.models.publisher import AttachmentLimits, SupportHours
from livret.care.support.models.requests import Request, RequestCounter

__all__ = ["Attachment", "AttachmentLimits", "Request", "RequestCounter", "RequestEvent", "SupportHours"]
