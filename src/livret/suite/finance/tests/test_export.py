"""What goes out comes back the same: lines, seals and heads."""

import io
from datetime import date

from livret.core.tenancy.context import inside
from livret.formats import fec
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import JournalCounter
from livret.suite.finance.queries.export import fec_description, fec_lines, fec_name, write_fec
from livret.suite.finance.tests.factories import NAME, dollars, fec_bytes, imported, sale
from livret.suite.finance.tests.test_guards import books, post  # noqa: F401


def exported():
    stream = io.BytesIO()
    write_fec(FiscalYear.objects.get(), stream, charset="utf-8")
    return stream.getvalue()


def heads():
    return {
        counter.journal.code: bytes(counter.head).hex() for counter in JournalCounter.objects.select_related("journal")
    }


def rich_file():
    first, *rest = sale("1", letter="A")
    other = sale("9", journal_code="OD", journal_label="Divers", piece_date=None, letter="A", cents=-600)
    return fec_bytes([dollars(first), *rest, *sale("2", day=date(2025, 6, 1)), *other])


def test_an_export_holds_the_lines_of_the_file_that_was_imported(entered):
    content = rich_file()
    imported(content)

    assert list(fec.read(io.BytesIO(exported()))) == list(fec.read(io.BytesIO(content)))


def test_an_export_imported_elsewhere_gives_the_same_seals(environment, other_environment):
    with inside(environment.place):
        imported(rich_file())
        content, expected = exported(), heads()
    with inside(other_environment.place):
        imported(content)

        assert heads() == expected
        assert exported() == content


def test_entries_posted_here_make_a_file_that_passes_the_strict_check(books):  # noqa: F811
    post(books)
    post(books, debit=250, credit=250, label="Avoir")

    report = fec.check(io.BytesIO(exported()), name=NAME)

    assert report.is_valid(strict=True), report.findings
    assert [line.entry_number for line in fec_lines(books[1])] == ["VE-000001"] * 2 + ["VE-000002"] * 2


def test_the_export_passes_the_strict_check(entered):
    imported(fec_bytes([*sale("1"), *sale("2")]))

    report = fec.check(io.BytesIO(exported()), name=fec_name(FiscalYear.objects.select_related("company").get()))

    assert report.is_valid(strict=True)
    assert report.lines == 6


def test_the_name_and_the_notice_go_with_the_file(entered):
    imported(fec_bytes(sale("1")))
    year = FiscalYear.objects.select_related("company").get()

    assert fec_name(year) == NAME
    assert "VE" in fec_description(year)


def test_a_year_without_entries_exports_nothing_but_its_header(books):  # noqa: F811
    assert list(fec_lines(books[1])) == []
