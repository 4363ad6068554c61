"""The pages of lettering, as people click through them."""

from contextvars import Context
from datetime import date
from decimal import Decimal

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.lettering.models import AutoRun, Rule, Settling
from livret.suite.finance.lettering.services import runs
from livret.suite.finance.lettering.views import accounts
from livret.suite.finance.models import DraftEntry, LetteredLine, Lettering, LetteringEvent, Line
from livret.suite.finance.services.ledger import NewLine
from livret.suite.finance.services.lettering import letter, unletter
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_journal
from livret.suite.finance.tests.test_open_items import Books, day


@pytest.fixture
def books(environment, cast):
    with inside(environment.place):
        made = Books()
        make_journal(made.company, "OD", "Opérations diverses", "general")
        yield made


class Outside:
    """A browser at the door: it asks from outside the environment in which the test itself stands."""

    def __init__(self, client):
        self.client = client

    def get(self, *asked):
        return Context().run(self.client.get, *asked)

    def post(self, *asked):
        return Context().run(self.client.post, *asked)


@pytest.fixture
def visit(browse):
    return lambda name: Outside(browse(name))


@pytest.fixture
def room(environment):
    return f"/e/{environment.slug}/comptabilite/732829320/lettrage/"


@pytest.fixture
def choice_url(room):
    return f"{room}2025-12-31/comptes/411000/lignes/choix/?party=C000"


def line(key):
    return f"{key[0]}.{key[1]}"


def test_the_way_leads_from_accounts_to_parties_to_lines(books, visit, room):
    books.add(12_000, piece_ref="FA-9")
    browser = visit("bob")

    assert "411000" in browser.get(room).content.decode()
    assert "C000" in browser.get(f"{room}2025-12-31/comptes/411000/").content.decode()
    assert "FA-9" in browser.get(f"{room}2025-12-31/comptes/411000/lignes/?party=C000").content.decode()


def test_ticked_lines_are_added_up_without_script(books, visit, choice_url):
    keys = [books.add(12_000), books.add(-5_000)]

    page = visit("rose").post(choice_url, {"line": [line(key) for key in keys], "act": "sum"})

    assert page.status_code == 200
    assert page.context["left"] == 7_000
    assert not Lettering.objects.exists()


def test_lines_that_sum_to_zero_are_lettered(books, visit, choice_url):
    keys = [books.add(12_000), books.add(-12_000)]

    page = visit("rose").post(choice_url, {"line": [line(key) for key in keys], "act": "letter"})

    assert page.status_code == 302
    assert Lettering.objects.get().code == "AA"


@pytest.mark.parametrize(("act", "status", "codes"), [("letter", 422, []), ("partial", 302, ["aa"])])
def test_a_partial_lettering_is_asked_for_by_name(books, visit, choice_url, act, status, codes):
    keys = [books.add(12_000), books.add(-5_000)]

    page = visit("rose").post(choice_url, {"line": [line(key) for key in keys], "act": act})

    assert page.status_code == status
    assert list(Lettering.objects.values_list("code", flat=True)) == codes


def test_what_was_ticked_is_still_ticked_after_a_refusal(books, visit, choice_url):
    keys = [books.add(12_000), books.add(-5_000)]

    page = visit("rose").post(choice_url, {"line": [line(key) for key in keys], "act": "letter"})

    assert page.content.decode().count(" checked") == 2


def test_lines_of_another_account_are_not_lettered_from_this_page(books, visit, choice_url):
    entry, _position = books.add(12_000)

    assert visit("rose").post(choice_url, {"line": f"{entry}.2", "act": "letter"}).status_code == 404


@pytest.mark.parametrize("text", ["", "x", "1", "1.x", "9" * 30 + ".1", "1." + "9" * 12])
def test_what_is_no_line_is_passed_over(books, visit, choice_url, text):
    assert visit("rose").post(choice_url, {"line": text, "act": "letter"}).status_code == 422


def test_who_only_reads_letters_nothing(books, visit, choice_url):
    assert visit("bob").post(choice_url, {"act": "letter"}).status_code == 403


def in_dollars(books, cents, dollars, on):
    lines = (
        NewLine(
            books.customers.pk,
            books.parties[0].pk,
            max(cents, 0),
            max(-cents, 0),
            currency="USD",
            currency_amount=Decimal(dollars),
        ),
        NewLine(books.sales.pk, None, max(-cents, 0), max(cents, 0)),
    )
    return books.post_lines(lines, on)


@pytest.mark.parametrize(("received", "account", "side"), [(9_500, "656000", (500, 0)), (10_300, "756000", (0, 300))])
def test_an_exchange_difference_is_posted_and_lettered(books, visit, choice_url, received, account, side):
    keys = [in_dollars(books, 10_000, 110, day(0)), in_dollars(books, -received, -110, day(9))]

    page = visit("alice").post(choice_url, {"line": [line(key) for key in keys], "act": "difference"})

    posted = Line.objects.get(account__number=account)
    assert page.status_code == 302
    assert (posted.debit_cents, posted.credit_cents, posted.date) == (*side, day(9))
    assert LetteredLine.objects.filter(lettering=Lettering.objects.get(is_partial=False)).count() == 3


def test_a_small_difference_is_offered_below_the_threshold_only(books, visit, choice_url):
    keys = [books.add(12_000), books.add(-11_998)]
    ticked = {"line": [line(key) for key in keys]}
    browser = visit("alice")

    refused = browser.post(choice_url, {**ticked, "act": "difference"})
    Settling.objects.create(company=books.company, threshold_cents=5)
    offered = browser.post(choice_url, {**ticked, "act": "sum"})
    settled = browser.post(choice_url, {**ticked, "act": "difference"})

    assert (refused.status_code, settled.status_code) == (422, 302)
    assert offered.context["difference"].account == "658000"
    assert Line.objects.get(account__number="658000").debit_cents == 2


