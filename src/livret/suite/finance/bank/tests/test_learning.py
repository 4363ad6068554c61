"""What imported books teach about the movements of a bank that come after them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from livret.suite.finance.bank.models import Suggestion
from livret.suite.finance.bank.services import suggesting, treating
from livret.suite.finance.bank.tests.factories import camt, imported, make_books, make_party, movements, posted
from livret.suite.finance.bank.wording import proposed
from livret.suite.finance.models import ChartAccount, Line
from livret.suite.finance.services.reversal import reverse_entry
from livret.suite.finance.tests.factories import ALICE, AT, TODAY

pytestmark = pytest.mark.usefixtures("entered")
BEFORE = date(2025, 1, 9)
DO = {"allowance": None, "by": ALICE, "at": AT}


@pytest.fixture
def account():
    return make_books()


def paid(account, number, cents, label, party=None, **facts):
    """Post a line of the bank as other software wrote it, and what answers it."""
    lines = [(account.account.number, None, cents), (number, party, -cents)]
    return posted(account.company, lines, **{"day": BEFORE, "journal": "BQ", "label": label, **facts})


def taught(account):
    """Return the account, party and reason of the first suggestion of each movement."""
    suggesting.suggest(account)
    found = Suggestion.objects.filter(rank=1).order_by("movement")
    return [(one.proposal["account"], one.proposal["auxiliary"], one.reason) for one in found]


def number_of(account, number):
    return ChartAccount.objects.get(company=account.company, number=number).pk


def test_the_account_that_the_books_used_for_the_same_word_is_proposed(account):
    for cents in (-4_000, -4_100, -4_200):
        paid(account, "606100", cents, "Électricité EDF janvier")
    paid(account, "616000", -900, "Assurance MAIF janvier")
    imported(account.company, camt([(-4_310, "PRLV SEPA EDF FACTURE 8871"), (-77, "PRLV SEPA INCONNU")]))

    assert taught(account) == [(number_of(account, "606100"), None, "books-words")]
    assert Suggestion.objects.get().facts == {"word": "EDF", "times": 3, "whole": 3}


def test_the_party_is_found_by_its_name_even_when_no_label_says_it(account):
    party = make_party(account.company, "C009", "Boulangerie Lemoine")
    paid(account, "411000", 50_000, "Règlement", party)
    imported(account.company, camt([(12_345, "VIR LEMOINE ACOMPTE")]))

    assert taught(account) == [(number_of(account, "411000"), party.pk, "books-words")]


def test_an_amount_that_comes_again_is_proposed_lower_than_a_word_that_agrees_with_it(account):
    for _month in range(3):
        paid(account, "164000", -123_456, "Échéance prêt", day=date(2025, 1, 2))
    imported(account.company, camt([(-123_456, "PRLV 77 INCONNU"), (-123_456, "ECHEANCE 78 PRET")]))

    assert [reason for _account, _party, reason in taught(account)] == ["books-amount", "books-both"]
    low, high = Suggestion.objects.filter(rank=1).order_by("movement").values_list("confidence", flat=True)
    assert low < high < 90


def test_a_word_that_the_books_used_for_everything_teaches_nothing(account):
    for number in ("606100", "616000", "627000"):
        paid(account, number, -500, "Carte")
    imported(account.company, camt([(-610, "CARTE 12")]))

    assert taught(account) == []


def test_money_that_goes_the_other_way_teaches_nothing(account):
    paid(account, "606100", 4_000, "Remboursement EDF")
    imported(account.company, camt([(-4_310, "PRLV EDF")]))

    assert taught(account) == []


@pytest.mark.parametrize("undo", ["reversal", "closed account", "two answers"])
def test_what_was_undone_or_is_not_plain_teaches_nothing(account, undo):
    entry = paid(account, "606100", -4_000, "EDF")
    if undo == "reversal":
        reverse_entry(entry, on=BEFORE, reason="Erreur", today=TODAY, **DO)
    elif undo == "closed account":
        ChartAccount.objects.filter(company=account.company, number="606100").update(is_closed=True)
    else:
        lines = [("512000", None, -100), ("606100", None, 100), ("606300", None, 100), ("758000", None, -100)]
        posted(account.company, lines, day=BEFORE, label="SFR")
    label = "PRLV SFR" if undo == "two answers" else "PRLV EDF"
    imported(account.company, camt([(-4_310, label)]))

    assert taught(account) == []


def test_a_line_of_an_entry_of_many_is_answered_by_the_one_of_its_amount(account):
    lines = [("512000", None, -100), ("627000", None, 100), ("512000", None, -250), ("616000", None, 250)]
    posted(account.company, lines, day=BEFORE, label="Relevé MAIF janvier")
    imported(account.company, camt([(-999, "PRLV MAIF")]))

    suggesting.suggest(account)

    assert not Suggestion.objects.exists()  # One word, two accounts: no majority.


def test_what_a_person_did_with_movements_comes_before_what_the_books_say(account):
    paid(account, "606100", -4_000, "EDF")
    imported(account.company, camt([(-1_200, "PRLV EDF 01"), (-1_300, "PRLV EDF 02")]))
    first = movements(account)[0]
    treating.post(first, [treating.Part("606800", "", -1_200)], today=TODAY, **DO)

    assert taught(account) == [(number_of(account, "606800"), None, "habit")]


def charged(account, cents, tax, label="Frais de tenue de compte CIC", *, number="627000", **facts):
    """Post a charge of the bank with its VAT, as other software wrote it."""
    lines = [("512000", None, -cents), (number, None, cents - tax), ("445660", None, tax)]
    return posted(account.company, lines, day=BEFORE, journal="BQ", label=label, **facts)


def split(account):
    """Return the shares that the best suggestion of the one movement makes: account, cents and VAT code."""
    suggesting.suggest(account)
    return [(part.account, part.cents, part.vat_code) for part in treating.parts_of(Suggestion.objects.get(rank=1))]


@pytest.mark.parametrize(
    ("past", "now", "expected"),
    [
        ((1_200, 200), -1_800, [("627000", -1_500, ""), ("445660", -300, "")]),
        ((1_199, 200), -1_201, [("627000", -1_001, ""), ("445660", -200, "")]),
        ((1_055, 55), -2_110, [("627000", -2_000, ""), ("445660", -110, "")]),
    ],
)
def test_a_charge_with_vat_teaches_the_same_split(account, past, now, expected):
    charged(account, *past)
    imported(account.company, camt([(now, "FRAIS TENUE COMPTE CIC 03/2025")]))

    assert split(account) == expected


def test_the_vat_code_that_the_charge_said_is_proposed_with_it(account):
    charged(account, 1_200, 200, vat_code="A20")
    imported(account.company, camt([(-1_800, "FRAIS TENUE COMPTE CIC")]))

    assert split(account) == [("627000", -1_500, "A20"), ("445660", -300, "A20")]


def test_a_split_that_a_person_made_of_a_movement_is_proposed_for_the_next_one(account):
    charged(account, 500, 83, number="622600")
    imported(account.company, camt([(-1_200, "COMMISSION CB 01"), (-2_400, "COMMISSION CB 02")]))
    first, second = movements(account)
    treating.post(
        first, treating.shared(treating.Part("627000", "", -1_200), "445660", Decimal("0.2")), today=TODAY, **DO
    )

    suggesting.suggest(account)

    found = Suggestion.objects.get(movement=second, rank=1)
    assert found.reason == "habit"
    assert [(part.account, part.cents) for part in treating.parts_of(found)] == [("627000", -2_000), ("445660", -400)]


@pytest.mark.parametrize(("cents", "tax"), [(1_200, 100), (1_200, 250)])
def test_a_tax_that_is_at_no_rate_teaches_nothing(account, cents, tax):
    charged(account, cents, tax)
    imported(account.company, camt([(-1_800, "FRAIS TENUE COMPTE CIC")]))

    assert taught(account) == []


def test_the_split_is_told_beside_its_account_and_posted_when_accepted(account):
    charged(account, 1_200, 200)
    imported(account.company, camt([(-1_800, "FRAIS TENUE COMPTE CIC")]))
    suggesting.suggest(account)
    held = Suggestion.objects.get(rank=1)

    assert [one.tax for one in proposed([held])] == ["TVA à 20\u00a0% au compte 445660"]
    treating.accept(held, may_post=True, today=TODAY, **DO)
    lines = Line.objects.filter(entry__date=held.movement.booked_on).order_by("position")
    assert [row.debit_cents - row.credit_cents for row in lines] == [-1_800, 1_500, 300]
