"""Why a verb says no. The words for the person are made by the edge, from what each refusal holds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from livret.care.assistance.rules.remote import Obstacle
from livret.kernel.errors import Refusal

if TYPE_CHECKING:
    from livret.care.assistance.models import RemoteSession, WebSession


class NotPossible(Refusal):
    """No remote session may take place now; *obstacle* says why, by which clause, and when support opens next."""

    def __init__(self, obstacle: Obstacle) -> None:
        self.obstacle = obstacle
        super().__init__(f"no remote assistance: {obstacle.why} ({obstacle.clause or 'no clause'})")


class AlreadyLive(Refusal):
    """The request has a remote session that is not over."""


class NotTheStep(Refusal):
    """The session is not where the act expects it: somebody was faster, or its time is over."""

    def __init__(self, session: RemoteSession, step: str) -> None:
        self.session, self.step = session, step
        super().__init__(f"{step} does not follow {session.state}")


class NotYours(Refusal):
    """Another technician proposed the session: the client agreed to that person."""

    def __init__(self, session: RemoteSession) -> None:
        self.session = session
        super().__init__(f"the session is {session.technician}'s")


class NotAReader(Refusal):
    """The person does not read the request, or their account is closed."""


class WordingChanged(Refusal):
    """What a person agrees to was published anew since their page was shown; *version* is in use now."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(f"the wording in use is {version}")


class WordsMissing(Refusal):
    """An act that both sides must be able to check later was given without its words; *field* names what misses."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"{field} is wanted")


class OutOfRange(Refusal):
    """A number outside what the publisher set; *field* names it."""

    def __init__(self, field: str, value: int, *, least: int, most: int) -> None:
        self.field, self.value, self.least, self.most = field, value, least, most
        super().__init__(f"{field} goes from {least} to {most}, got {value}")


class BadTool(Refusal):
    """An address of the tool, a code or a link that cannot be used; *why* says it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"not an address to use: {why}")


class NotPlanned(Refusal):
    """The web session was held or cancelled: nothing changes any more."""

    def __init__(self, session: WebSession) -> None:
        self.session = session
        super().__init__(f"{session} is {session.state}")


class ChangedMeanwhile(Refusal):
    """Somebody else changed the web session after the page was shown."""


class TooFewPlaces(Refusal):
    """Fewer places than the people who have one already."""

    def __init__(self, *, seated: int) -> None:
        self.seated = seated
        super().__init__(f"{seated} people have a place")


class TooLate(Refusal):
    """The session is over, or would begin in the past."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__(f"too late: {at}")


class TooSoon(Refusal):
    """The session has not begun."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__(f"not before {at}")


class NotOpen(Refusal):
    """The contract of the person does not open the session."""


class NotRegistered(Refusal):
    """The person has no registration that counts."""
