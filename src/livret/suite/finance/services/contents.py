"""What the lines of a file name: told in the preview of its import."""

from __future__ import annotations

from collections import Counter

from livret.formats.fec.reader import Batch
from livret.suite.finance.rules.journals import UNNAMED


class Contents:
    """The journals, accounts and auxiliaries that a file names, with their first label."""

    def __init__(self) -> None:
        self.journals: dict[str, str] = {}
        self.accounts: dict[str, str] = {}
        self.auxiliaries: dict[str, str] = {}
        self.lines_of: Counter[str] = Counter()
        self.without_validation = 0

    def read(self, batch: Batch) -> None:
        """Note what a batch of lines names."""
        texts = batch.texts
        codes = [code or UNNAMED for code in texts["JournalCode"]]
        self.lines_of.update(codes)
        self.without_validation += list(batch.days["ValidDate"]).count(None)
        for found, numbers, labels in (
            (self.journals, codes, texts["JournalLib"]),
            (self.accounts, texts["CompteNum"], texts["CompteLib"]),
            (self.auxiliaries, texts["CompAuxNum"], texts["CompAuxLib"]),
        ):
            for number, label in dict.fromkeys(zip(numbers, labels, strict=True)):
                if number:
                    found.setdefault(number, label)
