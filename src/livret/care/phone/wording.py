"""The words of the telephone, on the pages and as a voice server speaks them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from livret.booklet import Booklet, library
from livret.care.phone.models import Call, CallEvent
from livret.care.phone.queries import Place
from livret.care.phone.rules.admission import Reason
from livret.core.ui import figures

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as a badge shows it: word, tone and icon."""

    label: Words
    tone: str
    icon: str


STATES: dict[str, Mark] = {
    "waiting": Mark(Call.State.WAITING.label, "warn", "phone-incoming"),
    "answered": Mark(Call.State.ANSWERED.label, "accent", "phone-call"),
    "ended": Mark(Call.State.ENDED.label, "good", "circle-check"),
    "given_up": Mark(Call.State.GIVEN_UP.label, "bad", "phone-missed"),
    "refused": Mark(Call.State.REFUSED.label, "neutral", "phone-off"),
}
EVENTS: dict[str, tuple[str, str]] = {
    "arrived": ("neutral", "phone-incoming"),
    "refused": ("warn", "phone-off"),
    "identified": ("neutral", "user-check"),
    "linked": ("neutral", "life-buoy"),
    "answered": ("accent", "phone-call"),
    "transferred": ("accent", "phone-forwarded"),
    "ended": ("good", "circle-check"),
    "given_up": ("bad", "phone-missed"),
}
# Why a call was not taken, as the publisher's people read it.
REASONS: dict[str, Words] = {
    Reason.TOO_MANY_CODES: pgettext_lazy("call", "Too many unknown codes"),
    Reason.UNKNOWN_CODE: pgettext_lazy("call", "Unknown call code"),
    Reason.CODE_WANTED: pgettext_lazy("call", "No call code"),
    Reason.NO_CONTRACT: pgettext_lazy("call", "No contract in force"),
    Reason.NO_PHONE: pgettext_lazy("call", "The plan holds no telephone"),
    Reason.SUSPENDED: pgettext_lazy("call", "Support is suspended"),
    Reason.NEEDS_REQUEST: pgettext_lazy("call", "No request yet"),
    Reason.REQUEST_CLOSED: pgettext_lazy("call", "The request is closed"),
    Reason.CLOSED: pgettext_lazy("call", "Outside opening hours"),
}


def language() -> str:
    return (get_language() or "fr").split("-")[0]


def booklet_of(call: Call) -> Booklet | None:
    return library().get((call.booklet, call.booklet_version)) if call.booklet else None


def minutes(seconds: int) -> int:
    """Return an expected wait in whole minutes, rounded up: nobody is told less than what was computed."""
    return max(-(-seconds // 60), 1)


def wait_words(place: Place) -> str:
    """Return the expected wait as people read it, and that there is none when nothing honest can be said."""
    if place.expected_wait_s is None:
        return _("Too few calls to tell how long you will wait.")
    count = minutes(place.expected_wait_s)
    return ngettext("Expected wait: about %(count)d minute.", "Expected wait: about %(count)d minutes.", count) % {
        "count": count
    }


def spoken(call: Call, place: Place | None) -> str:
    """Return what a voice server says to the caller now, empty once a technician has answered."""
    if call.refusal:
        return _refused(call)
    if place is None:
        return ""
    where = (
        _("Your call is next.")
        if place.position == 1
        else _("Your call is number %(position)d in the queue.") % {"position": place.position}
    )
    first = _("Your plan gives you priority.") if call.is_priority else ""
    wait = "" if place.expected_wait_s is None else wait_words(place)
    return " ".join(part for part in (first, where, wait) if part)


def _refused(call: Call) -> str:
    if call.refusal == Reason.CLOSED:
        return _closed(call.next_open_at)
    return {
        Reason.TOO_MANY_CODES: _("Too many unknown codes were dialled. Please call again later."),
        Reason.UNKNOWN_CODE: _(
            "This call code does not exist. It has eight digits and stands on your request, in your customer space."
        ),
        Reason.CODE_WANTED: _("Please dial the eight digits of the call code printed on your request."),
        Reason.NO_CONTRACT: _("Your company has no contract in force today."),
        Reason.NO_PHONE: _("Your plan does not include the telephone. File your request in your customer space."),
        Reason.SUSPENDED: _("Support is suspended for your company. Your administrator was told why by mail."),
        Reason.NEEDS_REQUEST: _(
            "A call to support needs an existing request. "
            "File it in your customer space, then call with the code printed on it."
        ),
        Reason.REQUEST_CLOSED: _(
            "This request is closed. Reopen it or file another in your customer space, then call with its code."
        ),
    }[Reason(call.refusal)]


def _closed(next_open_at: datetime | None) -> str:
    if next_open_at is None:
        return _("Support is closed.")
    return _("Support is closed. It opens again on %(opening)s.") % {"opening": moment(next_open_at)}


def moment(at: datetime) -> str:
    """Return an instant with its day: lundi 23 novembre 2026 à 9 h 00."""
    days = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    day = days[figures.in_paris(at).weekday()]
    return f"{day.lower() if language() == 'fr' else day} {figures.instant_words(at, language=language())}"


def event_facts(event: CallEvent) -> str:
    """Return the facts of an event in a few words, empty when its title says it all."""
    data = event.data
    if event.kind == CallEvent.Kind.REFUSED:
        return str(REASONS[data["reason"]])
    if event.kind == CallEvent.Kind.LINKED:
        return _("Request %(number)s.") % data
    if event.kind == CallEvent.Kind.TRANSFERRED:
        return _("To %(name)s.") % data
    if event.kind == CallEvent.Kind.ARRIVED:
        return _arrived(data)
    return _("The system never told the end of it.") if data.get("is_lost") else ""


def _arrived(data: dict[str, object]) -> str:
    if data.get("by_hand"):
        return _("Written down by a technician.")
    return _("With a call code.") if data.get("by_code") else _("Without a call code.")


def spoken_time(call: Call) -> str:
    return "" if call.spoken_s is None else figures.duration_text(timedelta(seconds=call.spoken_s))
