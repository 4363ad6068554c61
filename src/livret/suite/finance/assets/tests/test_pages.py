"""Fixed assets from the purchase to the exit: pages, entries, and the register beside the ledger."""

import re
from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.assets import queries
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.models import ChartAccount, DraftEntry, DraftLine, Entry, EntryOrigin, Journal, Line
from livret.suite.finance.services.drafts import open_company_books
from livret.suite.finance.services.reversal import reverse_entry
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, fec_bytes, fec_line, imported, make_year

HOME = "/e/client-a/comptabilite/732829320/immobilisations/"
YEAR = f"{HOME}dotations/2025-12-31/"
FACTS = {
    "label": "Ordinateurs",
    "account": "218300",
    "cost": "6 000,00",
    "acquired_on": "2025-07-01",
    "in_service_on": "2025-07-01",
    "method": "linear_360",
    "months": "60",
    "residual": "",
    "taken": "",
}


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\u202f", " ")


def purchase():
    shared = {"journal_code": "AC", "journal_label": "Achats", "entry_number": "A1", "entry_date": date(2025, 7, 1)}
    shared |= {"piece_date": date(2025, 7, 1), "label": "Serveur", "piece_ref": "FA-9", "valid_date": date(2025, 7, 31)}
    return [
        fec_line(account="218300", account_label="Matériel informatique", debit_cents=600_000, **shared),
        fec_line(account="445620", account_label="TVA sur immobilisations", debit_cents=120_000, **shared),
        fec_line(
            account="404000", account_label="Fournisseurs", credit_cents=720_000, aux="F1", aux_label="F", **shared
        ),
    ]


@pytest.fixture(autouse=True)
def books(environment, cast):
    with inside(environment.place):
        assert imported(fec_bytes(purchase())).state == "done"
        company = Company.objects.get()
        make_year(company, date(2026, 1, 1), date(2026, 12, 31))
        open_company_books(company, by=ALICE, at=AT)


@pytest.fixture
def here(environment):
    """here() enters the environment, to look at what a page has done."""
    return lambda: inside(environment.place)


def recorded(browse, **changed):
    response = browse().post(HOME + "nouvelle/", {**FACTS, **changed})
    assert response.status_code == 302
    return response.headers["Location"]


def balances():
    """The balance of each account, in cents."""
    found = {}
    for line in Line.objects.all():
        number = ChartAccount.objects.get(pk=line.account_id).number
        found[number] = found.get(number, 0) + line.debit_cents - line.credit_cents
    return found


def sides(draft):
    rows = DraftLine.objects.filter(draft=draft).order_by("position")
    return [(row.account, row.debit_cents - row.credit_cents) for row in rows]


@pytest.mark.parametrize(
    "page", ["", "1/", "dotations/2025-12-31/", "dotations/2026-12-31/", "?on=2025-12-31", "?on=x"]
)
def test_who_reads_the_books_reads_the_register(browse, page):
    recorded(browse)

    assert browse("bob").get(HOME + page).status_code == 200


@pytest.mark.parametrize("page", ["nouvelle/", "1/modification/", "1/sortie/"])
def test_forms_open_to_those_who_write_only(browse, page):
    recorded(browse)

    assert browse("rose").get(HOME + page).status_code == 200
    assert browse("bob").get(HOME + page).status_code == 403


@pytest.mark.parametrize("page", ["", "nouvelle/", "1/", "1/sortie/", "dotations/2025-12-31/"])
def test_another_company_is_not_told(browse, page):
    assert browse().get(HOME.replace("732829320", "552100554") + page).status_code == 404


def test_an_asset_that_does_not_exist_is_not_found(browse):
    assert browse().get(HOME + "7/").status_code == 404


def test_a_purchase_waits_to_become_an_asset_and_then_no_longer(browse, here):
    line = browse().get(HOME).context["lines"][0]
    address = f"{HOME}nouvelle/?line={line.entry_id}.{line.position}"

    form = browse().get(address).context["form"]
    assert (form["label"].value(), form["cost"].value(), form["account"].value()) == ("Serveur", "6000,00", "218300")
    browse().post(address, {**FACTS, "label": "Serveur"})

    assert browse().get(HOME).context["lines"] == []
    assert browse().get(address).status_code == 404
    with here():
        assert FixedAsset.objects.get().entry_id == line.entry_id


def test_a_purchase_that_an_opening_took_over_no_longer_waits(browse):
    recorded(browse, taken_on="2026-01-01")

    assert browse().get(HOME).context["lines"] == []