def test_a_difference_undone_is_not_posted_twice(books, visit, choice_url):
    keys = [books.add(12_000), books.add(-11_998)]
    Settling.objects.create(company=books.company, threshold_cents=5)
    ticked = {"line": [line(key) for key in keys], "act": "difference"}
    browser = visit("alice")
    browser.post(choice_url, ticked)
    again = browser.post(choice_url, ticked)
    unletter(Lettering.objects.get(), reason="Erreur", by=ALICE, at=AT)

    undone = browser.post(choice_url, ticked)

    assert (again.status_code, undone.status_code) == (422, 422)
    assert "déjà lettrée" in again.content.decode()
    assert "déjà dans les livres" in undone.content.decode()


def test_the_lines_of_a_partial_lettering_come_along(books, visit, choice_url):
    first, second = books.add(12_000), books.add(-5_000)
    books.letter(first, second)

    page = visit("rose").post(choice_url, {"line": [line(second)], "act": "sum"})

    assert (page.context["left"], len(page.context["ticked"])) == (7_000, 2)


def test_who_may_not_validate_leaves_the_entry_among_the_drafts_once(books, visit, choice_url):
    keys = [books.add(12_000), books.add(-11_998)]
    Settling.objects.create(company=books.company, threshold_cents=5)
    ticked = {"line": [line(key) for key in keys], "act": "difference"}
    browser = visit("rose")

    assert browser.post(choice_url, ticked).status_code == 302
    assert browser.post(choice_url, ticked).status_code == 422
    assert DraftEntry.objects.count() == 1


def test_a_lettering_is_taken_apart_with_its_reason_in_the_trace(books, visit, room):
    made = books.letter(books.add(5_000), books.add(-5_000))
    browser = visit("rose")

    shown = browser.get(f"{room}2025-12-31/comptes/411000/lettrages/?party=C000")
    silent = browser.post(f"{room}groupes/{made.pk}/", {"reason": ""})
    told = browser.post(f"{room}groupes/{made.pk}/", {"reason": "Deux clients confondus"})
    trail = browser.get(told["Location"])

    assert "AA" in shown.content.decode()
    assert (silent.status_code, told.status_code) == (422, 302)
    assert "Deux clients confondus" in trail.content.decode()
    assert LetteringEvent.objects.count() == 2


def test_an_automatic_lettering_is_asked_read_confirmed_and_undone(books, visit, room):
    books.add(5_000, piece_ref="FA-77")
    books.add(-5_000, day(5), piece_ref="FA-77")
    browser = visit("rose")

    asked = browser.post(f"{room}2025-12-31/automatique/", {"rules": ["reference", "amount"], "until": "2025-12-31"})
    waiting = browser.get(asked["Location"])
    run = AutoRun.objects.get()
    runs.propose(run.pk)
    proposed = browser.get(asked["Location"])
    browser.post(f"{room}automatique/{run.pk}/confirmation/")
    runs.letter_run(run.pk, by=ALICE, at=AT, today=TODAY)
    done = browser.get(asked["Location"])
    undoing = browser.post(f"{room}automatique/{run.pk}/annulation/")

    assert "hx-trigger" in waiting.content.decode()
    assert "FA-77" in proposed.content.decode()
    assert done.context["run"].lettered == 1
    assert undoing.status_code == 302


def test_a_proposed_group_is_left_out_and_taken_back(books, visit, room):
    books.add(5_000)
    books.add(-5_000, day(5))
    run = runs.propose(runs.ask(books.year, rules=tuple(Rule), until=date(2025, 12, 31), by=ALICE, at=AT).pk)
    browser = visit("rose")

    browser.post(f"{room}automatique/{run.pk}/groupes/1/", {"keep": "0"})
    left = run.groups.get().is_kept
    browser.post(f"{room}automatique/{run.pk}/groupes/1/", {"keep": "1"})

    assert (left, run.groups.get().is_kept) == (False, True)


def test_a_step_out_of_turn_is_told(books, visit, room):
    run = runs.ask(books.year, rules=tuple(Rule), until=date(2025, 12, 31), by=ALICE, at=AT)

    assert visit("rose").post(f"{room}automatique/{run.pk}/annulation/").status_code == 422


def test_how_differences_are_settled_is_kept(books, visit, room):
    page = visit("alice").post(f"{room}reglages/", {"threshold": "0,05", "loss": ""})
    wrong = visit("alice").post(f"{room}reglages/", {"threshold": "0,05", "loss": "658999"})

    assert (page.status_code, wrong.status_code) == (302, 422)
    assert Settling.objects.get().threshold_cents == 5


@pytest.mark.parametrize(
    ("looked_into", "words", "is_linked"),
    [(300_000, "Tout est lettré ici", False), (0, "Aucun tiers n’a de ligne non lettrée ici", True)],
    ids=["of a usual year", "of a large year"],
)
def test_lines_of_no_party_are_looked_for_by_the_page_unless_the_year_is_large(
    books, visit, room, monkeypatch, looked_into, words, is_linked
):
    monkeypatch.setattr(accounts, "LOOKED_INTO", looked_into)
    key, other = books.add(12_000), books.add(-12_000)
    letter([key, other], by=ALICE, at=AT, on=TODAY)

    page = visit("bob").get(f"{room}2025-12-31/comptes/411000/").content.decode()

    assert ("Lignes non lettrées sans tiers" in page, words in page) == (is_linked, True)
