"""The assets of the demonstration agree with its books, and are recorded once."""

from datetime import date

from livret.core.tenancy.context import inside
from livret.suite.company.models import Company
from livret.suite.finance.assets.demo import furnish
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.assets.queries import register
from livret.suite.finance.tests.factories import ALICE, AT, fec_bytes, fec_line, imported


def books():
    shared = {"piece_ref": "P", "valid_date": date(2025, 7, 31)}
    opening = {"journal_code": "AN", "journal_label": "À-nouveaux", "entry_number": "AN1", **shared}
    bought = {"journal_code": "AC", "journal_label": "Achats", "entry_date": date(2025, 7, 1), **shared}
    lines = [
        fec_line(account="218300", account_label="Matériel", debit_cents=500_000, **opening),
        fec_line(account="281830", account_label="Amortissements", credit_cents=200_000, **opening),
        fec_line(account="106800", account_label="Réserves", credit_cents=300_000, **opening),
    ]
    for number in ("A1", "A2"):
        lines += [
            fec_line(account="218300", account_label="Matériel", debit_cents=90_000, entry_number=number, **bought),
            fec_line(
                account="404000", account_label="Fournisseurs", credit_cents=90_000, entry_number=number, **bought
            ),
        ]
    return fec_bytes(lines)


def test_the_register_agrees_but_for_the_purchase_left_to_record(environment, cast):
    with inside(environment.place):
        assert imported(books()).state == "done"
        company = Company.objects.get()
        furnish(company, by=ALICE, at=AT)
        furnish(company, by=ALICE, at=AT)

        held = register(company, date(2025, 8, 1)).accounts[0]
        assert FixedAsset.objects.count() == 2
        assert (held.gross_gap, held.cumulated_gap) == (90_000, 0)
