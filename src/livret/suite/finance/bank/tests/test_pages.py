"""The pages of the bank, from the file of the bank to the reconciliation statement."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from livret.core.tenancy.context import inside
from livret.suite.finance.bank.models import BankAccount, BankRule, Movement, Statement, StatementFile, Suggestion
from livret.suite.finance.bank.services.bulk import suggest_all
from livret.suite.finance.bank.tests.factories import (
    IBAN,
    camt,
    imported,
    invoice,
    make_books,
    make_party,
    posted,
)
from livret.suite.finance.bank.tests.factories import sent as uploaded
from livret.suite.finance.models import DraftEntry, Entry, Journal
from livret.suite.finance.tests.factories import make_company


@pytest.fixture
def stage(environment, cast):
    """A company with an invoice to be paid, a charge, and the statement that tells of both. Gives its home page."""
    with inside(environment.place):
        account = make_books()
        invoice(account.company, make_party(account.company), 12_000, piece="FA-7")
        lines = [(12_000, "VIR MAISON FOUGERE FA-7"), (-1_200, "FRAIS DE TENUE DE COMPTE")]
        imported(account.company, camt(lines, opening=50_000))
        suggest_all(account.company)
    return f"/e/{environment.slug}/comptabilite/732829320/banque/"


@pytest.fixture
def here(environment):
    """here() enters the environment, to look at what a page has done."""
    return lambda: inside(environment.place)


def first_movement():
    return Movement.objects.order_by("pk").first().pk


def sent(browser, home, content, name="mars.xml"):
    return browser.post(f"{home}releves/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_the_home_shows_what_is_left_with_its_best_suggestion_and_why(browse, stage):
    page = browse("bob").get(stage).content.decode()

    assert "VIR MAISON FOUGERE FA-7" in page
    assert "97" in page
    assert "FA-7" in page
    assert 'name="suggestion"' not in page


def test_accepting_from_the_home_posts_and_leaves_the_queue(browse, stage, here):
    with here():
        found = Suggestion.objects.get(rank=1, kind="items")
        entries = Entry.objects.count()
    browser = browse()

    answer = browser.post(f"{stage}mouvements/{found.movement_id}/acceptation/", {"suggestion": found.pk}, follow=True)

    assert answer.status_code == 200
    assert f"mouvements/{found.movement_id}/" not in browser.get(stage).content.decode()
    with here():
        assert Entry.objects.count() == entries + 1


def test_who_may_only_write_makes_a_draft_of_it(browse, stage, here):
    with here():
        found = Suggestion.objects.get(rank=1, kind="items")

    browse("rose").post(f"{stage}mouvements/{found.movement_id}/acceptation/", {"suggestion": found.pk})

    with here():
        assert DraftEntry.objects.get().origin_room == "bank"


def test_a_suggestion_replaced_meanwhile_is_refused_with_its_reason(browse, stage, here):
    with here():
        found = Suggestion.objects.get(rank=1, kind="items")
        suggest_all(found.movement.bank_account.company)

    answer = browse().post(f"{stage}mouvements/{found.movement_id}/acceptation/", {"suggestion": found.pk})

    assert answer.status_code == 422


def parts(*rows):
    """Return what the form of shares sends. rows: (account, label, amount)."""
    sent = {"parts-TOTAL_FORMS": "3", "parts-INITIAL_FORMS": "0"}
    for place, (account, label, amount) in enumerate(rows):
        sent |= {f"parts-{place}-account": account, f"parts-{place}-label": label, f"parts-{place}-amount": amount}
    return sent


def test_a_movement_is_shared_over_an_invoice_and_an_account(browse, stage, here):
    with here():
        movement, item = first_movement(), Suggestion.objects.get(rank=1, kind="items").proposal["lines"][0]
    typed = parts(("758000", "Arrondi", "20,00")) | {"item": f"{item[0]}.{item[1]}", "post": "1"}

    answer = browse().post(f"{stage}mouvements/{movement}/repartition/", typed)

    assert answer.status_code == 302
    with here():
        lines = Entry.objects.latest("pk").lines.order_by("position").values_list("debit_cents", "credit_cents")
        assert list(lines) == [(12_000, 0), (0, 2_000), (0, 10_000)]


def test_the_one_account_without_amount_takes_what_is_left(browse, stage, here):
    with here():
        movement = first_movement()
    typed = parts(("758000", "Arrondi", "20,00"), ("758000", "Reste", "")) | {"post": "1"}

    answer = browse().post(f"{stage}mouvements/{movement}/repartition/", typed)

    assert answer.status_code == 302
    with here():
        lines = Entry.objects.latest("pk").lines.order_by("position").values_list("debit_cents", "credit_cents")
        assert list(lines) == [(12_000, 0), (0, 2_000), (0, 10_000)]


@pytest.mark.parametrize("act", ["post", "draft"])
@pytest.mark.parametrize(("cents", "rest"), [(-1_200, "account"), (12_000, "account"), (12_000, "invoice")])
def test_a_slip_is_refused_where_what_is_left_would_change_sides(browse, stage, here, act, cents, rest):
    with here():
        entries = Entry.objects.count()
        movement = Movement.objects.get(cents=cents).pk
        item = Suggestion.objects.get(rank=1, kind="items").proposal["lines"][0]
    slip = ("627000", "Dix fois trop", "1200,00")
    typed = parts(slip) | {"item": f"{item[0]}.{item[1]}"} if rest == "invoice" else parts(slip, ("758000", "", ""))

    answer = browse().post(f"{stage}mouvements/{movement}/repartition/", typed | {act: "1"})

    assert answer.status_code == 422
    assert "Dix fois trop" in answer.content.decode()
    with here():
        assert (Entry.objects.count(), DraftEntry.objects.count()) == (entries, 0)


def test_shares_that_do_not_make_the_movement_are_refused_and_kept_on_screen(browse, stage, here):
    with here():
        movement = first_movement()

    answer = browse().post(f"{stage}mouvements/{movement}/repartition/", parts(("758000", "Trop peu", "20,00")))

    assert answer.status_code == 422
    assert "Trop peu" in answer.content.decode()


def test_a_movement_is_matched_with_a_line_then_unmatched_with_a_reason(browse, stage, here):
    with here():
        movement = Movement.objects.get(cents=-1_200).pk
        company = BankAccount.objects.get().company
        entry = posted(company, [("512000", None, -1_200), ("627000", None, 1_200)]).pk
    browser = browse("rose")

    browser.post(f"{stage}mouvements/{movement}/pointage/", {"line": f"{entry}.1"})
    matched = browser.get(f"{stage}mouvements/{movement}/").content.decode()
    browser.post(f"{stage}mouvements/{movement}/depointage/", {"reason": "Erreur de ligne"})
    back = browser.get(f"{stage}mouvements/{movement}/").content.decode()

    assert f"ecritures/{entry}/" in matched
    assert "Erreur de ligne" in back
    assert "pointage" in back


def test_a_file_is_checked_then_confirmed_and_its_movements_come_to_the_queue(browse, stage, here):
    content = camt([(700, "REMISE")], opening=60_800, first=date(2025, 3, 31), last=date(2025, 4, 30), number="2")
    browser = browse()

    checked = sent(browser, stage, content)
    address = checked.request["PATH_INFO"]
    done = browser.post(f"{address}confirmation/", follow=True)

    assert "confirmation" in checked.content.decode()
    assert done.status_code == 200
    with here():
        assert StatementFile.objects.latest("pk").state == "done"
        assert Movement.objects.filter(label="REMISE").exists()


def test_an_account_not_known_is_chosen_once(browse, stage, here):
    other = "FR1420041010050500013M02606"
    browser = browse()
    address = sent(browser, stage, camt([(700, "REMISE")], iban=other)).request["PATH_INFO"]

    missing = browser.post(f"{address}confirmation/", {"account0": ""})
    with here():
        chosen = BankAccount.objects.get().pk
    browser.post(f"{address}confirmation/", {"account0": chosen})

    assert missing.status_code == 422
    with here():
        assert StatementFile.objects.latest("pk").state == "done"


def test_the_same_file_twice_is_refused_naming_the_import(browse, stage, here):
    with here():
        first = StatementFile.objects.get().pk
    lines = [(12_000, "VIR MAISON FOUGERE FA-7"), (-1_200, "FRAIS DE TENUE DE COMPTE")]

    page = sent(browse(), stage, camt(lines, opening=50_000)).content.decode()

    assert f"releves/{first}/" in page


def test_a_bank_account_needs_a_right_iban(browse, stage, here):
    with here():
        journal = Journal.objects.get(code="BQ").pk
    typed = {"identifier": IBAN[:-1] + "0", "label": "Épargne", "journal": journal, "account": "512000"}

    answer = browse().post(f"{stage}comptes/nouveau/", typed)

    assert answer.status_code == 422


def test_a_statement_opens_its_movements_treated_or_not(browse, stage, here):
    with here():
        statement = Statement.objects.get().pk
    browser = browse()
    browser.post(f"{stage}acceptations/", {"sure": "90"})

    page = browser.get(stage, {"statement": statement, "band": "every"}).content.decode()

    assert "VIR MAISON FOUGERE FA-7" in page
    assert "FRAIS DE TENUE DE COMPTE" in page
    assert "VIR MAISON FOUGERE FA-7" not in browser.get(stage).content.decode()


def rule(**changed):
    facts = {"name": "Frais", "words": "frais tenue", "side": "out", "account": "627000", "position": "10"}
    return {**facts, "least": "", "most": "", **changed}


def test_a_rule_shows_what_it_fits_before_it_is_saved(browse, stage, here):
    page = browse().post(f"{stage}regles/nouvelle/", {**rule(), "preview": "1"})

    assert page.status_code == 200
    assert "FRAIS DE TENUE DE COMPTE" in page.content.decode()
    with here():
        assert not BankRule.objects.exists()


def test_a_rule_is_saved_then_applied_to_the_movements_it_fits(browse, stage, here):
    browser = browse()
    browser.post(f"{stage}regles/nouvelle/", {**rule(), "save": "1"})
    with here():
        suggest_all(BankAccount.objects.get().company)
        saved = BankRule.objects.get().pk

    browser.post(f"{stage}regles/{saved}/application/")

    with here():
        assert Entry.objects.latest("pk").lines.get(account__number="627000").debit_cents == 1_200


def test_the_sure_ones_are_accepted_at_once(browse, stage, here):
    page = browse().post(f"{stage}acceptations/", {"sure": "90"}, follow=True)

    assert page.status_code == 200
    with here():
        assert not Suggestion.objects.filter(confidence__gte=90).exists()


def test_the_reconciliation_explains_the_difference_to_the_cent(browse, stage, here):
    with here():
        account = BankAccount.objects.get()

    page = browse("bob").get(f"{stage}comptes/{account.pk}/rapprochement/", {"on": "2025-03-31"}).content.decode()

    assert "VIR MAISON FOUGERE FA-7" in page
    assert "expliqué au centime" in page


@pytest.mark.parametrize("page", ["", "releves/", "comptes/", "comptes/nouveau/", "regles/", "regles/nouvelle/"])
def test_every_page_opens_for_who_administers(browse, stage, page):
    assert browse().get(stage + page).status_code == 200


@pytest.mark.parametrize("page", ["regles/nouvelle/", "comptes/nouveau/"])
def test_who_reads_does_not_write(browse, stage, page):
    assert browse("bob").get(stage + page).status_code == 403


def test_who_reads_sees_the_statements_and_sends_none(browse, stage):
    page = browse("bob").get(f"{stage}releves/").content.decode()

    assert "releve.xml" in page
    assert 'type="file"' not in page
    assert sent(browse("bob"), stage, b"").status_code == 403


def test_a_rule_is_written_from_a_movement_whose_words_no_address_tells(browse, stage, here):
    with here():
        movement = first_movement()
    browser = browse()

    page = browser.get(f"{stage}mouvements/{movement}/").content.decode()
    form = browser.get(f"{stage}regles/nouvelle/", {"movement": movement}).context["form"]

    assert f'regles/nouvelle/?movement={movement}"' in page
    assert "FOUGERE" in form["words"].value().upper()


def test_an_account_is_noted_from_the_file_that_tells_it_and_no_address_does(browse, here, cast):
    with here():
        company = make_company()
        file = uploaded(company, camt([(12_000, "FA-7")]))
    browser, home = browse(), "/e/client-a/comptabilite/732829320/banque/"

    page = browser.get(f"{home}releves/{file.pk}/").content.decode()
    form = browser.get(f"{home}comptes/nouveau/", {"file": file.pk}).context["form"]

    assert f'comptes/nouveau/?file={file.pk}"' in page
    assert IBAN not in page
    assert form["identifier"].value() == IBAN


@pytest.mark.parametrize("query", [{"file": "x"}, {"file": "999999999"}, {"identifier": IBAN}])
def test_an_address_that_names_no_file_fills_nothing(browse, stage, query):
    assert browse().get(f"{stage}comptes/nouveau/", query).context["form"]["identifier"].value() == ""
