"""The table of defects: what is spoiled -> code, severity, line and column of the finding."""

import pytest

from livret.formats.fec.tests.samples import (
    TABLE,
    checked,
    encoded,
    found,
    replaced,
    spoiled,
    table_text,
    without_column,
)
from livret.kernel.findings import Severity

EXTRA = [[*TABLE[0], "Site"], *([*row, "Nantes"] for row in TABLE[1:])]
NO_AMOUNT = [*TABLE[5][:12], "0,00", *TABLE[5][13:]]

ERRORS = [
    ("column-missing", 1, "CompteNum", spoiled("CompteNum", "Compte", line=1)),
    ("column-missing", 1, "Credit", spoiled("Credit", "Avoir", line=1)),
    ("column-duplicate", 1, "EcritureNum", spoiled("CompAuxNum", "EcritureNum", line=1)),
    ("column-quoted", 1, None, spoiled("JournalCode", '"JournalCode"', line=1)),
    ("field-count", 4, None, spoiled("Éva", "É|va", line=4)),
    ("field-count", 5, None, spoiled("||20240115||", "||20240115", line=5)),
    ("value-missing", 5, "EcritureLib", spoiled("Facture FA-1", "", line=5)),
    ("value-missing", 5, "EcritureNum", spoiled("|2|", "||", line=5)),
    ("value-missing", 2, "EcritureDate", spoiled("|20240101|101300", "||101300", line=2)),
    ("value-missing", 2, "EcritureDate", spoiled("|20240101|101300", "|00000000|101300", line=2)),
    ("value-missing", 5, "CompteNum", spoiled("706000", "", line=5)),
    ("value-missing", 5, "CompteLib", spoiled("Prestations", " ", line=5)),
    ("both-sides", 5, "Credit", spoiled("0,00|1000,00", "5,00|1000,00", line=5)),
    ("amount-point", 4, "Debit", spoiled("1200,00", "1200.00", line=4)),
    ("amount-point", 4, "Debit", spoiled("1200,00", "1.200,00", line=4)),
    ("amount-thousands", 4, "Debit", spoiled("1200,00", "1 200,00", line=4)),
    ("amount-thousands", 4, "Debit", spoiled("1200,00", "1\u00a0200,00", line=4)),
    ("amount-precision", 4, "Debit", spoiled("1200,00", "1200,005", line=4)),
    ("amount-too-large", 4, "Debit", spoiled("1200,00", "9" * 16 + ",00", line=4)),
    ("amount-too-large", 4, "Debit", spoiled("1200,00", "1E99", line=4)),
    ("amount-unreadable", 4, "Debit", spoiled("1200,00", "12OO,00", line=4)),
    ("amount-unreadable", 4, "Debit", spoiled("1200,00", "+1200,00-", line=4)),
    ("date-unreadable", 4, "DateLet", spoiled("20240220", "{current_date}", line=4)),
    ("date-impossible", 4, "PieceDate", spoiled("FA-1|20240115", "FA-1|20240231", line=4)),
    ("date-impossible", 4, "PieceDate", spoiled("FA-1|20240115", "FA-1|20241301", line=4)),
    ("date-after-year", 10, "EcritureDate", spoiled("|4|20240220", "|4|20250220", line=10)),
    ("entry-unbalanced", 4, "Debit", spoiled("1200,00", "1200,01", line=4)),
    ("file-unbalanced", None, None, spoiled("1200,00", "1200,01", line=4)),
    ("no-entries", None, None, encoded("|".join(TABLE[0]) + "\r\n")),
]

