"""Documents behind drafts and entries."""

from __future__ import annotations

import io
import os
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from livret.core.blobs import store, tidying
from livret.core.tenancy.context import inside
from livret.suite.finance.entry.rules import documents as rules
from livret.suite.finance.entry.rules.documents import Incoming, Refused
from livret.suite.finance.entry.services import documents
from livret.suite.finance.entry.tests.factories import drafted, furnished, posted
from livret.suite.finance.models import Attachment
from livret.suite.finance.services import drafts
from livret.suite.finance.tests.factories import ALICE, AT, TODAY
from livret.suite.finance.tests.test_pages import text_of

BOOKS = "/e/client-a/comptabilite/732829320/"
PDF = b"%PDF-1.7\n" + b"a" * 64


@pytest.fixture
def company(environment, cast):
    with inside(environment.place):
        return furnished()


def picture():
    held = io.BytesIO()
    Image.new("RGB", (1200, 300), "white").save(held, "PNG")
    return held.getvalue()


def archive(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return held.getvalue()


def incoming(content=PDF, name="facture.pdf"):
    return Incoming(name, len(content), io.BytesIO(content))


def attached(to, *files):
    return documents.attach(files or [incoming()], to=to, by=ALICE, at=AT)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"", Refused.EMPTY),
        ("a.exe", b"MZ", Refused.NOT_ACCEPTED),
        ("a", b"x", Refused.NOT_ACCEPTED),
        ("a.pdf", b"MZ" + bytes(64), Refused.DISGUISED),
        ("a.png", PDF, Refused.DISGUISED),
        ("a.txt", b"a\x00b", Refused.DISGUISED),
        ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), Refused.MACROS),
        ("a.docx", archive("readme"), Refused.DISGUISED),
        ("a.xlsx", b"PK\x03\x04 broken", Refused.DISGUISED),
    ],
)
def test_a_document_is_told_by_its_content(name, content, reason):
    assert [one.reason for one in rules.refusals([incoming(content, name)])] == [reason]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("A.PNG", picture()),
        ("f.xml", b"<a/>"),
        ("a.csv", b"a;b"),
        ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml")),
    ],
)
def test_usual_documents_are_taken(name, content):
    assert rules.refusals([incoming(content, name)]) == []


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([incoming()] * 11, Refused.TOO_MANY),
        ([Incoming("a.pdf", 26_000_000, io.BytesIO(PDF))] * 2, Refused.TOO_LARGE_TOGETHER),
        ([Incoming("a.pdf", 21_000_000, io.BytesIO(PDF))], Refused.TOO_LARGE),
    ],
)
def test_too_many_or_too_large_documents_are_refused(files, reason):
    assert [one.reason for one in rules.refusals(files)] == [reason]


def test_one_bad_document_keeps_all_of_them_out(environment, company):
    with inside(environment.place):
        with pytest.raises(documents.DocumentsRefused, match=r"b\.exe"):
            attached(drafted(company), incoming(), incoming(b"MZ", "b.exe"))

        assert not Attachment.objects.exists()


def test_the_documents_of_a_draft_follow_it_into_the_books_and_stay_there(environment, company):
    with inside(environment.place):
        draft = drafted(company)
        (held,) = attached(draft)
        entry = drafts.validate_draft(draft, version=1, allowance=None, by=ALICE, at=AT, today=TODAY)

        with pytest.raises(documents.PartOfTheBooks):
            documents.take_off(held, by=ALICE, at=AT)

        assert Attachment.objects.get().entry_id == entry.pk


def test_a_document_is_taken_off_a_draft(environment, company):
    with inside(environment.place):
        (held,) = attached(drafted(company))

        documents.take_off(held, by=ALICE, at=AT)

        assert not Attachment.objects.exists()


def test_a_picture_is_shown_small_and_written_anew(environment, company):
    with inside(environment.place):
        (held,) = attached(posted(company), incoming(picture(), "a.png"))

        with Image.open(io.BytesIO(documents.small_image(held))) as small:
            assert (small.format, small.size) == ("WEBP", (640, 160))


