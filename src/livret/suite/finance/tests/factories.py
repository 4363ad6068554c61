"""The cast and the books that tests start from. Alice owns, Bob reads."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

from livret.core.people import Actor
from livret.formats import fec
from livret.suite.company.services import create_company, open_fiscal_year
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Journal
from livret.suite.finance.services import imports, previews

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ALICE = Actor(uuid.UUID(int=0xA11CE), "Alice Martin", "client", "127.0.0.1")
SIREN, NAME = "732829320", "732829320FEC20251231.txt"


def make_company(siren=SIREN, name="Ateliers Lumen"):
    return create_company(siren=siren, name=name, allowance=None, by=ALICE, at=AT)


def make_year(company, first=date(2025, 1, 1), last=date(2025, 12, 31)):
    return open_fiscal_year(company, first_day=first, last_day=last, by=ALICE, at=AT)


def make_journal(company, code="VE", label="Ventes", kind="sales"):
    return Journal.objects.get_or_create(company=company, code=code, defaults={"label": label, "kind": kind})[0]


def make_account(company, number="411000", label="Clients"):
    return ChartAccount.objects.get_or_create(company=company, number=number, defaults={"label": label})[0]


def make_auxiliary(company, number="C001", label="Client un"):
    return AuxiliaryAccount.objects.get_or_create(company=company, number=number, defaults={"label": label})[0]


def fec_line(**changed):
    facts = {
        "line_number": 0,
        "journal_code": "VE",
        "journal_label": "Ventes",
        "entry_number": "1",
        "entry_date": date(2025, 1, 15),
        "account": "411000",
        "account_label": "Clients",
        "aux": "",
        "aux_label": "",
        "piece_ref": "FA-1",
        "piece_date": date(2025, 1, 15),
        "label": "Facture FA-1",
        "debit_cents": 0,
        "credit_cents": 0,
        "letter": "",
        "letter_date": None,
        "valid_date": date(2025, 1, 31),
        "currency_amount": None,
        "currency": "",
    }
    return fec.FecLine(**{**facts, **changed})


def sale(number="1", *, cents=12_000, day=date(2025, 1, 15), aux="C001", letter="", **changed):
    """Return the lines of a sale with 20 % VAT, customer first."""
    vat = cents // 6
    shared = {"entry_number": number, "entry_date": day, "piece_date": day, **changed}
    lettered = {"letter": letter, "letter_date": day if letter else None}
    return [
        fec_line(debit_cents=cents, aux=aux, aux_label=f"Client {aux}" if aux else "", **{**shared, **lettered}),
        fec_line(account="706000", account_label="Prestations", credit_cents=cents - vat, **shared),
        fec_line(account="445710", account_label="TVA collectée", credit_cents=vat, **shared),
    ]


def dollars(line, amount="100.5"):
    return fec_line(**{**_facts(line), "currency_amount": Decimal(amount), "currency": "USD"})


def _facts(line):
    return {name: getattr(line, name) for name in line.__slots__ if name != "extras"}


def fec_bytes(lines, **options):
    stream = io.BytesIO()
    fec.write(lines, stream, charset="utf-8", **options)
    return stream.getvalue()


def uploaded(content, name=NAME):
    return imports.upload([content], file_name=name, by=ALICE, at=AT)


def checked(content, name=NAME):
    return previews.check_run(uploaded(content, name), at=AT)


def confirmed(content, name=NAME, **changed):
    run = checked(content, name)
    facts = {
        "siren": run.siren or SIREN,
        "company_name": run.company_name or "Ateliers Lumen",
        "first_day": run.first_day,
        "last_day": run.last_day,
    }
    return imports.confirm(run, **{**facts, **changed}, by=ALICE, at=AT)


def imported(content, name=NAME, allowances=None, **changed):
    run = confirmed(content, name, **changed)
    return imports.import_run(run.pk, allowances=allowances or imports.Allowances(), at=AT, today=TODAY)
