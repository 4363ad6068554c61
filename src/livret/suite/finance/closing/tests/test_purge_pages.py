"""Purging a year on its pages, and what every other page says of it afterwards."""

from __future__ import annotations

import hashlib
import zipfile

import pytest

from livret.core.audit.queries import trail_for
from livret.core.tenancy.context import inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.models import Archive, ClosingWork
from livret.suite.finance.closing.services.purging import purge_year
from livret.suite.finance.closing.tests.purged import PURGED, closed_years
from livret.suite.finance.closing.tests.test_pages import do_works, text_of
from livret.suite.finance.models import Entry, Line, YearTombstone
from livret.suite.finance.review.services.exporting import ask_for_export, make_export, open_export
from livret.suite.finance.tests.factories import ALICE, AT

CONFIRMED = {"year": "2012", "is_free": "on", "is_understood": "on"}


@pytest.fixture
def books(environment, cast, settings, tmp_path):
    """The address of the books of a company whose year 2012 may be purged."""
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        closed_years()
    return f"/e/{environment.slug}/comptabilite/732829320/"


@pytest.fixture
def purged(environment, books):
    with inside(environment.place):
        purge_year(FiscalYear.objects.get(last_day="2012-12-31"), **PURGED)
    return books


def test_an_administrator_purges_a_year_from_its_page(browse, environment, books):
    browser, page = browse(), f"{books}cloture/2012-12-31/purge/"

    told = text_of(browser.get(page))
    browser.post(f"{page}confirmation/", CONFIRMED)
    do_works(environment)
    after = text_of(browser.get(page))

    assert "Toutes les conditions sont remplies" in told
    assert "Lignes, avec leurs textes, échéances, codes de TVA et sections 6" in told
    assert "3 écritures et 6 lignes ont été supprimées" in after
    with inside(environment.place):
        assert ClosingWork.objects.get(kind="purge").state == "done"
        assert YearTombstone.objects.get().author_name == "Alice"
        assert not Entry.objects.filter(fiscal_year__last_day="2012-12-31").exists()


def test_what_the_administrator_certified_stays_in_the_history_in_the_words_shown(browse, environment, books):
    browser, page = browse(), f"{books}cloture/2012-12-31/purge/confirmation/"

    shown = text_of(browser.get(page))
    browser.post(page, CONFIRMED)
    do_works(environment)

    with inside(environment.place):
        certified = trail_for(client_plane=True).get(action="finance.year.purged").detail["certified"]
    assert (certified["year"], certified["is_free"], certified["is_understood"]) == ("2012", True, True)
    assert "litige" in certified["words"]["is_free"]
    assert set(certified["words"]) == {"is_free", "is_understood"}
    assert all(words in shown for words in certified["words"].values())


WRONG = [
    ({**CONFIRMED, "year": "2013"}, "2013 n’est pas l’exercice de cette page"),
    ({"year": "2012", "is_understood": "on"}, "Ce champ est obligatoire"),
    ({"year": "2012", "is_free": "on"}, "Ce champ est obligatoire"),
]


@pytest.mark.parametrize(("typed", "words"), WRONG)
def test_nothing_is_asked_for_without_the_whole_confirmation(browse, environment, books, typed, words):
    answer = browse().post(f"{books}cloture/2012-12-31/purge/confirmation/", typed)

    assert answer.status_code == 422
    assert words in text_of(answer)
    with inside(environment.place):
        assert not ClosingWork.objects.filter(kind="purge").exists()


def test_a_condition_that_is_not_met_is_told_with_its_page_and_nothing_can_be_asked_for(browse, environment, books):
    browser, page = browse(), f"{books}cloture/2013-12-31/purge/"

    told = browser.get(page)
    answer = browser.post(f"{page}confirmation/", {**CONFIRMED, "year": "2013"})

    assert "Un exercice plus ancien a encore son détail" in text_of(told)
    assert f'href="{books}cloture/2012-12-31/purge/"' in told.content.decode()
    assert answer.status_code == 422
    with inside(environment.place):
        assert not ClosingWork.objects.filter(kind="purge").exists()


def test_a_reader_sees_the_conditions_and_confirms_nothing(browse, books):
    browser = browse("bob")

    assert browser.get(f"{books}cloture/2012-12-31/purge/").status_code == 200
    assert browser.post(f"{books}cloture/2012-12-31/purge/confirmation/", CONFIRMED).status_code == 403


