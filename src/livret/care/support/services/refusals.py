"""Why a verb says no. The words for the person are made by the edge, from what each refusal holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from livret.care.support.rules.files import FileRefusal
from livret.kernel.errors import Refusal

if TYPE_CHECKING:
    from livret.care.support.models import Request, Suspension


class NoContract(Refusal):
    """The client has no contract in force on the day of the request."""


class NotInPlan(Refusal):
    """The plan of the contract holds no support; *clause* says which plans do."""

    def __init__(self, plan: str, clause: str) -> None:
        self.plan, self.clause = plan, clause
        super().__init__(f"plan {plan} holds no support ({clause})")


class FilesRefused(Refusal):
    """Some files are refused, so that nothing was kept."""

    def __init__(self, files: Sequence[FileRefusal]) -> None:
        self.files = tuple(files)
        super().__init__(", ".join(f"{file.name}: {file.reason}" for file in files))


class AlreadyFiled(Refusal):
    """This very form was sent before; *request* is what it filed."""

    def __init__(self, request: Request) -> None:
        self.request = request
        super().__init__(f"already filed as {request.number}")


class AlreadyPickedUp(Refusal):
    """Somebody else took the request first."""

    def __init__(self, request: Request) -> None:
        self.request = request
        super().__init__(f"{request.number} was picked up by {request.assigned_to}")


class NothingSaid(Refusal):
    """A message without words and without files."""


class HoursRefused(Refusal):
    """Opening hours that cannot be published; the message says which line and why."""


class NotThisKind(Refusal):
    """The act belongs to another kind of request, or to another state of it; *act* names it."""

    def __init__(self, request: Request, act: str) -> None:
        self.request, self.act = request, act
        super().__init__(f"{act} does not apply to {request.number} ({request.kind}, {request.state})")


class WordsMissing(Refusal):
    """An act that both sides must be able to check later was given without its reason; *field* names what misses."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"{field} is wanted")


class ClosedRequest(Refusal):
    """The request is closed; it has to be reopened before anything else happens to it."""

    def __init__(self, request: Request) -> None:
        self.request = request
        super().__init__(f"{request.number} is closed")


class NotTheClock(Refusal):
    """There is no second clock to pause or resume; *why*: none, stopped, paused, running, no_reading."""

    def __init__(self, request: Request, why: str) -> None:
        self.request, self.why = request, why
        super().__init__(f"the second clock of {request.number} cannot be paused or resumed: {why}")


class Changed(Refusal):
    """Somebody else wrote meanwhile: the page that was acted on shows an older timeline."""

    def __init__(self, request: Request, *, seen: int) -> None:
        self.request, self.seen = request, seen
        super().__init__(f"{request.number} has {request.last_sequence} events, {seen} were shown")


class NotAReader(Refusal):
    """The person cannot read this request: of another company, or their account is closed."""


class Suspended(Refusal):
    """Support is suspended for the client; *suspension* says since when, why, and by which clause."""

    def __init__(self, suspension: Suspension) -> None:
        self.suspension = suspension
        super().__init__(f"support is suspended since {suspension.from_at} ({suspension.clause})")


class NotACause(Refusal):
    """Support may not be suspended, or a request left out, for what was given: the booklet does not name it."""

    def __init__(self, given: str, known: Sequence[str]) -> None:
        self.given, self.known = given, tuple(known)
        super().__init__(f"{given!r} is not one of {', '.join(self.known)}")


class OnlyAdministrators(Refusal):
    """Only a SaaS administrator of the client may ask for an operation on its data."""
