"""Files of entries: read in the form they come in, refused line by line, made into entries whole or not at all."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from livret.core.blobs import store
from livret.core.resident.models import OutboxMessage
from livret.core.tenancy.context import inside
from livret.suite.finance.entry import jobs
from livret.suite.finance.entry.models import EntryFile, FileReading
from livret.suite.finance.entry.rules import columns, sheets
from livret.suite.finance.entry.rules.columns import Reading
from livret.suite.finance.entry.rules.sheets import SheetRefused, SheetRow
from livret.suite.finance.entry.services import contents, files
from livret.suite.finance.entry.tests.factories import furnished
from livret.suite.finance.models import DraftEntry, DraftLine, Entry
from livret.suite.finance.tests import stage
from livret.suite.finance.tests.factories import ALICE, AT, TODAY
from livret.suite.finance.tests.test_pages import text_of

FILES = "/e/client-a/comptabilite/732829320/ecritures/fichiers/"
HEAD = ["Date", "Journal", "Compte", "Tiers", "Libellé", "Pièce", "Débit", "Crédit"]
BILL = [
    ["06/05/2025", "AC", "606400", "", "Ramettes", "F-1", "100,00", ""],
    ["06/05/2025", "AC", "445660", "", "Ramettes", "F-1", "20,00", ""],
    ["06/05/2025", "AC", "401000", "FPAPE", "Ramettes", "F-1", "", "120,00"],
]
WHO = {"by": ALICE, "at": AT}


@pytest.fixture
def company(entered):
    return furnished()


def csv(lines=BILL, *, head=HEAD, encoding="utf-8", delimiter=";"):
    return "\n".join(delimiter.join(line) for line in [head, *lines]).encode(encoding)


def workbook(lines, *, head=HEAD, change=lambda book, sheet: None):
    book = openpyxl.Workbook()
    for line in [head, *lines]:
        book.active.append(line)
    change(book, book.active)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


CELLS = [
    [date(2025, 5, 6), "AC", account, party, "Ramettes", "F-1", debit, credit]
    for account, party, debit, credit in [
        (606400, None, 100, None),
        (445660, None, 19.999999999999996, None),
        (401000, "FPAPE", None, 120),
    ]
]


def sent(company, content, name="entries.csv"):
    held = files.upload(company, [content], file_name=name, **WHO)
    files.set_reading(held, contents.shape_of(held), contents.reading_of(held), **WHO)
    held.refresh_from_db()
    return held


def imported(company, content, *, validates=False):
    held = sent(company, content)
    files.ask(held, validates=validates, **WHO)
    return files.run(held.pk, allowance=None, at=AT, today=TODAY)


def why(held):
    return [(one["line"], one["column"], one["value"]) for one in held.refusals]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_csv_is_read_in_the_form_it_comes_in(company, encoding, delimiter):
    held = sent(company, csv(encoding=encoding, delimiter=delimiter))

    assert (held.lines, held.entries, held.refusals) == (3, 1, [])


def test_drafts_are_made_with_all_that_the_file_says(company):
    done = imported(company, csv())

    draft = DraftEntry.objects.get()
    assert (done.state, done.entries, done.lines) == (EntryFile.State.DONE, 1, 3)
    assert (draft.journal.code, draft.date, draft.label, draft.piece_ref) == ("AC", date(2025, 5, 6), "Ramettes", "F-1")
    assert list(
        DraftLine.objects.order_by("position").values_list("account", "auxiliary", "debit_cents", "credit_cents")
    ) == [("606400", "", 10_000, 0), ("445660", "", 2_000, 0), ("401000", "FPAPE", 0, 12_000)]


def test_entries_are_validated_at_once_when_asked(company):
    imported(company, csv([*BILL, *([*line[:5], "F-2", *line[6:]] for line in BILL)]), validates=True)

    assert sorted(Entry.objects.values_list("number", "origin__key")) == [
        (1, f"{EntryFile.objects.get().pk}/1"),
        (2, f"{EntryFile.objects.get().pk}/2"),
    ]
    assert not DraftEntry.objects.exists()


def test_a_workbook_is_read_with_its_days_and_numbers(company):
    assert imported(company, workbook(CELLS)).entries == 1
    assert list(DraftLine.objects.order_by("position").values_list("debit_cents", flat=True)) == [10_000, 2_000, 0]


def test_a_workbook_that_counts_its_days_from_1904_gives_the_same_days(company):
    def from_1904(book, _sheet):
        book.epoch = CALENDAR_MAC_1904

    imported(company, workbook(CELLS, change=from_1904))

    assert DraftEntry.objects.get().date == date(2025, 5, 6)


def test_a_formula_without_value_is_refused_by_its_cell(company):
    def computed(_book, sheet):
        sheet["G2"] = "=50+50"

    assert (2, "G", "") in why(sent(company, workbook(CELLS, change=computed)))


def test_merged_cells_are_refused_by_their_lines(company):
    held = sent(company, workbook(CELLS, change=lambda _book, sheet: sheet.merge_cells("E2:E4")))

    assert [one["line"] for one in held.refusals] == [2, 3, 4]


def test_a_hidden_sheet_is_not_read(company):
    def hidden(book, sheet):
        book.create_sheet("Vue").append(HEAD)
        sheet.sheet_state = "hidden"
        book.active = 1

    held = files.upload(company, [workbook(CELLS, change=hidden)], file_name="a.xlsx", **WHO)

    assert contents.shape_of(held).sheets == ("Vue",)


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (0, "31/02/2025", "A"),
        (0, "2025", "A"),
        (0, "06/05/2031", "A"),
        (1, "ZZ", "B"),
        (2, "999", "C"),
        (2, "", "C"),
        (3, "XX", "D"),
        (6, "1,2345", "G"),
        (6, "abc", "G"),
        (6, "NaN", "G"),
        (6, "1e30", "G"),
    ],
)
def test_a_refused_line_is_told_with_its_cell(company, place, value, expected):
    lines = [[*BILL[0][:place], value, *BILL[0][place + 1 :]], *BILL[1:]]

    held = sent(company, csv(lines))

    assert (2, expected) in [(line, column) for line, column, _value in why(held)]
    with pytest.raises(files.FileRefused):
        files.ask(held, validates=False, **WHO)


def test_an_entry_that_does_not_balance_is_named(company):
    held = sent(company, csv(BILL[:2]))

    assert [one["line"] for one in held.refusals] == [2]
    assert "120,00" in held.refusals[0]["why"]


def test_nothing_is_recorded_when_the_books_changed_meanwhile(company):
    held = sent(company, csv())
    files.ask(held, validates=False, **WHO)
    company.fiscal_years.update(state="closed")

    refused = files.run(held.pk, allowance=None, at=AT, today=TODAY)

    assert refused.state == EntryFile.State.REFUSED
    assert refused.refusals
    assert not DraftEntry.objects.exists()


def test_a_file_is_imported_once(environment):
    with inside(environment.place, entitlements=stage.entitlements):
        stage.let_work(ALICE)
        held = sent(furnished(), csv())
        files.ask(held, validates=False, **WHO)
        message = OutboxMessage.objects.get(task=files.IMPORT_TASK)

        jobs.import_file(message.payload, delivery=None)
        jobs.import_file(message.payload, delivery=None)

        assert DraftEntry.objects.count() == 1
        with pytest.raises(files.FileRefused):
            files.ask(held, validates=False, **WHO)


def test_a_reading_is_kept_for_the_files_with_the_same_headers(company):
    head = ["Quand", "Où", "Quoi", "Qui", "Texte", "Réf", "Plus", "Moins"]
    first = sent(company, csv(head=head))
    places = dict(
        zip(["date", "journal", "account", "auxiliary", "label", "piece_ref", "debit", "credit"], range(8), strict=True)
    )
    files.set_reading(first, contents.shape_of(first), Reading(1, places), **WHO)
    first.refresh_from_db()
    files.save_reading(first, "Ma paie", **WHO)

    assert sent(company, csv(head=head)).entries == 1
    assert FileReading.objects.get().name == "Ma paie"


def bomb():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            for _megabyte in range(70):
                part.write(b" " * (1 << 20))
    return held.getvalue()


def changed(part, change):
    """A workbook one part of which was made by somebody hostile."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(CELLS))) as source, zipfile.ZipFile(held, "w", 8) as archive:
        for name in source.namelist():
            content = source.read(name).decode()
            archive.writestr(name, change(content) if name == part else content)
    return held.getvalue()


