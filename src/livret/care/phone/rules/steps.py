"""The steps of a call and the state that they lead to."""

from __future__ import annotations

from collections.abc import Iterable

ARRIVED, REFUSED, IDENTIFIED, LINKED = "arrived", "refused", "identified", "linked"
ANSWERED, TRANSFERRED, ENDED, GIVEN_UP = "answered", "transferred", "ended", "given_up"
WAITING = "waiting"
OVER = frozenset({REFUSED, ENDED, GIVEN_UP})
_LEADS_TO = {
    ARRIVED: WAITING,
    REFUSED: REFUSED,
    ANSWERED: ANSWERED,
    TRANSFERRED: ANSWERED,
    ENDED: ENDED,
    GIVEN_UP: GIVEN_UP,
}


def state_of(steps: Iterable[str]) -> str:
    """Return the state that *steps* lead to: waiting, answered, ended, given_up or refused.

    Saying who calls, or about which request, changes no state. Raises ValueError when no step says that it arrived.
    """
    state = ""
    for step in steps:
        state = _LEADS_TO.get(step, state)
    if not state:
        raise ValueError("a call begins by arriving")
    return state
