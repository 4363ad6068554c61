"""The pages of the ledger: what they show, to whom, at what price."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext

from livret.core.audit.services import record
from livret.core.tenancy.context import inside
from livret.formats import fec
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import DraftEntry, Entry, ImportRun
from livret.suite.finance.services.imports import Allowances, import_run
from livret.suite.finance.tests.factories import ALICE, AT, NAME, TODAY, fec_bytes, sale

HOME = "/e/client-a/comptabilite/"
COMPANY = f"{HOME}732829320/"
YEAR = f"{COMPANY}2025-12-31/"
BALANCE = f"{COMPANY}etats/2025-12-31/balance/"
PAGES = ["", "fec/", "fec/notice/", "comptes/411000/", "journaux/", "journaux/VE/"]


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\u202f", " ")


def send(browser, content, name=NAME):
    return browser.post(f"{HOME}fec/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def first_entry(environment):
    with inside(environment.place):
        return Entry.objects.order_by("pk").first().pk


def test_from_the_upload_to_the_trial_balance(browse, environment):
    browser = browse()

    preview = send(browser, fec_bytes(sale("1")))
    assert preview.status_code == 200
    assert "Importer dans les livres" in text_of(preview)
    run = preview.context["run"]
    facts = {
        "siren": "732829320",
        "company_name": "Ateliers Lumen",
        "first_day": "2025-01-01",
        "last_day": "2025-12-31",
    }
    waiting = browser.post(f"{HOME}fec/{run.pk}/confirmation/", facts, follow=True)
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    with inside(environment.place):
        import_run(run.pk, allowances=Allowances(), at=AT, today=TODAY)

    done = browser.get(f"{HOME}fec/{run.pk}/")
    assert f'href="{BALANCE}"' in done.content.decode()
    balance = browser.get(BALANCE)
    assert "120,00" in text_of(balance)
    assert "Classe 4" in text_of(balance)


def test_a_bad_file_shows_its_errors_by_line_and_imports_nothing(browse, environment):
    response = send(browse(), fec_bytes(sale("1")[1:]))

    assert "Le fichier n’a pas été importé" in text_of(response)
    assert "entry-unbalanced" in text_of(response)
    with inside(environment.place):
        assert not Company.objects.exists()


def test_a_file_that_is_no_fec_is_refused(browse):
    response = send(browse(), b"%PDF-1.7 rien")

    assert "file-binary" in text_of(response)


def test_no_file_is_said_beside_the_field(browse):
    response = browse().post(f"{HOME}fec/", {})

    assert response.status_code == 422


def test_a_bad_siren_at_confirmation_is_said_beside_the_field(browse):
    browser = browse()
    run = send(browser, fec_bytes(sale("1"))).context["run"]

    response = browser.post(
        f"{HOME}fec/{run.pk}/confirmation/", {"siren": "123", "first_day": "2025-01-01", "last_day": "2025-12-31"}
    )

    assert response.status_code == 422
    assert "123" in text_of(response)


def test_a_run_cannot_be_confirmed_twice(browse, environment):
    browser = browse()
    run = send(browser, fec_bytes(sale("1"))).context["run"]
    facts = {"siren": "732829320", "company_name": "A", "first_day": "2025-01-01", "last_day": "2025-12-31"}
    browser.post(f"{HOME}fec/{run.pk}/confirmation/", facts)

    assert browser.post(f"{HOME}fec/{run.pk}/confirmation/", facts).status_code == 422


def test_the_trail_of_an_entry_holds_its_own_acts_alone(browse, books_of_2025, environment):
    with inside(environment.place):
        one = Entry.objects.order_by("pk").first()
        other = Entry(pk=one.pk * 10 + 1, company_id=one.company_id, number=one.pk)
        assert str(one.pk) in str(other)
        own = record("finance.entry.validated", one, by=ALICE, at=AT)
        record("finance.entry.reversed", other, by=ALICE, at=AT)

    page = browse().get(f"{COMPANY}ecritures/{one.pk}/")

    assert [act.pk for act in page.context["trail"]] == [own.pk]


@pytest.mark.parametrize("page", PAGES)
def test_a_reader_opens_every_page_of_the_books(browse, books_of_2025, page):
    response = browse("bob").get(f"{YEAR}{page}" if page else COMPANY)

    assert response.status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_somebody_without_account_here_opens_none(browse, books_of_2025, page):
    response = browse("chloé").get(f"{YEAR}{page}" if page else COMPANY)

    assert response.status_code == 403
    assert "Alice" in text_of(response)


@pytest.mark.parametrize("page", ["", "fec/"])
def test_a_contract_without_finance_opens_none(browse, page):
    assert browse("alice", modules=("hr",)).get(f"{HOME}{page}").status_code == 403


@pytest.mark.parametrize("page", ["comptes/411000/", "journaux/VE/"])
@pytest.mark.parametrize("start", [f"{HOME}552100554/2025-12-31/", f"{COMPANY}2024-12-31/", f"{COMPANY}nonsense/"])
def test_another_company_or_year_is_not_there(browse, books_of_2025, page, start):
    assert browse().get(f"{start}{page}").status_code == 404


@pytest.mark.parametrize("page", ["fec/", "732829320/brouillons/nouveau/"])
def test_a_reader_neither_imports_nor_writes(browse, books_of_2025, page):
    assert browse("bob").get(f"{HOME}{page}").status_code == 403


@pytest.mark.parametrize("page", ["", "fec/", "732829320/", "732829320/2025-12-31/comptes/411000/"])
def test_reading_a_page_writes_nothing(browse, books_of_2025, environment, page):
    browser = browse()
    with CaptureQueriesContext(connections[environment.place.alias()]) as captured:
        assert browser.get(f"{HOME}{page}").status_code == 200

    assert [query["sql"] for query in captured if not query["sql"].lstrip().startswith("SELECT")] == []


@pytest.mark.parametrize(
    ("page", "most"),
    [("", 9), ("732829320/", 36), ("732829320/2025-12-31/comptes/411000/", 9),
     ("732829320/2025-12-31/journaux/", 6), ("732829320/2025-12-31/journaux/VE/", 7)],
)  # fmt: skip
def test_a_page_asks_the_client_database_little(browse, books_of_2025, environment, page, most):
    browser = browse()
    with CaptureQueriesContext(connections[environment.place.alias()]) as captured:
        browser.get(f"{HOME}{page}")

    assert len(captured) <= most, [query["sql"][:90] for query in captured]


def test_the_fec_that_is_sent_is_valid(browse, books_of_2025):
    response = browse().get(f"{YEAR}fec/")

    report = fec.check(io.BytesIO(b"".join(response.streaming_content)), name=NAME)
    assert report.is_valid(strict=True)
    assert NAME in response["Content-Disposition"]


def test_an_entry_shows_its_lines_its_seal_and_can_be_reversed(browse, books_of_2025, environment):
    pk, browser = first_entry(environment), browse()

    page = browser.get(f"{COMPANY}ecritures/{pk}/")
    undone = browser.post(
        f"{COMPANY}ecritures/{pk}/extourne/", {"date": "2025-03-01", "reason": "Doublon"}, follow=True
    )

    assert page.context["seal"] in page.content.decode()
    assert undone.context["reversed_reference"] == "1"
    assert "a été annulée" in text_of(browser.get(f"{COMPANY}ecritures/{pk}/"))


def test_a_reversal_needs_a_day_in_an_open_year(browse, books_of_2025, environment):
    pk = first_entry(environment)

    response = browse().post(f"{COMPANY}ecritures/{pk}/extourne/", {"date": "2031-03-01", "reason": "Doublon"})

    assert response.status_code == 422


def grid(rows, **changed):
    lines = {f"lines-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    head = {"date": "2025-03-04", "piece_ref": "F9", "label": "Vente", "version": "0"}
    sizes = {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": 0}
    return {**head, **lines, **sizes, **changed}


ROWS = [{"account": "411000", "debit": "1 204,80"}, {"account": "706000", "credit": "1204.80"}]


@pytest.fixture
def journal(books_of_2025, environment):
    with inside(environment.place):
        return Entry.objects.first().journal_id


def test_an_entry_is_written_reviewed_and_validated(browse, journal, environment):
    browser = browse()

    review = browser.post(f"{COMPANY}brouillons/nouveau/", grid(ROWS, journal=journal, review="1"), follow=True)
    assert "1 204,80" in text_of(review)
    entry = browser.post(review.request["PATH_INFO"], {"version": review.context["version"]}, follow=True)

    assert entry.context["reference"] == "VE-000003"
    with inside(environment.place):
        assert not DraftEntry.objects.exists()


def test_an_unbalanced_draft_is_kept_but_not_validated(browse, journal, environment):
    browser = browse()
    review = browser.post(f"{COMPANY}brouillons/nouveau/", grid(ROWS[:1], journal=journal, review="1"), follow=True)

    response = browser.post(review.request["PATH_INFO"])

    assert response.status_code == 422
    assert "1204,80" in text_of(response)
    with inside(environment.place):
        assert Entry.objects.count() == 2


def test_more_lines_are_added_without_losing_what_was_typed(browse, journal):
    response = browse().post(f"{COMPANY}brouillons/nouveau/", grid(ROWS, journal=journal, add="1"))

    assert response.status_code == 200
    assert 'value="1204,80"' in response.content.decode()
    assert len(response.context["lines"].forms) == 6


@pytest.mark.parametrize("amount", ["abc", "1,234", "9" * 25])
def test_a_bad_amount_is_said_beside_its_field(browse, journal, amount):
    rows = [{"account": "411000", "debit": amount}]

    response = browse().post(f"{COMPANY}brouillons/nouveau/", grid(rows, journal=journal))

    assert response.status_code == 422


def test_a_writer_saves_but_does_not_validate(browse, journal):
    browser = browse("rose")
    saved = browser.post(f"{COMPANY}brouillons/nouveau/", grid(ROWS, journal=journal, save="1"), follow=True)
    assert saved.status_code == 200

    assert browser.post(f"{saved.request['PATH_INFO']}validation/").status_code == 403


def test_a_draft_is_thrown_away(browse, journal, environment):
    browser = browse()
    saved = browser.post(f"{COMPANY}brouillons/nouveau/", grid(ROWS, journal=journal, save="1"), follow=True)

    browser.post(f"{saved.request['PATH_INFO']}suppression/")

    with inside(environment.place):
        assert not DraftEntry.objects.exists()


def test_the_home_page_shows_what_waits(browse, books_of_2025, environment):
    browser = browse()
    send(browser, fec_bytes(sale("7")), name="732829320FEC20251231.txt")

    response = browser.get(HOME)

    assert [run.state for run in response.context["runs"]] == [ImportRun.State.CHECKED]
    assert response.context["companies"][0].entries == 2


def test_an_account_goes_from_page_to_page(browse, environment, cast):
    from livret.suite.finance.tests.factories import imported

    with inside(environment.place):
        imported(fec_bytes([line for n in range(1, 121) for line in sale(str(n), cents=600)]))
        assert FiscalYear.objects.count() == 1
    browser = browse()

    first = browser.get(f"{YEAR}comptes/411000/")
    second = browser.get(f"{YEAR}comptes/411000/{first.context['links']['after']}")
    back = browser.get(f"{YEAR}comptes/411000/{second.context['links']['before']}")

    assert [len(page.context["page"].lines) for page in (first, second, back)] == [100, 20, 100]
    assert second.context["page"].brought_forward == first.context["page"].carried_forward == 60_000
    assert second.context["page"].carried_forward == 72_000
    assert back.context["page"].lines == first.context["page"].lines
    assert (first.context["links"]["before"], second.context["links"]["after"]) == ("", "")