LOOKS = changed("xl/styles.xml", lambda text: text.replace("</cellXfs>", '<xf numFmtId="0"/>' * 300_000 + "</cellXfs>"))
SWOLLEN = changed("xl/worksheets/sheet1.xml", lambda text: text.replace("</sheetData>", "<row>" * 2_000_000))
DISGUISED = changed("xl/worksheets/sheet1.xml", lambda text: text + " " * 4_500_000).replace(
    b"xl/worksheets/sheet1.xml", b"xl/workXheets/sheet1.xml"
)
TWICE = changed(
    "[Content_Types].xml",
    lambda text: text.replace("</Types>", text[text.index("<Override") : text.rindex("</Types>")] + "</Types>"),
)
HIDDEN_ENTITIES = changed(
    "xl/styles.xml", lambda text: "<!--" + "x" * 70_000 + '--><!DOCTYPE a [<!ENTITY b "c">]>' + text
)


def with_part(content, name, words):
    held = io.BytesIO(content)
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr(name, words)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n;;\n", "empty"),
        (b"a;b\x00c", "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old-workbook"),
        (b"PK\x03\x04 nothing", "broken-workbook"),
        (bomb(), "too-large-inside"),
        (LOOKS, "too-large-inside"),
        (SWOLLEN, "too-large-inside"),
        (DISGUISED, "too-large-inside"),
        (TWICE, "broken-workbook"),
        (HIDDEN_ENTITIES, "entities"),
        ("a;b\n\0;c\n".encode("utf-16"), "binary"),
        (b"a;b\n" + b";" * 1_500_000, "too-many-columns"),
        (with_part(workbook(CELLS), "xl/vbaProject.bin", "x"), "macros"),
        (with_part(workbook(CELLS), "xl/evil.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "entities"),
        (csv([["x"] * 101], head=["x"] * 101), "too-many-columns"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_is_refused_for_what_it_is(content, code):
    with pytest.raises(SheetRefused) as refusal:
        shape = sheets.shape_of(io.BytesIO(content))
        if not list(sheets.rows(io.BytesIO(content), shape)):
            raise SheetRefused("empty")

    assert refusal.value.code == code


@pytest.mark.parametrize("amount", ["1e-999999", "1,1234567"])
def test_an_amount_in_another_currency_has_the_decimals_that_are_kept(amount):
    row = SheetRow(2, ("06/05/2025", "606400", "10,00", "USD", amount), ())
    roles = ("date", "account", "debit", "currency", "currency_amount")
    reading = Reading(columns={role: place for place, role in enumerate(roles)}, journal="AC")

    line, faults = columns.read(row, reading)

    assert line is None
    assert [(fault.column, fault.code) for fault in faults] == [(4, "amount")]


@pytest.mark.parametrize("currency", ["", "EUR", "eur"])
def test_an_amount_beside_euros_is_left_out_whatever_its_decimals(currency):
    row = SheetRow(2, ("06/05/2025", "606400", "10,00", currency, "1,1234567"), ())
    roles = ("date", "account", "debit", "currency", "currency_amount")
    reading = Reading(columns={role: place for place, role in enumerate(roles)}, journal="AC")

    line, faults = columns.read(row, reading)

    assert faults == []
    assert (line.cents, line.currency, line.currency_amount) == (1000, "", None)


def test_more_lines_than_can_be_held_are_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_LINES", 2)

    with pytest.raises(SheetRefused, match="too-many-lines"):
        list(sheets.rows(io.BytesIO(csv()), sheets.shape_of(io.BytesIO(csv()))))


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["06/05/2025", "31/12/2025"], "%d/%m/%Y"),
        (["2025-05-06"], "%Y-%m-%d"),
        (["20250506"], "%Y%m%d"),
        (["05/31/2025", "01/02/2025"], "%m/%d/%Y"),
        (["06.05.2025"], "%d.%m.%Y"),
        (["06/05/25"], "%d/%m/%y"),
        ([], "%d/%m/%Y"),
    ],
)
def test_the_form_of_the_days_is_the_one_that_reads_them_all(texts, form):
    assert columns.date_format(texts) == form


