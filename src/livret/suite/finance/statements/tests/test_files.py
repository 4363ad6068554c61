"""The files of a report: what they hold is what the page shows."""

import csv
import io
import re
import zlib
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from livret.core.tenancy.context import inside
from livret.core.ui.figures import amount_text
from livret.kernel.money import euros_of
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.statements.access import asked_of_file
from livret.suite.finance.statements.files.document import write_document
from livret.suite.finance.statements.files.paper import ROWS_PER_PAGE, TooManyPages, write_paper
from livret.suite.finance.statements.files.table import write_csv
from livret.suite.finance.statements.files.words import amount_words
from livret.suite.finance.statements.files.workbook import write_xlsx
from livret.suite.finance.statements.models import ReportFile
from livret.suite.finance.statements.reports.asked import Asked
from livret.suite.finance.statements.reports.registry import BY_KIND, REPORTS
from livret.suite.finance.statements.rules.sheets import AMOUNT, CODE, DAY, PERCENT, TEXT, Column, Row, Sheet
from livret.suite.finance.statements.services import files
from livret.suite.finance.tests.factories import ALICE, AT, SIREN

COLUMNS = (
    Column("Date", DAY),
    Column("Compte", CODE),
    Column("Libellé", TEXT, 30),
    Column("Débit", AMOUNT),
    Column("Part", PERCENT),
)
ROWS = [
    Row((date(2025, 1, 31), "411000", "=SOMME(A1)", 123_456_789, 1_250)),
    Row((None, "706000", "Été (à « part »)", -5, None)),
]
SHEET = Sheet("Balance", "balance", ("Ateliers Lumen", "Exercice 2025"), COLUMNS, ROWS)


def table_of(sheet):
    stream = io.BytesIO()
    write_csv(sheet, stream)
    assert stream.getvalue().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig")), delimiter=";"))


def paper_of(sheet):
    stream = io.BytesIO()
    write_paper(sheet, stream)
    return stream.getvalue()


def texts_of(pdf):
    pages = [zlib.decompress(part) for part in re.findall(rb"FlateDecode[^>]*>>\nstream\n(.*?)\nendstream", pdf, re.S)]
    return [re.findall(r"\((.*?)\) Tj", page.decode("cp1252")) for page in pages]


def test_a_table_has_french_marks_and_no_formula():
    assert table_of(SHEET)[1:] == [
        ["31/01/2025", "411000", "'=SOMME(A1)", "1234567,89", "0,125"],
        ["", "706000", "Été (à « part »)", "-0,05", ""],
    ]


@given(cents=st.integers(-(10**15), 10**15))
def test_amounts_are_written_as_on_every_other_page(cents):
    assert amount_words(cents) == amount_text(euros_of(cents), language="fr")


def test_a_workbook_holds_real_numbers_and_dates_and_no_formula():
    stream = io.BytesIO()
    write_xlsx(SHEET, stream)

    rows = list(load_workbook(stream).active.iter_rows(min_row=5))

    assert rows[0][0].value.date() == date(2025, 1, 31)
    assert (rows[0][2].value, rows[0][2].data_type) == ("=SOMME(A1)", "s")
    assert [rows[0][3].value, rows[0][4].value, rows[1][3].value] == [1234567.89, 0.125, -0.05]


def test_a_long_paper_shows_each_row_on_numbered_pages():
    rows = [Row((date(2025, 1, 31), str(number), "Vente", number, None)) for number in range(ROWS_PER_PAGE * 2 + 3)]

    pages = texts_of(paper_of(replace(SHEET, rows=rows)))

    assert len(pages) == 3
    assert [page[-1] for page in pages] == ["1 / ", "2 / ", "3 / "]
    assert sum(page.count("Vente") for page in pages) == len(rows)


def test_a_paper_writes_every_letter_that_its_font_has():
    [page] = texts_of(paper_of(SHEET))

    assert "Été \\(à « part »\\)" in page
    assert "1\u00a0234\u00a0567,89" in page


def test_a_paper_says_where_its_objects_are():
    pdf = paper_of(SHEET)

    start = int(re.search(rb"startxref\n(\d+)", pdf).group(1))
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", pdf)]

    assert pdf[start:].startswith(b"xref")
    assert all(pdf[place:].startswith(f"{number} 0 obj".encode()) for number, place in enumerate(places, start=1))


def test_a_short_report_is_an_archivable_document():
    stream = io.BytesIO()

    write_document(SHEET, ROWS, stream, at=AT)

    assert stream.getvalue().startswith(b"%PDF-1.7")
    assert b"pdfaid:part" in stream.getvalue()


def test_the_same_values_give_the_same_document():
    first, second = io.BytesIO(), io.BytesIO()

    write_document(SHEET, ROWS, first, at=AT)
    write_document(SHEET, ROWS, second, at=AT)

    assert first.getvalue() == second.getvalue()


def test_a_letter_that_no_font_draws_is_told_and_stops_nothing():
    stream = io.BytesIO()

    write_document(SHEET, [Row((None, "1", "Café 🍩", 1, None))], stream, at=AT)

    assert stream.getvalue().startswith(b"%PDF")


@pytest.mark.parametrize("kind", [report.kind for report in REPORTS])
def test_a_table_holds_the_rows_of_its_report(environment, books_of_2025, kind):
    with inside(environment.place):
        year = FiscalYear.objects.select_related("company").get()
        asked = Asked(year, year.days, year.last_day)
        sheet = BY_KIND[kind].build(asked)
        stream = io.BytesIO()

        written = files.write_report(kind, asked, "csv", stream, at=AT)

        assert written.rows == len(list(sheet.rows)) == len(stream.getvalue().decode().splitlines()) - 1


