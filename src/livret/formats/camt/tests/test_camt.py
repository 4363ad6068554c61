"""CAMT.053: versions, batches, pending movements, balances, and what is made to exhaust a reader."""

from __future__ import annotations

import io
import resource
from itertools import islice
from pathlib import Path

import pytest

from livret.formats import camt
from livret.formats.bank import Findings, Movement, Unreadable
from livret.formats.bank.tests import files

ENTRY = [(1_250, files.LAST, "UN")]
BOMB = '<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def extra(amount="5.00", side="CRDT", status="<Cd>BOOK</Cd>", inside="", ccy="EUR"):
    return (
        f'<Ntry><Amt Ccy="{ccy}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><DtTm>2026-02-10T23:59:00+01:00</DtTm></BookgDt>{inside}</Ntry>"
    )


def movements(content):
    return files.statements(content)[0][0].movements


@pytest.mark.parametrize("version", ["02", "03", "04", "06", "08"])
def test_every_version_from_02_to_08_is_read(version):
    (statement,), codes = files.statements(files.camt(ENTRY, version=version))

    assert (statement.movements[0].minor, codes) == (1_250, [])


def test_a_later_version_is_read_with_a_warning():
    assert files.statements(files.camt(ENTRY, version="13"))[1] == ["camt-version"]


@pytest.mark.parametrize("kind", ["camt.052.001.08", "camt.054.001.08", "pain.001.001.09"])
def test_another_message_is_refused_by_its_name(kind):
    content = files.camt(ENTRY).replace(b"camt.053.001.08", kind.encode())

    assert kind in files.finding(content, "camt-other").message


def test_pending_movements_are_left_out_and_told():
    content = files.camt(ENTRY, extra=extra(status="<Cd>PDNG</Cd>"))

    assert len(movements(content)) == 1
    assert files.statements(content)[1] == ["pending-left-out"]


def test_the_sign_is_that_of_the_side_even_for_a_reversal():
    content = files.camt(ENTRY, closing=10_750, extra=extra(side="DBIT", inside="<RvslInd>true</RvslInd>"))

    back = movements(content)[1]

    assert (back.minor, back.is_reversal) == (-500, True)


def test_the_payments_of_a_batch_are_kept_with_the_sign_of_the_movement():
    payment = '<TxDtls><Refs><EndToEndId>{0}</EndToEndId></Refs><Amt Ccy="EUR">{1}</Amt></TxDtls>'
    inside = f"<NtryDtls>{payment.format('A', '2.00')}{payment.format('B', '3.00')}</NtryDtls>"

    batch = movements(files.camt(ENTRY, closing=10_750, extra=extra(side="DBIT", inside=inside)))[1]

    assert [(one.end_to_end, one.minor) for one in batch.details] == [("A", -200), ("B", -300)]


def test_the_other_party_is_the_debtor_of_money_that_comes_in_and_the_creditor_of_money_that_goes_out():
    parties = "".join(
        f"<{role}><Pty><Nm>{name}</Nm></Pty></{role}>" for role, name in (("Dbtr", "PAYEUR"), ("Cdtr", "PAYE"))
    )
    inside = f"<NtryDtls><TxDtls><RltdPties>{parties}</RltdPties></TxDtls></NtryDtls>"
    content = files.camt([], extra=extra(inside=inside) + extra(side="DBIT", inside=inside))

    assert [one.name for one in movements(content)] == ["PAYEUR", "PAYE"]


def test_not_provided_is_no_reference():
    inside = "<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs></TxDtls></NtryDtls>"

    assert movements(files.camt([], closing=10_500, extra=extra(inside=inside)))[0].end_to_end == ""


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"amount": "5,00"}, "amount-invalid"),
        ({"amount": "5.001"}, "amount-invalid"),
        ({"amount": "-5.00"}, "amount-invalid"),
        ({"amount": "1e9999"}, "amount-invalid"),
        ({"side": "CREDIT"}, "sign-invalid"),
        ({"ccy": "USD"}, "currency-differs"),
        ({"inside": "<ValDt><Dt>2026-02-30</Dt></ValDt>"}, "date-invalid"),
    ],
)
def test_a_value_that_is_none_is_told_with_its_line(facts, code):
    found = files.finding(files.camt(ENTRY, extra="\n\n" + extra(**facts)), code)

    assert found.line == 3
    assert found.column.startswith("Ntry/")


def test_a_document_type_is_refused_without_being_read():
    assert files.statements(files.camt([(1, files.LAST, "&b;")], head=BOMB)) == ([], ["xml-doctype"])


def test_a_file_cut_short_is_refused_with_the_line():
    assert files.finding(files.camt(ENTRY)[:-40], "xml-malformed").line == 1


class Endless(io.RawIOBase):
    """A statement whose movements never end."""

    def __init__(self, piece, most):
        self.start = files.camt(ENTRY).partition(b"</Stmt>")[0]
        self.piece, self.left = piece, most

    def read(self, size=-1, /):
        if self.start:
            given, self.start = self.start, b""
            return given
        self.left -= len(self.piece)
        return self.piece if self.left > 0 else b""


def resident():
    """Return the bytes that this process holds in memory, those of the XML library included."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_memory_stays_flat_whatever_the_number_of_movements():
    read = camt.read(Endless(extra().encode() * 200, 8_000_000), Findings())
    for _item in islice(read, 5_000):
        pass
    before = resident()

    with pytest.raises(Unreadable):
        for _item in read:
            pass

    assert resident() - before < 6_000_000


PIECES = (
    b"<Other>" + b"x" * 60_000 + b"</Other>",
    b"x" * 60_000,
    b"<Deep>" * 10_000,
    b"<x/>" * 2_000 + b"<Bal/>",
    b"<x><Bal/></x>" * 2_000,
)


@pytest.mark.parametrize("piece", PIECES)
def test_a_part_without_end_is_refused_early(piece):
    with pytest.raises(Unreadable) as refusal:
        list(camt.read(Endless(piece, 3_000_000_000), Findings()))

    assert refusal.value.finding.code in {"xml-oversized", "xml-malformed"}


def test_several_statements_of_one_file_are_told_apart():
    one = files.camt(ENTRY).decode()
    start, end = one.index("<Stmt>"), one.index("</BkToCstmrStmt>")
    content = (one[:end] + one[start:end] + one[end:]).encode()

    held, codes = files.statements(content)

    assert [len(statement.movements) for statement in held] == [1, 1]
    assert codes == []


def test_movements_hold_their_line():
    items = camt.read(io.BytesIO(files.camt(ENTRY, extra="\n" + extra())), Findings())

    assert [one.line for one in items if isinstance(one, Movement)] == [1, 2]
