"""Refusals that a person can act on."""

from __future__ import annotations


class Refusal(Exception):
    """An expected refusal: what was wrong with which value, why it matters, what to do next.

    A message is written for the person who reads it on screen; an edge shows it as it is.
    Services raise subclasses defined beside them; anything else that climbs is a fault of ours.
    """


class BadData(Refusal):
    """A data file of ours or of a user is refused: the message names file, key or line, and the reason."""

    def __init__(self, source: str, where: str, reason: str) -> None:
        self.source, self.where, self.reason = source, where, reason
        super().__init__(f"{source}: {where}: {reason}")
