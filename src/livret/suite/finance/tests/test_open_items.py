"""What is open at a day, against the same rule said plainly over the lines."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from livret.core.tenancy.context import current_alias, inside
from livret.suite.finance.models import AuxiliaryAccount, LetteredLine, Line, Party
from livret.suite.finance.queries import open_items
from livret.suite.finance.queries.open_items import OpenFilter
from livret.suite.finance.rules.due import Terms, due_day
from livret.suite.finance.services import ledger, lettering
from livret.suite.finance.services.ledger import NewEntry, NewLine
from livret.suite.finance.tests.factories import (
    ALICE,
    AT,
    TODAY,
    make_account,
    make_auxiliary,
    make_company,
    make_journal,
    make_year,
)

FIRST = date(2025, 1, 1)
# Each example undoes what it wrote.
ROLLED_BACK = hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Books:
    """A company with two customers under 411, and the means to add to them."""

    def __init__(self):
        self.company = make_company()
        self.year = make_year(self.company)
        self.journal = make_journal(self.company)
        self.customers = make_account(self.company)
        self.customers.can_letter = True
        self.customers.save(update_fields=["can_letter"])
        self.sales = make_account(self.company, "706000", "Prestations")
        self.parties = [make_auxiliary(self.company, f"C00{n}", f"Client {n}") for n in range(2)]

    def add(self, cents, day=FIRST, party=0, **changed):
        """Post *cents* on the account of a party, debit less credit, and return the key of that line."""
        sides = (cents, 0) if cents > 0 else (0, -cents)
        lines = (
            NewLine(self.customers.pk, self.parties[party].pk, *sides, due_on=changed.pop("due_on", None)),
            NewLine(self.sales.pk, None, *reversed(sides)),
        )
        return self.post_lines(lines, day, **changed)

    def post_lines(self, lines, day=FIRST, **changed):
        facts = {"label": "Facture", "piece_ref": "F1", "piece_date": day, **changed}
        entry = NewEntry(journal_id=self.journal.pk, on=day, lines=lines, **facts)
        return ledger.post(entry, year=self.year, allowance=None, by=ALICE, at=AT, on=TODAY).pk, 1

    def letter(self, *keys):
        return lettering.letter(keys, by=ALICE, at=AT, on=TODAY)

    def open(self, on=None, **wanted):
        return [
            (line.entry_id, line.position)
            for line in open_items.open_lines(self.year, on=on, wanted=OpenFilter(**wanted)).lines
        ]


@pytest.fixture
def books(entered):
    return Books()


def day(number):
    return FIRST + timedelta(days=number)


def test_a_lettered_pair_is_open_until_the_day_of_its_second_line(books):
    invoice, payment = books.add(100, day(0)), books.add(-100, day(30))
    books.letter(invoice, payment)

    assert books.open() == []
    assert books.open(on=day(29)) == [invoice]
    assert books.open(on=day(30)) == []


def test_a_partial_lettering_leaves_its_lines_open(books):
    invoice, payment = books.add(100, day(0)), books.add(-40, day(3))
    books.letter(invoice, payment)

    (total,) = open_items.open_totals(books.year)

    assert books.open() == [invoice, payment]
    assert (total.cents, total.lines, total.oldest_on) == (60, 2, day(0))


def test_accounts_that_are_not_lettered_have_nothing_open(books):
    books.add(100)

    assert {total.account for total in open_items.open_totals(books.year)} == {"411000"}


def test_pages_follow_one_another_without_gap(books):
    keys = [books.add(100, day(n % 3)) for n in range(7)]

    first = open_items.open_lines(books.year, limit=4)
    second = open_items.open_lines(books.year, limit=4, after=first.after)

    found = [(line.entry_id, line.position) for line in (*first.lines, *second.lines)]
    assert sorted(found) == sorted(keys)
    assert (len(first.lines), second.after) == (4, None)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"words": "fa-7"}, 1),
        ({"words": "%"}, 0),
        ({"cents": 250}, 1),
        ({"side": "credit"}, 1),
        ({"since": day(2)}, 2),
        ({"due_until": day(1)}, 2),
        ({}, 4),
    ],
)
def test_open_lines_are_narrowed(books, wanted, count):
    books.add(100, day(0), piece_ref="FA-7")
    books.add(250, day(1), party=1)
    books.add(-70, day(2))
    books.add(300, day(3), due_on=day(40))

    assert len(books.open(**wanted)) == count


def test_parties_with_open_lines_come_page_by_page(books):
    books.letter(books.add(100, party=0), books.add(-100, party=0))
    books.add(50, party=1)

    found, after = open_items.open_parties(books.year, books.customers)

    assert [(total.auxiliary, total.cents, total.lines) for total in found] == [("C001", 50, 1)]
    assert after is None


documents = st.dates(date(2025, 1, 1), date(2025, 12, 31))
terms = st.one_of(st.none(), st.builds(Terms, st.integers(0, 120), st.booleans()))


@ROLLED_BACK
@given(document=documents, agreed=terms, stated=st.one_of(st.none(), documents))
def test_the_due_day_is_the_same_in_sql_as_in_the_rule(environment, document, agreed, stated):
    with inside(environment.place), transaction.atomic(using=current_alias()):
        books = Books()
        if agreed:
            Party.objects.create(
                auxiliary=books.parties[0], due_days=agreed.days, due_end_of_month=agreed.is_end_of_month
            )
        books.add(100, FIRST, piece_date=document, due_on=stated)
        (line,) = open_items.open_lines(books.year).lines
        transaction.set_rollback(True, using=current_alias())

    assert line.due_on == due_day(document, stated=stated, terms=agreed)


amounts = st.lists(
    st.tuples(st.integers(-3, 3).filter(bool), st.integers(0, 20), st.integers(0, 1)), min_size=1, max_size=10
)


@ROLLED_BACK
@given(rows=amounts, groups=st.lists(st.integers(0, 4), min_size=10, max_size=10), on=st.integers(-1, 21))
def test_what_is_open_is_what_the_rule_says_at_any_day(environment, rows, groups, on):
    with inside(environment.place), transaction.atomic(using=current_alias()):
        books = Books()
        keys = [books.add(cents, day(n), party) for cents, n, party in rows]
        by_group = defaultdict(list)
        for key, (_cents, _day, party), group in zip(keys, rows, groups, strict=False):
            by_group[group, party].append(key)
        for (group, _party), together in by_group.items():
            if group and len(together) > 1:
                books.letter(*together)

        expected = _open_by_rule(day(on))
        found = {
            (line.entry_id, line.position): line.cents for line in open_items.open_lines(books.year, on=day(on)).lines
        }
        totals = {total.auxiliary_id: total.cents for total in open_items.open_totals(books.year, on=day(on))}
        every = _every_open_line(books.year, day(on))
        transaction.set_rollback(True, using=current_alias())

    assert found == every
    assert found == {key: cents for key, (cents, _party) in expected.items()}
    assert totals == _by_party(expected)


def _every_open_line(year, on):
    facts = open_items.scope(year, on=on)
    with connections[current_alias()].cursor() as sql:
        sql.execute(
            f"SELECT entry_id, position, debit_cents - credit_cents FROM ({open_items.open_lines_sql(facts)}) o", facts
        )
        return {(entry, position): cents for entry, position, cents in sql.fetchall()}


def _open_by_rule(on):
    lines = Line.objects.filter(date__lte=on, auxiliary__isnull=False)
    letters = {(row.entry_id, row.position): row.lettering_id for row in LetteredLine.objects.all()}
    sums = defaultdict(int)
    for line in lines:
        sums[letters.get((line.entry_id, line.position))] += line.debit_cents - line.credit_cents
    return {
        (line.entry_id, line.position): (line.debit_cents - line.credit_cents, line.auxiliary_id)
        for line in lines
        if (group := letters.get((line.entry_id, line.position))) is None or sums[group]
    }


def _by_party(expected):
    found = defaultdict(int)
    for cents, party in expected.values():
        found[party] += cents
    return found


def test_the_parties_of_another_company_are_not_shown(books):
    other = make_company("552100554", "Autre")
    AuxiliaryAccount.objects.create(company=other, number="C009", label="Ailleurs")
    books.add(100)

    found, _after = open_items.open_parties(books.year, books.customers)

    assert [total.auxiliary for total in found] == ["C000"]


def test_whether_a_party_moved_is_asked_of_its_own_balances_and_not_of_all(books):
    """As a join, the planner of a year just imported compared 12,000 parties with 40,000 balances: 33 s a page."""
    asked = []
    books.add(100)

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connections[current_alias()].execute_wrapper(note):
        open_items.open_parties(books.year, books.customers)
    with connections[current_alias()].cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked[0][0]}", asked[0][1])
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "SubPlan" in plan
    assert "Semi Join" not in plan
