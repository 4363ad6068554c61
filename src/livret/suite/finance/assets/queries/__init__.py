"""Reads of fixed assets. The closing asks `missing_depreciation(year)`, reports ask `register(company, on)`."""

from __future__ import annotations

from livret.suite.finance.assets.queries.holdings import AccountHeld, Held, Register, register
from livret.suite.finance.assets.queries.plans import (
    ACCOUNTS,
    ROOM,
    Allowance,
    Works,
    allowances,
    depreciation_key,
    missing_by_year,
    missing_depreciation,
    plans_of,
    works_of,
    works_under,
)
from livret.suite.finance.assets.queries.purchases import AcquisitionLine, acquisition_lines

__all__ = [
    "ACCOUNTS",
    "ROOM",
    "AccountHeld",
    "AcquisitionLine",
    "Allowance",
    "Held",
    "Register",
    "Works",
    "acquisition_lines",
    "allowances",
    "depreciation_key",
    "missing_by_year",
    "missing_depreciation",
    "plans_of",
    "register",
    "works_of",
    "works_under",
]
