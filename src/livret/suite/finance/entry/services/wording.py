"""Why a file or a line of it is refused, in words: what, with which value, where, and what to do next."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils import get_column_letter

from livret.suite.finance.entry.rules.columns import Fault
from livret.suite.finance.entry.rules.sheets import SheetRefused

FILES = {
    "empty": gettext_lazy("The file is empty."),
    "too-large": gettext_lazy("The file is larger than %(value)s bytes. Cut it in several files."),
    "too-large-inside": gettext_lazy("What the workbook unfolds to is too large to be read safely. Save it as CSV."),
    "too-many-lines": gettext_lazy("The file has more than %(value)s lines. Cut it in several files."),
    "too-many-columns": gettext_lazy("The file has more than %(value)s columns. Delete those that are not needed."),
    "binary": gettext_lazy("The file is neither a CSV nor an XLSX workbook. Export it again in one of the two."),
    "old-workbook": gettext_lazy("The file is an old XLS workbook. Save it as XLSX or CSV."),
    "wrong-encoding": gettext_lazy("The file cannot be read as %(value)s. Choose another character set."),
    "broken-csv": gettext_lazy("The file cannot be read as CSV (%(value)s). Export it again."),
    "broken-workbook": gettext_lazy("The workbook is damaged or protected by a password. Save it again without it."),
    "macros": gettext_lazy("The workbook holds macros. Save it as XLSX, without them."),
    "entities": gettext_lazy("The workbook declares entities, which could unfold without end. It was not read."),
    "no-sheet": gettext_lazy("The workbook has no visible sheet of this name."),
}
FAULTS = {
    "date": gettext_lazy("not a date of the form chosen"),
    "amount": gettext_lazy("not an amount with the decimal mark chosen"),
    "cents": gettext_lazy("more than two decimals: an amount is in whole cents"),
    "side": gettext_lazy("neither D nor C"),
    "both-sides": gettext_lazy("a debit and a credit on the same line"),
    "no-amount": gettext_lazy("no amount"),
    "no-date": gettext_lazy("no date"),
    "no-account": gettext_lazy("no account"),
    "no-journal": gettext_lazy("no journal: choose the column, or the journal of every line"),
    "formula": gettext_lazy("a formula without value: open the workbook, let it compute, and save it"),
    "merged": gettext_lazy("merged cells: unmerge them, so that each line has its own values"),
    "unknown-journal": gettext_lazy("no open journal of this code"),
    "unknown-account": gettext_lazy("neither in the company’s chart nor in the general one: open the account first"),
    "unknown-auxiliary": gettext_lazy("no party of this number: create it first"),
    "no-year": gettext_lazy("no open fiscal year holds this day"),
    "currency": gettext_lazy("not the code of a currency"),
}


def file_refusal(refused: SheetRefused) -> str:
    return str(FILES[refused.code]) % {"value": refused.value}


def fault_words(fault: Fault) -> dict[str, object]:
    """Return a fault as a page and a table keep it."""
    column = get_column_letter(fault.column + 1) if fault.column is not None else ""
    return {"line": fault.line, "column": column, "value": fault.value[:200], "why": str(FAULTS[fault.code])}


def unbalanced_words(key: tuple[str, ...], euros: str, line: int) -> dict[str, object]:
    words = _("entry %(key)s: debit and credit differ by %(euros)s €")
    return {"line": line, "column": "", "value": "", "why": words % {"key": " ".join(key), "euros": euros}}