@pytest.mark.parametrize(
    ("texts", "mark"), [(["1 234,56"], ","), (["1,234.56", "3.10"], "."), (["12"], ","), (["1.234,56"], ",")]
)
def test_the_decimal_mark_is_the_one_before_the_cents(texts, mark):
    assert columns.mark_of(texts) == mark


@given(st.lists(st.text(max_size=12), max_size=9), st.booleans())
def test_any_row_is_read_or_refused_by_name(cells, is_merged):
    places = dict(zip(columns.ROLES, range(9), strict=False))

    line, faults = columns.read(SheetRow(2, tuple(cells), is_merged=is_merged), Reading(1, places))

    assert (line is None) == bool(faults)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_number_of_a_workbook_keeps_its_cents(euros):
    row = SheetRow(2, (date(2025, 1, 1), "411000", sheets._plain(float(euros)), "VE"))

    line, faults = columns.read(row, Reading(1, {"date": 0, "account": 1, "amount": 2, "journal": 3}))

    assert (line.cents if line else 0) == int(euros * 100)
    assert len(faults) == (euros == 0)


def test_amounts_with_a_side_are_read():
    reading = Reading(1, {"date": 0, "account": 1, "amount": 2, "side": 3, "journal": 4})
    row = SheetRow(2, ("06/05/2025", "411000", "12,50", "C", "VE"))

    assert columns.read(row, reading)[0].cents == -1_250


