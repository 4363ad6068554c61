"""The pages of the set-up: what a person does with them, who may, and what bad input gets."""

import re
import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from livret.core.jobs.queue import Delivery
from livret.core.tenancy.context import inside
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance import jobs
from livret.suite.finance.models import (
    AnalyticAxis,
    AuxiliaryAccount,
    ChartAccount,
    ExchangeRate,
    ImportRun,
    Journal,
    Party,
)
from livret.suite.finance.tests.factories import ALICE, checked, confirmed, fec_bytes, fec_line, imported, sale
from livret.suite.finance.tests.stage import entitlements, let_work

HOME = "/e/client-a/comptabilite/732829320/reglages/"
PAGES = [
    "",
    "exercices/",
    "comptes/",
    "plan/",
    "plan/evolutions/",
    "tiers/",
    "journaux/",
    "devises/",
    "analytique/",
    "reprise/",
]
FORMS = ["exercices/nouveau/", "comptes/nouveau/", "comptes/411000/", "tiers/nouveau/", "tiers/C001/"]
FORMS += ["journaux/nouveau/", "journaux/VE/"]
IBAN = "FR7630006000011234567890189"
PARTY = {"number": "C00001", "label": "Durand", "kind": "customer", "country": "FR"}

pytestmark = pytest.mark.usefixtures("books_of_2025")


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\u202f", " ")


@pytest.fixture
def here(environment, books_of_2025):
    """here() enters the environment, to look at what a page has done."""
    return lambda: inside(environment.place)


@pytest.mark.parametrize("page", PAGES)
def test_who_reads_the_books_reads_their_settings(browse, page):
    assert browse("bob").get(HOME + page).status_code == 200


@pytest.mark.parametrize("page", FORMS)
def test_who_administers_the_books_sees_each_form(browse, page):
    assert browse().get(HOME + page).status_code == 200


@pytest.mark.parametrize("page", FORMS)
def test_who_only_reads_is_refused_the_forms(browse, page):
    assert browse("bob").get(HOME + page).status_code == 403


@pytest.mark.parametrize("page", ["plan/", "devises/", "analytique/", "reprise/"])
def test_who_only_reads_changes_nothing(browse, page):
    assert browse("bob").post(HOME + page, {}).status_code == 403


@pytest.mark.parametrize("page", ["", "reprise/", *FORMS])
def test_another_company_is_not_told(browse, page):
    assert browse().get(HOME.replace("732829320", "552100554") + page).status_code == 404


def test_a_new_company_gets_its_journals_and_its_first_year(browse, environment):
    facts = {"name": "Moulin", "siren": "552 100 554", "first_day": "2026-03-01", "last_day": "2027-12-31"}

    response = browse().post("/e/client-a/societes/nouvelle/", facts, follow=True)

    assert "FR96552100554" in text_of(response)
    with inside(environment.place):
        company = Company.objects.get(siren="552100554")
        assert list(Journal.objects.filter(company=company).order_by("code").values_list("code", flat=True)) == [
            "AC",
            "AN",
            "BQ",
            "OD",
            "VE",
        ]
        assert FiscalYear.objects.get(company=company).last_day == date(2027, 12, 31)


def test_the_twelve_months_after_the_last_year_are_proposed(browse):
    page = browse().get(HOME + "exercices/nouveau/").content.decode()

    assert 'value="2026-01-01"' in page
    assert 'value="2026-12-31"' in page


def test_a_year_of_another_length_wants_its_reason_and_shows_it(browse):
    days = {"first_day": "2026-01-01", "last_day": "2026-06-30"}

    refused = browse().post(HOME + "exercices/nouveau/", days)
    assert refused.status_code == 422
    done = browse().post(HOME + "exercices/nouveau/", {**days, "reason": "Changement de clôture"}, follow=True)

    assert "Changement de clôture" in text_of(done)


def test_a_year_beyond_the_lawful_length_is_refused(browse):
    facts = {"first_day": "2026-01-01", "last_day": "2028-06-30", "reason": "Long"}

    response = browse().post(HOME + "exercices/nouveau/", facts)

    assert response.status_code == 422
    assert "24 mois" in text_of(response)


def test_an_account_takes_the_label_of_the_chart(browse, here):
    browse().post(HOME + "comptes/nouveau/", {"number": "218300", "label": ""})

    with here():
        assert ChartAccount.objects.get(number="218300").label == "Matériel de bureau et matériel informatique"


