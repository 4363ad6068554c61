"""Verbs that change requests, one transaction each."""

from livret.care.support.rules.commitment import UnknownLevel
from livret.care.support.services.filing import Wanted, file_request
from livret.care.support.services.handling import add_message, pick_up
from livret.care.support.services.publishing import publish_hours, set_attachment_limits
from livret.care.support.services.refusals import (
    AlreadyFiled,
    AlreadyPickedUp,
    FilesRefused,
    HoursRefused,
    NoContract,
    NothingSaid,
    NotInPlan,
)

__all__ = [
    "AlreadyFiled",
    "AlreadyPickedUp",
    "FilesRefused",
    "HoursRefused",
    "NoContract",
    "NotInPlan",
    "NothingSaid",
    "UnknownLevel",
    "Wanted",
    "add_message",
    "file_request",
    "pick_up",
    "publish_hours",
    "set_attachment_limits",
]
