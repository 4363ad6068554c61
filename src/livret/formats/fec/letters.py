"""Letters: the lines of an account that share a letter balance out; and classes 6 and 7, if they were zeroed."""

from __future__ import annotations

from livret.kernel.money import euros_of

from .catalogue import Findings
from .reader import Batch

OPEN_LETTERS = 200_000  # Groups not yet balanced that are remembered at once.

Key = tuple[str, str, str]


class LetterCheck:
    """Sums by account, auxiliary account and letter; a group in balance is forgotten."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._open: dict[Key, tuple[int, int]] = {}
        self._unreadable: set[Key] = set()
        self._is_abandoned = False

    def feed(self, batch: Batch) -> None:
        letters = batch.texts["EcritureLet"]
        if self._is_abandoned or not any(letters):
            return
        accounts, parties = batch.texts["CompteNum"], batch.texts["CompAuxNum"]
        for row, letter in enumerate(letters):
            if letter:
                key = (accounts[row], parties[row], letter)
                self._add(key, batch.numbers[row], batch.debits[row] - batch.credits[row])
                if row in batch.unreadable and len(self._unreadable) < OPEN_LETTERS:
                    self._unreadable.add(key)
        if len(self._open) > OPEN_LETTERS:
            self._abandon(batch.numbers[-1])

    def _add(self, key: Key, number: int, difference: int) -> None:
        line, so_far = self._open.pop(key, (number, 0))
        if so_far + difference:
            self._open[key] = (line, so_far + difference)

    def _abandon(self, line: int) -> None:
        self._is_abandoned = True
        self._open.clear()
        self._findings.add("check-abandoned", line=line, check="letter-unbalanced", at=line)

    def finish(self) -> None:
        for key, (line, difference) in sorted(self._open.items(), key=lambda item: item[1]):
            if key not in self._unreadable:
                self._report(key, line, difference)

    def _report(self, key: Key, line: int, difference: int) -> None:
        account, party, letter = key
        self._findings.add(
            "letter-unbalanced",
            line=line,
            column="EcritureLet",
            value=letter,
            account=f"{account} {party}".strip(),
            difference=euros_of(difference),
        )


class ResultCheck:
    """Whether classes 6 and 7 moved and yet add up to zero, as after the entries that close a year.

    Source: LPF, art. A47 A-1, VII (those entries are left out of the file).
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._sums = {"6": 0, "7": 0}
        self._moved: set[str] = set()

    def feed(self, batch: Batch) -> None:
        for account, debit, credit in zip(batch.texts["CompteNum"], batch.debits, batch.credits, strict=True):
            digit = account[:1]
            if digit in {"6", "7"}:
                self._sums[digit] += debit - credit
                self._moved.add(digit)

    def finish(self) -> None:
        if self._moved == {"6", "7"} and not any(self._sums.values()):
            self._findings.add("result-accounts-zeroed")
