"""The statements of an OFX: those of accounts and those of cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from livret.formats.bank.catalogue import Findings
from livret.formats.bank.statement import AccountRef, Balance, Head, Item, Movement, Readable, Tail
from livret.formats.camt.parts import decimals_of
from livret.kernel.rib import iban_of_rib

from .tags import Tag, tags

STATEMENTS = {"STMTRS", "CCSTMTRS"}
LARGEST_DIGITS = 16


def read(stream: Readable, findings: Findings) -> Iterator[Item]:
    """Yield the statements of an OFX: a head without opening balance, its movements, a tail.

    Raises Unreadable where the file is damaged.
    """
    reader = _Reader(findings)
    for tag in tags(stream, findings):
        yield from reader.take(tag)
    reader.end()
    if not reader.statements:
        raise findings.unreadable("no-statement")


class _Reader:
    """Where the reading stands; values are kept by tag inside the group they belong to."""

    def __init__(self, findings: Findings) -> None:
        self.statements = 0
        self._findings = findings
        self._group = ""
        self._account: dict[str, str] = {}
        self._moved: dict[str, str] = {}
        self._ledger: dict[str, str] = {}
        self._status: dict[str, str] = {}
        self._currency, self._line = "", 0
        self._head: Head | None = None
        self._is_open = False

    def take(self, tag: Tag) -> Iterator[Item]:
        if tag.is_end:
            yield from self._end(tag)
        elif tag.name in STATEMENTS:
            self.end()
            self._account, self._ledger, self._currency, self._head = {}, {}, "", None
            self._line, self._is_open = tag.line, True
            self.statements += 1
        elif tag.name in {"STMTTRN", "LEDGERBAL", "AVAILBAL", "STATUS", "BANKACCTFROM", "CCACCTFROM", "PAYEE"}:
            if tag.name == "STMTTRN":
                self._moved = {"line": str(tag.line)}
            self._group = tag.name if tag.name != "PAYEE" else self._group
        elif tag.value:
            self._value(tag)

    def end(self) -> None:
        """Tell of a statement that has no end: the file is cut."""
        if self._is_open:
            self._findings.add("ofx-unfinished", line=self._line)
            self._is_open = False

    def _value(self, tag: Tag) -> None:
        match self._group:
            case "STMTTRN":
                self._moved.setdefault(tag.name, tag.value[:500])
            case "BANKACCTFROM" | "CCACCTFROM":
                self._account.setdefault(tag.name, tag.value[:60])
            case "LEDGERBAL":
                self._ledger.setdefault(tag.name, tag.value[:60])
            case "STATUS":
                self._status[tag.name] = tag.value[:200]
            case _ if tag.name == "CURDEF":
                self._currency = tag.value[:3].upper()

    def _end(self, tag: Tag) -> Iterator[Item]:
        if tag.name == "STMTTRN" and self._moved:
            yield from self._opened()
            yield from self._movement()
            self._moved = {}
        elif tag.name in STATEMENTS and self._is_open:
            yield from self._opened()
            yield Tail(tag.line, self._closing(tag.line))
            self._is_open = False
        elif tag.name == "STATUS":
            if self._status.get("SEVERITY", "").upper() == "ERROR":
                said = self._status.get("MESSAGE") or self._status.get("CODE", "?")
                self._findings.add("ofx-status", line=tag.line, value=said)
            self._status = {}
        if tag.name == self._group:
            self._group = ""

    def _opened(self) -> Iterator[Item]:
        if self._head is None:
            currency = self._currency or "EUR"
            self._head = Head(self._line, _account(self._account), currency, decimals_of(currency))
            yield self._head

    def _movement(self) -> Iterator[Item]:
        said, line = self._moved, int(self._moved["line"])
        booked = self._day(said.get("DTPOSTED", ""), line, "DTPOSTED")
        minor = self._minor(said.get("TRNAMT", ""), line, "TRNAMT")
        if booked is None or minor is None:
            return
        value = self._day(said["DTAVAIL"], line, "DTAVAIL") if "DTAVAIL" in said else booked
        words = (said.get(name, "") for name in ("NAME", "MEMO"))
        yield Movement(
            line=line,
            booked_on=booked,
            value_on=value or booked,
            minor=minor,
            label=tuple(dict.fromkeys(word for word in words if word)) or (said.get("TRNTYPE", ""),),
            reference=said.get("FITID", "")[:100],
            end_to_end=said.get("CHECKNUM") or said.get("REFNUM", ""),
            name=said.get("NAME", "")[:140],
            code=said.get("TRNTYPE", "")[:40],
            is_reversal=bool(said.get("CORRECTFITID")),
        )

    def _closing(self, line: int) -> Balance | None:
        if "BALAMT" not in self._ledger:
            return None
        day = self._day(self._ledger.get("DTASOF", ""), line, "DTASOF")
        minor = self._minor(self._ledger["BALAMT"], line, "BALAMT")
        return Balance(day, minor) if day is not None and minor is not None else None

    def _minor(self, words: str, line: int, column: str) -> int | None:
        """Return the minor units of an amount, comma or point, one mark only. Source: OFX 3.2.9.1, amount."""
        decimals = self._head.decimals if self._head else 2
        try:
            value = Decimal(words.replace(" ", "").replace("\u00a0", "").replace(",", "."))
        except InvalidOperation:
            value = Decimal("NaN")
        if value.is_finite() and value.adjusted() < LARGEST_DIGITS:
            scaled = value.scaleb(decimals)
            if scaled == scaled.to_integral_value():
                return int(scaled)
        self._findings.add("amount-invalid", line=line, column=column, value=words)
        return None

    def _day(self, words: str, line: int, column: str) -> date | None:
        """Return the day of YYYYMMDD with or without a time, which is the bank's own. Source: OFX 3.2.8.2."""
        digits = words[:8]
        try:
            if not (len(digits) == 8 and digits.isascii() and digits.isdigit()):
                raise ValueError(words)
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            self._findings.add("date-invalid", line=line, column=column, value=words)
            return None


def _account(said: dict[str, str]) -> AccountRef:
    """Return the account; the parts of a French RIB make its IBAN. Source: OFX 11.3.1, BANKACCTFROM for FRA."""
    number = said.get("ACCTID", "").replace(" ", "").upper()
    iban = iban_of_rib(bank=said.get("BANKID", ""), branch=said.get("BRANCHID", ""), account=number)
    whole = "".join(said.get(name, "").replace(" ", "") for name in ("BANKID", "BRANCHID")) + number
    return AccountRef(iban=iban, number=whole[:40])