def test_a_picture_that_is_none_shows_nothing(environment, company):
    with inside(environment.place):
        (held,) = attached(posted(company), incoming(b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png"))

        assert documents.small_image(held) is None


def test_a_document_is_attached_to_an_entry_and_read_back(browse, environment, company):
    with inside(environment.place):
        entry = posted(company).pk
    browser = browse("rose")

    page = browser.post(
        f"{BOOKS}ecritures/{entry}/pieces/", {"documents": SimpleUploadedFile("facture.pdf", PDF)}, follow=True
    )
    with inside(environment.place):
        held = Attachment.objects.get().pk
    answer = browse("bob").get(f"{BOOKS}ecritures/pieces/{held}/")

    assert "facture.pdf" in text_of(page)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("sent", [{}, {"documents": SimpleUploadedFile("a.exe", b"MZ")}])
def test_what_is_not_attached_is_said_on_the_page(browse, environment, company, sent):
    with inside(environment.place):
        draft = drafted(company).pk

    page = browse().post(f"{BOOKS}ecritures/brouillons/{draft}/pieces/", sent, follow=True)

    assert "notice" in page.content.decode()
    with inside(environment.place):
        assert not Attachment.objects.exists()


def test_a_document_of_another_company_is_not_there(browse, environment, company):
    assert browse().get(f"{BOOKS}ecritures/pieces/99999/").status_code == 404


class TestPreview:
    """A small image is drawn once, however often it is looked at."""

    @pytest.fixture
    def held(self, company, environment, settings, tmp_path):
        settings.STATE_FOLDER = tmp_path
        with inside(environment.place):
            return attached(drafted(company), incoming(picture(), "ticket.png"))[0]

    @pytest.fixture
    def drawn(self, monkeypatch):
        """How often an image was decoded."""
        done, draw = [], documents._small
        monkeypatch.setattr(documents, "_small", lambda content: done.append(1) or draw(content))
        return done

    def test_it_is_decoded_once(self, browse, held, drawn):
        answers = [browse("bob").get(f"{BOOKS}ecritures/pieces/{held.pk}/apercu/") for _time in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert len({answer.content for answer in answers}) == len(drawn) == 1

    def test_whoever_has_it_already_is_not_sent_it_again(self, browse, held, drawn):
        page = f"{BOOKS}ecritures/pieces/{held.pk}/apercu/"
        first = browse("bob").get(page)

        again = browse("bob").get(page, headers={"if-none-match": first["ETag"]})

        assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "private, no-cache")

    def test_having_it_already_opens_nothing_to_a_stranger(self, browse, held):
        page = f"{BOOKS}ecritures/pieces/{held.pk}/apercu/"
        first = browse("bob").get(page)

        assert browse("chloe").get(page, headers={"if-none-match": first["ETag"]}).status_code == 403

    @pytest.mark.parametrize("limit", ["MOST_PIXELS", "MOST_DECODED", "MOST_SIDE"])
    def test_what_would_take_too_much_memory_is_not_decoded_and_not_tried_again(
        self, environment, held, drawn, monkeypatch, limit
    ):
        monkeypatch.setattr(documents, limit, 1000)
        with inside(environment.place):
            found = [documents.small_image(held) for _time in range(2)]

        assert (found, len(drawn)) == ([None, None], 1)

    def test_it_leaves_with_its_document(self, environment, held, tmp_path):
        with inside(environment.place):
            documents.small_image(held)
            there = len(list(tmp_path.rglob(f"{held.digest}*")))
            os.utime(store.path(held.digest, owner=str(environment.pk)), (0, 0))
            tidying._take_away(store.path(held.digest, owner=str(environment.pk)))

        assert (there, list(tmp_path.rglob(f"{held.digest}*"))) == (2, [])