@pytest.mark.parametrize("line", ["x", "1", "1.x", "99999999.1", "1.99", "-1.2"])
def test_a_line_that_is_no_purchase_is_not_found(browse, line):
    assert browse().get(f"{HOME}nouvelle/?line={line}").status_code == 404


def test_accounts_left_empty_are_drawn_and_opened(browse, here):
    recorded(browse)

    with here():
        asset = FixedAsset.objects.select_related("depreciation_account", "expense_account").get()
        assert (asset.depreciation_account.number, asset.expense_account.number) == ("281830", "681120")


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("account", {"account": "606000"}),
        ("account", {"account": "281830"}),
        ("cost", {"cost": ""}),
        ("cost", {"cost": "-5"}),
        ("in_service_on", {"in_service_on": "2025-06-01"}),
        ("months", {"months": ""}),
        ("months", {"method": "declining", "months": "24"}),
        ("residual", {"residual": "7000"}),
        ("taken_on", {"taken": "10"}),
        ("taken", {"taken": "7000", "taken_on": "2026-01-01"}),
        ("depreciation_account", {"depreciation_account": "218300"}),
        ("expense_account", {"expense_account": "606000"}),
    ],
)
def test_bad_facts_are_told_beside_their_field(browse, here, field, changed):
    response = browse().post(HOME + "nouvelle/", {**FACTS, **changed})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    with here():
        assert not FixedAsset.objects.exists()


def test_the_register_agrees_with_the_ledger_once_the_year_is_depreciated(browse, here):
    recorded(browse)
    before = browse("bob").get(HOME + "?on=2025-12-31").context["register"]
    browse().post(YEAR, {"post": "1"})

    after = browse("bob").get(HOME + "?on=2025-12-31").context["register"]

    assert [(one.gross_gap, one.cumulated_gap) for one in before.accounts] == [(0, -60_000)]
    assert after.agrees
    assert (after.gross, after.cumulated, after.net) == (600_000, 60_000, 540_000)
    with here():
        assert balances()["681120"] == 60_000


def test_the_register_is_taken_away_without_formulas(browse):
    recorded(browse, label="=1+1")

    sheet = browse("bob").get(HOME + "registre/csv/?on=2025-12-31").content.decode("utf-8-sig")

    assert "218300;1;'=1+1;2025-07-01;2025-07-01;" in sheet
    assert sheet.endswith(";6000,00;600,00;5400,00\r\n")


def test_depreciation_is_drafted_once_then_validated_as_it_stands(browse, here):
    recorded(browse)
    browse("rose").post(YEAR, {"propose": "1"})
    browse("rose").post(YEAR, {"propose": "1"})
    with here():
        assert [sides(draft) for draft in DraftEntry.objects.all()] == [[("681120", 60_000), ("281830", -60_000)]]

    assert browse("rose").post(YEAR, {"post": "1"}).status_code == 403
    browse().post(YEAR, {"post": "1"})
    browse().post(YEAR, {"post": "1"})

    with here():
        assert EntryOrigin.objects.filter(room="assets").count() == 1
        assert not DraftEntry.objects.exists()


def test_what_is_missing_is_told_to_the_closing(browse, here):
    recorded(browse)

    with here():
        year = FiscalYear.objects.select_related("company").get(last_day=date(2025, 12, 31))
        assert [one.annuity.cents for one in queries.missing_depreciation(year)] == [60_000]
    browse().post(YEAR, {"post": "1"})

    with here():
        assert queries.missing_depreciation(year) == []


def test_a_reversed_depreciation_is_missing_again_and_can_be_posted_again(browse, here):
    recorded(browse)
    browse().post(YEAR, {"post": "1"})
    with here():
        entry = Entry.objects.get(origin__room="assets")
        facts = {"allowance": None, "by": ALICE, "at": AT, "today": TODAY}
        reverse_entry(entry, on=date(2025, 12, 31), reason="Erreur", **facts)

    browse().post(YEAR, {"post": "1"})

    with here():
        assert balances()["681120"] == 60_000
        assert EntryOrigin.objects.filter(room="assets").count() == 2


