"""The parts of a CAMT.053: account, balance, movement, payment of a batch. Old and new forms of an element are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache

from lxml import etree
from stdnum import iban as iban_rules

from livret.formats.bank.catalogue import Findings
from livret.formats.bank.statement import AccountRef, Balance, Detail, Head, Movement

LARGEST_DIGITS = 16
MOST_BALANCES = 1000
ISO_DAY = 10
_WHOLE = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV")
_CFA = ("XAF", "XOF", "XPF")
# Minor units of the currencies that have not two. Source: ISO 4217, list one.
DECIMALS = {
    **dict.fromkeys(_WHOLE + _CFA, 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
OPENING, CLOSING = ("OPBD", "PRCD", "ITBD"), ("CLBD", "ITBD")
NO_REFERENCE = {"NOTPROVIDED", "NOT PROVIDED", "NONREF"}


def name_of(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def parent(element: etree._Element) -> str:
    above = element.getparent()
    return name_of(above) if above is not None else ""


def decimals_of(currency: str) -> int:
    return DECIMALS.get(currency, 2)


def text(element: etree._Element, path: str) -> str:
    """Return the words at *path*, a chain of names whatever their namespace; empty when it leads nowhere."""
    found = element.find(_steps(path))
    return " ".join((found.text or "").split()) if found is not None else ""


@cache
def _steps(path: str) -> str:
    return "/".join(f"{{*}}{step}" for step in path.split("/"))


def first_text(element: etree._Element, *paths: str) -> str:
    return next((words for path in paths if (words := text(element, path))), "")


def day_at(element: etree._Element, path: str) -> str:
    return first_text(element, f"{path}/Dt", f"{path}/DtTm")[:10]


def currency_in(element: etree._Element) -> str:
    found = element.find("{*}Amt")
    return str(found.get("Ccy", "")) if found is not None else ""


@dataclass(slots=True)
class Facts:
    """What was read of a statement before its first movement, and its balances by kind."""

    line: int = 0
    identifier: str = ""
    sequence: str = ""
    currency: str = ""
    account: AccountRef = field(default_factory=AccountRef)
    balances: list[tuple[str, str, Balance]] = field(default_factory=list)

    def head(self, findings: Findings) -> Head:
        if not self.currency:
            self.currency = next((currency for kind, currency, _balance in self.balances if kind in OPENING), "EUR")
        opening = self._pick(OPENING, findings, last=False)
        decimals = decimals_of(self.currency)
        return Head(self.line, self.account, self.currency, decimals, self.identifier, self.sequence, opening)

    def closing(self, findings: Findings) -> Balance | None:
        return self._pick(CLOSING, findings, last=True)

    def _pick(self, kinds: Sequence[str], findings: Findings, *, last: bool) -> Balance | None:
        for wanted in kinds:
            held = [found for found in self.balances if found[0] == wanted]
            if held:
                kind, currency, balance = held[-1 if last else 0]
                if currency == self.currency:
                    return balance
                findings.add("balance-currency", line=self.line, kind=kind, value=currency, currency=self.currency)
                return None
        return None


def statement(element: etree._Element, facts: Facts) -> None:
    facts.identifier = facts.identifier or text(element, "Id")[:100]
    facts.sequence = facts.sequence or first_text(element, "ElctrncSeqNb", "LglSeqNb")[:20]


def account(element: etree._Element, facts: Facts) -> None:
    iban = text(element, "Id/IBAN").replace(" ", "").upper()
    number = text(element, "Id/Othr/Id").replace(" ", "").upper()
    if not iban and iban_rules.is_valid(number):
        iban = number
    facts.account = AccountRef(iban[:34], number[:40], first_text(element, "Ownr/Nm", "Ownr/Pty/Nm")[:140])
    facts.currency = text(element, "Ccy") or facts.currency


def balance(element: etree._Element, facts: Facts, findings: Findings) -> None:
    kind = first_text(element, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry")
    currency = currency_in(element)
    minor = _signed(element, decimals_of(currency), findings)
    day = _day(element, "Dt", findings)
    if minor is not None and day is not None and _is_kept(kind, facts):
        facts.balances.append((kind, currency, Balance(day, minor)))


def _is_kept(kind: str, facts: Facts) -> bool:
    return kind in {*OPENING, *CLOSING} and len(facts.balances) < MOST_BALANCES


def status(element: etree._Element) -> str:
    """Return the status of a movement, a text until .07, a code from .08 on."""
    return first_text(element, "Sts/Cd", "Sts/Prtry", "Sts")


def movement(element: etree._Element, details: Sequence[Detail], facts: Facts, findings: Findings) -> Movement | None:
    """Return a booked movement, None when it cannot be read, which is told.

    The sign is that of CdtDbtInd: RvslInd says that it undoes an earlier movement and changes nothing to it.
    Source: ISO 20022, ReportEntry, CreditDebitIndicator and ReversalIndicator.
    """
    line, currency = element.sourceline or 0, currency_in(element)
    if currency != facts.currency:
        findings.add("currency-differs", line=line, column="Ntry/Amt", value=currency, currency=facts.currency)
        return None
    minor = _signed(element, decimals_of(currency), findings)
    fallback = facts.balances[-1][2].on if facts.balances else None
    booked = _day(element, "BookgDt", findings) if day_at(element, "BookgDt") else fallback
    value = _day(element, "ValDt", findings) if day_at(element, "ValDt") else booked
    if minor is None or booked is None:
        if booked is None and minor is not None:
            findings.add("date-invalid", line=line, column="BookgDt", value="")
        return None
    signed = tuple(_signed_as(minor, found) for found in details)
    single = signed[0] if len(signed) == 1 else Detail(0)
    return Movement(
        line=line,
        booked_on=booked,
        value_on=value or booked,
        minor=minor,
        label=_label(element, signed),
        reference=first_text(element, "AcctSvcrRef", "NtryRef")[:100],
        end_to_end=single.end_to_end,
        mandate=single.mandate,
        name=single.name,
        iban=single.iban,
        code=_code(element),
        is_reversal=text(element, "RvslInd") in {"true", "1"},
        details=_batch(signed, minor, line, findings),
    )


def detail(element: etree._Element, decimals: int) -> Detail:
    """Return one payment of a movement; its other party is the one that is not the account's holder."""
    found = element.find("{*}Amt")
    if found is None:
        found = element.find("{*}AmtDtls/{*}TxAmt/{*}Amt")
    minor = _minor(found.text or "", decimals) if found is not None else None
    side = text(element, "CdtDbtInd")
    end_to_end = text(element, "Refs/EndToEndId")
    return Detail(
        minor=-(minor or 0) if side == "DBIT" else (minor or 0),
        label=_remittance(element),
        end_to_end="" if end_to_end.upper() in NO_REFERENCE else end_to_end[:100],
        mandate=text(element, "Refs/MndtId")[:100],
        name="\n".join(_party(element, role, "Nm") for role in ("Dbtr", "Cdtr")),
        iban="\n".join(text(element, f"RltdPties/{role}Acct/Id/IBAN") for role in ("Dbtr", "Cdtr")),
    )


