from datetime import date

import pytest

from livret.booklet.entitlements import Allowance
from livret.core.resident.models import AuditEvent, OutboxMessage
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import ChartAccount, DraftEntry, DraftLine, Entry, LineText
from livret.suite.finance.queries.ledgers import entry_lines, entry_reference
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services import drafts, reversal
from livret.suite.finance.services.drafts import TypedEntry
from livret.suite.finance.services.ledger import CeilingReached
from livret.suite.finance.tests.factories import ALICE, AT, TODAY
from livret.suite.finance.tests.test_guards import books  # noqa: F401

DAY = date(2025, 5, 6)
SALE = (TypedLine("411000", "", "", 1200, 0), TypedLine("706000", "", "Prestation", 0, 1200))


def typed(books, lines=SALE, **changed):  # noqa: F811
    facts = {"journal": books[2], "on": DAY, "label": "Facture", "piece_ref": "F1", "piece_date": None, "lines": lines}
    return TypedEntry(**{**facts, **changed})


def saved(books, lines=SALE, **changed):  # noqa: F811
    return drafts.save_draft(typed(books, lines, **changed), by=ALICE, at=AT)


def validated(draft, allowance=None):
    return drafts.validate_draft(draft, version=draft.version, allowance=allowance, by=ALICE, at=AT, today=TODAY)


def test_a_draft_may_be_anything(books):  # noqa: F811
    draft = saved(books, (TypedLine("9", "x", "", 5, 7),), label="", piece_ref="")

    assert DraftLine.objects.get(draft=draft).account == "9"


def test_a_ready_draft_becomes_an_entry_and_is_gone(books):  # noqa: F811
    entry = validated(saved(books))

    assert (entry.number, entry.validated_on, entry.date) == (1, TODAY, DAY)
    assert entry_reference(entry) == "VE-000001"
    assert [(line.account, line.debit, line.credit, line.label) for line in entry_lines(entry)] == [
        ("411000", 1200, 0, "Facture"),
        ("706000", 0, 1200, "Prestation"),
    ]
    assert LineText.objects.count() == 1
    assert not DraftEntry.objects.exists()


def test_validation_is_audited_and_its_head_and_count_leave_for_the_control_plane(books):  # noqa: F811
    validated(saved(books))

    posted = dict(OutboxMessage.objects.values_list("task", "payload"))
    assert posted["finance.ledger_head"]["number"] == 1
    assert len(posted["finance.ledger_head"]["head"]) == 64
    assert posted["meters.reading"] == {"meter": "finance.entries", "period": "732829320/2025-12-31", "value": 1}
    assert AuditEvent.objects.filter(action="finance.entry.validated").count() == 1


def test_a_draft_is_validated_once_by_whoever_comes_first(books):  # noqa: F811
    draft = saved(books)
    validated(draft)

    with pytest.raises(drafts.AlreadyValidated):
        validated(draft)

    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "code", "position"),
    [
        ({"lines": SALE[:1]}, "few-lines", None),
        ({"lines": (SALE[0], TypedLine("706000", "", "", 0, 1100))}, "unbalanced", None),
        ({"lines": (SALE[0], TypedLine("", "", "", 0, 1200))}, "no-account", 2),
        ({"lines": (SALE[0], TypedLine("999", "", "", 0, 1200))}, "unknown-account", 2),
        ({"lines": (TypedLine("411000", "C9", "", 1200, 0), SALE[1])}, "unknown-auxiliary", 1),
        ({"lines": (*SALE, TypedLine("411000"))}, "no-amount", 3),
        ({"lines": (*SALE, TypedLine("411000", "", "", 5, 5))}, "both-sides", 3),
        ({"label": " "}, "no-label", None),
        ({"piece_ref": ""}, "no-piece", None),
        ({"on": date(2024, 5, 6)}, "no-year", None),
    ],
)
def test_what_keeps_a_draft_from_validation_is_named_with_its_line(books, changed, code, position):  # noqa: F811
    draft = saved(books, **changed)

    with pytest.raises(drafts.NotReady) as refusal:
        validated(draft)

    assert (position, code) in [(problem.position, problem.code) for problem in refusal.value.problems]
    assert not Entry.objects.exists()


def test_an_account_of_the_general_chart_is_opened_when_first_used(books):  # noqa: F811
    validated(saved(books, (SALE[0], TypedLine("601000", "", "", 0, 1200))))

    assert ChartAccount.objects.get(number="601000").label.startswith("Achats stockés")


def test_a_removed_account_is_refused_in_a_year_of_the_new_chart(books):  # noqa: F811
    draft = saved(books, (SALE[0], TypedLine("791000", "", "", 0, 1200)))

    assert [problem.code for problem in drafts.draft_problems(draft)] == ["unknown-account"]


def test_a_closed_year_is_said_before_validation(books):  # noqa: F811
    FiscalYear.objects.update(state="closed")

    assert [problem.code for problem in drafts.draft_problems(saved(books))] == ["year-closed"]


@pytest.mark.parametrize("ceiling", [0])
def test_the_ceiling_of_entries_refuses_with_its_clause(books, ceiling):  # noqa: F811
    with pytest.raises(CeilingReached, match="S-4"):
        validated(saved(books), allowance=Allowance(None, None, ceiling, "S-4", "entries"))


def test_a_save_over_somebody_elses_is_refused(books):  # noqa: F811
    draft = saved(books)
    drafts.save_draft(typed(books, label="Mine"), draft=draft, version=1, by=ALICE, at=AT)

    with pytest.raises(drafts.StaleDraft):
        drafts.save_draft(typed(books, label="Theirs"), draft=draft, version=1, by=ALICE, at=AT)

    assert DraftEntry.objects.get().label == "Mine"


def test_a_reversal_undoes_an_entry_and_says_which(books):  # noqa: F811
    entry = validated(saved(books))

    undone = reversal.reverse_entry(
        entry, on=DAY, reason="Erreur de compte", allowance=None, by=ALICE, at=AT, today=TODAY
    )

    assert undone.reverses_id == entry.pk
    assert [(line.account, line.debit, line.credit) for line in entry_lines(undone)] == [
        ("411000", 0, 1200),
        ("706000", 1200, 0),
    ]


def test_an_entry_is_reversed_once(books):  # noqa: F811
    entry = validated(saved(books))
    facts = {"reason": "", "allowance": None, "by": ALICE, "at": AT, "today": TODAY}
    reversal.reverse_entry(entry, on=DAY, **facts)

    with pytest.raises(reversal.NotReversible):
        reversal.reverse_entry(entry, on=DAY, **facts)


def test_the_usual_journals_are_opened_once(books):  # noqa: F811
    drafts.open_company_books(books[0], by=ALICE, at=AT)

    assert [journal.code for journal in drafts.open_company_books(books[0], by=ALICE, at=AT)] == [
        "AC",
        "AN",
        "BQ",
        "OD",
        "VE",
    ]