def test_an_account_of_the_former_chart_is_bounded(browse, here):
    browse().post(HOME + "comptes/nouveau/", {"number": "675000", "label": ""})

    with here():
        assert ChartAccount.objects.get(number="675000").valid_until == date(2025, 1, 1)


@pytest.mark.parametrize("number", ["999000", "0", "411000", "41 1"])
def test_an_account_that_no_chart_holds_or_that_is_open_is_refused(browse, here, number):
    with here():
        before = ChartAccount.objects.count()

    response = browse().post(HOME + "comptes/nouveau/", {"number": number, "label": ""})

    assert response.status_code == 422
    with here():
        assert ChartAccount.objects.count() == before


def test_an_account_is_renamed_and_closed(browse, here):
    browse().post(HOME + "comptes/706000/", {"label": "Prestations vendues", "is_closed": "on"})

    with here():
        account = ChartAccount.objects.get(number="706000")
        assert (account.label, account.is_closed, account.can_letter) == ("Prestations vendues", True, False)


def test_accounts_ticked_in_the_general_chart_are_opened_as_long_as_the_others(browse, here):
    browse().post(HOME + "plan/?chart=2025&class=6", {"account": ["657", "6064"]})

    with here():
        assert set(ChartAccount.objects.filter(number__in=["657000", "606400"]).values_list("label", flat=True)) == {
            "Valeurs comptables des immobilisations incorporelles et corporelles cédées",
            "Fournitures administratives",
        }


def test_an_account_that_is_not_in_the_chart_opens_nothing(browse, here):
    with here():
        before = ChartAccount.objects.count()

    response = browse().post(HOME + "plan/?chart=2025", {"account": ["675", "606"]})

    assert response.status_code == 422
    with here():
        assert ChartAccount.objects.count() == before


def test_a_customer_is_opened_with_everything_known(browse, here):
    known = {"siren": "552 100 554", "vat_number": "FR96552100554", "due_days": "30", "iban": IBAN, "bic": "AGRIFRPP"}

    response = browse().post(HOME + "tiers/nouveau/", {**PARTY, **known, "account": "411000"})

    assert response.status_code == 302
    with here():
        party = Party.objects.get(auxiliary__number="C00001")
        assert (party.siren, party.iban, party.auxiliary.account.number) == ("552100554", IBAN, "411000")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("siren", "552100555"),
        ("vat_number", "FR00552100554"),
        ("iban", "FR7630006000011234567890188"),
        ("bic", "AGRI"),
        ("country", "F1"),
        ("account", "999999"),
        ("number", "C 1"),
        ("due_days", "400"),
        ("email", "durand"),
    ],
)
def test_bad_facts_about_a_party_are_told_beside_their_field(browse, here, field, value):
    response = browse().post(HOME + "tiers/nouveau/", {**PARTY, field: value})

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    with here():
        assert not AuxiliaryAccount.objects.filter(number="C00001").exists()


def test_a_vat_number_of_another_siren_is_refused(browse, here):
    response = browse().post(HOME + "tiers/nouveau/", {**PARTY, "siren": "732829320", "vat_number": "FR96552100554"})

    assert response.context["form"].errors.keys() == {"vat_number"}


def test_the_list_shows_no_whole_iban(browse, here):
    browse().post(HOME + "tiers/nouveau/", {**PARTY, "iban": IBAN})

    page = text_of(browse().get(HOME + "tiers/?kind=customer&q=dur"))

    assert "FR•••• 0189" in page
    assert IBAN not in page


def test_who_writes_drafts_opens_customers_but_sees_no_bank(browse, here):
    browse().post(HOME + "tiers/nouveau/", {**PARTY, "iban": IBAN})

    page = browse("rose").get(HOME + "tiers/C00001/")
    assert "iban" not in page.context["form"].fields
    saved = browse("rose").post(HOME + "tiers/C00001/", {**PARTY, "label": "Durand & Fils", "iban": ""})

    assert saved.status_code == 302
    with here():
        party = Party.objects.get(auxiliary__number="C00001")
        assert (party.iban, party.auxiliary.label) == (IBAN, "Durand & Fils")


