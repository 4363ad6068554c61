"""What the validation of a draft asks of the database, and that what entries bear stays with the right one."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connections
from django.test.utils import CaptureQueriesContext

from livret.core.tenancy.context import current_alias
from livret.suite.finance.models import (
    AnalyticAxis,
    Attachment,
    DraftEntry,
    DraftLine,
    Entry,
    EntryOrigin,
    EntryText,
    Line,
    LineCurrency,
    LineDue,
    LineSection,
    LineText,
    LineVat,
)
from livret.suite.finance.queries.balances import broken_seals, drifted_balances
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services.ledger import AmountsTooLarge, NewEntry, NewLine, post_all
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_auxiliary, make_journal
from livret.suite.finance.tests.test_drafts import DAY, SALE, saved, validated
from livret.suite.finance.tests.test_guards import books  # noqa: F401

DUE = date(2025, 6, 30)
MOST = 10  # With the savepoint of a test: hold, lock, add, tell, record, discard.


def asked(draft):
    with CaptureQueriesContext(connections[current_alias()]) as captured:
        validated(draft)
    return [query["sql"] for query in captured]


def with_lines(many):
    pair = (TypedLine("411000", "C001", "", 1200, 0), TypedLine("706000", "", "Prestation", 0, 1200))
    return pair * many


def test_a_validation_asks_the_database_little(books):  # noqa: F811
    queries = asked(saved(books))

    assert len(queries) <= MOST, [sql[:90] for sql in queries]


def test_a_validation_asks_no_more_for_a_long_draft_nor_for_books_that_grew(books):  # noqa: F811
    make_auxiliary(books[0])
    validated(saved(books))
    first = len(asked(saved(books)))

    for _ in range(5):
        validated(saved(books, with_lines(10)))

    assert len(asked(saved(books, with_lines(40)))) == first


def entry_of(books, cents, *, journal=None, **line):  # noqa: F811
    lines = (NewLine(books[3].pk, None, cents, 0, **line), NewLine(books[4].pk, None, 0, cents))
    return NewEntry((journal or books[2]).pk, DAY, f"Facture {cents}", f"F{cents}", DAY, lines)


def posted(books, entries):  # noqa: F811
    return post_all(entries, year=books[1], allowance=None, by=ALICE, at=AT, on=TODAY)


def test_what_each_of_several_entries_bears_stays_with_it(books):  # noqa: F811
    axis = AnalyticAxis.objects.create(company=books[0], code="P", label="Projets")
    section = axis.sections.create(code="A", label="Atelier")
    other = make_journal(books[0], "ZZ", "Divers", "general")
    plain, foreign = entry_of(books, 100), entry_of(books, 200, currency="USD", currency_amount=Decimal("2.5"))
    told = entry_of(books, 300, journal=other, label="Autre libellé", due_on=DUE, vat_code="FR20")
    shared = entry_of(books, 400, sections=((section.pk, 400),))

    made = posted(books, [plain, told, foreign, shared])

    assert [(entry.journal_id, entry.number) for entry in made] == [
        (books[2].pk, 1), (other.pk, 1), (books[2].pk, 2), (books[2].pk, 3),
    ]  # fmt: skip
    assert [entry.amount_cents for entry in made] == [100, 300, 200, 400]
    texts = dict(EntryText.objects.values_list("entry", "label"))
    assert texts == {entry.pk: f"Facture {entry.amount_cents}" for entry in made}
    assert dict(Line.objects.filter(position=2).values_list("entry", "credit_cents")) == {
        entry.pk: entry.amount_cents for entry in made
    }
    assert list(LineText.objects.values_list("entry", "position", "label")) == [(made[1].pk, 1, "Autre libellé")]
    assert list(LineDue.objects.values_list("entry", "due_on")) == [(made[1].pk, DUE)]
    assert list(LineVat.objects.values_list("entry", "code")) == [(made[1].pk, "FR20")]
    assert list(LineCurrency.objects.values_list("entry", "amount", "currency")) == [
        (made[2].pk, Decimal("2.500000"), "USD")
    ]
    assert list(LineSection.objects.values_list("entry", "section", "cents")) == [(made[3].pk, section.pk, 400)]
    assert not broken_seals(books[1])
    assert not drifted_balances(books[1])


def test_an_entry_is_returned_as_the_database_holds_it(books):  # noqa: F811
    (made,) = posted(books, [entry_of(books, 100)])

    held = Entry.objects.get(pk=made.pk)
    names = [field.attname for field in Entry._meta.concrete_fields]
    assert {name: getattr(made, name) for name in names} == {name: getattr(held, name) for name in names}


@pytest.mark.parametrize(
    ("cents", "refusal"), [(10**19, AmountsTooLarge), (2**63, AmountsTooLarge), (101, IntegrityError)]
)
def test_amounts_that_the_books_cannot_hold_or_do_not_balance_are_refused(books, cents, refusal):  # noqa: F811
    lines = (NewLine(books[3].pk, None, cents, 0), NewLine(books[4].pk, None, 0, 100))

    with pytest.raises(refusal):
        posted(books, [NewEntry(books[2].pk, DAY, "Facture", "F1", DAY, lines)])


def test_texts_enter_the_books_to_the_letter(books):  # noqa: F811
    label = 'L’été « 100 % » "cité" \\ l\'œuf {1} %s \t 你好'

    entry = validated(saved(books, label=label, piece_ref="É\\1"))

    assert EntryText.objects.values_list("label", "piece_ref").get(entry=entry) == (label, "É\\1")
    assert not broken_seals(books[1])


def test_a_validated_draft_leaves_its_origin_and_documents_to_the_entry_and_nothing_else(books):  # noqa: F811
    kept = saved(books, piece_ref="F2")
    draft = saved(books, origin=("bank", "42"))
    facts = {"digest": "0" * 64, "name": "f.pdf", "media_type": "application/pdf", "size": 1, "attached_at": AT}
    mine, theirs = (
        Attachment.objects.create(company=books[0], draft=one, author_id=ALICE.id, author_name="Alice", **facts)
        for one in (draft, kept)
    )

    entry = validated(draft)

    assert EntryOrigin.objects.values_list("entry", "room", "key").get() == (entry.pk, "bank", "42")
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.entry_id, mine.draft_id, theirs.entry_id, theirs.draft_id) == (entry.pk, None, None, kept.pk)
    assert DraftEntry.objects.get() == kept
    assert DraftLine.objects.filter(draft=kept).count() == len(SALE) == DraftLine.objects.count()