def _party(element: etree._Element, role: str, leaf: str) -> str:
    paths = [f"RltdPties/{who}/{inner}{leaf}" for who in (role, f"Ultmt{role}") for inner in ("", "Pty/")]
    return first_text(element, *paths)[:140]


def _signed_as(minor: int, found: Detail) -> Detail:
    """Return *found* with the sign of its movement and the party on the other side of it."""
    other = 0 if minor > 0 else 1
    pick = [words.split("\n")[other] or words.split("\n")[1 - other] for words in (found.name, found.iban)]
    signed = abs(found.minor) if minor > 0 else -abs(found.minor)
    return Detail(signed, found.label, found.end_to_end, found.mandate, pick[0], pick[1].replace(" ", "")[:34])


def _batch(details: Sequence[Detail], minor: int, line: int, findings: Findings) -> tuple[Detail, ...]:
    if len(details) < 2:
        return ()
    total = sum(found.minor for found in details)
    if total == minor:
        return tuple(details)
    if any(found.minor for found in details):
        findings.add("batch-differs", line=line, count=len(details), sum=str(total), value=str(minor))
    return ()


def _remittance(element: etree._Element) -> str:
    lines = [" ".join((found.text or "").split()) for found in element.findall("{*}RmtInf/{*}Ustrd")]
    refs = [" ".join((found.text or "").split()) for found in element.findall(".//{*}CdtrRefInf/{*}Ref")]
    numbers = [" ".join((found.text or "").split()) for found in element.findall(".//{*}RfrdDocInf/{*}Nb")]
    return " ".join(word for word in [*lines, *refs, *numbers, text(element, "AddtlTxInf")] if word)[:500]


def _label(element: etree._Element, details: Sequence[Detail]) -> tuple[str, ...]:
    words = [text(element, "AddtlNtryInf")[:500], *(found.label for found in details[:1])]
    lines = tuple(dict.fromkeys(word for word in words if word))
    return lines or tuple(word for word in (details[0].name if details else "", _code(element)) if word)[:1]


def _code(element: etree._Element) -> str:
    steps = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
    standard = "/".join(word for step in steps if (word := text(element, step)))
    return (standard or text(element, "BkTxCd/Prtry/Cd"))[:40]


def _signed(element: etree._Element, decimals: int, findings: Findings) -> int | None:
    line = element.sourceline
    side, amount = text(element, "CdtDbtInd"), text(element, "Amt")
    minor = _minor(amount, decimals)
    if minor is None:
        findings.add("amount-invalid", line=line, column=f"{name_of(element)}/Amt", value=amount)
        return None
    if side not in {"CRDT", "DBIT"}:
        findings.add("sign-invalid", line=line, column=f"{name_of(element)}/CdtDbtInd", value=side)
        return None
    return minor if side == "CRDT" else -minor


def _minor(words: str, decimals: int) -> int | None:
    """Return the minor units of an amount; digits beyond them must be zeros."""
    try:
        value = Decimal(words.strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or value.adjusted() >= LARGEST_DIGITS or (value.is_signed() and value):
        return None
    scaled = value.scaleb(decimals)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def _day(element: etree._Element, path: str, findings: Findings) -> date | None:
    """Return the day at *path*; a moment counts for the day it is written with, which is the bank's."""
    words = day_at(element, path)
    try:
        return date.fromisoformat(words if len(words) == ISO_DAY else "")
    except ValueError:
        findings.add("date-invalid", line=element.sourceline, column=f"{name_of(element)}/{path}", value=words)
        return None
