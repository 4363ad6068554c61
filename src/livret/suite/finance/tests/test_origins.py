"""Where entries came from: the page of an imported entry, and a file that is sent twice."""

from datetime import date

from livret.core.tenancy.context import inside
from livret.suite.finance.models import Entry, ImportRun
from livret.suite.finance.tests.factories import fec_bytes, imported, sale
from livret.suite.finance.tests.test_pages import COMPANY, HOME, ROWS, first_entry, grid, send, text_of


def without_remark():
    """Return a file in the charset of the law: the check has nothing to say of it."""
    return fec_bytes(sale("1")).decode().encode("iso8859-15")


def test_an_imported_entry_tells_the_validation_of_the_file_from_the_import(browse, books_of_2025, environment):
    page = browse().get(f"{COMPANY}ecritures/{first_entry(environment)}/")

    assert "Date de validation au fichier 31/01/2025" in text_of(page)
    assert "Importée le 02/03/2026 , Alice Martin" in text_of(page)
    assert "Validée le" not in text_of(page)


def test_an_entry_without_validation_in_its_file_claims_none(browse, environment):
    with inside(environment.place):
        imported(fec_bytes(sale("1", valid_date=None)))
        assert Entry.objects.get().validated_on == date(2026, 3, 2)

    page = browse().get(f"{COMPANY}ecritures/{first_entry(environment)}/")

    assert "Date de validation au fichier" not in text_of(page)
    assert "Importée le 02/03/2026" in text_of(page)


def test_an_entry_written_here_was_validated_here(browse, books_of_2025, environment):
    browser = browse()
    with inside(environment.place):
        journal = Entry.objects.first().journal_id
    review = browser.post(f"{COMPANY}brouillons/nouveau/", grid(ROWS, journal=journal, review="1"), follow=True)

    page = browser.post(review.request["PATH_INFO"], {"version": review.context["version"]}, follow=True)

    assert "Validée le" in text_of(page)
    assert "Importée le" not in text_of(page)


def test_a_file_sent_again_leads_to_its_first_import(browse, environment):
    content = without_remark()
    with inside(environment.place):
        first = imported(content)

    again = send(browse(), content)

    assert again.context["run"].state == ImportRun.State.REFUSED
    assert f'href="{HOME}fec/{first.pk}/"' in again.content.decode()
    assert "Rien à signaler" not in text_of(again)


def test_a_clean_file_still_has_nothing_to_report(browse):
    assert "Rien à signaler" in text_of(send(browse(), without_remark()))
