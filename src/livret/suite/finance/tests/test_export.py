"""What goes out comes back the same: lines, seals and heads."""

import io
from datetime import date

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from livret.core.tenancy.context import current_alias, inside
from livret.formats import fec
from livret.formats.fec.writer import head, transcoded
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import JournalCounter
from livret.suite.finance.queries.export import fec_description, fec_lines, fec_name, write_fec
from livret.suite.finance.tests.factories import NAME, dollars, fec_bytes, fec_line, imported, sale
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


def test_an_export_leaves_the_settings_of_its_transaction_as_they_were(books):  # noqa: F811
    post(books)
    names = ("datestyle", "enable_nestloop", "enable_seqscan", "work_mem")
    with connections[current_alias()].cursor() as sql:
        before = [settings_of(sql, name) for name in names]
        exported()

        assert [settings_of(sql, name) for name in names] == before


def settings_of(sql, name):
    sql.execute("SELECT current_setting(%s)", [name])
    return sql.fetchone()[0]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@given(values=st.lists(texts, min_size=3, max_size=3), separator=st.sampled_from("\t|"))
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15"])
def test_what_copy_escapes_becomes_what_the_writer_of_files_writes(values, separator, charset):
    label, piece, account = values
    stream = io.BytesIO()
    line = fec_line(label=label, piece_ref=piece, account_label=account)
    fec.write([line], stream, charset=charset, separator=separator)

    content = stream.getvalue()
    copied = separator.join(as_copied(field, separator) for field in fields_of(line)) + "\n"
    written = transcoded(copied.encode(), charset=charset, separator=separator)

    assert head(charset=charset, separator=separator) + written == content


def fields_of(line):
    """The fields of a line with only its texts still to be cleaned."""
    sides = (f"{cents // 100},{cents % 100:02d}" for cents in (line.debit_cents, line.credit_cents))
    day = f"{line.entry_date:%Y%m%d}"
    texts_before = (line.journal_code, line.journal_label, line.entry_number, day, line.account, line.account_label)
    middle = (line.aux, line.aux_label, line.piece_ref, f"{line.piece_date:%Y%m%d}", line.label)
    return (*texts_before, *middle, *sides, line.letter, "", f"{line.valid_date:%Y%m%d}", "", line.currency)


ESCAPES = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\", "|": "\\|"}


def as_copied(text, separator):
    """A value as PostgreSQL's COPY writes it in text form."""
    return "".join(char if char == "|" != separator else ESCAPES.get(char, char) for char in text)
