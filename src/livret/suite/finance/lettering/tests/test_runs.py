"""Automatic lettering: what each rule brings together and what it leaves, confirming, undoing, running twice."""

from datetime import date

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from livret.core.tenancy.context import current_alias, inside
from livret.suite.finance.lettering.models import AutoGroup, AutoRun, Rule
from livret.suite.finance.lettering.services import runs
from livret.suite.finance.models import Lettering, LetteringEvent
from livret.suite.finance.queries import open_items
from livret.suite.finance.services import lettering
from livret.suite.finance.tests.factories import ALICE, AT, TODAY
from livret.suite.finance.tests.test_open_items import Books, day

EVERY = tuple(Rule)


@pytest.fixture
def books(entered):
    return Books()


def asked(books, *rules, **changed):
    return runs.ask(books.year, rules=rules or EVERY, until=date(2025, 12, 31), by=ALICE, at=AT, **changed)


def proposed(books, *rules, **changed):
    return runs.propose(asked(books, *rules, **changed).pk)


def done(run):
    runs.confirm(run, by=ALICE, at=AT)
    return runs.letter_run(run.pk, by=ALICE, at=AT, today=TODAY)


def groups(run):
    return [(group.rule, group.lines, group.cents) for group in AutoGroup.objects.filter(run=run).order_by("number")]


def at_once():
    with connections[current_alias()].cursor() as sql:
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
        sql.execute("SET CONSTRAINTS ALL DEFERRED")


def test_lines_with_one_reference_go_together(books):
    books.add(300, piece_ref="FA-2025/7")
    books.add(-100, piece_ref="fa 20257")
    books.add(-200, piece_ref="FA20257")

    assert groups(proposed(books, Rule.REFERENCE)) == [("reference", 3, 300)]


def test_a_payment_that_names_its_invoice_in_its_label_goes_with_it(books):
    books.add(300, piece_ref="FA-0007")
    books.add(300, piece_ref="FA-0008")
    books.add(-300, piece_ref="REM12", label="Virement client, FA-0008")

    run = proposed(books, Rule.REFERENCE)

    assert groups(run) == [("reference", 2, 300)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(100, 0), (-100, 20)], 1),
        ([(100, 0), (-100, 20), (100, 31), (-100, 50)], 2),
        ([(100, 0), (100, 5), (-100, 20)], 0),
        ([(100, 0), (-100, 20), (-100, 20)], 0),
        ([(-100, 0), (100, 9)], 1),
        ([(100, 0), (-90, 20)], 0),
    ],
)
def test_one_amount_goes_with_the_other_when_nothing_else_could(books, rows, expected):
    for number, (cents, on) in enumerate(rows):
        books.add(cents, day(on), piece_ref=f"R{number}")

    assert groups(proposed(books, Rule.AMOUNT)) == [("amount", 2, 100)] * expected


def test_equal_amounts_of_two_parties_stay_apart(books):
    books.add(100, party=0)
    books.add(-100, party=1)

    assert groups(proposed(books)) == []


def test_a_payment_settles_several_invoices(books):
    for cents in (100, 250, 40, -350):
        books.add(cents, piece_ref="")

    assert groups(proposed(books, Rule.SUM)) == [("sum", 3, 350)]


def test_two_payments_that_want_the_same_invoices_get_none(books):
    for cents in (100, 250, -350, -350):
        books.add(cents, piece_ref="")

    assert groups(proposed(books, Rule.SUM)) == []


def test_an_invoice_that_another_payment_equals_is_in_no_sum(books):
    for cents in (100, 250, -350, -250):
        books.add(cents, piece_ref="")

    assert groups(proposed(books, Rule.SUM)) == []


def test_a_party_with_a_partial_lettering_is_not_settled_whole(books):
    books.letter(books.add(100), books.add(-40))
    for cents in (250, -150, -100):
        books.add(cents, piece_ref="")

    assert groups(proposed(books, Rule.BALANCE)) == []


def test_a_party_that_owes_nothing_is_settled_whole(books):
    for cents in (100, 250, -150, -200):
        books.add(cents, piece_ref="")

    assert groups(proposed(books, Rule.BALANCE)) == [("balance", 4, 350)]


def test_a_partial_lettering_is_left_to_the_person_who_made_it(books):
    books.letter(books.add(100), books.add(-40))
    books.add(-60)

    assert groups(proposed(books)) == []


