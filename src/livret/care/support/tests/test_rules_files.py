"""Files are told by what they hold."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.care.support.rules.defaults import FileLimits, defaults
from livret.care.support.rules.files import (
    Accepted,
    Incoming,
    Refused,
    check_file,
    check_files,
    clean_name,
    content_kind,
)
from livret.care.support.tests.factories import EXE, PDF, PNG, incoming, zipped

LIMITS = FileLimits(max_files=2, max_file_bytes=1000, max_total_bytes=1500)
KINDS = defaults().kinds
DOCX = zipped("[Content_Types].xml", "word/document.xml")
XLSM = zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")
ODT = zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text")


def check(name, content):
    return check_file(incoming(name, content), limits=LIMITS, kinds=KINDS)


@pytest.mark.parametrize(
    ("name", "content", "kept_as"),
    [
        ("capture.png", PNG, "image/png"),
        ("Facture.PDF", PDF, "application/pdf"),
        ("journal.txt", "Échéance dépassée\r\n".encode(), "text/plain"),
        ("journal.log", "Échéance dépassée\r\n".encode("cp1252"), "text/plain"),
        ("export.csv", "é;è\n".encode("utf-16"), "text/plain"),
        ("retour.xml", b"<?xml version='1.0'?><a/>", "text/plain"),
        ("note.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("note.odt", ODT, "application/vnd.oasis.opendocument.text"),
    ],
)
def test_files_that_hold_what_they_say_are_taken(name, content, kept_as):
    assert check(name, content).type == kept_as


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("facture.pdf", EXE, Refused.DISGUISED),
        ("capture.png", PDF, Refused.DISGUISED),
        ("note.docx", zipped("payload.js"), Refused.DISGUISED),
        ("note.docx", b"PK\x03\x04 broken", Refused.DISGUISED),
        ("notes.txt", b"a\x00b", Refused.DISGUISED),
        ("notes.txt", PNG, Refused.DISGUISED),
        ("tableau.xlsx", XLSM, Refused.MACROS),
        ("facture.pdf.exe", EXE, Refused.NOT_ACCEPTED),
        ("page.html", b"<script>alert(1)</script>", Refused.NOT_ACCEPTED),
        ("dessin.svg", b"<svg/>", Refused.NOT_ACCEPTED),
        ("archive.zip", zipped("a.txt"), Refused.NOT_ACCEPTED),
        ("sans-extension", PNG, Refused.NOT_ACCEPTED),
        ("vide.txt", b"", Refused.EMPTY),
        ("gros.txt", b"a" * 1001, Refused.TOO_LARGE),
    ],
)
def test_other_files_are_refused_with_their_reason(name, content, reason):
    assert check(name, content).reason is reason


def test_macros_do_not_hide_behind_ten_thousand_parts():
    parts = [f"word/{number}" for number in range(10_000)]
    content = zipped("[Content_Types].xml", *parts, "word/vbaProject.bin")
    wide = FileLimits(max_files=1, max_file_bytes=len(content), max_total_bytes=len(content))

    assert check_file(incoming("note.docx", content), limits=wide, kinds=KINDS).reason is Refused.DISGUISED


def test_too_many_files_are_refused_together():
    accepted, refused = check_files([incoming()] * 3, limits=LIMITS, kinds=KINDS)

    assert not accepted
    assert [(file.reason, file.size) for file in refused] == [(Refused.TOO_MANY, 3)]


def test_files_too_large_together_are_refused():
    _, refused = check_files([incoming("a.txt", b"a" * 800), incoming("b.txt", b"b" * 800)], limits=LIMITS, kinds=KINDS)

    assert [file.reason for file in refused] == [Refused.TOO_LARGE_TOGETHER]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\bob\\capture.png", "capture.png"),
        ("fac\u202egnp.exe", "facgnp.exe"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_names_lose_paths_and_invisible_marks(name, shown):
    assert clean_name(name) == shown


@given(st.text(max_size=300))
def test_a_clean_name_is_short_and_harmless(name):
    cleaned = clean_name(name)

    assert 0 < len(cleaned) <= 120
    assert not set(cleaned) & set("/\\\x00\r\n")


@given(st.binary(max_size=2000), st.sampled_from(["a.pdf", "a.docx", "a.txt", "a.png"]))
def test_any_bytes_get_a_verdict_and_are_left_at_their_start(content, name):
    file = Incoming(name, len(content), io.BytesIO(content))
    found = check_file(file, limits=FileLimits(1, 10_000, 10_000), kinds=KINDS)

    assert isinstance(found, Accepted) or found.reason in Refused
    assert file.content.tell() == 0


def test_an_archive_with_a_broken_part_is_no_document():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    broken = packed.getvalue().replace(packed.getvalue()[38:44], b"\xff" * 6, 1)

    assert content_kind(io.BytesIO(broken)) == "zip"
