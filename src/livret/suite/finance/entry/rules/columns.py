"""What the columns of a file of entries mean: guessed from their headers, then read line by line. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from livret.kernel.money import cents_of
from livret.suite.finance.entry.rules.sheets import Cell, SheetRow

ROLES = (
    "date", "account", "debit", "credit", "amount", "side", "label", "piece_ref", "piece_date", "journal", "group",
    "auxiliary", "due_on", "vat_code", "currency", "currency_amount",
)  # fmt: skip
HEADERS = {
    "group": ("ecriturenum", "n ecriture", "numero ecriture", "num ecriture", "ecriture", "mouvement", "entry"),
    "date": ("ecrituredate", "date ecriture", "date comptable", "date"),
    "account": ("comptenum", "n compte", "numero compte", "compte general", "compte", "account"),
    "debit": ("debit", "montant debit", "debit eur"),
    "credit": ("credit", "montant credit", "credit eur"),
    "amount": ("montant", "amount", "solde"),
    "side": ("sens", "d c", "side"),
    "label": ("ecriturelib", "libelle ecriture", "libelle", "intitule", "description", "label"),
    "piece_ref": ("pieceref", "n piece", "piece", "reference", "ref", "facture", "n facture", "document"),
    "piece_date": ("piecedate", "date piece", "date facture"),
    "journal": ("journalcode", "code journal", "journal", "jnl"),
    "auxiliary": ("compauxnum", "compte auxiliaire", "auxiliaire", "tiers", "code tiers", "compte tiers"),
    "due_on": ("echeance", "date echeance", "due"),
    "vat_code": ("code tva", "tva"),
    "currency": ("idevise", "devise", "currency"),
    "currency_amount": ("montantdevise", "montant devise"),
}
DATES = {
    "%d/%m/%Y": "JJ/MM/AAAA", "%Y-%m-%d": "AAAA-MM-JJ", "%Y%m%d": "AAAAMMJJ", "%d-%m-%Y": "JJ-MM-AAAA",
    "%d.%m.%Y": "JJ.MM.AAAA", "%d/%m/%y": "JJ/MM/AA", "%m/%d/%Y": "MM/JJ/AAAA",
}  # fmt: skip
MARKS = (",", ".")
SIDES = {"d": 1, "debit": 1, "1": 1, "+1": 1, "+": 1, "c": -1, "credit": -1, "-1": -1, "-": -1}
BLANKS = str.maketrans("", "", " \u00a0\u202f\u2009'’€")
LARGEST_DIGITS, CURRENCY_DECIMALS = 15, 6


@dataclass(frozen=True, slots=True)
class Reading:
    """How the lines of a file are read. columns: the place of each role, from 0; header: the line of the headers.

    journal: of lines that name none.
    """

    header: int = 1
    columns: Mapping[str, int] = field(default_factory=dict)
    date_format: str = "%d/%m/%Y"
    mark: str = ","
    journal: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is refused: the line, the place of its column (None for the whole line), what stands there, why."""

    line: int
    column: int | None
    value: str
    code: str


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of the file as it was read; cents: debit less credit."""

    line: int
    on: date
    account: str
    cents: int
    label: str = ""
    piece_ref: str = ""
    piece_date: date | None = None
    journal: str = ""
    group: str = ""
    auxiliary: str = ""
    due_on: date | None = None
    vat_code: str = ""
    currency: str = ""
    currency_amount: Decimal | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells the lines of one entry: its number, else journal, day and document."""
        if self.group:
            return (self.journal, self.group)
        return (self.journal, self.on.isoformat(), self.piece_ref)


