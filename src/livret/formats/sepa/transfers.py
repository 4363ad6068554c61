"""Orders of credit transfers, pain.001: written by `sepaxml`, checked here, and against the schema of ISO 20022."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from lxml import etree
from sepaxml import SepaTransfer
from stdnum import bic as bic_number
from stdnum import iban as iban_number

from livret.formats.sepa.characters import latin
from livret.kernel.findings import Finding, Severity

Schema = Literal["pain.001.001.03", "pain.001.001.09"]
SCHEMAS: tuple[Schema, ...] = ("pain.001.001.09", "pain.001.001.03")
LONGEST_NAME, LONGEST_TEXT, LONGEST_ID = 70, 140, 35
LARGEST_CENTS = 99_999_999_999  # 999,999,999.99 euros, the largest SEPA transfer. Source: EPC125-05, AT-T002.
SOURCE = "EPC125-05"


@dataclass(frozen=True, slots=True)
class Address:
    """A structured address; town and country are what the schemes ask for, country in two letters (ISO 3166)."""

    town: str = ""
    country: str = ""
    street: str = ""
    building: str = ""
    postcode: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.town or self.country or self.street or self.building or self.postcode)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One credit transfer, in cents of euro. end_to_end: carried unchanged to the payee, once in a file."""

    end_to_end: str
    name: str
    iban: str
    cents: int
    remittance: str
    bic: str = ""
    address: Address = field(default_factory=Address)


@dataclass(frozen=True, slots=True)
class Order:
    """One file: transfers from one account, executed on one day, booked by the bank as a whole."""

    message_id: str
    made_at: datetime
    name: str
    iban: str
    execution_on: date
    transfers: Sequence[Transfer]
    bic: str = ""
    schema: Schema = "pain.001.001.09"


def order_findings(order: Order, *, wants_structure: bool) -> list[Finding]:
    """Return what the bank would refuse, transfer by transfer (line: its rank, from 1; None for the whole order).

    wants_structure: whether an address, when there is one, must have its town and country in their fields.
    """
    found = [*_of_debtor(order)]
    ids = Counter(one.end_to_end for one in order.transfers)
    for rank, one in enumerate(order.transfers, start=1):
        found.extend(_of_transfer(rank, one, wants_structure=wants_structure))
        if ids[one.end_to_end] > 1:
            found.append(_error(rank, "EndToEndId", "twice", f"{one.end_to_end} names several transfers of the file."))
    return found


def _of_debtor(order: Order) -> Iterator[Finding]:
    if not order.transfers:
        yield _error(None, "CdtTrfTxInf", "empty", "The order holds no transfer.")
    if not iban_number.is_valid(order.iban):
        yield _error(None, "DbtrAcct", "iban", "The IBAN of the account to be debited is not valid.")
    if not latin(order.name):
        yield _error(None, "Dbtr", "name", "The payer has no name in Latin characters.")
    if not order.message_id or len(order.message_id) > LONGEST_ID or latin(order.message_id) != order.message_id:
        yield _error(None, "MsgId", "id", f"{order.message_id!r} cannot name a message.")


def _of_transfer(rank: int, one: Transfer, *, wants_structure: bool) -> Iterator[Finding]:
    if not iban_number.is_valid(one.iban):
        yield _error(rank, "CdtrAcct", "iban", "The IBAN of the payee is not valid.")
    if one.bic and not bic_number.is_valid(one.bic):
        yield _error(rank, "CdtrAgt", "bic", f"{one.bic} is no BIC.")
    if not latin(one.name):
        yield _error(rank, "Cdtr", "name", "The payee has no name in Latin characters.")
    if not 0 < one.cents <= LARGEST_CENTS:
        yield _error(rank, "InstdAmt", "amount", f"{one.cents} cents cannot be transferred.")
    if not one.end_to_end or len(one.end_to_end) > LONGEST_ID or latin(one.end_to_end) != one.end_to_end:
        yield _error(rank, "EndToEndId", "id", f"{one.end_to_end!r} cannot name a transfer.")
    if wants_structure and not one.address.is_blank and not (one.address.town and one.address.country):
        yield _error(rank, "PstlAdr", "address", "The address lacks its town or country in their own fields.")


def _error(rank: int | None, element: str, code: str, message: str) -> Finding:
    return Finding(rank, element, code, Severity.ERROR, f"{message} ({SOURCE})")


def write_order(order: Order) -> bytes:
    """Return the pain.001 of *order*, valid against its schema. Raises ValueError when the schema refuses it.

    Texts are brought to the Latin characters of the schemes and to their lengths. Findings are for `order_findings`.
    """
    writer = SepaTransfer(_config(order), schema=order.schema, clean=True)
    for one in order.transfers:
        writer.add_payment(_payment(order, one))
    root = _completed(writer.export(validate=False), order)
    schema = _schema(order.schema)
    if not schema.validate(root):
        raise ValueError(f"the schema {order.schema} refuses the order: {schema.error_log.last_error}")
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


@cache
def _schema(name: Schema) -> Any:
    """The schema of ISO 20022 that comes with the library, which would read it again for each order."""
    return etree.XMLSchema(etree.fromstring(files("sepaxml").joinpath("schemas", f"{name}.xsd").read_bytes()))


def _config(order: Order) -> dict[str, Any]:
    facts = {"name": _cut(order.name, LONGEST_NAME), "IBAN": order.iban, "batch": True, "currency": "EUR"}
    return {**facts, "BIC": order.bic} if order.bic else facts


def _payment(order: Order, one: Transfer) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": _cut(one.name, LONGEST_NAME),
        "IBAN": one.iban,
        "amount": one.cents,
        "execution_date": order.execution_on,
        "description": _cut(one.remittance, LONGEST_TEXT) or one.end_to_end,
        "endtoend_id": one.end_to_end,
    }
    if one.bic:
        facts["BIC"] = one.bic
    if not one.address.is_blank:
        facts["address"] = _address(one.address)
    return facts


def _address(address: Address) -> dict[str, str]:
    parts = {
        "street_name": _cut(address.street, 70),
        "building_number": _cut(address.building, 16),
        "postcode": _cut(address.postcode, 16),
        "town": _cut(address.town, 35),
        "country": address.country.upper(),
    }
    return {name: text for name, text in parts.items() if text}


def _cut(text: str, length: int) -> str:
    return latin(text)[:length].strip("/ ")


def _completed(content: bytes, order: Order) -> Any:
    """Give the message its id and moment, and its only group an id: the library draws them, and asks the clock.

    A payer's bank without BIC is said not to be provided, as the schemes ask.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(content, parser)
    space = f"{{urn:iso:std:iso:20022:tech:xsd:{order.schema}}}"
    names = {"MsgId": order.message_id, "PmtInfId": order.message_id, "CreDtTm": _moment(order.made_at)}
    for name, text in names.items():
        for node in root.iter(space + name):
            node.text = text
    for bank in root.iter(space + "FinInstnId"):
        if not len(bank):
            etree.SubElement(etree.SubElement(bank, space + "Othr"), space + "Id").text = "NOTPROVIDED"
    return root


def _moment(at: datetime) -> str:
    """Return *at* in universal time, and say so. Source: ISO 20022, ISODateTime, its form with "Z"."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
