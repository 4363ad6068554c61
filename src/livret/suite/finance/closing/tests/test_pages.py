"""The pages of closing as people use them."""

import re
from datetime import date

import pytest

from livret.core.jobs.queue import Delivery
from livret.core.tenancy.context import inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing import jobs
from livret.suite.finance.closing.models import AcceptedWarning, Archive, CarryForward, ClosingWork, CutOff
from livret.suite.finance.closing.services.forwarding import carry_forward
from livret.suite.finance.closing.tests.factories import KEPT, posted, two_years
from livret.suite.finance.closing.tests.test_carrying import OPENING
from livret.suite.finance.models import Entry, PeriodLock
from livret.suite.finance.tests.factories import checked, fec_bytes, imported, sale
from livret.suite.finance.tests.stage import entitlements

PAGES = ("verrous", "controles", "regularisations", "a-nouveaux", "definitive", "archives")


@pytest.fixture
def root(environment, cast):
    with inside(environment.place):
        former, _following = two_years()
        posted(former, ("411000", 12_000, "C1"), ("706000", -12_000))
        posted(former, ("471000", 500), ("512000", -500), label="À identifier")
    return f"/e/{environment.slug}/comptabilite/732829320/cloture/"


@pytest.fixture
def year(root):
    return f"{root}2025-12-31/"


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def do_works(environment):
    with inside(environment.place, entitlements=entitlements):
        for work in list(ClosingWork.objects.filter(state="asked").order_by("pk")):
            jobs.work({"work_id": work.pk}, delivery=Delivery(environment.pk, 1, "1.1"))


@pytest.mark.parametrize("page", ["", *(f"{page}/" for page in PAGES)])
@pytest.mark.parametrize("who", ["alice", "bob"])
def test_each_page_is_read_by_whoever_reads_the_books(browse, year, page, who):
    assert browse(who).get(f"{year}{page}").status_code == 200


def test_what_had_nothing_to_check_stands_apart(browse, year):
    shown = text_of(browse("bob").get(f"{year}controles/"))

    apart = shown[shown.index("Sans objet") :]
    assert "aucun régime" in apart
    assert "Toutes les périodes de TVA sont déclarées" not in shown


def test_the_years_tell_their_deadline(browse, root):
    shown = text_of(browse("bob").get(root))

    assert "31/12/2026" in shown


def test_a_month_is_locked_and_the_act_is_shown(browse, environment, year):
    answer = browse().post(f"{year}verrous/", {"until": "2025-04-01"}, follow=True)

    assert "Aucune écriture n’est plus datée jusqu’au 31/03/2025" in text_of(answer)
    with inside(environment.place):
        assert PeriodLock.objects.get().until == date(2025, 4, 1)


def test_a_period_is_opened_again_with_a_reason_only(browse, environment, year):
    browser = browse()
    browser.post(f"{year}verrous/", {"until": "2025-04-01"})

    without = browser.post(f"{year}verrous/reouverture/", {"until": "", "reason": ""})
    browser.post(f"{year}verrous/reouverture/", {"until": "2025-03-01", "reason": "Facture oubliée"})

    assert without.status_code == 422
    with inside(environment.place):
        assert list(PeriodLock.objects.order_by("pk").values_list("until", "reason")) == [
            (date(2025, 4, 1), ""),
            (date(2025, 3, 1), "Facture oubliée"),
        ]


def test_a_reader_neither_locks_nor_runs_anything(browse, environment, year):
    browser = browse("bob")

    answers = [browser.post(f"{year}{page}/").status_code for page in ("verrous", "a-nouveaux", "archives")]

    assert answers == [403, 403, 403]
    with inside(environment.place):
        assert not PeriodLock.objects.exists()
        assert not ClosingWork.objects.exists()


def test_a_check_names_the_account_and_leads_to_it(browse, year):
    page = browse().get(f"{year}controles/").content.decode()

    assert 'comptes/471000/"' in page


def test_a_warning_is_accepted_on_its_page(browse, environment, year):
    browser = browse()
    form = browser.get(f"{year}controles/waiting-accounts/acceptation/").context["form"]

    answer = browser.post(
        f"{year}controles/waiting-accounts/acceptation/",
        {"reason": "En cours d’identification", "fingerprint": form["fingerprint"].value()},
        follow=True,
    )

    assert "En cours d’identification" in text_of(answer)
    with inside(environment.place):
        assert AcceptedWarning.objects.get().code == "waiting-accounts"


CUT_OFF = {
    "label": "Assurance",
    "piece_ref": "CCA-1",
    "account": "616000",
    "counterpart": "486000",
    "auxiliary": "",
    "net": "300,00",
}


def test_a_cut_off_is_posted_and_listed_with_its_reversal(browse, environment, year):
    answer = browse().post(f"{year}regularisations/prepaid-expense/nouvelle/", CUT_OFF, follow=True)

    assert "Voir l’extourne" in text_of(answer)
    with inside(environment.place):
        assert CutOff.objects.get().net_cents == 30_000


def test_the_form_of_a_cut_off_proposes_accounts(browse, year):
    form = browse().get(f"{year}regularisations/invoice-not-received/nouvelle/").context["form"]

    assert (form["counterpart"].value(), form["vat_account"].value()) == ("408000", "445860")


@pytest.mark.parametrize(("changed", "field"), [({"net": ""}, "net"), ({"account": "999"}, "account")])
def test_a_cut_off_that_cannot_be_posted_comes_back_with_its_fault(browse, environment, year, changed, field):
    answer = browse().post(f"{year}regularisations/prepaid-expense/nouvelle/", {**CUT_OFF, **changed})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    with inside(environment.place):
        assert not CutOff.objects.exists()


