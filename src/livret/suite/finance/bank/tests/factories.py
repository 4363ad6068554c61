"""Statements as banks write them, and a company whose books they speak of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from livret.kernel.rib import iban_of_rib
from livret.suite.finance.bank.models import BankAccount, Movement
from livret.suite.finance.bank.services import files, imports
from livret.suite.finance.models import AuxiliaryAccount
from livret.suite.finance.services.ledger import NewEntry, NewLine, post
from livret.suite.finance.tests.factories import (
    ALICE,
    AT,
    TODAY,
    make_account,
    make_company,
    make_journal,
    make_year,
)

IBAN = iban_of_rib(bank="30004", branch="00821", account="00012345678")
DAY = date(2025, 3, 10)


def entry_xml(cents, label="VIR SEPA", day=DAY, *, reference="", name="", iban="", end_to_end="", status="BOOK"):
    """Return a movement of a CAMT.053.001.08."""
    side, other = ("CRDT", "Dbtr") if cents > 0 else ("DBIT", "Cdtr")
    party = f"<{other}><Pty><Nm>{name}</Nm></Pty></{other}>" if name else ""
    account = f"<{other}Acct><Id><IBAN>{iban}</IBAN></Id></{other}Acct>" if iban else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{Decimal(abs(cents)).scaleb(-2)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        + (f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else "")
        + f"<NtryDtls><TxDtls><Refs><EndToEndId>{end_to_end or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"<RltdPties>{party}{account}</RltdPties><RmtInf><Ustrd>{label}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def balance_xml(kind, cents, day, currency="EUR"):
    side = "DBIT" if cents < 0 else "CRDT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">'
        f"{Decimal(abs(cents)).scaleb(-2)}</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def camt(
    entries, *, opening=0, closing=None, first=date(2025, 2, 28), last=date(2025, 3, 31), iban=IBAN, number="1", **other
):
    """Return a CAMT.053 of one statement. entries: (cents, label) pairs or dictionaries for entry_xml."""
    facts = [one if isinstance(one, dict) else {"cents": one[0], "label": one[1]} for one in entries]
    booked = sum(one["cents"] for one in facts if one.get("status", "BOOK") == "BOOK")
    end = opening + booked if closing is None else closing
    currency = other.get("currency", "EUR")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M{number}</MsgId></GrpHdr><Stmt><Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{balance_xml('OPBD', opening, first, currency)}{balance_xml('CLBD', end, last, currency)}"
        f"{''.join(entry_xml(**one) for one in facts)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def make_books(name="Ateliers Lumen"):
    """Return a company with its year 2025 and its bank account, ledger account 512000, journal BQ."""
    company = make_company(name=name)
    make_year(company)
    make_year(company, date(2026, 1, 1), date(2026, 12, 31))
    make_journal(company, "OD", "Opérations diverses", "general")
    return make_bank_account(company)


def make_bank_account(company, identifier=IBAN, number="512000"):
    return BankAccount.objects.create(
        company=company,
        identifier=identifier,
        label="Compte courant",
        journal=make_journal(company, "BQ", "Banque", "bank"),
        account=make_account(company, number, "Banque"),
    )


def make_party(company, number="C001", label="Maison Fougère SAS"):
    return AuxiliaryAccount.objects.get_or_create(company=company, number=number, defaults={"label": label})[0]


def posted(company, lines, *, day=DAY, journal="OD", piece="P-1", label="Écriture", vat_code=""):
    """Post an entry. lines: (account, auxiliary or None, cents: debit less credit); vat_code: of the last line."""
    year = company.fiscal_years.select_related("company").get(first_day__lte=day, last_day__gte=day)
    made = [
        NewLine(make_account(company, number, number).pk, party.pk if party else None, max(cents, 0), max(-cents, 0))
        for number, party, cents in lines
    ]
    made[-1] = replace(made[-1], vat_code=vat_code)
    entry = NewEntry(make_journal(company, journal, journal, "general").pk, day, label, piece, day, made)
    return post(entry, year=year, allowance=None, by=ALICE, at=AT, on=TODAY)


def invoice(company, party, cents, *, piece="FA-2025-001", day=date(2025, 2, 20)):
    """Post a sale without VAT; return its entry: the customer's line is the first."""
    return posted(company, [("411000", party, cents), ("706000", None, -cents)], day=day, piece=piece, label=piece)


def sent(company, content, name="releve.xml"):
    return files.check_file(files.upload([content], company=company, file_name=name, by=ALICE, at=AT).pk, at=AT)


def imported(company, content, name="releve.xml", chosen=None):
    held = files.confirm(sent(company, content, name), chosen=chosen or {}, by=ALICE, at=AT, as_job=False)
    return imports.import_file(held.pk, at=AT)


def movements(account):
    return list(Movement.objects.filter(bank_account=account).select_related("bank_account").order_by("pk"))
