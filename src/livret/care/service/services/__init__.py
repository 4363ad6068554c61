"""Verbs of customer service and of operations on data, one transaction each."""

from livret.care.service.rules.notice import BadDay
from livret.care.service.rules.operations import BadParameter
from livret.care.service.services.carrying import (
    carry_export,
    carry_restoration,
    settle_instructions,
    start_export,
    start_restoration,
)
from livret.care.service.services.complaints import answer_complaint, register_complaint, withdraw_complaint
from livret.care.service.services.filing import Asked, file_service_request
from livret.care.service.services.notices import (
    close_notice,
    open_notice,
    record_received,
    record_sent,
    withdraw_notice,
)
from livret.care.service.services.operations import (
    AskedOperation,
    ask_operation,
    finish_operation,
    refuse_operation,
    start_operation,
)
from livret.care.service.services.publishing import publish_hours
from livret.care.service.services.refusals import (
    AlreadyBeside,
    Answered,
    NoDump,
    NoLetter,
    NotOpen,
    NotTheirs,
    NotThisStep,
    WordsMissing,
)
from livret.care.service.services.withdrawing import settle_withdrawals

__all__ = [
    "AlreadyBeside",
    "Answered",
    "Asked",
    "AskedOperation",
    "BadDay",
    "BadParameter",
    "NoDump",
    "NoLetter",
    "NotOpen",
    "NotTheirs",
    "NotThisStep",
    "WordsMissing",
    "answer_complaint",
    "ask_operation",
    "carry_export",
    "carry_restoration",
    "close_notice",
    "file_service_request",
    "finish_operation",
    "open_notice",
    "publish_hours",
    "record_received",
    "record_sent",
    "refuse_operation",
    "register_complaint",
    "settle_instructions",
    "settle_withdrawals",
    "start_export",
    "start_operation",
    "start_restoration",
    "withdraw_complaint",
    "withdraw_notice",
]
