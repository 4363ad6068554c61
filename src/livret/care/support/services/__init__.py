"""Verbs that change requests, one transaction each."""

from livret.care.support.rules.commitment import UnknownLevel
from livret.care.support.services.alerts import send_alerts
from livret.care.support.services.calendars import (
    MOVING,
    Move,
    move_requests,
    moves_under,
    moves_with,
    recheck_calendars,
)
from livret.care.support.services.canned import (
    TitleTaken,
    UnknownPlaces,
    withdraw_canned_answer,
    write_canned_answer,
)
from livret.care.support.services.closing import (
    CAUSES_OF_PUBLISHER,
    close,
    confirm,
    rate,
    reopen,
    share,
    unshare,
    withdraw,
)
from livret.care.support.services.contesting import CONTESTABLE, answer_contest, contest, exclude
from livret.care.support.services.desk import assign, change_criticality, link_duplicate
from livret.care.support.services.facts import record_fact
from livret.care.support.services.filing import Wanted, file_request
from livret.care.support.services.handling import add_message, pick_up, pick_up_by_phone
from livret.care.support.services.presence import note_presence
from livret.care.support.services.publishing import publish_hours, set_attachment_limits
from livret.care.support.services.qualifying import (
    pause,
    propose,
    qualify_anomaly,
    qualify_as_working,
    qualify_out_of_scope,
    resume,
)
from livret.care.support.services.refusals import (
    AlreadyFiled,
    AlreadyPickedUp,
    Changed,
    ClosedRequest,
    FilesRefused,
    HoursRefused,
    NoContract,
    NotACause,
    NotAReader,
    NothingSaid,
    NotInPlan,
    NotTheClock,
    NotThisKind,
    OnlyAdministrators,
    Suspended,
    WordsMissing,
)
from livret.care.support.services.suspending import lift_suspension, suspend_support
from livret.care.support.services.teams import TeamFacts, set_team

__all__ = [
    "CAUSES_OF_PUBLISHER",
    "CONTESTABLE",
    "MOVING",
    "AlreadyFiled",
    "AlreadyPickedUp",
    "Changed",
    "ClosedRequest",
    "FilesRefused",
    "HoursRefused",
    "Move",
    "NoContract",
    "NotACause",
    "NotAReader",
    "NotInPlan",
    "NotTheClock",
    "NotThisKind",
    "NothingSaid",
    "OnlyAdministrators",
    "Suspended",
    "TeamFacts",
    "TitleTaken",
    "UnknownLevel",
    "UnknownPlaces",
    "Wanted",
    "WordsMissing",
    "add_message",
    "answer_contest",
    "assign",
    "change_criticality",
    "close",
    "confirm",
    "contest",
    "exclude",
    "file_request",
    "lift_suspension",
    "link_duplicate",
    "move_requests",
    "moves_under",
    "moves_with",
    "note_presence",
    "pause",
    "pick_up",
    "pick_up_by_phone",
    "propose",
    "publish_hours",
    "qualify_anomaly",
    "qualify_as_working",
    "qualify_out_of_scope",
    "rate",
    "recheck_calendars",
    "record_fact",
    "reopen",
    "resume",
    "send_alerts",
    "set_attachment_limits",
    "set_team",
    "share",
    "suspend_support",
    "unshare",
    "withdraw",
    "withdraw_canned_answer",
    "write_canned_answer",
]
