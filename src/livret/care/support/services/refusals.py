"""Why a verb says no. The words for the person are made by the edge, from what each refusal holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from livret.care.support.rules.files import FileRefusal
from livret.kernel.errors import Refusal

if TYPE_CHECKING:
    from livret.care.support.models import Request


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