def test_the_carry_forward_runs_as_a_job_and_its_page_tells_the_end(browse, environment, year):
    browser = browse()
    asked = browser.post(f"{year}a-nouveaux/", follow=True)
    do_works(environment)

    done = browser.get(asked.request["PATH_INFO"])

    assert "Au travail" in text_of(asked)
    assert done.context["work"].state == "done"
    with inside(environment.place):
        assert CarryForward.objects.get().line_count == 4


def test_a_year_is_closed_in_two_steps(browse, environment, year):
    browser = browse()
    form = browser.get(f"{year}controles/waiting-accounts/acceptation/").context["form"]
    browser.post(
        f"{year}controles/waiting-accounts/acceptation/",
        {"reason": "Vu", "fingerprint": form["fingerprint"].value()},
    )

    first = browser.get(f"{year}definitive/")
    wrong = browser.post(f"{year}definitive/confirmation/", {"year": "2024", "is_understood": "on"})
    browser.post(f"{year}definitive/confirmation/", {"year": "2025", "is_understood": "on"})
    do_works(environment)
    do_works(environment)

    assert "Ce qui devient impossible" in text_of(first)
    assert wrong.status_code == 422
    with inside(environment.place):
        assert FiscalYear.objects.get(last_day=date(2025, 12, 31)).state == "closed"
        archive = Archive.objects.get()
    download = browser.get(f"{year}archives/{archive.pk}/")
    assert download.headers["Content-Type"] == "application/zip"
    assert b"".join(download.streaming_content)[:2] == b"PK"


def test_a_closing_with_something_in_the_way_is_refused_and_says_what(browse, environment, year):
    browser = browse()
    asked = browser.post(f"{year}definitive/confirmation/", {"year": "2025", "is_understood": "on"}, follow=True)
    do_works(environment)

    page = text_of(browser.get(asked.request["PATH_INFO"]))

    assert "471000" in page
    with inside(environment.place):
        assert FiscalYear.objects.filter(state="closed").count() == 0


def test_somebody_who_writes_drafts_closes_nothing(browse, environment, year):
    answer = browse("rose").post(f"{year}definitive/confirmation/", {"year": "2025", "is_understood": "on"})

    assert answer.status_code == 403


def test_the_next_year_is_opened_from_the_last_one(browse, environment, root):
    answer = browse().post(f"{root}2026-12-31/exercice-suivant/", follow=True)

    assert answer.status_code == 200
    with inside(environment.place):
        assert FiscalYear.objects.filter(first_day=date(2027, 1, 1), last_day=date(2027, 12, 31)).exists()


def test_an_unknown_check_cut_off_archive_or_work_is_not_found(browse, root, year):
    addresses = [
        f"{year}controles/inconnu/acceptation/",
        f"{year}regularisations/inconnu/nouvelle/",
        f"{year}archives/999/",
        f"{root}travaux/999/",
    ]

    assert [browse().get(address).status_code for address in addresses] == [404] * 4


def test_a_file_that_would_open_a_carried_year_again_is_not_confirmed(browse, environment, year):
    with inside(environment.place):
        carry_forward(FiscalYear.objects.get(last_day=date(2025, 12, 31)), **KEPT)
        run = checked(fec_bytes(OPENING), name="732829320FEC20261231.txt")
    facts = {"siren": "732829320", "first_day": "2026-01-01", "last_day": "2026-12-31", "adds": "on"}

    answer = browse().post(f"/e/{environment.slug}/comptabilite/fec/{run.pk}/confirmation/", facts)

    assert answer.status_code == 422
    assert "ils compteraient deux fois" in text_of(answer)


@pytest.fixture
def undoing(environment, cast):
    """The page that undoes an import of one sale."""
    with inside(environment.place):
        run = imported(fec_bytes(sale("1")))
    return f"/e/{environment.slug}/comptabilite/732829320/cloture/imports/{run.pk}/annulation/"


UNDONE = {"journal": "", "on": "", "reason": "Mauvais fichier", "file_name": "732829320FEC20251231.txt"}


def test_an_import_is_undone_from_its_page_with_the_name_of_its_file(browse, environment, undoing):
    browser = browse()
    run = undoing.rstrip("/").split("/")[-2]
    assert undoing in browser.get(f"/e/{environment.slug}/comptabilite/fec/{run}/").content.decode()

    asked = browser.post(undoing, UNDONE)
    do_works(environment)

    assert "Écritures 1" in text_of(browser.get(asked.url))
    assert "Mauvais fichier" in text_of(browser.get(undoing))
    with inside(environment.place):
        assert Entry.objects.filter(reverses__isnull=False).count() == 1


@pytest.mark.parametrize(
    "typed",
    [{"file_name": "autre.txt"}, {"reason": ""}, {"on": "2024-12-31"}, {"journal": "ZZ"}],
    ids=lambda one: str(one),
)
def test_an_import_is_not_undone_by_mistake(browse, environment, undoing, typed):
    answer = browse().post(undoing, {**UNDONE, **typed})

    assert answer.status_code == 422
    with inside(environment.place):
        assert not ClosingWork.objects.exists()


@pytest.mark.parametrize("who", ["bob", "rose"])
def test_only_who_administers_undoes_an_import(browse, undoing, who):
    assert browse(who).post(undoing, UNDONE).status_code == 403


def test_a_file_that_is_not_in_the_books_is_not_undone(browse, environment, undoing):
    with inside(environment.place):
        other = checked(fec_bytes(sale("2", cents=600)))

    answer = browse().post(re.sub(r"imports/\d+/", f"imports/{other.pk}/", undoing), UNDONE)

    assert "rien à annuler" in text_of(answer)
    with inside(environment.place):
        assert not ClosingWork.objects.exists()
