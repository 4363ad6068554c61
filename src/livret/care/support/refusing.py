"""What a refusal of a service says to the person at the desk: what was wrong, with which value, what to do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from livret.care.support import services, wording
from livret.core.ui import figures
from livret.kernel.errors import Refusal


def field_of(refusal: Refusal) -> str | None:
    """Return the field that the refusal is about, None for the whole form."""
    return refusal.field if isinstance(refusal, services.WordsMissing) else None


def refusal_words(refusal: Refusal) -> str:
    """Return the words of a refusal. Raises KeyError on one that no act of the desk meets."""
    return _WORDS[type(refusal)](refusal)


def _wrong_kind(refusal: Any) -> str:
    request = refusal.request
    facts = {
        "number": request.number,
        "kind": str(wording.KINDS[request.kind][0]).lower(),
        "state": str(wording.state_mark(request.state, is_staff=True).label).lower(),
    }
    if not request.is_picked_up:
        return _("%(number)s is not picked up yet: pick it up first, then do this again.") % facts
    return _("This does not apply to %(number)s as it stands (%(kind)s, %(state)s). Read the page again.") % facts


def _not_the_clock(refusal: Any) -> str:
    return {
        "none": _("No second clock runs: it starts when the request is qualified as an anomaly of level 1 or 2."),
        "stopped": _("The second clock has stopped: what was owed is given."),
        "paused": _("The second clock is paused already."),
        "running": _("The second clock runs already."),
        "no_reading": _("The booklet of this request knows no pause."),
    }[refusal.why]


def _changed(refusal: Any) -> str:
    return _("Somebody wrote on %(number)s since you opened it. Nothing was sent; read it, then send again.") % {
        "number": refusal.request.number
    }


def _taken(refusal: Any) -> str:
    found = refusal.request
    taken = {"name": found.assigned_to, "at": figures.instant_text(found.picked_up_at)}
    return _("%(name)s picked up this request at %(at)s.") % taken


_WORDS: dict[type[Refusal], Callable[[Any], str]] = {
    services.NotAReader: lambda _it: _("This account was closed meanwhile: choose somebody else."),
    services.ClosedRequest: lambda it: (
        _("%(number)s is closed. Reopen it before doing anything else.") % {"number": it.request.number}
    ),
    services.NotThisKind: _wrong_kind,
    services.AlreadyPickedUp: _taken,
    services.WordsMissing: lambda it: _("Write something here: both sides must be able to check it later."),
    services.NotTheClock: _not_the_clock,
    services.NotACause: lambda it: (
        _("“%(given)s” is not in the booklet of this client. It knows: %(known)s.")
        % {"given": it.given, "known": ", ".join(it.known)}
    ),
    services.UnknownLevel: lambda it: (
        _("“%(level)s” is no criticality of this booklet. It knows: %(known)s.")
        % {"level": it.level, "known": ", ".join(str(wording.level_label(one)) for one in it.known)}
    ),
    services.Changed: _changed,
    services.UnknownPlaces: lambda it: (
        _("Nothing fills %(names)s. The places that are filled: %(known)s.")
        % {"names": _braced(it.names), "known": _braced(it.known)}
    ),
    services.TitleTaken: lambda it: _("This name is taken. Choose another, or change the one that has it."),
    services.NoContract: lambda it: _("This client has no contract in force today, so no support to suspend."),
    services.Suspended: lambda it: (
        _("Support is already suspended for this client since %(at)s (%(clause)s).")
        % {"at": wording.instant(it.suspension.from_at), "clause": it.suspension.clause}
    ),
}


def _braced(names: tuple[str, ...]) -> str:
    return ", ".join("{{" + name + "}}" for name in names)
