"""What the complements (records 05) of a movement say, by qualifier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stdnum import iban as iban_rules

from .records import Record

LABELS = {"LIB", "LCC", "LC2", "LCS"}
NAMES = {"NPY", "NBE", "NPO", "NBU"}
IDENTIFIERS = {"IBE", "IPY", "CBE"}
HALF = 35


@dataclass(slots=True)
class Complements:
    """The texts of the complements, each where a movement wants it.

    Source: CFONB, 2004 and its additions for SEPA payments: LIB label, NPY and NBE parties, RCN references of the
    customer, REF reference of the bank, RUM mandate, IBE and IPY identifiers, LCC and LC2 remittance. Others, such as
    MMO (amount of origin) or FEE, are left out.
    """

    label: list[str]
    name: str = ""
    iban: str = ""
    end_to_end: str = ""
    mandate: str = ""
    reference: str = ""

    @classmethod
    def of(cls, records: Iterable[Record]) -> Complements:
        said = cls([])
        for record in records:
            said._take(record.text[45:48].strip().upper(), record.text[48:118])
        return said

    def _take(self, qualifier: str, text: str) -> None:
        words = " ".join(text.split())
        if qualifier in LABELS:
            self.label.append(words)
        elif qualifier in NAMES:
            self.name = self.name or words
        elif qualifier in IDENTIFIERS:
            number = text.strip().replace(" ", "")
            self.iban = self.iban or (number if iban_rules.is_valid(number) else "")
        elif qualifier == "RCN":
            self.end_to_end = self.end_to_end or _meant(text[:HALF])
            self.label.extend(filter(None, [_meant(text[HALF:])]))
        elif qualifier == "RUM":
            self.mandate = self.mandate or " ".join(text[:HALF].split())
        elif qualifier == "REF":
            self.reference = self.reference or words


def _meant(text: str) -> str:
    words = " ".join(text.split())
    return "" if words.upper() in {"NOTPROVIDED", "NOT PROVIDED"} else words