def test_an_exceptional_depreciation_goes_to_its_own_account(browse, here):
    recorded(browse)
    with here():
        year = FiscalYear.objects.get(last_day=date(2025, 12, 31)).pk

    browse().post(f"{HOME}1/amortissement-exceptionnel/", {"year": year, "amount": "1000", "reason": "Casse"})
    browse().post(YEAR, {"post": "1"})

    with here():
        held = balances()
        assert (held["681120"], held["687100"], held["281830"]) == (60_000, 100_000, -160_000)


@pytest.mark.parametrize("amount", ["", "0", "6000", "-601"])
def test_an_exceptional_depreciation_stays_within_what_is_left(browse, here, amount):
    recorded(browse)
    with here():
        year = FiscalYear.objects.get(last_day=date(2025, 12, 31)).pk

    typed = {"year": year, "amount": amount, "reason": "Casse"}
    response = browse().post(f"{HOME}1/amortissement-exceptionnel/", typed)

    assert response.status_code == 422
    assert "amount" in response.context["adjustment_form"].errors


def test_a_component_takes_its_part_of_the_cost(browse, here):
    recorded(browse)

    component = {"label": "Disques", "cost": "1500", "method": "linear_360", "months": "36"}
    browse().post(f"{HOME}1/composants/", component)

    with here():
        held = FixedAsset.objects.order_by("number").values_list("cost_cents", "months", "parent__number")
        assert list(held) == [(450_000, 60, None), (150_000, 36, 1)]


@pytest.mark.parametrize("cost", ["", "6000", "7000"])
def test_a_component_costs_less_than_the_whole(browse, cost):
    recorded(browse)

    component = {"label": "Disques", "cost": cost, "method": "linear_360", "months": "36"}

    assert browse().post(f"{HOME}1/composants/", component).status_code == 422


def test_an_asset_is_changed_while_no_entry_speaks_of_it(browse, here):
    recorded(browse)
    browse().post(f"{HOME}1/modification/", {**FACTS, "months": "36"})
    browse().post(YEAR, {"propose": "1"})

    refused = browse().post(f"{HOME}1/modification/", {**FACTS, "months": "24"})

    assert refused.status_code == 422
    with here():
        assert FixedAsset.objects.get().months == 36


@pytest.mark.parametrize(
    ("proceeds", "expected"),
    [
        (
            "5000",
            [
                [("681120", 60_000), ("281830", -60_000)],
                [("281830", 120_000), ("657000", 480_000), ("218300", -600_000)],
                [("462000", 500_000), ("757000", -500_000)],
            ],
        ),
        (
            "",
            [
                [("681120", 60_000), ("281830", -60_000)],
                [("281830", 120_000), ("657000", 480_000), ("218300", -600_000)],
            ],
        ),
    ],
)
def test_a_disposal_is_drafted_under_the_chart_of_its_year(browse, here, proceeds, expected):
    recorded(browse)
    browse().post(YEAR, {"post": "1"})

    browse("rose").post(f"{HOME}1/sortie/", {"on": "2026-06-30", "reason": "Vendu", "proceeds": proceeds})

    with here():
        assert [sides(draft) for draft in DraftEntry.objects.order_by("pk")] == expected
    assert browse().get(HOME + "?on=2026-06-30").context["register"].accounts == ()


@pytest.mark.parametrize("day", ["2024-06-30", "2025-06-30", "2028-01-01", ""])
def test_a_disposal_wants_a_day_of_an_open_year_after_the_purchase(browse, here, day):
    recorded(browse)

    response = browse().post(f"{HOME}1/sortie/", {"on": day, "reason": "Vendu"})

    assert response.status_code == 422
    with here():
        assert FixedAsset.objects.get().disposed_on is None


def test_an_asset_leaves_once(browse):
    recorded(browse)
    browse().post(f"{HOME}1/sortie/", {"on": "2025-12-31", "reason": "Vendu"})

    assert browse().post(f"{HOME}1/sortie/", {"on": "2025-12-31", "reason": "Encore"}).status_code == 422


def test_what_was_depreciated_elsewhere_is_taken_over(browse):
    recorded(browse, taken="1 200", taken_on="2026-01-01")

    register = browse("bob").get(HOME + "?on=2026-12-31").context["register"]

    assert register.cumulated == 120_000 + 106_667
    assert browse("bob").get(YEAR).context["rows"] == []


def test_without_a_general_journal_nothing_is_written(browse, here):
    recorded(browse)
    with here():
        Journal.objects.filter(kind="general").update(is_closed=True)

    response = browse().post(YEAR, {"propose": "1"})

    assert response.status_code == 422
    with here():
        assert not DraftEntry.objects.exists()
