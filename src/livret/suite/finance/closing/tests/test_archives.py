"""Archives prove themselves from their own bytes, and say where they were changed."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.closing.models import Archive
from livret.suite.finance.closing.rules.archive import MANIFEST, SEALS, verify
from livret.suite.finance.closing.services.archiving import NotArchived, make_archive, open_archive, verify_archive
from livret.suite.finance.closing.services.definitive import close_year
from livret.suite.finance.closing.tests.factories import KEPT, posted, two_years
from livret.suite.finance.tests.factories import ALICE, AT

MADE = {"by": ALICE, "at": AT}


@pytest.fixture
def archive(environment, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        former, _following = two_years()
        posted(former, ("411000", 12_000, "C1"), ("706000", -12_000), label="Vente « été » = 1; 2")
        posted(former, ("512000", 7_000), ("411000", -7_000, "C1"), code="BQ", kind="bank")
        close_year(former, **KEPT)
        former.refresh_from_db()
        yield make_archive(former, **MADE)


def files_of(archive):
    with open_archive(archive) as stream, zipfile.ZipFile(stream) as box:
        return {name: box.read(name) for name in box.namelist()}


def rebuilt(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as box:
        for name, content in files.items():
            box.writestr(name, content)
    stream.seek(0)
    return stream


def test_an_archive_holds_the_official_files_readable_copies_and_proof(archive):
    assert set(files_of(archive)) == {
        "732829320FEC20251231.txt",
        "732829320FEC20251231_notice.txt",
        "balance.csv",
        "balance.pdf",
        "balance-auxiliaire.csv",
        "bilan.pdf",
        "grand-livre.pdf",
        "journaux.pdf",
        "resultat.pdf",
        "grand-livre.csv",
        "journaux.csv",
        SEALS,
        MANIFEST,
    }


def test_the_papers_of_an_archive_are_pdf(archive):
    papers = [content for name, content in files_of(archive).items() if name.endswith(".pdf")]

    assert [content[:5] for content in papers] == [b"%PDF-"] * 5


def test_an_archive_is_whole_and_tells_its_totals(archive):
    verdict = verify_archive(archive)

    assert verdict.faults == []
    assert (verdict.entries, verdict.lines, verdict.debit_cents) == (2, 4, 19_000)
    assert [one["journal"] for one in verdict.manifest["journals"]] == ["BQ", "OD"]
    assert verdict.manifest["keep"][0]["until"] == "2035-12-31"


def test_readable_copies_are_tables_with_commas_in_amounts(archive):
    rows = files_of(archive)["balance.csv"].decode("utf-8-sig").splitlines()

    assert rows[0] == "Compte;Intitule;Debit;Credit;Solde debiteur;Solde crediteur"
    assert rows[1].startswith("411000;Compte 411000;120,00;70,00;50,00;0,00")


def test_no_cell_of_the_readable_copies_is_a_formula(environment):
    with inside(environment.place):
        former, _following = two_years()
        posted(former, ("411000", 12_000, "=1+1"), ("706000", -12_000), code="@SUM", label="+1", piece="-1")
        close_year(former, **KEPT)
        former.refresh_from_db()

        files = files_of(make_archive(former, **MADE))

    copies = [content.decode("utf-8-sig") for name, content in files.items() if name.endswith(".csv")]
    cells = [cell for copy in copies for row in csv.reader(copy.splitlines(), delimiter=";") for cell in row]
    assert "'=1+1" in cells
    assert [cell for cell in cells if cell[:1] in ("=", "+", "@") or cell == "-1"] == []


def test_another_archive_is_added_and_the_first_stays(archive):
    again = make_archive(archive.fiscal_year, **MADE)

    assert Archive.objects.count() == 2
    assert verify_archive(again).is_whole


@pytest.mark.parametrize("name", ["732829320FEC20251231.txt", "grand-livre.csv", SEALS])
def test_a_changed_file_is_named(archive, name):
    files = files_of(archive)
    files[name] = files[name].replace(b"12000", b"13000").replace(b"120,00", b"130,00")

    faults = verify(rebuilt(files)).faults

    assert name in {one.place for one in faults if one.code == "changed"}


def told_again(files, name):
    """Return *files* with a manifest that tells the truth of the changed file: only the seals can give it away."""
    manifest = json.loads(files[MANIFEST])
    for one in manifest["files"]:
        if one["name"] == name:
            one["sha256"], one["bytes"] = hashlib.sha256(files[name]).hexdigest(), len(files[name])
    return {**files, MANIFEST: json.dumps(manifest).encode()}


def test_a_line_changed_with_its_manifest_is_found_by_its_seal(archive):
    files = files_of(archive)
    files[SEALS] = files[SEALS].replace(b", 12000, 0", b", 13000, 0")

    faults = verify(rebuilt(told_again(files, SEALS))).faults

    assert (faults[0].code, faults[0].place) == ("seal", "OD 1")


def test_an_entry_left_out_is_found(archive):
    files = files_of(archive)
    files[SEALS] = b"".join(files[SEALS].splitlines(keepends=True)[1:])

    faults = verify(rebuilt(told_again(files, SEALS))).faults

    assert ("head", "BQ") in {(one.code, one.place) for one in faults}


def test_a_fec_of_other_totals_is_found_though_its_manifest_agrees(archive):
    files, name = files_of(archive), "732829320FEC20251231.txt"
    files[name] = files[name].replace(b"120,00", b"130,00")

    faults = verify(rebuilt(told_again(files, name))).faults

    assert {one.place for one in faults if one.code == "total"} == {f"{name} debit_cents"}


@pytest.mark.parametrize(("left_out", "added", "code"), [("balance.csv", None, "missing"), (None, "x.txt", "unknown")])
def test_files_are_those_of_the_manifest_no_fewer_no_more(archive, left_out, added, code):
    files = {name: content for name, content in files_of(archive).items() if name != left_out}
    files |= {added: b""} if added else {}

    assert code in {one.code for one in verify(rebuilt(files)).faults}


NO_ARCHIVES = [
    b"",
    b"no zip",
    rebuilt({"a": b""}).getvalue(),
    rebuilt({MANIFEST: b"[]"}).getvalue(),
    rebuilt({MANIFEST: b'{"form": "livret-archive-1"}'}).getvalue(),
]


@pytest.mark.parametrize("content", NO_ARCHIVES)
def test_what_is_no_archive_is_told_and_nothing_breaks(content):
    assert not verify(io.BytesIO(content)).is_whole


def test_an_archive_that_left_the_store_is_told(archive):
    with open_archive(archive) as stream:
        name = stream.name
    Path(name).unlink()

    assert [one.code for one in verify_archive(archive).faults] == ["missing"]


def test_an_open_year_is_not_archived(environment):
    with inside(environment.place), pytest.raises(NotArchived, match="exercice clos"):
        make_archive(two_years()[0], **MADE)
