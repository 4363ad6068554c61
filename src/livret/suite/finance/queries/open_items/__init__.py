"""What is not lettered at a day: line by line, and in totals by account and party.

A line of the fiscal year is open at a day when it is dated on or before it and no lettering holds it whose lines dated
on or before that day sum to zero. So the state of any past day is read from the dates of the lines alone, and does not
move when somebody letters later. The lines of a partial lettering are open: together they make what remains.
"""

from __future__ import annotations

from livret.suite.finance.queries.open_items.lines import Key, OpenFilter, OpenLine, OpenPage, lines_at, open_lines
from livret.suite.finance.queries.open_items.scopes import lettered_accounts, open_lines_sql, scope
from livret.suite.finance.queries.open_items.totals import OpenTotal, open_parties, open_totals

__all__ = [
    "Key",
    "OpenFilter",
    "OpenLine",
    "OpenPage",
    "OpenTotal",
    "lettered_accounts",
    "lines_at",
    "open_lines",
    "open_lines_sql",
    "open_parties",
    "open_totals",
    "scope",
]