WARNINGS = [
    ("bom", 1, None, b"\xef\xbb\xbf" + encoded(charset="utf-8")),
    ("column-order", 1, "JournalLib", table_text([[row[1], row[0], *row[2:]] for row in TABLE])),
    ("column-absent", 1, "ValidDate", without_column(15)),
    ("padding-text", 2, "CompteLib", spoiled("Capital", "Capital     ", line=2)),
    ("padding-amount", 4, "Debit", spoiled("1200,00", "0000001200,00", line=4)),
    ("trailing-separator", 1, None, table_text([[*row, ""] for row in TABLE])),
    ("trailing-separator", 2, None, table_text([TABLE[0], *([*row, ""] for row in TABLE[1:])])),
    ("trailing-separator", 1, None, table_text([[*TABLE[0], ""], *TABLE[1:]])),
    ("separator-unusual", 1, None, table_text(TABLE, separator=";")),
    ("blank-line", 3, None, table_text([*TABLE[:2], [""], *TABLE[2:]])),
    ("control-character", 4, None, spoiled("Facture", "Fac\x00ture", line=4)),
    ("charset-cp1252", None, None, spoiled("Facture", "L\u0153uvre", line=4, charset="cp1252")),
    ("charset-mixed", 4, None, encoded(charset="utf-8").replace("Éva".encode(), b"\xc9va", 1)),
    ("charset-undecodable", 4, None, encoded().replace(b"\xc9va", b"\x81\x80va", 1)),
    ("date-form", 4, "EcritureDate", spoiled("|20240115|411", "|15/01/2024|411", line=4)),
    ("date-form", 4, "EcritureDate", spoiled("|20240115|411", "|2024-01-15|411", line=4)),
    ("date-form", 4, "EcritureDate", spoiled("|20240115|411", "|15012024|411", line=4)),
    ("date-form", 4, "EcritureDate", spoiled("|20240115|411", "|20240115 10:00:00|411", line=4)),
    ("date-placeholder", 5, "DateLet", spoiled("|||20240115||", "||00000000|20240115||", line=5)),
    ("date-year", 4, "PieceDate", spoiled("FA-1|20240115", "FA-1|18991231", line=4)),
    ("date-before-year", 2, "EcritureDate", spoiled("|1|20240101", "|1|20231231", line=2)),
    ("amount-form", 4, "Debit", spoiled("1200,00", "1,2E3", line=4)),
    ("value-absent", 5, "ValidDate", spoiled("||20240115||", "||||", line=5)),
    ("value-absent", 5, "PieceRef", spoiled("|FA-1|", "||", line=5)),
    ("value-absent", 5, "JournalLib", spoiled("Ventes", "", line=5)),
    ("account-number", 5, "CompteNum", spoiled("706000", "70A000", line=5)),
    ("no-amount", 7, "Debit", table_text([*TABLE[:6], NO_AMOUNT, *TABLE[6:]])),
    ("validated-before-entry", 4, "ValidDate", spoiled("20240220|20240115", "20240220|20240114", line=4)),
    ("letter-without-date", 4, "DateLet", spoiled("|20240220|", "||", line=4)),
    ("letter-date-without-letter", 4, "EcritureLet", spoiled("|AA|", "||", line=4)),
    ("letter-unbalanced", 4, "EcritureLet", spoiled("|AA|", "|AB|", line=4)),
    ("currency-missing", 11, "Idevise", spoiled("USD", "", line=11)),
    ("currency-amount-missing", 11, "Montantdevise", spoiled("1000,00", "", line=11)),
    ("currency-code", 11, "Idevise", spoiled("USD", "Dollar", line=11)),
    ("entry-dates", 4, "EcritureDate", spoiled("|20240115|706", "|20240116|706", line=5)),
    ("number-gap", 11, "EcritureNum", replaced("|5|", "|9|")),
    ("number-reused", 8, "EcritureNum", table_text([*TABLE[:5], *TABLE[8:10], *TABLE[5:8], *TABLE[10:]])),
    ("validation-order", 11, "ValidDate", replaced("20240301|1000", "20240110|1000")),
]

INFOS = [
    ("column-name", 1, "Montantdevise", spoiled("Montantdevise", "MontantDevise", line=1)),
    ("column-name", 1, "Debit", spoiled("Debit", "débit", line=1)),
    ("column-extra", 1, "Site", table_text(EXTRA)),
    ("charset-utf8", None, None, encoded(charset="utf-8")),
    ("number-unread", 11, "EcritureNum", spoiled("|5|", "|cinq|", line=11)),
    ("number-chronology", 11, "EcritureDate", replaced("|5|20240301", "|5|20240110")),
    ("negative-amount", 6, "Credit", spoiled("0,00|200,00", "0,00|-200,00", line=6)),
    ("label-varies", 10, "CompteLib", spoiled("|Clients|", "|Clients divers|", line=10)),
]


