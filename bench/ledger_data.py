"""The books of a large company, made up line by line: the same seed and size give the same books, in constant memory.

A year holds sales, purchases, receipts, payments and sundry entries, 2.65 lines an entry, on 1,000 accounts and 20,000
auxiliaries. Two fifths of the invoices are paid ten weeks later and lettered. Account 411000 takes a seventh of the
lines, so that it holds 4,000,000 of 30,000,000. `fec_lines` is what a FEC of it says, `FecStream` that FEC as bytes;
`fill` puts years of it in the books of a company as an import does, checks of the file left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from livret.formats.fec import FecLine
from livret.formats.fec.fields import OFFICIAL

if TYPE_CHECKING:
    from livret.suite.company.models import Company, FiscalYear

SIREN, NAME = "732829320", "Banc SA"
CUSTOMERS, SUPPLIERS = 15_000, 5_000
PRODUCTS, CHARGES = 400, 580
DELAY_DAYS = 70
SEED = 2026
# What twenty entries in a row are: sales, purchases, receipts, payments, sundry.
CYCLE = "VAVBVAVBVPVAVBVPVABDVB"[:20]
LABELS = {"VE": "Ventes", "AC": "Achats", "BQ": "Banque", "OD": "Opérations diverses", "AN": "À-nouveaux"}
LINES_PER_CYCLE = sum(2 if kind in "BPD" else 3 for kind in CYCLE)
SALES, PURCHASES = CYCLE.count("V"), CYCLE.count("A")
RECEIPTS, PAYMENTS = CYCLE.count("B"), CYCLE.count("P")
OPENING = (("101300", -90_000_000), ("512000", 70_000_000), ("411000", 30_000_000), ("401000", -10_000_000))


class Part(NamedTuple):
    """A line: account, auxiliary or "", cents signed as debit less credit, letter or ""."""

    account: str
    party: str
    cents: int
    letter: str = ""


class Booked(NamedTuple):
    """An entry of the year."""

    journal: str
    number: int
    day: date
    piece: str
    label: str
    parts: tuple[Part, ...]
    lettered_on: date | None = None


def year_of(index: int) -> tuple[date, date]:
    """Return the first and last day of the year number *index*, from 0."""
    return date(2021 + index, 1, 1), date(2021 + index, 12, 31)


def fec_name(index: int) -> str:
    return f"{SIREN}FEC{year_of(index)[1]:%Y%m%d}.txt"


def entries(lines: int, *, year: int = 0, seed: int = SEED) -> Iterator[Booked]:
    """Yield the entries of a year of about *lines* lines, in the order of their days."""
    first, last = year_of(year)
    days = (last - first).days + 1
    cycles = max(lines // LINES_PER_CYCLE, 1)
    maker = _Maker(seed + year * 1_000_003, cycles, max(cycles * DELAY_DAYS // days, 1))
    yield _opening(first)
    for cycle in range(cycles):
        day = first + timedelta(days=cycle * days // cycles)
        yield from maker.cycle(cycle, day)


def _opening(first: date) -> Booked:
    parts = tuple(Part(account, "", cents) for account, cents in OPENING)
    return Booked("AN", 1, first, "AN-1", "Reprise des soldes", parts)


class _Maker:
    """Makes the entries of each cycle; what a past cycle invoiced is found again by arithmetic, nothing is kept."""

    def __init__(self, seed: int, cycles: int, delay: int) -> None:
        self._seed, self._cycles, self._delay = seed, cycles, delay
        self._numbers = dict.fromkeys("VABPD", 0)

    def cycle(self, cycle: int, day: date) -> Iterator[Booked]:
        seen = dict.fromkeys("VABPD", 0)
        for kind in CYCLE:
            place = seen[kind]
            seen[kind] += 1
            yield self._entry(kind, cycle, place, day)

    def _entry(self, kind: str, cycle: int, place: int, day: date) -> Booked:
        if kind == "V":
            return self._sale(cycle, place, day)
        if kind == "A":
            return self._purchase(cycle, place, day)
        if kind == "D":
            return self._sundry(cycle, day)
        return self._payment(kind, cycle, place, day)

    def _mixed(self, number: int) -> int:
        return (number + self._seed) * 2654435761 % 4294967291

    def _customer(self, sale: int) -> tuple[str, str, int]:
        mixed = self._mixed(sale)
        customer = mixed % CUSTOMERS
        return "411000" if customer % 20 < 11 else "411100", f"C{customer:05d}", 10_000 + mixed // 7 % 900_000 * 5

    def _supplier(self, purchase: int) -> tuple[str, int]:
        mixed = self._mixed(purchase * 3 + 1)
        return f"F{mixed % SUPPLIERS:05d}", 5_000 + mixed // 11 % 400_000 * 5

    def _sale(self, cycle: int, place: int, day: date) -> Booked:
        number = cycle * SALES + place
        account, customer, net = self._customer(number)
        vat, piece = net // 5, f"FA-{number + 1:07d}"
        letter = f"V{number:x}" if place < RECEIPTS and cycle + self._delay < self._cycles else ""
        parts = (
            Part(account, customer, net + vat, letter),
            Part(f"707{net % PRODUCTS:03d}", "", -net),
            Part("445710", "", -vat),
        )
        return Booked("VE", number + 1, day, piece, f"Facture {piece} client {customer}", parts, self._paid_on(day))

    def _purchase(self, cycle: int, place: int, day: date) -> Booked:
        number = cycle * PURCHASES + place
        supplier, net = self._supplier(number)
        vat, piece = net // 5, f"A{number + 1:07d}"
        letter = f"A{number:x}" if place < PAYMENTS and cycle + self._delay < self._cycles else ""
        parts = (
            Part(f"6{net % CHARGES + 10:03d}00", "", net),
            Part("445660", "", vat),
            Part("401000", supplier, -net - vat, letter),
        )
        return Booked("AC", number + 1, day, piece, f"Achat {piece}", parts, self._paid_on(day))

    def _paid_on(self, day: date) -> date:
        return day + timedelta(days=DELAY_DAYS)

    def _payment(self, kind: str, cycle: int, place: int, day: date) -> Booked:
        """A receipt or a payment of what was invoiced DELAY_DAYS ago; before that, of the year before: not lettered."""
        paid = cycle - self._delay
        number = cycle * (RECEIPTS + PAYMENTS) + place + (RECEIPTS if kind == "P" else 0) + 1
        if kind == "B":
            sale = paid * SALES + place
            account, party, net = self._customer(abs(sale))
            part = Part(account, party, -net - net // 5, f"V{sale:x}" if paid >= 0 else "")
        else:
            purchase = paid * PURCHASES + place
            party, net = self._supplier(abs(purchase))
            part = Part("401000", party, net + net // 5, f"A{purchase:x}" if paid >= 0 else "")
        bank = Part("512000" if number % 3 else "512100", "", -part.cents)
        return Booked("BQ", number, day, f"REL {day:%m%d}", f"Virement {party}", (bank, part), day)

    def _sundry(self, cycle: int, day: date) -> Booked:
        cents = 1_000 + self._mixed(cycle) % 90_000
        account = f"6{cycle % CHARGES + 10:03d}00"
        parts = (Part(account, "", cents), Part("471000", "", -cents))
        return Booked("OD", cycle + 1, day, f"OD-{cycle + 1}", "Régularisation", parts)


def account_label(account: str) -> str:
    return f"Compte {account}"


def fec_lines(booked: Iterable[Booked]) -> Iterator[FecLine]:
    """Yield the lines of entries as a FEC says them."""
    for entry in booked:
        for part in entry.parts:
            yield FecLine(
                line_number=0,
                journal_code=entry.journal,
                journal_label=LABELS[entry.journal],
                entry_number=f"{entry.journal}{entry.number:07d}",
                entry_date=entry.day,
                account=part.account,
                account_label=account_label(part.account),
                aux=part.party,
                aux_label=f"Tiers {part.party}" if part.party else "",
                piece_ref=entry.piece,
                piece_date=entry.day,
                label=entry.label,
                debit_cents=max(part.cents, 0),
                credit_cents=max(-part.cents, 0),
                letter=part.letter,
                letter_date=entry.lettered_on if part.letter else None,
                valid_date=entry.day,
                currency_amount=None,
                currency="",
            )


class FecStream:
    """The same as the bytes of a file, made while they are read."""

    def __init__(self, booked: Iterable[Booked]) -> None:
        self._blocks = _fec_blocks(booked)
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        while len(self._rest) < size and (block := next(self._blocks, b"")):
            self._rest += block
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def close(self) -> None:
        self._blocks = iter(())


def _fec_blocks(booked: Iterable[Booked]) -> Iterator[bytes]:
    yield "\t".join(OFFICIAL).encode() + b"\r\n"
    lines: list[str] = []
    for entry in booked:
        day = f"{entry.day:%Y%m%d}"
        head = f"{entry.journal}\t{LABELS[entry.journal]}\t{entry.journal}{entry.number:07d}\t{day}"
        said = f"{entry.piece}\t{day}\t{entry.label}"
        for account, party, cents, letter in entry.parts:
            tiers = f"{party}\tTiers {party}" if party else "\t"
            euros = f"{abs(cents) // 100},{abs(cents) % 100:02d}"
            sides = f"{euros}\t0,00" if cents > 0 else f"0,00\t{euros}"
            lettered = f"{letter}\t{entry.lettered_on:%Y%m%d}" if letter else "\t"
            label = account_label(account)
            lines.append(f"{head}\t{account}\t{label}\t{tiers}\t{said}\t{sides}\t{lettered}\t{day}\t\t\r\n")
        if len(lines) > 2_000:
            yield "".join(lines).encode("iso-8859-15")
            lines.clear()
    yield "".join(lines).encode("iso-8859-15")


def fill(company: Company, lines: int, *, year: int) -> FiscalYear:
    """Open the year number *year* of *company* and put about *lines* lines in its books; one transaction."""
    from django.db import connections, transaction
    from django.utils.timezone import now

    from livret.core.people import system_actor
    from livret.core.tenancy.context import current_alias
    from livret.suite.company.services import open_fiscal_year
    from livret.suite.finance.models import ImportRun
    from livret.suite.finance.services import ledger, merging

    at, by, (first, last) = now(), system_actor("bench"), year_of(year)
    with transaction.atomic(using=current_alias()), connections[current_alias()].cursor() as sql:
        held = open_fiscal_year(company, first_day=first, last_day=last, by=by, at=at)
        kept = {"digest": f"{year:064d}", "size": 0, "author_id": by.id, "author_name": by.name, "uploaded_at": at}
        done = {"state": "done", "ended_at": at, "company": company, "fiscal_year": held, "siren": SIREN}
        days = {"first_day": first, "last_day": last}
        run = ImportRun.objects.create(file_name=fec_name(year), **kept, **done, **days)
        ledger.lock_year(held)
        ledger.prefer_set_joins(sql)
        expected = lines * len(CYCLE) // LINES_PER_CYCLE + 1
        target = merging.Target(held, run.pk, by.id, by.name, at, at.date(), first, expected)
        stream = FecStream(entries(lines, year=year))
        merged = merging.merge(sql, target, stream, on_lines=lambda _lines: None)
        ledger.settle(held, first_id=merged.first_id, last_id=merged.last_id)
    return held
