"""A CAMT.053 element by element: each part is read when it ends, then forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from lxml import etree

from livret.formats.bank.catalogue import Findings
from livret.formats.bank.statement import Balance, Detail, Head, Item, Readable, Tail

from . import parts

CHUNK_BYTES = 1 << 16
LARGEST_PART = 8_000_000
MOST_ELEMENTS, COUNTED_EVERY = 200_000, 1_000_000  # Held at once; counted each time so many bytes were read.
MOST_DETAILS = 10_000
KNOWN_VERSIONS = range(2, 9)
PARTS = {"GrpHdr", "Acct", "Bal", "TxDtls", "Ntry", "TxsSummry", "Stmt"}
HEARD = tuple(f"{{*}}{name}" for name in ("Document", *PARTS))


def read(stream: Readable, findings: Findings) -> Iterator[Item]:
    """Yield the statements of a CAMT.053: a head, its booked movements, a tail.

    Raises Unreadable at a document type, at damaged XML, and at a part too large to be one of a statement.
    """
    reader = _Reader(findings)
    for event, element in _elements(stream, findings):
        yield from reader.take(event, element)
    if not reader.statements:
        raise findings.unreadable("no-statement")


def _elements(stream: Readable, findings: Findings) -> Iterator[tuple[str, etree._Element]]:
    """Yield the starts and ends of elements; the bytes since the last whole part are bounded."""
    parser = etree.XMLPullParser(
        ("start", "end"),
        tag=HEARD,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    since_part, since_count, is_open, held = 0, 0, False, None
    for chunk in chain(iter(lambda: stream.read(CHUNK_BYTES), b""), (None,)):
        root = None
        try:
            root = parser.feed(chunk) if chunk is not None else parser.close()
        except etree.XMLSyntaxError as error:
            yield from parser.read_events()
            line = error.lineno or None
            raise findings.unreadable("xml-malformed", line=line, reason=str(error.msg or error)[:200]) from error
        since_part, since_count = since_part + len(chunk or b""), since_count + len(chunk or b"")
        for event, element in parser.read_events():
            if not is_open:
                is_open, held = True, element.getroottree().getroot()
                _refuse_doctype(element, findings)
            if event == "end":
                since_part = 0
            yield event, element
        if root is not None and not is_open:
            _refuse_doctype(root, findings)
            yield "start", root
        if held is not None and since_count > COUNTED_EVERY:
            since_count = 0
            if sum(1 for _element in islice(held.iter(), MOST_ELEMENTS + 1)) > MOST_ELEMENTS:
                since_part = LARGEST_PART + 1  # Small parts cannot hide that what stands between them piles up.
        if since_part > LARGEST_PART:
            raise findings.unreadable("xml-oversized", limit=LARGEST_PART // 1_000_000)


def _refuse_doctype(element: etree._Element, findings: Findings) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise findings.unreadable("xml-doctype", line=1)


class _Reader:
    """Where the reading stands: in which statement, before or after its head, in which movement."""

    def __init__(self, findings: Findings) -> None:
        self.statements = 0
        self._findings = findings
        self._is_known = False
        self._start()

    def _start(self) -> None:
        self._head: Head | None = None
        self._facts = parts.Facts()
        self._details: list[Detail] = []
        self._pending = 0

    def take(self, event: str, element: etree._Element) -> Iterator[Item]:
        name = parts.name_of(element)
        if event == "start":
            if not self._is_known:
                self._recognise(element)
            if name == "Stmt":
                self._start()
                self._facts.line = element.sourceline or 0
                self.statements += 1
            return
        match name:
            case "Stmt":
                parts.statement(element, self._facts)
                yield from self._opened()
                yield Tail(element.sourceline or 0, self._closing(), self._pending)
            case "Acct" if parts.parent(element) == "Stmt":
                parts.account(element, self._facts)
            case "Bal":
                parts.balance(element, self._facts, self._findings)
            case "TxDtls" if len(self._details) <= MOST_DETAILS:
                self._details.append(parts.detail(element, self._decimals(element)))
            case "Ntry":
                yield from self._entry(element)
        if name in PARTS:
            _forget(element)

    def _recognise(self, element: etree._Element) -> None:
        """Look at the namespace of the root. Source: ISO 20022, urn:iso:std:iso:20022:tech:xsd:camt.053.001.NN."""
        self._is_known = True
        space = etree.QName(element).namespace or ""
        kind, _dot, version = space.rpartition(".")
        if "camt.053" not in kind:
            raise self._findings.unreadable("camt-other", line=1, value=space.rpartition(":")[2] or element.tag)
        if not version.isdigit() or int(version) not in KNOWN_VERSIONS:
            self._findings.add("camt-version", line=1, value=space.rpartition(":")[2])

    def _decimals(self, element: etree._Element) -> int:
        return parts.decimals_of(self._facts.currency or parts.currency_in(element))

    def _opened(self, entry: etree._Element | None = None) -> Iterator[Item]:
        if self._head is None:
            stmt = entry.getparent() if entry is not None else None
            if stmt is not None:
                parts.statement(stmt, self._facts)
            if not self._facts.currency and entry is not None:
                self._facts.currency = parts.currency_in(entry)
            self._head = self._facts.head(self._findings)
            yield self._head

    def _closing(self) -> Balance | None:
        return self._facts.closing(self._findings)

    def _entry(self, element: etree._Element) -> Iterator[Item]:
        yield from self._opened(element)
        details, self._details = self._details, []
        if parts.status(element) != "BOOK":
            self._pending += 1
            return
        movement = parts.movement(element, details, self._facts, self._findings)
        if movement is not None:
            yield movement


def _forget(element: etree._Element) -> None:
    """Free an element that was read, and those of its name that stand before it."""
    element.clear()
    above, before = element.getparent(), element.getprevious()
    while above is not None and before is not None and parts.name_of(before) == parts.name_of(element):
        above.remove(before)
        before = element.getprevious()