@pytest.mark.parametrize(("code", "line", "column", "content"), ERRORS)
def test_what_the_tester_refuses_or_makes_books_false_is_an_error(code, line, column, content):
    report = checked(content)

    finding = found(report, code)
    assert (finding.line, finding.column, finding.severity) == (line, column, Severity.ERROR)
    assert not report.is_valid()


@pytest.mark.parametrize(("code", "line", "column", "content"), WARNINGS)
def test_what_the_tester_accepts_is_a_warning_and_an_error_when_strict(code, line, column, content):
    report = checked(content)

    finding = found(report, code)
    assert (finding.line, finding.column, finding.severity) == (line, column, Severity.WARNING)
    assert report.is_valid()
    assert not report.is_valid(strict=True)


@pytest.mark.parametrize(("code", "line", "column", "content"), INFOS)
def test_what_asks_for_nothing_is_an_info(code, line, column, content):
    finding = found(checked(content), code)

    assert (finding.line, finding.column, finding.severity) == (line, column, Severity.INFO)


@pytest.mark.parametrize(
    ("name", "code", "severity"),
    [
        ("FEC_2024.txt", "name-unrecognised", Severity.ERROR),
        ("export.csv", "name-unrecognised", Severity.ERROR),
        ("732829320FEC20241331.txt", "name-date", Severity.ERROR),
        ("732829320FEC20241231-bis.txt", "name-form", Severity.WARNING),
        ("MonEntrepriseFEC20241231.txt", "name-form", Severity.WARNING),
        ("732829321FEC20241231.txt", "name-siren", Severity.WARNING),
    ],
)
def test_a_name_that_departs_from_the_article_is_found(name, code, severity):
    assert found(checked(encoded(), name=name), code).severity is severity


@pytest.mark.parametrize(
    "name", ["732829320FEC20241231.txt", "C:\\dossier\\732829320fec20241231", "a/732829320FEC20241231.csv"]
)
def test_an_official_name_is_accepted_with_any_extension(name):
    assert checked(encoded(), name=name).findings == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"PK\x03\x04" + bytes(200), "file-binary"),
        (b"%PDF-1.7\n", "file-binary"),
        (encoded(charset="cp500"), "file-binary"),
        (b'<?xml version="1.0"?><comptabilite/>', "file-xml"),
        (b"a,b,c\n1,2,3\n", "header-unrecognised"),
        (encoded().partition(b"\n")[2], "header-unrecognised"),
        (b"\n" * 50, "header-unrecognised"),
        (bytes(100_000), "header-too-long"),
        (b"JournalCode\t" * 1_000_000, "header-too-long"),
    ],
)
def test_what_is_no_fec_is_unreadable_and_named(content, code):
    report = checked(content)

    assert report.is_unreadable
    assert [finding.code for finding in report.findings] == [code]


def test_a_correct_file_has_no_finding_and_its_totals():
    report = checked(encoded())

    assert report.findings == ()
    assert (report.lines, report.entries, report.debit_cents, report.credit_cents) == (11, 5, 1_382_000, 1_382_000)
    assert (report.siren, report.first_on.isoformat(), report.last_on.isoformat()) == (
        "732829320",
        "2024-01-01",
        "2024-03-01",
    )


def test_an_unreadable_amount_does_not_also_count_as_an_imbalance():
    report = checked(spoiled("1200,00", "1200.00", line=4))

    assert [finding.code for finding in report.findings] == ["amount-point"]


def test_utf16_is_read_and_refused():
    report = checked("\ufeff".encode("utf-16-le") + encoded(charset="utf-16-le"))

    assert [finding.code for finding in report.findings] == ["charset-utf16"]
    assert report.lines == 11


def test_messages_come_in_english_when_asked():
    finding = found(checked(spoiled("1200,00", "1200,01", line=4), lang="en"), "entry-unbalanced")

    assert finding.message.startswith("Entry 2 of journal VE is out of balance: debit less credit gives 0.01\u00a0€.")
