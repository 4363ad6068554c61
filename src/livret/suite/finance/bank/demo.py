"""Statements of a fictional bank for the months of 2026, with a dozen movements left to treat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from livret.core.people import Actor
from livret.kernel.periods import ONE_DAY, add_months
from livret.kernel.rib import iban_of_rib
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.bank.models import BankAccount
from livret.suite.finance.bank.queries.queue import left_ids
from livret.suite.finance.bank.services import bulk, files, imports, setup
from livret.suite.finance.models import ChartAccount, EntryText, Journal, Line
from livret.suite.finance.queries.open_items import OpenLine, open_lines

YEAR = 2026
FICTIONAL_BANK = "99999"  # Given to no bank.
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
CHARGES = (
    (-2_640, "FRAIS DE TENUE DE COMPTE"),
    (-890, "COTISATION CARTE AFFAIRES"),
    (-14_400, "PRLV ASSURANCE PROFESSIONNELLE CONTRAT 88120"),
    (3_150, "REMBOURSEMENT TROP PERCU"),
)
INVOICES, UNCASHED = 8, 2


@dataclass(frozen=True, slots=True)
class Said:
    """A movement as the bank tells it."""

    on: date
    cents: int
    label: str
    reference: str


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Give *company* a bank account and its statements; what the books hold is matched, the rest is left to treat."""
    year = FiscalYear.objects.filter(company=company, first_day__lte=date(YEAR, 10, 31)).order_by("-last_day").first()
    account = ChartAccount.objects.filter(company=company, number__startswith="512").order_by("number").first()
    if year is None or account is None or BankAccount.objects.filter(company=company).exists():
        return
    journal = Journal.objects.filter(company=company, kind=Journal.Kind.BANK).order_by("code").first()
    journal = journal or Journal.objects.get(company=company, code="BQ")
    iban = iban_of_rib(bank=FICTIONAL_BANK, branch="00001", account=f"{company.pk:011d}")
    bank = setup.open_account(
        company, identifier=iban, label="Compte courant", journal=journal, account=account, by=by, at=at
    )
    for number, content in enumerate(_statements(bank, year), start=1):
        name = f"releve-{YEAR}-{number:02d}.xml"
        sent = files.upload([content], company=company, file_name=name, by=by, at=at)
        files.check_file(sent.pk, at=at)
        files.confirm(sent, chosen={}, by=by, at=at, as_job=False)
        imports.import_file(sent.pk, at=at)
    bulk.suggest_all(company)
    bulk.match_best(left_ids(company, account=bank, sure=60), by=by, at=at)
    bulk.suggest_all(company)


def _statements(bank: BankAccount, year: FiscalYear) -> Iterator[bytes]:
    """Yield a statement for each month that has movements, in order."""
    first = max(year.first_day, date(YEAR, 1, 1))
    lines = list(_lines(bank, first, min(year.last_day, date(YEAR, 12, 31))))
    if not lines:
        return
    kept = [line for line in lines[:-UNCASHED] if line.cents] + _unknown(year, lines[-1].on)
    balance = _opening(bank, year, first)
    start = first
    while start <= lines[-1].on:
        end = add_months(start.replace(day=1), 1)
        month = sorted((one for one in kept if start <= one.on < end), key=lambda one: one.on)
        if month:
            total = sum(one.cents for one in month)
            yield _camt(bank.identifier, month, start - ONE_DAY, balance, end - ONE_DAY, balance + total)
            balance += total
        start = end


def _lines(bank: BankAccount, first: date, last: date) -> Iterator[Said]:
    rows = Line.objects.filter(account=bank.account, date__range=(first, last)).exclude(journal__kind="opening")
    found = list(
        rows.order_by("date", "entry_id", "position").values_list("date", "entry_id", "debit_cents", "credit_cents")
    )
    texts = dict(EntryText.objects.filter(pk__in=[row[1] for row in found]).values_list("entry_id", "label"))
    for on, entry, debit, credit in found:
        yield Said(on, debit - credit, texts[entry], f"B{entry}")


def _opening(bank: BankAccount, year: FiscalYear, first: date) -> int:
    before = Line.objects.filter(fiscal_year=year, account=bank.account, date__lt=first)
    opening = Line.objects.filter(fiscal_year=year, account=bank.account, journal__kind="opening", date__gte=first)
    return sum(
        rows.aggregate(cents=Coalesce(Sum(F("debit_cents") - F("credit_cents")), 0))["cents"]
        for rows in (before, opening)
    )


def _unknown(year: FiscalYear, last: date) -> list[Said]:
    """Return movements that the books do not know: payments of open invoices, charges, a payment named nowhere."""
    open_ones = [line for line in open_lines(year, on=last, limit=400).lines if line.account[:2] in ("40", "41")]
    chosen = [line for line in open_ones if line.piece_ref and line.auxiliary][-INVOICES:]
    paid = [_payment(line, last, place) for place, line in enumerate(chosen)]
    return [*paid, *(Said(last, cents, label, f"D{place}") for place, (cents, label) in enumerate(CHARGES))]


def _payment(line: OpenLine, on: date, place: int) -> Said:
    words = f"VIR {line.auxiliary_label} {line.piece_ref}" if place % 2 else f"VIR SEPA {line.auxiliary_label}"
    return Said(on, line.cents, words, f"V{place}")


def _camt(iban: str, said: Sequence[Said], first: date, opening: int, last: date, closing: int) -> bytes:
    entries = "".join(
        f"<Ntry>{_amount(one.cents)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{one.on}</Dt></BookgDt>"
        f"<ValDt><Dt>{one.on}</Dt></ValDt><AcctSvcrRef>{one.reference}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>{escape(one.label)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for one in said
    )
    balances = f"{_balance('OPBD', opening, first)}{_balance('CLBD', closing, last)}"
    head = f"<Id>{last:%Y%m}</Id><ElctrncSeqNb>{last.month}</ElctrncSeqNb>"
    account = f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    body = f"<BkToCstmrStmt><Stmt>{head}{account}{balances}{entries}</Stmt></BkToCstmrStmt>"
    return f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{CAMT}">{body}</Document>'.encode()


def _balance(kind: str, cents: int, on: date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_amount(cents)}<Dt><Dt>{on}</Dt></Dt></Bal>"


def _amount(cents: int) -> str:
    side = "DBIT" if cents < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{Decimal(abs(cents)).scaleb(-2)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
