"""Statements of our own making, in the shape that banks give to each format, and a writer for each."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import date
from decimal import Decimal

from livret.formats.bank import Findings, Unreadable, gathered
from livret.formats.bank.reading import read
from livret.kernel.rib import iban_of_rib

BANK, BRANCH, NUMBER = "30004", "00821", "00012345678"
IBAN = iban_of_rib(bank=BANK, branch=BRANCH, account=NUMBER)
FIRST, LAST = date(2026, 1, 31), date(2026, 2, 28)
POSITIVE, NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"


class Slow(io.BytesIO):
    """A stream that gives a few bytes at a time, as a network does."""

    def read(self, size=-1, /):
        return super().read(min(size, 7) if size and size > 0 else size)


def statements(content, stream=io.BytesIO):
    """Return the statements of a file and the codes of what was found."""
    findings = Findings("en")
    held = []
    with suppress(Unreadable):
        held.extend(gathered(read(stream(content), findings)))
    return held, [finding.code for finding in findings.result()]


def finding(content, code):
    """Return the first finding of a code."""
    findings = Findings("en")
    with suppress(Unreadable):
        list(read(io.BytesIO(content), findings))
    return next(one for one in findings.result() if one.code == code)


def major(minor):
    return f"{Decimal(abs(minor)).scaleb(-2)}"


def camt(movements, *, opening=10_000, closing=None, version="08", extra="", head="", ccy="EUR"):
    """Return a CAMT.053. movements: (minor, day, label)."""
    end = opening + sum(minor for minor, _day, _label in movements) if closing is None else closing
    status = "<Cd>BOOK</Cd>" if int(version) >= 7 else "BOOK"
    entries = "".join(
        f'<Ntry><Amt Ccy="{ccy}">{major(minor)}</Amt><CdtDbtInd>{"CRDT" if minor > 0 else "DBIT"}</CdtDbtInd>'
        f"<Sts>{status}</Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>{label}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for minor, day, label in movements
    )
    return (
        f'<?xml version="1.0"?>{head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
        f"<BkToCstmrStmt><Stmt><Id>S1</Id><ElctrncSeqNb>2</ElctrncSeqNb><Acct><Id><IBAN>{IBAN}</IBAN></Id>"
        f"<Ccy>{ccy}</Ccy></Acct>{balance('OPBD', opening, FIRST)}{balance('CLBD', end, LAST)}{entries}{extra}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def balance(kind, minor, day):
    side = "DBIT" if minor < 0 else "CRDT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{major(minor)}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def overpunched(minor):
    digits = f"{abs(minor):014d}"
    return digits[:-1] + (NEGATIVE if minor < 0 else POSITIVE)[int(digits[-1])]


def record(code, day, *, amount="", label="", value="", number=NUMBER, currency="EUR", kind="05"):
    """Return a record of 120 characters."""
    text = f"{code}{BANK}    {BRANCH}{currency}2 {number}{kind}{day:%d%m%y}  {value:6}{label:31.31}"
    return f"{text:90}{amount:14}{'':16}"


def cfonb(movements, *, opening=10_000, closing=None, between=""):
    """Return a CFONB 120. movements: (minor, day, label)."""
    end = opening + sum(minor for minor, _day, _label in movements) if closing is None else closing
    lines = [record("01", FIRST, amount=overpunched(opening), kind="  ")]
    for minor, day, label in movements:
        lines.append(record("04", day, amount=overpunched(minor), label=label, value=f"{day:%d%m%y}"))
    lines.append(record("07", LAST, amount=overpunched(end), kind="  "))
    return (f"\r\n{between}".join(lines) + "\r\n").encode("latin-1")


def complement(qualifier, text):
    return f"05{BANK}    {BRANCH}EUR2 {NUMBER}05280226     {qualifier}{text:70.70}  "


def ofx(movements, *, closing=0, is_xml=False):
    """Return an OFX 1 (SGML) or 2 (XML). movements: (minor, day, label)."""

    def leaf(name, value):
        return f"<{name}>{value}</{name}>" if is_xml else f"<{name}>{value}\n"

    moved = "".join(
        f"<STMTTRN>{leaf('TRNTYPE', 'OTHER')}{leaf('DTPOSTED', f'{day:%Y%m%d}')}"
        f"{leaf('TRNAMT', f'{Decimal(minor).scaleb(-2)}')}{leaf('FITID', rank)}{leaf('NAME', label)}</STMTTRN>"
        for rank, (minor, day, label) in enumerate(movements)
    )
    head = (
        '<?xml version="1.0" encoding="UTF-8"?><?OFX OFXHEADER="200"?>' if is_xml else "OFXHEADER:100\nCHARSET:1252\n\n"
    )
    account = leaf("BANKID", BANK) + leaf("BRANCHID", BRANCH) + leaf("ACCTID", NUMBER)
    ledger = leaf("BALAMT", Decimal(closing).scaleb(-2)) + leaf("DTASOF", f"{LAST:%Y%m%d}120000[+1:CET]")
    body = (
        f"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>{leaf('CURDEF', 'EUR')}<BANKACCTFROM>{account}</BANKACCTFROM>"
        f"<BANKTRANLIST>{moved}</BANKTRANLIST><LEDGERBAL>{ledger}</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
    return (head + body).encode("utf-8" if is_xml else "cp1252")