def test_from_the_upload_to_the_drafts(browse, environment, cast):
    with inside(environment.place):
        furnished()
    browser = browse("rose")

    seen = browser.post(FILES, {"file": SimpleUploadedFile("paie.csv", csv())}, follow=True)
    assert "606400" in text_of(seen)
    path = seen.request["PATH_INFO"]
    waiting = browser.post(f"{path}import/", follow=True)
    assert 'hx-trigger="every 2s"' in waiting.content.decode()
    with inside(environment.place):
        files.run(EntryFile.objects.get().pk, allowance=None, at=AT, today=TODAY)

    key = path.rstrip("/").rsplit("/", 1)[1]
    desk = browser.get("/e/client-a/comptabilite/732829320/ecritures/", {"room": "file", "key": key})
    assert "Ramettes" in text_of(desk)


def test_another_reading_is_taken_from_the_page(browse, environment, cast):
    with inside(environment.place):
        held = sent(furnished(), csv(head=[*HEAD[:-1], "Solde"]))
    reading = {
        "encoding": "utf-8-sig",
        "delimiter": ";",
        "header": "1",
        "date_format": "%d/%m/%Y",
        "mark": ",",
        "journal": "",
    }
    places = {
        f"column_{role}": str(place)
        for role, place in zip(
            ["date", "journal", "account", "auxiliary", "label", "piece_ref", "debit", "credit"], range(8), strict=True
        )
    }

    browse().post(f"{FILES}{held.pk}/", {**reading, **places})

    with inside(environment.place):
        held.refresh_from_db()
        assert (held.refusals, held.entries) == ([], 1)


@pytest.mark.parametrize(
    ("method", "page"), [("get", ""), ("post", ""), ("post", "lectures/")], ids=["seen", "read again", "reading kept"]
)
def test_a_file_refused_is_told_once_its_content_has_left_the_disk(
    browse, environment, cast, settings, tmp_path, method, page
):
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        held = sent(furnished(), csv())
        EntryFile.objects.filter(pk=held.pk).update(state="refused", refusal="The books changed.", uploaded_at=AT)
        path = store.path(held.digest, owner=contents.owner())
        path.unlink()

    told = getattr(browse(), method)(f"{FILES}{held.pk}/{page}", {"name": "Paie"}, follow=True)

    assert told.status_code in (200, 422)
    assert ("n’attend plus" if method == "post" else "The books changed.") in text_of(told)


def test_a_file_too_large_is_refused_before_it_is_kept(browse, environment, cast, settings, tmp_path, monkeypatch):
    settings.STATE_FOLDER = tmp_path
    monkeypatch.setattr(sheets, "LARGEST_BYTES", 100)
    with inside(environment.place):
        furnished()

    page = browse("rose").post(FILES, {"file": SimpleUploadedFile("entries.csv", csv())})

    assert page.status_code == 422
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_writer_has_drafts_made_and_nothing_more(browse, environment, cast):
    with inside(environment.place):
        held = sent(furnished(), csv())

    assert browse("rose").post(f"{FILES}{held.pk}/import/", {"validate": "1"}).status_code == 403


def test_twenty_thousand_lines_are_read_in_bounded_memory_and_time(company):
    lines = [[*line[:5], f"F-{n}", *line[6:]] for n in range(6_667) for line in BILL]
    content = csv(lines)
    began = time.monotonic()
    tracemalloc.start()
    held = sent(company, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (held.lines, held.entries) == (20_001, 6_667)
    assert peak < 60_000_000
    assert time.monotonic() - began < 60