def test_what_is_confirmed_is_lettered_with_codes_and_traces(books):
    for party in (0, 0, 1):
        books.add(100 + party, day(party), party=party, piece_ref=f"P{party}")
    books.add(-200, party=0, piece_ref="P0")
    books.add(-101, day(9), party=1, piece_ref="P1")

    run = done(proposed(books))
    at_once()

    assert (run.state, run.lettered, run.examined) == ("done", 2, 5)
    assert open_items.open_lines(books.year).lines == ()
    assert sorted(Lettering.objects.values_list("code", "is_partial")) == [("AA", False), ("AA", False)]
    assert LetteringEvent.objects.filter(kind="lettered", author_name=ALICE.name).count() == 2


def test_a_group_struck_out_is_not_lettered(books):
    books.add(100)
    books.add(-100, day(4))
    run = proposed(books)

    runs.strike(AutoGroup.objects.get(), is_kept=False)

    assert done(run).lettered == 0


def test_a_line_lettered_meanwhile_leaves_its_group_out(books):
    invoice, payment = books.add(100), books.add(-100, day(4))
    run = proposed(books)
    books.letter(invoice, payment)

    assert done(run).lettered == 0
    assert Lettering.objects.count() == 1


def test_lettering_twice_letters_once(books):
    books.add(100)
    books.add(-100, day(4))
    run = done(proposed(books))
    AutoRun.objects.update(state="confirmed")

    runs.letter_run(run.pk, by=ALICE, at=AT, today=TODAY)

    assert Lettering.objects.count() == 1


def test_a_run_is_undone_whole_with_a_trace(books):
    keys = [books.add(100), books.add(-100, day(4))]
    run = done(proposed(books))
    runs.ask_to_undo(run, by=ALICE, at=AT)

    undone = runs.undo_run(run.pk, by=ALICE, at=AT)
    at_once()

    assert undone.state == "undone"
    assert books.open() == keys
    assert LetteringEvent.objects.filter(kind="unlettered").count() == 1


def test_undoing_leaves_what_somebody_took_apart_since(books):
    books.add(100)
    books.add(-100, day(4))
    run = done(proposed(books))
    lettering.unletter(Lettering.objects.get(), reason="Erreur", by=ALICE, at=AT)
    runs.ask_to_undo(run, by=ALICE, at=AT)

    runs.undo_run(run.pk, by=ALICE, at=AT)

    assert LetteringEvent.objects.filter(kind="unlettered").count() == 1


def test_one_run_is_at_work_at_a_time(books):
    asked(books)

    with pytest.raises(runs.RunRefused, match="en cours"):
        asked(books)


def test_a_new_proposal_replaces_the_one_that_waited(books):
    books.add(100)
    books.add(-100, day(4))
    former = proposed(books)

    assert proposed(books).state == "proposed"
    assert not AutoRun.objects.filter(pk=former.pk).exists()


def test_a_run_is_confirmed_once(books):
    run = proposed(books)
    runs.confirm(run, by=ALICE, at=AT)

    with pytest.raises(runs.RunRefused, match="étape"):
        runs.confirm(run, by=ALICE, at=AT)


def test_a_run_wants_a_rule(books):
    with pytest.raises(runs.RunRefused, match="règle"):
        runs.ask(books.year, rules=(), until=date(2025, 12, 31), by=ALICE, at=AT)


rows = st.lists(
    st.tuples(st.sampled_from([-6, -5, -3, -2, -1, 1, 2, 3, 5, 6]), st.integers(0, 9), st.integers(0, 1)), max_size=14
)


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows)
def test_whatever_is_lettered_sums_to_zero_within_a_party_and_the_balance_open_does_not_move(environment, rows):
    with inside(environment.place), transaction.atomic(using=current_alias()):
        books = Books()
        for cents, on, party in rows:
            books.add(cents, day(on), party, piece_ref=f"P{abs(cents)}")
        before = {total.auxiliary_id: total.cents for total in open_items.open_totals(books.year)}
        done(proposed(books))
        at_once()
        after = {total.auxiliary_id: total.cents for total in open_items.open_totals(books.year)}
        transaction.set_rollback(True, using=current_alias())

    assert {party: after.get(party, 0) for party in before} == before
