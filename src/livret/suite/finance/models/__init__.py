"""The tables of the ledger, by family."""

from __future__ import annotations

from livret.suite.finance.models.chart import AuxiliaryAccount, ChartAccount, Journal
from livret.suite.finance.models.details import (
    AnalyticAxis,
    AnalyticSection,
    Attachment,
    CarriedLine,
    EntryOrigin,
    ExchangeRate,
    LineDue,
    LineSection,
    LineVat,
)
from livret.suite.finance.models.drafts import DraftEntry, DraftLine, EntryTemplate, RecurringEntry
from livret.suite.finance.models.imports import ImportRun
from livret.suite.finance.models.ledger import Entry, EntryText, Line, LineCurrency, LineText, Seal
from livret.suite.finance.models.lettering import LetteredLine, Lettering, LetteringEvent
from livret.suite.finance.models.parties import Party
from livret.suite.finance.models.tallies import (
    AuxiliaryBalance,
    Balance,
    DayBalance,
    JournalCounter,
    PeriodLock,
    YearLedger,
)
from livret.suite.finance.models.tombstones import YearTombstone

__all__ = [
    "AnalyticAxis",
    "AnalyticSection",
    "Attachment",
    "AuxiliaryAccount",
    "AuxiliaryBalance",
    "Balance",
    "CarriedLine",
    "ChartAccount",
    "DayBalance",
    "DraftEntry",
    "DraftLine",
    "Entry",
    "EntryOrigin",
    "EntryTemplate",
    "EntryText",
    "ExchangeRate",
    "ImportRun",
    "Journal",
    "JournalCounter",
    "LetteredLine",
    "Lettering",
    "LetteringEvent",
    "Line",
    "LineCurrency",
    "LineDue",
    "LineSection",
    "LineText",
    "LineVat",
    "Party",
    "PeriodLock",
    "RecurringEntry",
    "Seal",
    "YearLedger",
    "YearTombstone",
]