def test_terms_beyond_the_law_are_kept_and_told(browse):
    page = browse().post(HOME + "tiers/nouveau/", {**PARTY, "due_days": "90"}, follow=True)

    assert "L. 441-10" in text_of(page)
    assert "60 jours" in text_of(page)


def test_the_next_number_of_a_kind_is_proposed(browse):
    browse().post(HOME + "tiers/nouveau/", {**PARTY, "number": "C00041"})

    assert browse().get(HOME + "tiers/nouveau/?kind=customer").context["form"]["number"].value() == "C00042"


def test_parties_that_an_import_brought_are_sorted_by_the_account_they_move(browse, here):
    browse("rose").post(HOME + "tiers/types/", {})

    with here():
        party = AuxiliaryAccount.objects.select_related("account").get(number="C001")
        assert (party.kind, party.account.number) == ("customer", "411000")


def test_a_party_that_somebody_sorted_stays_as_it_is(browse, here):
    with here():
        AuxiliaryAccount.objects.update(account=ChartAccount.objects.get(number="706000"))

    browse().post(HOME + "tiers/types/", {})

    with here():
        assert AuxiliaryAccount.objects.get(number="C001").kind == "other"


def test_a_number_taken_is_refused(browse):
    response = browse().post(HOME + "tiers/nouveau/", {**PARTY, "number": "C001"})

    assert response.status_code == 422
    assert "C001" in text_of(response)


def test_a_bank_journal_takes_an_account_of_money_only(browse, here):
    facts = {"code": "bq2", "label": "Banque bis", "kind": "bank"}
    browse().post(HOME + "comptes/nouveau/", {"number": "512200"})

    refused = browse().post(HOME + "journaux/nouveau/", {**facts, "account": "411000"})
    browse().post(HOME + "journaux/nouveau/", {**facts, "account": "512200"})

    assert refused.status_code == 422
    with here():
        assert Journal.objects.get(code="BQ2").account.number == "512200"


def test_a_journal_is_closed_and_keeps_its_code(browse, here):
    browse().post(HOME + "journaux/VE/", {"label": "Ventes closes", "kind": "sales", "is_closed": "on", "code": "X"})

    with here():
        assert Journal.objects.get(code="VE").is_closed


def test_a_journal_code_is_taken_once(browse):
    response = browse().post(HOME + "journaux/nouveau/", {"code": "VE", "label": "Ventes", "kind": "sales"})

    assert response.status_code == 422


def test_a_rate_is_noted_then_replaced(browse, here):
    for typed in ("1,08", "1,09"):
        browse().post(HOME + "devises/", {"currency": "USD", "day": "2026-03-31", "per_euro": typed})

    with here():
        assert [str(rate.per_euro.normalize()) for rate in ExchangeRate.objects.all()] == ["1.09"]


def test_pasted_rates_are_noted_all_or_none(browse, here):
    refused = browse().post(HOME + "devises/", {"rows": "31/03/2026;USD;1,08\n31/03/2026;ZZZ;1"})
    with here():
        assert ExchangeRate.objects.count() == 0
    browse().post(HOME + "devises/", {"rows": "31/03/2026;USD;1,08\n31/03/2026;GBP;0,86"})

    assert "Ligne 2" in text_of(refused)
    with here():
        assert ExchangeRate.objects.count() == 2


def test_axes_and_sections_are_opened_closed_and_opened_again(browse, here):
    browse().post(HOME + "analytique/", {"code": "SITE", "label": "Sites"})
    with here():
        axis = AnalyticAxis.objects.get()
    browse().post(f"{HOME}analytique/{axis.pk}/", {"code": "NTE", "label": "Nantes"})
    with here():
        section = axis.sections.get()
    browse().post(f"{HOME}analytique/{axis.pk}/sections/{section.pk}/etat/", {"close": "1"})
    browse().post(f"{HOME}analytique/{axis.pk}/etat/", {"close": "1"})
    browse().post(f"{HOME}analytique/{axis.pk}/etat/", {"open": "1"})

    with here():
        assert not AnalyticAxis.objects.get().is_closed
        assert axis.sections.get().is_closed
    assert browse().post(f"{HOME}analytique/{axis.pk}/", {"code": "NTE", "label": "Bis"}).status_code == 422


