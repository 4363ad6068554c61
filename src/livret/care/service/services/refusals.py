"""Why a verb says no. The words for the person are made by the edge, from what each refusal holds."""

from __future__ import annotations

from livret.care.support.services import WordsMissing
from livret.kernel.errors import Refusal

__all__ = [
    "AlreadyBeside",
    "Answered",
    "NoDump",
    "NoLetter",
    "NotOpen",
    "NotTheirs",
    "NotThisStep",
    "WordsMissing",
]


class NotOpen(Refusal):
    """The notice file was withdrawn or closed: nothing more happens to it."""


class NoLetter(Refusal):
    """A termination cannot be closed while no letter is known: nothing says when the contract ends."""


class NotTheirs(Refusal):
    """The letter is in the publisher's hands: only customer service can still change the file."""


class AlreadyBeside(Refusal):
    """A notice file, a complaint or an operation already stands beside the request."""


class Answered(Refusal):
    """The complaint already has its outcome, which is never edited."""


class NotThisStep(Refusal):
    """The operation is not where this step starts from; *state* says where it is."""

    def __init__(self, state: str, wanted: str) -> None:
        self.state, self.wanted = state, wanted
        super().__init__(f"the operation is {state}, not {wanted}")


class NoDump(Refusal):
    """No dump of this name stands in the folder of the environment."""
