"""Why a file does not enter the books."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from livret.kernel.errors import Refusal
from livret.kernel.findings import Finding


class ImportRefused(Refusal):
    """The file cannot enter the books; `findings` says why, line by line, when the file is at fault."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        self.findings = tuple(findings)
        super().__init__(message)


class BooksRefused(Refusal):
    """A guard of the database refused what the check let through: a fault of ours, told with the guard's name."""

    def __init__(self, error: Exception) -> None:
        guard = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or type(error).__name__
        message = _("The books cannot take this file (%(guard)s). Nothing was recorded; send this message to support.")
        super().__init__(message % {"guard": guard})
