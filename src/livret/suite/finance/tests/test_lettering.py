"""Lettering by hand: codes, partial groups, refusals, traces."""

import threading

import pytest
from django.db import connections, transaction

from livret.core.tenancy.context import current_alias, inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import LetteredLine, Lettering, LetteringEvent
from livret.suite.finance.rules.lettering import following_code, rank_of
from livret.suite.finance.services import lettering, locks
from livret.suite.finance.services.lettering import NotLetterable
from livret.suite.finance.tests.factories import ALICE, AT
from livret.suite.finance.tests.test_open_items import Books, day


@pytest.fixture
def books(entered):
    return Books()


def unlettered(group, reason="Erreur de pointage"):
    lettering.unletter(group, reason=reason, by=ALICE, at=AT)


@pytest.mark.parametrize(("rank", "code"), [(0, "AA"), (1, "AB"), (675, "ZZ"), (676, "AAA"), (18_251, "ZZZ")])
def test_codes_follow_one_another(rank, code):
    assert following_code(rank, is_partial=False) == code
    assert rank_of(code) == rank + 1


def test_codes_go_by_party(books):
    made = [books.letter(books.add(5, party=party), books.add(-5, party=party)) for party in (0, 0, 1)]

    assert [group.code for group in made] == ["AA", "AB", "AA"]


def test_lines_that_do_not_sum_to_zero_get_small_letters(books):
    assert books.letter(books.add(5), books.add(-4)).code == "aa"


def test_a_line_joins_a_partial_lettering_and_closes_it(books):
    first = books.add(5)
    books.letter(first, books.add(-4))

    made = books.letter(first, books.add(-1))

    assert (made.is_partial, LetteredLine.objects.filter(lettering=made).count()) == (False, 3)
    assert Lettering.objects.count() == 1


@pytest.mark.parametrize("cents", [5, -5])
def test_lines_of_two_parties_are_not_lettered_together(books, cents):
    with pytest.raises(NotLetterable, match="même tiers"):
        books.letter(books.add(5, party=0), books.add(cents, party=1))


def test_one_line_is_not_lettered_alone(books):
    with pytest.raises(NotLetterable, match="deux lignes"):
        books.letter(books.add(5))


def test_a_line_lettered_already_is_refused_with_its_code(books):
    invoice = books.add(5)
    books.letter(invoice, books.add(-5))

    with pytest.raises(NotLetterable, match="AA"):
        books.letter(invoice, books.add(-5))


def test_unlettering_opens_the_lines_and_leaves_a_trace(books):
    invoice, payment = books.add(5), books.add(-5)
    unlettered(books.letter(invoice, payment))

    event = LetteringEvent.objects.latest("pk")

    assert books.open() == [invoice, payment]
    assert (event.kind, event.reason, event.lines) == (
        "unlettered",
        "Erreur de pointage",
        [list(invoice), list(payment)],
    )


def test_a_lettering_is_taken_apart_once(books):
    group = books.letter(books.add(5), books.add(-5))
    unlettered(group)

    with pytest.raises(NotLetterable, match="déjà"):
        unlettered(group)


def test_a_locked_period_can_be_lettered(books):
    invoice, payment = books.add(5, day(0)), books.add(-5, day(1))
    locks.lock_period(books.year, until=day(31), reason="TVA", by=ALICE, at=AT)

    assert books.letter(invoice, payment).code == "AA"


def test_a_closed_year_keeps_its_letterings(books):
    group = books.letter(books.add(5), books.add(-5))
    later = [books.add(7), books.add(-7)]
    FiscalYear.objects.update(state="closed")

    with pytest.raises(NotLetterable, match="clos"):
        books.letter(*later)
    with pytest.raises(NotLetterable, match="clos"):
        unlettered(group)


def test_of_two_people_lettering_the_same_line_the_second_is_told(fresh_environment):
    with inside(fresh_environment.place), transaction.atomic(using=current_alias()):
        books = Books()
        invoice, payments = books.add(5), [books.add(-5), books.add(-5)]
    told, ready = [], threading.Barrier(2)

    def person(payment):
        try:
            with inside(fresh_environment.place):
                ready.wait()
                books.letter(invoice, payment)
        except NotLetterable as refusal:
            told.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=person, args=[payment]) for payment in payments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with inside(fresh_environment.place):
        assert (Lettering.objects.count(), len(told)) == (1, 1)
