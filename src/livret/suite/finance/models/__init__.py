"""The tables of the ledger, by family."""

from __future__ import annotations

from livret.suite.finance.models.chart import AuxiliaryAccount, ChartAccount, Journal
from livret.suite.finance.models.drafts import DraftEntry, DraftLine
from livret.suite.finance.models.imports import ImportRun
from livret.suite.finance.models.ledger import Entry, EntryText, Line, LineCurrency, LineText, Seal
from livret.suite.finance.models.lettering import LetteredLine, Lettering
from livret.suite.finance.models.tallies import AuxiliaryBalance, Balance, JournalCounter, YearLedger

__all__ = [
    "AuxiliaryAccount",
    "AuxiliaryBalance",
    "Balance",
    "ChartAccount",
    "DraftEntry",
    "DraftLine",
    "Entry",
    "EntryText",
    "ImportRun",
    "Journal",
    "JournalCounter",
    "LetteredLine",
    "Lettering",
    "Line",
    "LineCurrency",
    "LineText",
    "Seal",
    "YearLedger",
]
