"""What is suggested for a movement, how sure it is, and why."""

from __future__ import annotations

from datetime import date

import pytest

from livret.kernel.rib import iban_of_rib
from livret.suite.finance.bank.models import BankRule, Suggestion
from livret.suite.finance.bank.services import suggesting, treating
from livret.suite.finance.bank.tests.factories import (
    camt,
    imported,
    invoice,
    make_books,
    make_party,
    movements,
    posted,
)
from livret.suite.finance.models import LetteredLine, Party
from livret.suite.finance.tests.factories import ALICE, AT, TODAY

pytestmark = pytest.mark.usefixtures("entered")


def best(account):
    """Return the first suggestion of each movement, in the order of the statement."""
    suggesting.suggest(account)
    found = {one.movement_id: one for one in Suggestion.objects.filter(rank=1)}
    return [found.get(movement.pk) for movement in movements(account)]


def test_a_line_in_the_books_with_the_same_amount_near_the_day_comes_first():
    account = make_books()
    entry = posted(account.company, [("512000", None, 5_000), ("758000", None, -5_000)], day=date(2025, 3, 9))
    imported(account.company, camt([(5_000, "REMBOURSEMENT")]))

    (found,) = best(account)

    assert (found.kind, found.confidence, found.proposal["lines"]) == ("line", 97, [[entry.pk, 1]])


def test_two_movements_of_the_same_amount_and_day_find_two_lines():
    account = make_books()
    for _twice in range(2):
        posted(account.company, [("512000", None, 5_000), ("758000", None, -5_000)])
    imported(account.company, camt([(5_000, "UN"), (5_000, "DEUX")]))

    first, second = best(account)

    assert min(first.confidence, second.confidence) >= 90
    assert first.proposal != second.proposal


def test_an_invoice_named_in_the_label_is_found_whatever_the_signs_between_its_figures():
    account = make_books()
    party = make_party(account.company)
    invoice(account.company, party, 12_000, piece="FA-2025-001")
    invoice(account.company, party, 12_000, piece="FA-2025-002")
    imported(account.company, camt([(12_000, "VIR FA/2025/002 MERCI")]))

    (found,) = best(account)

    assert (found.kind, found.reason, found.confidence) == ("items", "reference", 97)
    assert found.facts["pieces"] == "FA-2025-002"


def test_several_invoices_named_in_the_label_are_summed():
    account = make_books()
    party = make_party(account.company)
    entries = [invoice(account.company, party, cents, piece=f"F{cents}") for cents in (10_000, 2_500)]
    imported(account.company, camt([(12_500, "REGLT F10000 F2500")]))

    (found,) = best(account)

    assert found.proposal["lines"] == [[entry.pk, 1] for entry in entries]
    assert found.confidence >= 95


def test_the_name_of_the_party_picks_its_invoice_among_those_of_the_same_amount():
    account = make_books()
    mine, other = make_party(account.company), make_party(account.company, "C002", "Cave Mirabelle EURL")
    invoice(account.company, other, 12_000, piece="A")
    invoice(account.company, mine, 12_000, piece="B")
    imported(account.company, camt([(12_000, "VIR DE MAISON FOUGERE PARIS")]))

    (found,) = best(account)

    assert (found.reason, found.confidence, found.facts["pieces"]) == ("amount-name", 91, "B")


def test_the_iban_of_the_party_is_surer_than_its_name():
    account = make_books()
    party = make_party(account.company)
    iban = iban_of_rib(bank="20041", branch="01005", account="0500013M026")
    Party.objects.create(auxiliary=party, iban=iban)
    invoice(account.company, party, 12_000)
    imported(account.company, camt([{"cents": 12_000, "label": "VIREMENT", "iban": iban}]))

    (found,) = best(account)

    assert (found.reason, found.confidence) == ("amount-iban", 94)


def test_all_that_a_party_owes_or_the_only_sum_that_fits_is_proposed():
    account = make_books()
    party = make_party(account.company)
    for cents in (10_000, 2_500, 700):
        invoice(account.company, party, cents, piece=f"P{cents}")
    imported(account.company, camt([(13_200, "VIR MAISON FOUGERE"), (10_700, "VIR MAISON FOUGERE")]))

    whole, some = best(account)

    assert (whole.reason, whole.facts["many"]) == ("all-open", 3)
    assert (some.reason, some.facts["many"]) == ("unique-sum", 2)


def test_an_amount_alone_is_never_sure():
    account = make_books()
    invoice(account.company, make_party(account.company), 12_000)
    imported(account.company, camt([(12_000, "REMISE CHEQUE")]))

    (found,) = best(account)

    assert (found.reason, found.confidence) == ("amount", 70)


def test_the_rule_of_the_company_speaks_when_all_its_words_stand_there():
    account = make_books()
    rule = BankRule.objects.create(
        company=account.company, name="Frais", position=1, words=["FRAIS", "TENUE"], side="out", account="627000"
    )
    imported(account.company, camt([(-1_200, "Frais de tenue de compte"), (-900, "Frais carte")]))

    ours, other = best(account)

    assert (ours.kind, ours.proposal) == ("rule", {"rule": rule.pk})
    assert other is None


def test_what_was_done_before_is_proposed_again():
    account = make_books()
    imported(account.company, camt([(-1_200, "PRLV ORANGE 0125"), (-1_300, "PRLV ORANGE 0225")]))
    first, _second = movements(account)
    part = treating.Part("626000", "", -1_200)
    treating.post(first, [part], allowance=None, by=ALICE, at=AT, today=TODAY)

    found = best(account)

    assert found[0] is None
    assert (found[1].kind, found[1].facts) == ("habit", {"times": 1, "whole": 1})


def test_accepting_an_invoice_posts_the_entry_and_letters_it():
    account = make_books()
    entry = invoice(account.company, make_party(account.company), 12_000, piece="FA-9")
    imported(account.company, camt([(12_000, "VIR FA-9")]))
    (found,) = best(account)

    treating.accept(found, may_post=True, allowance=None, by=ALICE, at=AT, today=TODAY)

    assert best(account) == [None]
    assert LetteredLine.objects.filter(entry_id=entry.pk, position=1, lettering__is_partial=False).exists()