def opening(day, *sides):
    shared = {"journal_code": "AN", "journal_label": "À-nouveaux", "entry_number": "AN1", "entry_date": day}
    shared |= {"piece_date": day, "label": "À-nouveaux", "piece_ref": "AN", "valid_date": day}
    return [
        fec_line(
            account=account,
            account_label=account,
            debit_cents=max(cents, 0),
            credit_cents=max(-cents, 0),
            **shared,
            **extra,
        )
        for account, cents, extra in sides
    ]


def next_year(*sides):
    content = fec_bytes(opening(date(2026, 1, 1), *sides))
    return imported(content, "732829320FEC20261231.txt", first_day=date(2026, 1, 1), last_day=date(2026, 12, 31))


EVEN = (("411000", 72_000, {"aux": "C001", "aux_label": "Client"}), ("445710", -12_000, {}))


def test_a_year_that_opens_as_the_one_before_closed_is_told_so(browse, here):
    with here():
        assert next_year(*EVEN, ("120000", -60_000, {})).state == "done"

    assert "S’ouvre comme 2025 s’est clos" in text_of(browse("bob").get(HOME + "reprise/"))


def test_each_difference_between_years_is_told_with_its_account(browse, here):
    with here():
        assert (
            next_year(EVEN[0], ("445510", -12_000, {}), ("120000", -50_000, {}), ("512000", -10_000, {})).state
            == "done"
        )

    passage = browse("bob").get(HOME + "reprise/").context["taken"].years[0].passage

    assert [(one.code, one.cell.account, one.other) for one in passage.differences] == [
        ("result", "120000", ""),
        ("renumbered", "445510", "445710"),
        ("unexpected", "512000", ""),
    ]


def test_a_year_without_opening_entry_is_told(browse, here):
    lines = sale("9", day=date(2026, 2, 1), valid_date=date(2026, 2, 1))
    days = {"first_day": date(2026, 1, 1), "last_day": date(2026, 12, 31)}
    with here():
        assert imported(fec_bytes(lines), "732829320FEC20261231.txt", **days).state == "done"

    assert not browse("bob").get(HOME + "reprise/").context["taken"].years[0].passage.is_opened


def test_a_missing_year_is_told(browse, here):
    browse().post(HOME + "exercices/nouveau/", {"first_day": "2027-01-01", "last_day": "2027-12-31"})

    assert "Il manque un exercice" in text_of(browse("bob").get(HOME + "reprise/"))


def test_several_files_are_checked_at_once_and_wait_to_be_confirmed(browse, here):
    files = [
        SimpleUploadedFile(f"732829320FEC{year}1231.txt", fec_bytes(sale(str(year), day=date(year, 5, 2))))
        for year in (2024, 2023)
    ]

    page = browse().post(HOME + "reprise/", {"fec_files": files}, follow=True)

    assert [run.file_name for run in page.context["runs"]] == ["732829320FEC20241231.txt", "732829320FEC20231231.txt"]
    with here():
        assert set(ImportRun.objects.filter(state="checked").values_list("last_day", flat=True)) == {
            date(2023, 12, 31),
            date(2024, 12, 31),
        }


def test_a_file_of_another_company_is_told(browse):
    stranger = SimpleUploadedFile("552100554FEC20241231.txt", fec_bytes(sale("1", day=date(2024, 5, 2))))

    page = browse().post(HOME + "reprise/", {"fec_files": [stranger]}, follow=True)

    assert "552100554" in text_of(page)
    assert page.context["runs"] == []


def test_no_file_is_told(browse):
    assert browse().post(HOME + "reprise/", {}).status_code == 422


def test_an_import_sorts_the_parties_it_brings_and_leads_back_to_the_take_over(browse, here, environment):
    with inside(environment.place, entitlements=entitlements):
        let_work(ALICE)
        run = confirmed(fec_bytes(sale("9", aux="C777")), name="732829320FEC20251231.txt")
        checked(fec_bytes(sale("10", day=date(2026, 1, 15))), name="732829320FEC20261231.txt")
        jobs.import_fec({"run_id": run.pk}, delivery=Delivery(uuid.UUID(int=0xA), 1, "1.7"))
        party = AuxiliaryAccount.objects.select_related("account").get(number="C777")

    page = browse().get(f"/e/client-a/comptabilite/fec/{run.pk}/")

    assert (party.kind, party.account.number) == ("customer", "411000")
    assert "1 autre fichier de cette société" in text_of(page)
    assert f'href="{HOME}reprise/"' in page.content.decode()
