"""A CFONB 120 record by record: blank lines skipped, complements joined to their movement, several accounts."""

from __future__ import annotations

from collections.abc import Iterator

from livret.formats.bank.catalogue import Findings
from livret.formats.bank.statement import AccountRef, Balance, Head, Item, Movement, Readable, Tail

from .complements import Complements
from .records import RECORD, Record, day_of, minor_of

CHUNK_BYTES = 1 << 16
LONGEST_LINE = 4096
AMOUNT_ENDS = 104
MOST_COMPLEMENTS = 200


def read(stream: Readable, findings: Findings) -> Iterator[Item]:
    """Yield the statements of a CFONB 120: a head, its movements, a tail.

    Raises Unreadable at a record that is none: what follows cannot be trusted.
    """
    reader = _Reader(findings)
    for record in _records(stream, findings):
        yield from reader.take(record)
    yield from reader.end()


def _records(stream: Readable, findings: Findings) -> Iterator[Record]:
    for line, raw in _lines(stream, findings):
        text = _decoded(raw)
        if not text.strip():
            continue
        code = text[:2]
        if code not in {"01", "04", "05", "07"}:
            raise findings.unreadable("cfonb-record", line=line, value=code)
        if code != "05" and len(text.rstrip()) < AMOUNT_ENDS:
            findings.add("cfonb-length", line=line, count=len(text))
        yield Record(line, text[:RECORD].ljust(RECORD))


def _decoded(raw: bytes) -> str:
    """Return the text of a line: UTF-8 when it is, else Windows-1252; positions are of characters."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return text.rstrip("\r\n\x1a")


def _lines(stream: Readable, findings: Findings) -> Iterator[tuple[int, bytes]]:
    """Yield numbered lines; a file without line ends is cut every 120 bytes."""
    number, held = 0, b""
    while chunk := stream.read(CHUNK_BYTES):
        *whole, held = (held + chunk).replace(b"\r\n", b"\n").replace(b"\x0c", b"").split(b"\n")
        if not whole and number == 0 and len(held) >= 2 * RECORD:
            yield from _blocks(held, stream)
            return
        for raw in whole:
            number += 1
            yield number, raw
        if len(held) > LONGEST_LINE:
            raise findings.unreadable("cfonb-length", line=number + 1, count=len(held))
    if held:
        yield number + 1, held


def _blocks(held: bytes, stream: Readable) -> Iterator[tuple[int, bytes]]:
    number = 0
    while held:
        while len(held) >= RECORD:
            number += 1
            yield number, held[:RECORD]
            held = held[RECORD:]
        chunk = stream.read(CHUNK_BYTES)
        if not chunk:
            break
        held += chunk
    if held.strip():
        yield number + 1, held


class _Reader:
    """Where the reading stands: in which statement, at which movement."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._first: Record | None = None
        self._head: Head | None = None
        self._last: Record | None = None
        self._more: list[Record] = []
        self._statements = 0

    def take(self, record: Record) -> Iterator[Item]:
        match record.code:
            case "01":
                yield from self._open(record)
            case "04" if self._belongs(record):
                yield from self._movement()
                self._last = record
            case "05" if self._last is None:
                self._findings.add("cfonb-complement", line=record.line)
            case "05" if len(self._more) < MOST_COMPLEMENTS:
                self._more.append(record)
            case "07" if self._belongs(record):
                yield from self._close(record)

    def end(self) -> Iterator[Item]:
        yield from self._movement()
        if self._first is not None:
            self._findings.add("cfonb-unfinished", line=self._first.line, account=self._first.rib)
        if not self._statements:
            raise self._findings.unreadable("no-statement")

    def _open(self, record: Record) -> Iterator[Item]:
        yield from self._movement()
        if self._first is not None:
            self._findings.add("cfonb-open", line=record.line, account=self._first.rib)
        self._first, self._head = record, None
        self._statements += 1

    def _belongs(self, record: Record) -> bool:
        if self._first is None:
            self._statements += 1
            self._findings.add("cfonb-outside", line=record.line, value=record.code)
            return False
        if record.rib != self._first.rib:
            self._findings.add("cfonb-account", line=record.line, value=record.rib, account=self._first.rib)
            return False
        return True

    def _opened(self, record: Record) -> Iterator[Item]:
        """Yield the head, once; the currency is that of the movements when the first record leaves it out."""
        first = self._first
        if self._head is None and first is not None:
            currency = first.currency or record.currency or "EUR"
            decimals = first.decimals if first.text[19].strip() else record.decimals
            account = AccountRef(iban=first.iban, number=first.rib)
            opening = self._balance(first)
            self._head = Head(first.line, account, currency, decimals, opening=opening)
            yield self._head

    def _balance(self, record: Record) -> Balance | None:
        day = day_of(record.text[34:40])
        minor = minor_of(record.amount)
        if day is None:
            self._findings.add("date-invalid", line=record.line, column="35-40", value=record.text[34:40])
        if minor is None:
            self._findings.add("amount-invalid", line=record.line, column="91-104", value=record.amount)
        return Balance(day, minor) if day is not None and minor is not None else None

    def _close(self, record: Record) -> Iterator[Item]:
        yield from self._movement()
        yield from self._opened(record)
        yield Tail(record.line, self._balance(record))
        self._first = self._head = None

    def _movement(self) -> Iterator[Item]:
        """Yield the movement that was waiting for its complements."""
        record, more = self._last, self._more
        self._last, self._more = None, []
        if record is None:
            return
        yield from self._opened(record)
        balance = self._balance(record)
        if balance is None:
            return
        if self._head and record.currency not in {"", self._head.currency}:
            values = {"value": record.currency, "currency": self._head.currency}
            self._findings.add("currency-differs", line=record.line, column="17-19", **values)
        said = Complements.of(more)
        yield Movement(
            line=record.line,
            booked_on=balance.on,
            value_on=day_of(record.text[42:48]) or balance.on,
            minor=balance.minor,
            label=tuple(word for word in (" ".join(record.text[48:79].split()), *said.label) if word),
            reference=" ".join((said.reference or record.text[104:120]).split()),
            end_to_end=said.end_to_end,
            mandate=said.mandate,
            name=said.name,
            iban=said.iban,
            code=record.text[32:34].strip(),
            is_reversal=bool(record.text[40:42].strip()),
        )