PAGES = [
    "2012-12-31/journaux/",
    "2012-12-31/comptes/411000/",
    "2012-12-31/fec/",
    "etats/2012-12-31/balance/",
    "etats/2012-12-31/grand-livre/",
    "lettrage/2012-12-31/comptes/411000/",
    "cloture/2012-12-31/",
    "cloture/2012-12-31/controles/",
    "cloture/2012-12-31/purge/confirmation/",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_purged_year_says_so_and_leads_to_the_archive(browse, purged, page):
    answer = browse().get(f"{purged}{page}")

    assert answer.status_code == 410
    assert "Purgé le 02/03/2026 par Alice Martin" in text_of(answer)
    assert f'href="{purged}cloture/2012-12-31/archives/"' in answer.content.decode()


def test_an_entry_that_went_says_so_and_one_that_never_was_is_unknown(browse, environment, books):
    with inside(environment.place):
        gone = Entry.objects.filter(fiscal_year__last_day="2012-12-31").order_by("pk").first().pk
        purge_year(FiscalYear.objects.get(last_day="2012-12-31"), **PURGED)
    browser = browse()

    assert browser.get(f"{books}ecritures/{gone}/").status_code == 410
    assert browser.get(f"{books}ecritures/{gone + 10**9}/").status_code == 404


def test_the_archive_of_a_purged_year_is_still_downloaded(browse, environment, purged):
    with inside(environment.place):
        archive = Archive.objects.get(fiscal_year__last_day="2012-12-31")
    browser = browse("bob")

    page = browser.get(f"{purged}cloture/2012-12-31/archives/")
    file = browser.get(f"{purged}cloture/2012-12-31/archives/{archive.pk}/")

    assert "Purgé le 02/03/2026" in text_of(page)
    assert b"".join(file.streaming_content)[:2] == b"PK"


@pytest.mark.parametrize("page", ["", "cloture/", "revision/preuve/"])
def test_lists_of_years_tell_the_purged_one(browse, purged, page):
    answer = browse().get(f"{purged}{page}")

    assert answer.status_code == 200
    assert f'href="{purged}cloture/2012-12-31/purge/"' in answer.content.decode()


def test_the_next_year_still_compares_with_what_was_kept(browse, environment, purged):
    answer = browse().get(f"{purged}etats/2013-12-31/bilan/")

    assert answer.status_code == 200
    assert "140,00" in text_of(answer)
    with inside(environment.place):
        assert not Line.objects.filter(fiscal_year__last_day="2012-12-31").exists()


def test_a_search_over_a_purged_year_says_that_it_is_not_there(browse, purged):
    told = text_of(browse().get(f"{purged}etats/recherche/?words=Durand&since=01/01/2012&until=31/12/2012"))
    later = text_of(browse().get(f"{purged}etats/recherche/?words=Durand&since=01/01/2013&until=31/12/2013"))

    assert "L’exercice 2012 a été purgé le 02/03/2026 par Alice Martin" in told
    assert "purgé" not in later


def test_the_full_export_holds_the_archive_in_the_place_of_the_year(environment, purged):
    with inside(environment.place):
        company = FiscalYear.objects.get(last_day="2012-12-31").company
        made = make_export(ask_for_export(company, has_bank_details=True, by=ALICE, at=AT).pk, at=AT)
        with open_export(made) as stream, zipfile.ZipFile(stream) as box:
            names = set(box.namelist())
            archive = hashlib.sha256(box.read("exercices/2012-12-31/archive.zip")).hexdigest()

        assert archive == YearTombstone.objects.get().archive_digest
        assert not any("2012-12-31/" in name and not name.endswith("archive.zip") for name in names)
        assert "exercices/2013-12-31/732829320FEC20131231.txt" in names


def test_an_administrator_who_lost_the_right_purges_nothing(browse, environment, books):
    browse().post(f"{books}cloture/2012-12-31/purge/confirmation/", CONFIRMED)
    with inside(environment.place):
        ClosingWork.objects.filter(kind="purge").update(author_id="00000000-0000-0000-0000-000000000002")
    do_works(environment)

    with inside(environment.place):
        assert ClosingWork.objects.get(kind="purge").state == "refused"
        assert Entry.objects.filter(fiscal_year__last_day="2012-12-31").count() == 3