def plain(header: object) -> str:
    """Return a header in small letters without accents or marks."""
    text = unicodedata.normalize("NFKD", str(header or "").lower())
    letters = "".join(letter for letter in text if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", " ", letters.replace("°", " ")).strip()


def fingerprint(cells: Sequence[Cell]) -> str:
    """Return what tells files with the same headers."""
    return hashlib.sha256("|".join(map(plain, cells)).encode()).hexdigest()


def guess(head: Sequence[SheetRow]) -> Reading:
    """Return the likely reading of a file from its first rows."""
    named = [(len(_named(row.cells)), -place, row) for place, row in enumerate(head[:10])]
    row = max(named, key=lambda one: one[:2])[2]
    columns = _named(row.cells)
    if "debit" in columns or "credit" in columns:
        columns.pop("amount", None)
        columns.pop("side", None)
    following = [one for one in head if one.line > row.line]
    days = [cell for one in following for cell in _cells(one, columns, ("date", "piece_date", "due_on"))]
    sums = [cell for one in following for cell in _cells(one, columns, ("debit", "credit", "amount"))]
    return Reading(row.line, columns, date_format(days), mark_of(sums))


def _named(cells: Sequence[Cell]) -> dict[str, int]:
    """Return the columns that headers name: exact names first, each column for one role."""
    names = [plain(cell) for cell in cells]
    found: dict[str, int] = {}
    for role, words in HEADERS.items():
        places = [names.index(word) for word in words if word in names]
        free = [place for place in places if place not in found.values()]
        if free:
            found[role] = free[0]
    return found


def _cells(row: SheetRow, columns: Mapping[str, int], roles: Iterable[str]) -> list[str]:
    places = [columns[role] for role in roles if role in columns and columns[role] < len(row.cells)]
    return [str(row.cells[place]) for place in places if isinstance(row.cells[place], str) and row.cells[place]]


def date_format(texts: Sequence[str]) -> str:
    """Return the first form in which every day of *texts* can be read, else the one that reads most of them."""
    counts = {form: sum(_day(text, form) is not None for text in texts) for form in DATES}
    return max(DATES, key=lambda form: counts[form])


def mark_of(texts: Sequence[str]) -> str:
    """Return the decimal mark of *texts*: the one that stands last before one or two digits most often."""
    counts = {mark: sum(bool(re.search(rf"\{mark}[0-9]{{1,2}}$", text.translate(BLANKS))) for text in texts)
              for mark in MARKS}  # fmt: skip
    return max(MARKS, key=lambda mark: counts[mark])


def _day(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text.strip()[:10], form).date()  # noqa: DTZ007 - a day has no zone.
    except ValueError:
        return None


def read(row: SheetRow, reading: Reading) -> tuple[ReadLine | None, list[Fault]]:
    """Return the line that a row says, None when something of it cannot be read, and what that is."""
    faults: list[Fault] = []
    taken = {role: _cell(row, reading, role, faults) for role in reading.columns}
    if row.is_merged:
        faults.append(Fault(row.line, None, "", "merged"))
    facts: dict[str, Any] = {role: _text(taken.get(role)) for role in TEXTS}
    facts["journal"] = facts["journal"] or reading.journal
    for role in ("date", "piece_date", "due_on"):
        facts[role] = _read_day(row, reading, role, taken.get(role), faults)
    cents = _cents(row, reading, taken, faults)
    facts["currency"] = facts["currency"].upper() if facts["currency"].upper() != "EUR" else ""
    amount = _number(row, reading, "currency_amount", taken.get("currency_amount"), faults)
    if facts["currency"] and amount and amount != round(amount, CURRENCY_DECIMALS):
        faults.append(Fault(row.line, reading.columns["currency_amount"], _text(taken["currency_amount"]), "amount"))
    facts["currency_amount"] = abs(amount) if amount and facts["currency"] else None
    if not facts["currency_amount"]:
        facts["currency"] = ""
    for role in ("date", "account"):
        if not facts[role] and not any(fault.column == reading.columns.get(role) for fault in faults):
            faults.append(Fault(row.line, reading.columns.get(role), "", f"no-{role}"))
    if not facts["journal"]:
        faults.append(Fault(row.line, reading.columns.get("journal"), "", "no-journal"))
    if faults:
        return None, faults
    return ReadLine(line=row.line, on=facts.pop("date"), cents=cents, **facts), []


TEXTS = ("account", "label", "piece_ref", "journal", "group", "auxiliary", "vat_code", "currency")


def _cell(row: SheetRow, reading: Reading, role: str, faults: list[Fault]) -> Cell:
    place = reading.columns[role]
    if place in row.empty:
        faults.append(Fault(row.line, place, "", "formula"))
    return row.cells[place] if place < len(row.cells) else None


def _text(cell: Cell) -> str:
    """Return a cell as words: a number of a workbook without its decimals, so that 411000.0 is 411000."""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else (cell or "")


def _read_day(row: SheetRow, reading: Reading, role: str, cell: Cell, faults: list[Fault]) -> date | None:
    if cell in (None, "") or isinstance(cell, date):
        return cell if isinstance(cell, date) else None
    found = _day(_text(cell), "%Y%m%d" if isinstance(cell, Decimal) else reading.date_format)
    if found is None:
        faults.append(Fault(row.line, reading.columns[role], _text(cell), "date"))
    return found


def _cents(row: SheetRow, reading: Reading, taken: Mapping[str, Cell], faults: list[Fault]) -> int:
    """Return debit less credit; a negative debit is a credit, as in other people's files."""
    sides = {role: _euros(row, reading, role, taken.get(role), faults) for role in ("debit", "credit", "amount")}
    if sides["debit"] and sides["credit"]:
        faults.append(Fault(row.line, reading.columns["credit"], _text(taken["credit"]), "both-sides"))
    if "amount" not in reading.columns:
        cents = sides["debit"] - sides["credit"]
    else:
        cents = sides["amount"] * _sign(row, reading, taken, faults)
    if not cents and not faults:
        faults.append(Fault(row.line, reading.columns.get("debit", reading.columns.get("amount")), "", "no-amount"))
    return cents


def _sign(row: SheetRow, reading: Reading, taken: Mapping[str, Cell], faults: list[Fault]) -> int:
    if "side" not in reading.columns:
        return 1
    sign = SIDES.get(plain(taken["side"]) or _text(taken["side"]).strip())
    if sign is None:
        faults.append(Fault(row.line, reading.columns["side"], _text(taken["side"]), "side"))
    return sign or 1


def _euros(row: SheetRow, reading: Reading, role: str, cell: Cell, faults: list[Fault]) -> int:
    number = _number(row, reading, role, cell, faults)
    try:
        return cents_of(number) if number is not None else 0
    except ValueError:
        faults.append(Fault(row.line, reading.columns[role], _text(cell), "cents"))
        return 0


def _number(row: SheetRow, reading: Reading, role: str, cell: Cell, faults: list[Fault]) -> Decimal | None:
    if cell in (None, ""):
        return None
    try:
        found = cell if isinstance(cell, Decimal) else Decimal(_with_point(_text(cell), reading.mark))
        if not found.is_finite() or (found and found.adjusted() >= LARGEST_DIGITS):
            raise InvalidOperation
    except InvalidOperation:
        faults.append(Fault(row.line, reading.columns[role], _text(cell), "amount"))
        return None
    return found


def _with_point(text: str, mark: str) -> str:
    """Return *text* with a point as its decimal mark; the other mark may stand between thousands only."""
    other = "." if mark == "," else ","
    bare = text.translate(BLANKS).replace("−", "-")
    if other in bare and not re.fullmatch(rf"[+-]?[0-9]{{1,3}}(\{other}[0-9]{{3}})+(\{mark}[0-9]+)?", bare):
        raise InvalidOperation
    return bare.replace(other, "").replace(mark, ".")
