"""What a refusal of a service says to a client's person: what was wrong, why, what to do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from livret.care.support import services
from livret.kernel.errors import Refusal


def field_of(refusal: Refusal) -> str | None:
    """Return the field that the refusal is about, None for the whole form."""
    return "text" if isinstance(refusal, services.WordsMissing) else None


def refusal_words(refusal: Refusal) -> str:
    """Return the words of a refusal. Raises KeyError on one that no act of a client meets."""
    return _WORDS[type(refusal)](refusal)


def _not_this_kind(refusal: Any) -> str:
    number = {"number": refusal.request.number}
    if refusal.act.startswith("contesting"):
        return _("There is nothing to contest there on %(number)s, or support has yet to answer your contest.") % number
    return {
        "confirming": _("Nobody has picked %(number)s up yet: there is nothing to confirm. You may take it back."),
        "reopening": _("%(number)s is open and nothing proposed waits for your word: write a message instead.")
        if not refusal.request.is_closed
        else _("%(number)s was taken back before anybody picked it up: file a new request."),
        "a rating": _("%(number)s is not closed: you may rate it once it is."),
    }[refusal.act] % number


_WORDS: dict[type[Refusal], Callable[[Any], str]] = {
    services.ClosedRequest: lambda it: (
        _("%(number)s is closed already. Reopen it if it is not over for you.") % {"number": it.request.number}
    ),
    services.NotThisKind: _not_this_kind,
    services.Suspended: lambda it: _(
        "Nothing was sent: support is suspended for your company. What you typed is kept below."
    ),
    services.WordsMissing: lambda it: _("Write your reason here: both sides keep it."),
    services.NotAReader: lambda it: _("This account is closed, or belongs to another company: choose a colleague."),
}
