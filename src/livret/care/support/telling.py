"""What an event says, in words: its title, its tone, its facts; the same on both sides, in pages and in mails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livret.care.support import wording
from livret.care.support.models import RequestEvent
from livret.care.support.rules import events as rules
from livret.care.support.wording import Words
from livret.core.ui.figures import duration_text

AT_ONCE = timedelta(minutes=1)
Kind = RequestEvent.Kind

STEPS: dict[str, Words] = {
    rules.ACTION_PLAN: gettext_lazy("Action plan"),
    rules.WORKAROUND: gettext_lazy("Workaround"),
    rules.FIX: gettext_lazy("Fix"),
}
OUTCOMES: dict[str, Words] = {
    rules.ANOMALY: gettext_lazy("Anomaly"),
    rules.OUT_OF_SCOPE: gettext_lazy("Outside the scope of support"),
    rules.NOT_REPRODUCED: gettext_lazy("Not reproduced"),
    rules.NO_ANOMALY: gettext_lazy("The software works as documented"),
}
CAUSES: dict[str, Words] = {
    "solved": gettext_lazy("Solved"),
    "answered": gettext_lazy("Answered"),
    "workaround": gettext_lazy("Workaround accepted"),
    "duplicate": gettext_lazy("Duplicate of another request"),
    "out_of_scope": gettext_lazy("Outside the scope of support"),
    "not_reproduced": gettext_lazy("Not reproduced"),
    "no_reply": gettext_lazy("No reply from the client"),
    "withdrawn": gettext_lazy("Withdrawn by the client"),
}
CONTESTED: dict[str, Words] = {
    rules.QUALIFICATION: gettext_lazy("the qualification"),
    rules.EXCLUSION: gettext_lazy("the exclusion"),
    rules.CRITICALITY: gettext_lazy("the criticality"),
}
_MARKS: dict[str, tuple[str, str]] = {
    Kind.REGISTERED: ("info", "inbox"),
    Kind.ACKNOWLEDGED: ("neutral", "mail-check"),
    Kind.PICKED_UP: ("good", "user-check"),
    Kind.FILES_ADDED: ("neutral", "paperclip"),
    Kind.CRITICALITY_CHANGED: ("warn", "flag"),
    Kind.HOURS_SET: ("info", "clock"),
    Kind.ASSIGNED: ("neutral", "user-round"),
    Kind.QUALIFIED: ("accent", "microscope"),
    Kind.PAUSED: ("warn", "circle-pause"),
    Kind.RESUMED: ("info", "circle-play"),
    Kind.PROPOSED: ("accent", "wrench"),
    Kind.CLOSED: ("good", "circle-check"),
    Kind.REOPENED: ("warn", "rotate-ccw"),
    Kind.DUPLICATE_LINKED: ("neutral", "copy"),
    Kind.EXCLUDED: ("warn", "circle-slash"),
    Kind.CONTESTED: ("warn", "scale"),
    Kind.CONTEST_ANSWERED: ("info", "scale"),
    Kind.RATED: ("neutral", "star"),
    Kind.SHARED: ("neutral", "user-plus"),
    Kind.UNSHARED: ("neutral", "user-minus"),
    Kind.ALERTED: ("warn", "bell"),
    Kind.CALL: ("neutral", "phone"),
    Kind.REMOTE: ("accent", "monitor"),
    Kind.OPERATION: ("accent", "database"),
}


def event_title(row: RequestEvent) -> tuple[str, str, str]:
    """Return the title, the tone and the icon of an event."""
    if row.kind in (Kind.MESSAGE, Kind.FILES_ADDED) and row.is_internal:
        return _("Internal note"), "warn", "lock"
    if row.kind == Kind.MESSAGE:
        is_ours = row.actor_kind == "staff"
        return (_("Answer of support"), "accent", "headset") if is_ours else (_("Message"), "neutral", "message-square")
    tone, icon = _MARKS[row.kind]
    return str(_NAMED[row.kind](row) if row.kind in _NAMED else row.get_kind_display()), tone, icon


def event_facts(row: RequestEvent, *, registered_at: datetime) -> str:
    """Return the facts of an event in one sentence, empty when its title or its text says it all."""
    tells = _FACTS.get(row.kind)
    return str(tells(row, registered_at)) if tells else ""


def is_immediate(elapsed_s: int, registered_at: datetime, picked_up_at: datetime) -> bool:
    """Tell whether a pick-up came at once; out of hours no business time passes, however long the wait."""
    return elapsed_s == 0 and picked_up_at - registered_at < AT_ONCE


def _qualified_title(row: RequestEvent) -> Words:
    if row.data["outcome"] == rules.ANOMALY:
        return _("Qualified as an anomaly of level %(level)s") % {"level": row.data["level"]}
    return OUTCOMES[row.data["outcome"]]


def _remote_title(row: RequestEvent) -> Words:
    return {
        "proposed": _("Remote assistance proposed"),
        "consented": _("Remote assistance accepted"),
        "refused": _("Remote assistance refused"),
        "started": _("Remote assistance started"),
        "ended": _("Remote assistance ended"),
        "expired": _("Remote assistance: consent expired"),
        "withdrawn": _("Remote assistance: agreement withdrawn"),
        "cancelled": _("Remote assistance cancelled by the technician"),
        "reported": _("Report of the remote assistance"),
    }[row.data["step"]]


def _operation_title(row: RequestEvent) -> Words:
    return {
        "asked": _("Operation on data asked for"),
        "started": _("Operation on data started"),
        "done": _("Operation on data done"),
        "refused": _("Operation on data refused"),
    }[row.data["step"]]


_NAMED: dict[str, Callable[[RequestEvent], Words]] = {
    Kind.QUALIFIED: _qualified_title,
    Kind.PROPOSED: lambda row: STEPS[row.data["step"]],
    Kind.REMOTE: _remote_title,
    Kind.OPERATION: _operation_title,
}


def _acknowledged(row: RequestEvent, _at: datetime) -> str:
    return _("By mail to %(address)s.") % {"address": row.data["to"]}


def _picked_up(row: RequestEvent, registered_at: datetime) -> str:
    data = row.data
    if "is_met" not in data:
        return ""
    facts = {"elapsed": wording.duration(data["elapsed_s"]), "target": wording.duration(data["target_s"])}
    if data["is_met"] and is_immediate(data["elapsed_s"], registered_at, row.at):
        return _("Immediately: the target of %(target)s is kept.") % facts
    if data["is_met"]:
        return _("After %(elapsed)s of business time: the target of %(target)s is kept.") % facts
    return _("After %(elapsed)s of business time: the target of %(target)s is missed.") % facts


def _criticality(row: RequestEvent, _at: datetime) -> str:
    levels = {"before": wording.level_label(row.data["from"]), "after": wording.level_label(row.data["to"])}
    return _("From %(before)s to %(after)s.") % levels


def _assigned(row: RequestEvent, _at: datetime) -> str:
    data = row.data
    if data.get("name") and data.get("team"):
        return _("To %(name)s, team %(team)s.") % data
    return _("To %(name)s.") % data if data.get("name") else _("To the team %(team)s.") % data


def _qualified(row: RequestEvent, _at: datetime) -> str:
    data = row.data
    if data["outcome"] == rules.OUT_OF_SCOPE:
        topic = wording.topic_label(data["topic"])
        return _("%(topic)s is left out of support by clause %(clause)s; it is a paid service.") % {
            **data,
            "topic": topic,
        }
    if data["outcome"] == rules.ANOMALY:
        return _("Reproduced.") if data["is_reproduced"] else _("Not reproduced yet.")
    return ""


def _closed(row: RequestEvent, _at: datetime) -> str:
    return _("Cause: %(cause)s.") % {"cause": CAUSES[row.data["cause"]]}


def _duplicate(row: RequestEvent, _at: datetime) -> str:
    return _("Same subject as %(number)s.") % row.data


def _excluded(row: RequestEvent, _at: datetime) -> str:
    return _("By clause %(clause)s. Evidence: %(evidence)s") % row.data


def _contested(row: RequestEvent, _at: datetime) -> str:
    return _("The client contests %(what)s.") % {"what": CONTESTED[row.data["what"]]}


def _contest_answered(row: RequestEvent, _at: datetime) -> str:
    what = {"what": CONTESTED[row.data["what"]]}
    return (
        _("Accepted: %(what)s no longer stands.") % what if row.data["is_accepted"] else _("Upheld: %(what)s.") % what
    )


def _rated(row: RequestEvent, _at: datetime) -> str:
    return _("%(score)s out of 5.") % row.data


def _shared(row: RequestEvent, _at: datetime) -> str:
    return _("With %(name)s.") % row.data


def _alerted(row: RequestEvent, _at: datetime) -> str:
    share = {"share": row.data["percent"]}
    if row.data["clock"] == "pick_up":
        return _("%(share)s of the pick-up target is consumed.") % share
    return _("%(share)s of the second target is consumed.") % share


def _call(row: RequestEvent, _at: datetime) -> str:
    data = row.data
    if data["step"] != "ended":
        return {"arrived": _("The caller waits."), "answered": _("Answered."), "given_up": _("The caller hung up.")}[
            data["step"]
        ]
    spoken = duration_text(timedelta(seconds=data.get("spoken_s", 0)))
    return _("Ended after %(time)s.") % {"time": spoken}


def _hours(row: RequestEvent, _at: datetime) -> str:
    before, after = row.data.get("due_before"), row.data.get("due_after")
    if not before or not after or before == after:
        return ""
    moved = {"before": _moment(before), "after": _moment(after)}
    return _("The due instant moves from %(before)s to %(after)s.") % moved


def _moment(written: str) -> str:
    return wording.instant(datetime.fromisoformat(written))


def _operation(row: RequestEvent, _at: datetime) -> str:
    return str(row.data.get("facts", ""))


def _remote(row: RequestEvent, _at: datetime) -> str:
    data = row.data
    if data["step"] == "proposed":
        return _("Scope: %(scope)s. At most %(minutes)s minutes.") % data
    if data["step"] == "ended":
        return _("Lasted %(time)s.") % {"time": duration_text(timedelta(seconds=data.get("lasted_s", 0)))}
    return ""


def _message(row: RequestEvent, _at: datetime) -> str:
    return _("By mail.") if row.data.get("via") == "mail" else ""


_FACTS: dict[str, Callable[[RequestEvent, datetime], str]] = {
    Kind.MESSAGE: _message,
    Kind.ACKNOWLEDGED: _acknowledged,
    Kind.PICKED_UP: _picked_up,
    Kind.CRITICALITY_CHANGED: _criticality,
    Kind.HOURS_SET: _hours,
    Kind.ASSIGNED: _assigned,
    Kind.QUALIFIED: _qualified,
    Kind.CLOSED: _closed,
    Kind.DUPLICATE_LINKED: _duplicate,
    Kind.EXCLUDED: _excluded,
    Kind.CONTESTED: _contested,
    Kind.CONTEST_ANSWERED: _contest_answered,
    Kind.RATED: _rated,
    Kind.SHARED: _shared,
    Kind.UNSHARED: _shared,
    Kind.ALERTED: _alerted,
    Kind.CALL: _call,
    Kind.REMOTE: _remote,
    Kind.OPERATION: _operation,
}