@pytest.mark.parametrize("kind", ["balance", "grand-livre", "journaux", "bilan", "resultat", "sig"])
def test_what_an_archive_asks_for_is_written(environment, books_of_2025, kind):
    with inside(environment.place):
        stream = io.BytesIO()

        written = files.write_pdf(kind, FiscalYear.objects.select_related("company").get(), stream, at=AT)

        assert written.name == f"{kind}-{SIREN}-2025-01-01-2025-12-31.pdf"
        assert stream.getvalue().startswith(b"%PDF")


def test_an_unknown_report_is_refused(environment, books_of_2025):
    with inside(environment.place):
        year = FiscalYear.objects.select_related("company").get()

        with pytest.raises(files.UnknownReport, match="horoscope"):
            files.write_pdf("horoscope", year, io.BytesIO(), at=AT)


def test_a_file_asked_for_is_made_once_and_kept(environment, books_of_2025):
    with inside(environment.place):
        year = FiscalYear.objects.select_related("company").get()
        asked = Asked(year, year.days, year.last_day)
        file = files.ask_for_file("grand-livre", asked, "csv", query="", by=ALICE, at=AT)

        made = files.make_file(file, asked, at=AT, on_rows=int)
        again = files.make_file(ReportFile.objects.get(), asked, at=AT, on_rows=int)

        assert (made.state, again.digest) == ("ready", made.digest)
        assert files.open_file(made).read().count(b"\n") == made.rows + 1


CHOICES = {
    "level": ("balance", {"level": "three"}, "Par trois chiffres", "trois-chiffres"),
    "accounts": ("balance", {"accounts": "all"}, "Avec les comptes non mouvementés", "tous-comptes"),
    "parties": ("balance-auxiliaire", {"parties": "held"}, "Seulement les tiers dont le solde n’est pas nul", "soldes"),
    "party": ("balance-auxiliaire", {"party": "suppliers"}, "Fournisseurs", "suppliers"),
    "against": (
        "balance-comparee", {"against": "previous-period"}, "Comparé à autant de jours juste avant",
        "periode-precedente",
    ),
    "account": ("grand-livre", {"account": "411"}, "Comptes 411", "grand-livre-411"),
    "journal": ("journaux", {"journal": "VE"}, "Journal VE", "journaux-ve"),
}  # fmt: skip


def sheet_of(kind, choices):
    year = FiscalYear.objects.select_related("company").get()
    period = DayPeriod(date(2025, 1, 1), date(2025, 3, 31))
    with translation.override("fr"):
        return BY_KIND[kind].build(Asked(year, period, year.last_day, choices))


@pytest.mark.parametrize(("kind", "choices", "words", "name"), CHOICES.values(), ids=CHOICES.keys())
def test_what_was_chosen_is_told_on_the_file_and_in_its_name(environment, books_of_2025, kind, choices, words, name):
    with inside(environment.place):
        sheet = sheet_of(kind, choices)

        assert words in sheet.facts
        assert "01/01/2025" in sheet.facts[1]
        assert (name in sheet.name, "2025-01-01-2025-03-31" in sheet.name) == (True, True)


@pytest.mark.parametrize("kind", [report.kind for report in REPORTS])
def test_each_choice_of_a_report_is_told(kind):
    told = {choice for of, chosen, _words, _name in CHOICES.values() if of == kind for choice in chosen}
    known = set(BY_KIND[kind].fields) - {"period", "since", "until"}

    assert known <= told | {"party"}


def test_a_large_paper_tells_what_was_chosen(environment, books_of_2025):
    with inside(environment.place):
        pages = texts_of(paper_of(sheet_of("grand-livre", {"account": "411"})))

    assert "Comptes 411" in " ".join(pages[0])


def test_a_file_of_a_job_holds_the_days_that_the_page_showed(browse, environment, books_of_2025):
    browser = browse("bob")
    page = browser.post(
        f"{books_of_2025.replace('2025-12-31/', '')}etats/2025-12-31/grand-livre/fichiers/?period=q1&account=411",
        {"format": "csv"},
        follow=True,
    )
    with inside(environment.place):
        file = ReportFile.objects.get()
        asked = asked_of_file(file, today=date(2031, 1, 1))

    assert (asked.period, asked.choices) == (DayPeriod(date(2025, 1, 1), date(2025, 3, 31)), {"account": "411"})
    assert "Comptes 411" in page.content.decode()


def test_a_document_past_the_most_pages_is_refused_and_one_just_within_is_not():
    rows = ROWS[:1] * (2 * ROWS_PER_PAGE)

    assert write_paper(replace(SHEET, rows=rows), io.BytesIO(), most_pages=2) == len(rows)
    with pytest.raises(TooManyPages, match="XLSX"):
        write_paper(replace(SHEET, rows=[*rows, rows[0]]), io.BytesIO(), most_pages=2)


def test_a_file_of_too_many_pages_says_so_on_its_page(browse, environment, books_of_2025, monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS", 1)
    monkeypatch.setattr(files, "write_report", partial(files.write_report, most_pages=1))
    monkeypatch.setattr("livret.suite.finance.statements.files.paper.ROWS_PER_PAGE", 2)
    with inside(environment.place):
        year = FiscalYear.objects.select_related("company").get()
        asked = Asked(year, year.days, year.last_day)
        made = files.ask_for_file("grand-livre", asked, "pdf", query="", by=ALICE, at=AT)

        file = files.make_file(made, asked, at=AT, on_rows=bool)

    assert (file.state, file.digest) == ("refused", "")
    page = browse("bob").get(f"/e/{environment.slug}/comptabilite/{SIREN}/etats/fichiers/{file.pk}/")
    assert "un compte" in page.content.decode()
