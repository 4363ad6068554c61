"""The words of a refusal: what was wrong, with which value, what to do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from livret.care.assistance import services, wording
from livret.kernel.errors import Refusal

CONFLICT, BAD = 409, 422


def words_of(refusal: Refusal) -> str:
    """Return what *refusal* says to the person who acted."""
    return _WORDS[type(refusal)](refusal)


def status_of(refusal: Refusal) -> int:
    """Return 409 where the thing changed meanwhile, 422 where what was asked cannot be."""
    is_late = isinstance(refusal, services.NotTheStep | services.AlreadyLive | services.ChangedMeanwhile)
    return CONFLICT if is_late or isinstance(refusal, services.NotPlanned | services.TooLate) else BAD


def _step(refusal: services.NotTheStep) -> str:
    facts = {"state": refusal.session.get_state_display().lower()}
    return _("Nothing was changed: the session is %(state)s, or its time is over.") % facts


def _missing(refusal: services.WordsMissing) -> str:
    return {
        "purpose": _("Say what you will see and do: the client agrees to it."),
        "report": _("Write what was done: a session ends with its report."),
        "reason": _("Say why: everybody who registered reads it."),
        "products": _("Choose at least one product: the invitation goes to the clients who hold it."),
    }.get(refusal.field, _("Fill in what is missing."))


def _planned(refusal: services.NotPlanned) -> str:
    facts = {"state": refusal.session.get_state_display().lower()}
    return _("Nothing was changed: the session is %(state)s.") % facts


_WORDS: dict[type[Refusal], Callable[[Any], str]] = {
    services.NotPossible: lambda refusal: wording.obstacle(refusal.obstacle),
    services.AlreadyLive: lambda refusal: _("A remote session of this request is not over: end or cancel it first."),
    services.NotTheStep: _step,
    services.NotYours: lambda refusal: (
        _("%(name)s proposed this session: the client agreed to that person.")
        % {"name": refusal.session.technician.full_name}
    ),
    services.NotAReader: lambda refusal: _("Only people who read the request may agree, refuse or withdraw."),
    services.WordingChanged: lambda refusal: _(
        "What you agree to was published anew. Read it below, then accept or refuse."
    ),
    services.WordsMissing: _missing,
    services.OutOfRange: lambda refusal: wording.out_of_range(refusal.value, refusal.least, refusal.most),
    services.BadTool: lambda refusal: _("This address or code cannot be used. Check it and send it again."),
    services.NotPlanned: _planned,
    services.ChangedMeanwhile: lambda refusal: _(
        "Somebody changed the session meanwhile. Nothing was saved: what you typed is kept below. Open the session in "
        "another tab, then carry your changes over."
    ),
    services.TooFewPlaces: lambda refusal: (
        _("%(seated)s people have a place already: there cannot be fewer places than that.")
        % {"seated": refusal.seated}
    ),
    services.TooLate: lambda refusal: _("Too late: %(at)s is past.") % {"at": wording.instant(refusal.at)},
    services.TooSoon: lambda refusal: (
        _("The session begins on %(at)s: say who was there once it took place.") % {"at": wording.instant(refusal.at)}
    ),
    services.NotOpen: lambda refusal: _("The contract of your company does not open this session."),
    services.NotRegistered: lambda refusal: _("You are not registered for this session."),
}
