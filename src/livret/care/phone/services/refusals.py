"""Why a verb says no. The words for the person are made by the edge, from what each refusal holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livret.kernel.errors import Refusal

if TYPE_CHECKING:
    from livret.care.phone.models import Call


class AlreadyAnswered(Refusal):
    """Somebody else answered first; the call says who."""

    def __init__(self, call: Call) -> None:
        self.call = call
        super().__init__(f"{call.answered_by} answered this call first")


class CallOver(Refusal):
    """The call is over, or was not taken."""

    def __init__(self, call: Call) -> None:
        self.call = call
        super().__init__(f"this call is over ({call.state})")


class NotAnswered(Refusal):
    """The act wants a call that a technician speaks in."""

    def __init__(self, call: Call) -> None:
        self.call = call
        super().__init__(f"nobody answered this call ({call.state})")


class NotATechnician(Refusal):
    """The person is no open account of the publisher with the role of technician."""


class BadArrival(Refusal):
    """A report of a call that cannot be right; *field* names what is wrong, *given* its value, *why* the reason."""

    def __init__(self, field: str, given: str, why: str) -> None:
        self.field, self.given, self.why = field, given, why
        super().__init__(f"{field}: {why}, got {given!r}")


class UnknownCode(Refusal):
    """No request has this call code."""


class NeedsRequest(Refusal):
    """Under this booklet a call needs a request that exists; *clause* says so."""

    def __init__(self, clause: str) -> None:
        self.clause = clause
        super().__init__(f"a call needs an existing request ({clause})")


class NoPhone(Refusal):
    """The plan of the client holds no telephone; *clause* says which plans do."""

    def __init__(self, plan: str, clause: str) -> None:
        self.plan, self.clause = plan, clause
        super().__init__(f"plan {plan} holds no telephone ({clause})")


class NoClient(Refusal):
    """Nobody said yet who calls, or their company has no contract in force."""


class NameTaken(Refusal):
    """A key in use has this name."""


class NotANumber(Refusal):
    """This cannot be dialled."""
