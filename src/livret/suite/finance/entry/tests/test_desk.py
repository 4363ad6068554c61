"""The desk of entry: what waits, validated together or not at all."""

from __future__ import annotations

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.entry.queries.desk import DraftFilter, latest_entries, waiting_drafts
from livret.suite.finance.entry.tests.factories import PURCHASE, drafted, furnished, posted
from livret.suite.finance.models import DraftEntry, Entry
from livret.suite.finance.queries.balances import broken_seals
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services import drafts
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_journal, make_year
from livret.suite.finance.tests.test_pages import text_of

HOME = "/e/client-a/comptabilite/732829320/ecritures/"
UNBALANCED = (PURCHASE[0], TypedLine("401000", "FPAPE", credit_cents=1))


@pytest.fixture
def company(environment):
    with inside(environment.place):
        return furnished()


def validate(reviewed):
    return drafts.validate_drafts(reviewed, allowance=None, by=ALICE, at=AT, today=TODAY)


def versions(*held):
    return {draft.pk: draft.version for draft in held}


def test_drafts_are_validated_together_in_the_order_of_their_days(environment, company):
    with inside(environment.place):
        late, early = drafted(company, label="Late"), drafted(company, label="Early", on=AT.date().replace(year=2025))

        made = validate(versions(late, early))

        assert [(one.number, one.text.label) for one in made] == [(1, "Early"), (2, "Late")]
        assert not DraftEntry.objects.exists()
        assert broken_seals(made[0].fiscal_year) == []


def test_drafts_of_two_years_are_validated_in_one_go(environment, company):
    with inside(environment.place):
        make_year(company, AT.date().replace(month=1, day=1), AT.date().replace(month=12, day=31))
        held = drafted(company), drafted(company, on=AT.date())

        assert [one.number for one in validate(versions(*held))] == [1, 1]


def test_one_draft_that_is_not_ready_keeps_all_of_them_out_and_is_named(environment, company):
    with inside(environment.place):
        ready, broken = drafted(company), drafted(company, UNBALANCED)

        with pytest.raises(drafts.NotAllReady) as refusal:
            validate(versions(ready, broken))

        assert list(refusal.value.refusals) == [broken.pk]
        assert (Entry.objects.count(), DraftEntry.objects.count()) == (0, 2)


@pytest.mark.parametrize("version", [0, 2])
def test_a_draft_saved_since_it_was_shown_is_not_validated_unseen(environment, company, version):
    with inside(environment.place):
        held = drafted(company)

        with pytest.raises(drafts.NotAllReady):
            validate({held.pk: version})


def test_two_drafts_that_letter_the_same_line_are_refused_with_the_line(environment, company):
    with inside(environment.place):
        bill = posted(company)
        payment = (
            TypedLine("401000", "FPAPE", debit_cents=12_000, letters=((bill.pk, 3),)),
            TypedLine("512000", credit_cents=12_000),
        )
        held = [drafted(company, payment, journal=make_journal(company, "BQ")) for _twice in range(2)]

        with pytest.raises(drafts.NotAllReady) as refusal:
            validate(versions(*held))

        assert list(refusal.value.refusals) == [held[1].pk]
        assert Entry.objects.count() == 1


def test_the_desk_tells_what_is_ready_and_what_is_missing(environment, company):
    with inside(environment.place):
        drafted(company), drafted(company, UNBALANCED, label="Douteux")

        found = waiting_drafts(company, DraftFilter())

        assert [bool(one.problems) for one in found.drafts] == [False, True]
        assert [(one.cents, one.lines) for one in found.drafts] == [(12_000, 3), (10_000, 2)]


@pytest.mark.parametrize(
    ("asked", "labels"),
    [
        ({"journal": "BQ"}, ["Banque"]),
        ({"person": str(ALICE.id)}, ["Papier", "Banque"]),
        ({"room": "file", "key": "7"}, []),
    ],
)
def test_the_desk_keeps_the_drafts_that_are_wanted(environment, company, asked, labels):
    with inside(environment.place):
        drafted(company), drafted(company, label="Banque", journal=make_journal(company, "BQ"))

        found = waiting_drafts(company, DraftFilter(**asked))

        assert [one.draft.label for one in found.drafts] == labels


def test_the_last_entries_come_first_whatever_their_journals(environment, company):
    with inside(environment.place):
        made = [posted(company, journal=make_journal(company, code)) for code in ("AC", "BQ", "AC")]

        assert [one.pk for one in latest_entries(company)] == [one.pk for one in reversed(made)]


def test_what_is_ticked_is_validated_from_the_page(browse, environment, company):
    with inside(environment.place):
        keys = [f"{one.pk}.{one.version}" for one in (drafted(company), drafted(company))]

    answer = browse().post(f"{HOME}validations/", {"draft": keys}, follow=True)

    assert "2 écritures validées" in text_of(answer)
    assert "AC-000002" in text_of(answer)


def test_a_refused_selection_stays_ticked_but_for_what_is_refused(browse, environment, company):
    with inside(environment.place):
        ready, broken = drafted(company), drafted(company, UNBALANCED)

    answer = browse().post(f"{HOME}validations/", {"draft": [f"{ready.pk}.1", f"{broken.pk}.1"]})

    assert answer.status_code == 422
    assert [(one.draft.pk, ticked, bool(why)) for one, ticked, why in answer.context["rows"]] == [
        (ready.pk, True, False),
        (broken.pk, False, True),
    ]


@pytest.mark.parametrize("ticked", [[], ["x"], ["1"], ["9" * 30 + ".1"]])
def test_nothing_ticked_validates_nothing(browse, company, ticked):
    answer = browse().post(f"{HOME}validations/", {"draft": ticked}, follow=True)

    assert "Aucun brouillon n’est coché" in text_of(answer)


def test_a_writer_is_not_offered_to_validate(browse, environment, company):
    with inside(environment.place):
        held = drafted(company)
    browser = browse("rose")

    assert 'name="draft"' not in browser.get(HOME).content.decode()
    assert browser.post(f"{HOME}validations/", {"draft": [f"{held.pk}.1"]}).status_code == 403
