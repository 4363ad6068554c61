"""Verbs that change calls, one transaction each."""

from livret.care.phone.services.answering import (
    answer_call,
    end_call,
    end_lost_calls,
    erase_numbers,
    transfer_call,
    write_call_down,
)
from livret.care.phone.services.arriving import Arriving, register_arrival
from livret.care.phone.services.naming import file_request_from, link_request, name_caller, open_by_code
from livret.care.phone.services.refusals import (
    AlreadyAnswered,
    BadArrival,
    CallOver,
    NameTaken,
    NeedsRequest,
    NoClient,
    NoPhone,
    NotAnswered,
    NotANumber,
    NotATechnician,
    UnknownCode,
)
from livret.care.phone.services.settings import NewKey, announce_number, create_key, key_of, revoke_key

__all__ = [
    "AlreadyAnswered",
    "Arriving",
    "BadArrival",
    "CallOver",
    "NameTaken",
    "NeedsRequest",
    "NewKey",
    "NoClient",
    "NoPhone",
    "NotANumber",
    "NotATechnician",
    "NotAnswered",
    "UnknownCode",
    "announce_number",
    "answer_call",
    "create_key",
    "end_call",
    "end_lost_calls",
    "erase_numbers",
    "file_request_from",
    "key_of",
    "link_request",
    "name_caller",
    "open_by_code",
    "register_arrival",
    "revoke_key",
    "transfer_call",
    "write_call_down",
]
