"""Movements in the books: read from entries and matches, never from a mark that could drift."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connections, transaction

from livret.core.tenancy.context import current_alias
from livret.suite.finance.bank.models import MatchedLine, MatchEvent, Suggestion
from livret.suite.finance.bank.queries.queue import Wanted, counts_of, left_ids, queue_page
from livret.suite.finance.bank.queries.reconciliation import reconciliation
from livret.suite.finance.bank.queries.states import treatments_of
from livret.suite.finance.bank.rules.parts import Part, tax_inside
from livret.suite.finance.bank.services import bulk, suggesting, treating
from livret.suite.finance.bank.tests.factories import (
    DAY,
    camt,
    imported,
    invoice,
    make_books,
    make_party,
    movements,
    posted,
)
from livret.suite.finance.models import Line
from livret.suite.finance.services.drafts import validate_draft
from livret.suite.finance.services.reversal import reverse_entry
from livret.suite.finance.tests.factories import ALICE, AT, TODAY

pytestmark = pytest.mark.usefixtures("entered")
ACTING = {"by": ALICE, "at": AT}
POSTING = {"allowance": None, "today": TODAY, **ACTING}
CHARGE = [Part("627000", "", -1_200)]


def charged():
    """Return a bank account, and its movement of charges that is left to treat."""
    account = make_books()
    imported(account.company, camt([(-1_200, "FRAIS")], opening=5_000))
    return account, movements(account)[0]


def left(account):
    return [one.pk for one in queue_page(account.company, Wanted(account)).movements]


def test_a_posted_movement_leaves_the_queue_and_its_entry_is_balanced_on_the_account():
    account, movement = charged()

    entry = treating.post(movement, CHARGE, **POSTING)

    assert left(account) == []
    assert [(one.entry_id, one.how) for one in treatments_of(movement)] == [(entry.pk, "posted")]
    assert Line.objects.get(entry=entry, account=account.account).credit_cents == 1_200


def test_a_movement_is_posted_once():
    _account, movement = charged()
    treating.post(movement, CHARGE, **POSTING)

    with pytest.raises(treating.AlreadyTreated):
        treating.post(movement, CHARGE, **POSTING)


def test_a_movement_whose_entry_is_reversed_comes_back_and_can_be_posted_again():
    account, movement = charged()
    entry = treating.post(movement, CHARGE, **POSTING)

    reverse_entry(entry, on=DAY, reason="Erreur", **POSTING)
    back = left(account)
    treating.post(movement, CHARGE, **POSTING)

    assert back == [movement.pk]
    assert left(account) == []


@pytest.mark.parametrize("how", ["posted", "free", "matched", "matched in part"])
def test_what_is_reversed_later_leaves_the_reconciliation_of_an_earlier_day_as_it_was(how):
    account, movement = charged()
    if how == "posted":
        entry = treating.post(movement, CHARGE, **POSTING)
    elif how == "free":
        entry = posted(account.company, [("627000", None, 700), ("512000", None, -700)])
    else:
        further = [("512000", None, -300), ("627000", None, 300)] if how == "matched in part" else []
        entry = posted(account.company, [("512000", None, -1_200), ("627000", None, 1_200), *further])
        treating.match(movement, [(entry.pk, 1)], **ACTING)
    before = reconciliation(account, date(2025, 3, 31))

    reverse_entry(entry, on=date(2025, 4, 20), reason="Erreur", **POSTING)

    after = reconciliation(account, date(2025, 3, 31))
    assert (before.unexplained, after.unexplained) == (0, 0)
    assert (after.in_books.total, after.at_bank.total) == (before.in_books.total, before.at_bank.total)
    assert reconciliation(account, date(2025, 4, 30)).unexplained == 0


def test_a_movement_matched_with_a_reversed_entry_is_left_to_treat_once_it_is_unmatched():
    account, movement = charged()
    entry = posted(account.company, [("512000", None, -1_200), ("627000", None, 1_200)])
    treating.match(movement, [(entry.pk, 1)], **ACTING)
    reverse_entry(entry, on=DAY, reason="Erreur", **POSTING)
    held = reconciliation(account, date(2025, 3, 31))

    treating.unmatch(movement, reason="Écriture extournée", **ACTING)

    back = reconciliation(account, date(2025, 3, 31))
    assert [one.cents for one in held.in_books.lines] == [1_200]
    assert (held.at_bank.many, back.in_books.many, left(account)) == (0, 0, [movement.pk])
    assert (held.unexplained, back.unexplained) == (0, 0)


def test_a_draft_keeps_the_movement_until_it_is_validated():
    account, movement = charged()
    draft = treating.write_draft(movement, CHARGE, **ACTING)

    waiting = (left(account), treatments_of(movement), counts_of(account.company).drafted)
    validate_draft(draft, version=draft.version, **POSTING)

    assert waiting == ([], [], 1)
    assert treatments_of(movement)[0].how == "posted"


def test_parts_that_do_not_make_the_movement_are_refused():
    _account, movement = charged()

    with pytest.raises(treating.Unbalanced):
        treating.post(movement, [Part("627000", "", -1_100)], **POSTING)


def test_a_line_stands_for_one_movement():
    account = make_books()
    imported(account.company, camt([(-1_200, "UN"), (-1_200, "DEUX")]))
    one, two = movements(account)
    entry = posted(account.company, [("512000", None, -1_200), ("627000", None, 1_200)])
    treating.match(one, [(entry.pk, 1)], **ACTING)

    with pytest.raises(treating.NotMatchable):
        treating.match(two, [(entry.pk, 1)], **ACTING)


@pytest.mark.parametrize("place", [[(1, 2)], [(1, 1), (1, 2)], []])
def test_lines_that_do_not_make_the_movement_do_not_match(place):
    account, movement = charged()
    entry = posted(account.company, [("512000", None, -1_200), ("627000", None, 1_200)])

    with pytest.raises(treating.NotMatchable):
        treating.match(movement, [(entry.pk, position) for _entry, position in place], **ACTING)


def test_a_line_that_another_movement_put_in_the_books_matches_no_second_movement():
    account = make_books()
    imported(account.company, camt([(-1_200, "FRAIS"), (-1_200, "FRAIS BIS")], opening=5_000))
    first, second = movements(account)
    entry = treating.post(first, CHARGE, **POSTING)
    own = Line.objects.get(entry=entry, account=account.account)

    with pytest.raises(treating.NotMatchable):
        treating.match(second, [(own.entry_id, own.position)], **ACTING)
    assert left(account) == [second.pk]


def test_the_database_refuses_a_match_that_does_not_sum_to_its_movement():
    account, movement = charged()
    entry = posted(account.company, [("512000", None, -1_100), ("627000", None, 1_100)])

    with pytest.raises(IntegrityError, match="bank_match_sums_to_movement"), transaction.atomic(using=current_alias()):
        MatchedLine.objects.create(movement=movement, entry=entry, position=1)
        with connections[current_alias()].cursor() as sql:
            sql.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_match_undone_leaves_its_trace():
    account, movement = charged()
    entry = posted(account.company, [("512000", None, -1_200), ("627000", None, 1_200)])
    treating.match(movement, [(entry.pk, 1)], **ACTING)

    treating.unmatch(movement, reason="Autre ligne", **ACTING)

    assert left(account) == [movement.pk]
    assert list(MatchEvent.objects.order_by("pk").values_list("kind", "reason")) == [
        ("matched", ""),
        ("unmatched", "Autre ligne"),
    ]


def test_many_are_accepted_and_what_is_refused_stays_alone():
    account = make_books()
    party = make_party(account.company)
    entries = [invoice(account.company, party, 1_000 * rank, piece=f"FA-{rank}00") for rank in (1, 2)]
    posted(account.company, [("512000", None, 700), ("758000", None, -700)])
    imported(account.company, camt([(1_000, "FA-100"), (2_000, "FA-200"), (700, "DIVERS")]))
    suggesting.suggest(account)
    gone = Suggestion.objects.filter(rank=1, kind="items").order_by("pk").first()
    gone.proposal |= {"account": 0}
    gone.save()

    outcome = bulk.accept_best(left_ids(account.company, sure=90), may_post=True, **POSTING)

    assert (outcome.done, outcome.refused) == (2, 1)
    assert left(account) == [gone.movement_id]
    assert len(entries) == 2


def test_the_tax_inside_an_amount_is_rounded_once():
    assert [tax_inside(cents, Decimal("0.2")) for cents in (12_000, -12_000, 100)] == [2_000, -2_000, 17]


def test_the_reconciliation_explains_the_difference_by_lines_on_both_sides():
    account = make_books()
    posted(account.company, [("512000", None, 5_000), ("101000", None, -5_000)], day=date(2025, 1, 2))
    posted(account.company, [("512000", None, -300), ("401000", None, 300)], day=date(2025, 3, 30))
    imported(account.company, camt([(-1_200, "FRAIS"), (900, "REMISE")], opening=5_000))
    treating.post(movements(account)[0], CHARGE, **POSTING)

    found = reconciliation(account, date(2025, 3, 31))

    assert (found.books, found.bank, found.before) == (3_500, 4_700, 0)
    assert ([one.cents for one in found.in_books.lines], [one.cents for one in found.at_bank.lines]) == ([-300], [900])
    assert found.unexplained == 0


def test_a_line_before_the_first_statement_matched_later_is_no_difference_any_more():
    account = make_books()
    posted(account.company, [("512000", None, 5_000), ("101000", None, -5_000)], day=date(2025, 1, 2))
    cheque = posted(account.company, [("512000", None, -300), ("401000", None, 300)], day=date(2025, 2, 20))
    imported(account.company, camt([(-300, "CHEQUE 12")], opening=5_000))
    before = reconciliation(account, date(2025, 3, 31))

    treating.match(movements(account)[0], [(cheque.pk, 1)], **ACTING)
    after = reconciliation(account, date(2025, 3, 31))

    assert (before.before, before.unexplained) == (-300, 0)
    assert (after.before, after.difference, after.unexplained) == (0, 0, 0)


def test_a_past_day_is_read_as_it_was():
    account = make_books()
    imported(account.company, camt([(-1_200, "FRAIS"), {"cents": 900, "label": "REMISE", "day": date(2025, 3, 20)}]))
    for movement in movements(account):
        treating.post(movement, [Part("471000", "", movement.cents)], **POSTING)

    found = reconciliation(account, date(2025, 3, 15))

    assert (found.books, found.bank, found.unexplained) == (-1_200, -1_200, 0)
