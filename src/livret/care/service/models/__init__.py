"""The tables of customer service and of operations on data."""

from livret.care.service.models.complaints import Complaint, ComplaintCounter, ComplaintOutcome
from livret.care.service.models.notices import NoticeEvent, NoticeFile
from livret.care.service.models.operations import DataOperation, DataOperationEvent
from livret.care.service.models.publisher import ServiceHours

__all__ = [
    "Complaint",
    "ComplaintCounter",
    "ComplaintOutcome",
    "DataOperation",
    "DataOperationEvent",
    "NoticeEvent",
    "NoticeFile",
    "ServiceHours",
]
