"""Everything in one file, for those who may have it, for seven days."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest

from livret.core import clock
from livret.core.blobs import store
from livret.core.jobs.queue import Delivery
from livret.core.tenancy.context import inside
from livret.suite.finance.bank.models import Movement
from livret.suite.finance.bank.tests import factories as bank
from livret.suite.finance.closing.tests.factories import posted, two_years
from livret.suite.finance.models import Attachment, AuxiliaryAccount, Party
from livret.suite.finance.review import jobs
from livret.suite.finance.review.models import BooksExport
from livret.suite.finance.review.services.exporting import (
    AlreadyAsked,
    ask_for_export,
    make_export,
    open_export,
    tables,
)
from livret.suite.finance.review.services.questions import ask_question
from livret.suite.finance.tests.factories import ALICE, AT, make_company
from livret.suite.finance.tests.stage import entitlements

IBAN = "FR7630006000011234567890189"


@pytest.fixture
def company(environment, cast, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        former, _following = two_years()
        entry = posted(former, ("401000", -12_000, "F1"), ("616000", 12_000), label="=Assurance")
        Party.objects.create(auxiliary=AuxiliaryAccount.objects.get(number="F1"), iban=IBAN)
        kept = store.put([b"facture"], owner=str(environment.pk))
        Attachment.objects.create(
            company=former.company,
            entry=entry,
            digest=kept.digest,
            name="../FA 1.pdf",
            media_type="application/pdf",
            size=kept.size,
            author_id=ALICE.id,
            author_name=ALICE.name,
            attached_at=AT,
        )
        ask_question(entry, text="Quel contrat ?", by=ALICE, at=AT)
        return former.company


@pytest.fixture
def books(environment, company):
    with inside(environment.place):
        yield company


def exported(company, *, bank=True):
    asked = ask_for_export(company, has_bank_details=bank, by=ALICE, at=AT)
    return make_export(asked.pk, at=clock.now())


def files_of(export):
    with open_export(export) as stream, zipfile.ZipFile(stream) as box:
        return {name: box.read(name) for name in box.namelist()}


def rows_of(files, name):
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig")), delimiter=";"))


def test_the_export_holds_each_year_the_tables_the_documents_and_the_trail(books):
    files = files_of(exported(books))

    assert {"README.txt", "manifest.json", "tables/audit.csv"} <= files.keys()
    assert "exercices/2025-12-31/732829320FEC20251231.txt" in files
    assert "exercices/2026-12-31/seals.jsonl" in files
    assert rows_of(files, "tables/finance/chartaccount.csv")[0]["number"] == "401000"
    assert rows_of(files, "tables/review/message.csv")[0]["text"] == "Quel contrat ?"
    assert [name.split("-", 1)[1] for name in files if name.startswith("documents/")] == ["_FA 1.pdf"]


def test_the_manifest_tells_the_hash_of_every_file(books):
    files = files_of(exported(books))

    told = {one["name"]: one["sha256"] for one in json.loads(files["manifest.json"])["files"]}

    assert told == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"
    }


@pytest.mark.parametrize(("bank", "found"), [(True, True), (False, False)])
def test_bank_details_are_there_only_when_asked_for_by_right(books, bank, found):
    files = files_of(exported(books, bank=bank))

    assert any(IBAN.encode() in content for content in files.values()) is found


@pytest.mark.parametrize(("bank", "found"), [(True, True), (False, False)])
def test_the_addresses_of_people_are_told_with_the_bank_details_only(books, bank, found):
    acts = rows_of(files_of(exported(books, bank=bank)), "tables/audit.csv")

    assert acts
    assert any(act.get("address") == ALICE.address for act in acts) is found


def test_numbers_inside_what_the_bank_told_are_bank_details_too(books):
    bank.make_bank_account(books)
    batch = bank.camt([{"cents": 12_000, "label": "REMISE", "iban": IBAN}])
    half = b"<TxDtls><Amt Ccy='EUR'>60</Amt>" + batch.split(b"<TxDtls>")[1].split(b"</TxDtls>")[0] + b"</TxDtls>"
    start, end = batch.index(b"<TxDtls>"), batch.index(b"</NtryDtls>")
    bank.imported(books, batch[:start] + half + half + batch[end:])
    assert any(IBAN in str(details) for details in Movement.objects.values_list("details", flat=True))

    files = files_of(exported(books, bank=False))

    for number in (IBAN, bank.IBAN):
        assert [name for name, content in files.items() if number.encode() in content] == []


def test_another_company_is_not_in_the_export(books):
    other = make_company(siren="552100554", name="Autre")
    asked = ask_for_export(other, has_bank_details=True, by=ALICE, at=AT)

    files = files_of(make_export(asked.pk, at=AT))

    assert not any(b"Quel contrat" in content or b"732829320" in content for content in files.values())


def test_the_tables_of_every_room_lead_to_a_company():
    labels = {model._meta.label_lower for model, _path in tables()}

    assert {"finance.party", "finance.lettering", "finance.letteredline", "closing.cutoff", "vat.return"} <= labels
    assert "finance.line" not in labels


def test_an_export_is_asked_for_once_at_a_time_and_made_once(books):
    asked = ask_for_export(books, has_bank_details=True, by=ALICE, at=AT)
    with pytest.raises(AlreadyAsked):
        ask_for_export(books, has_bank_details=True, by=ALICE, at=AT)

    first, again = make_export(asked.pk, at=AT), make_export(asked.pk, at=AT + timedelta(1))

    assert first.ended_at == again.ended_at


def made_on_page(browse, environment, who):
    root = f"/e/{environment.slug}/comptabilite/732829320/revision/exports/"
    browse(who).post(root)
    with inside(environment.place, entitlements=entitlements):
        export = BooksExport.objects.get()
        jobs.export({"export_id": export.pk}, delivery=Delivery(environment.pk, 1, "1.1"))
    return f"{root}{export.pk}/"


def test_a_reader_exports_without_bank_details_and_downloads(browse, environment, company):
    address = made_on_page(browse, environment, "bob")

    answer = browse("bob").get(address)

    assert b"".join(answer.streaming_content)[:2] == b"PK"
    with inside(environment.place):
        assert not BooksExport.objects.get().has_bank_details


def test_an_export_with_bank_details_is_closed_to_readers(browse, environment, company):
    address = made_on_page(browse, environment, "alice")

    assert browse("bob").get(address).status_code == 404


def test_an_export_is_offered_for_seven_days(browse, environment, company):
    address = made_on_page(browse, environment, "alice")
    with inside(environment.place):
        BooksExport.objects.update(offered_until=clock.now())

    assert browse().get(address).status_code == 404


def test_the_proof_page_shows_the_whole_head_of_each_chain(browse, environment, company):
    page = browse("bob").get(f"/e/{environment.slug}/comptabilite/732829320/revision/preuve/")

    heads = [chain.head for held in page.context["years"] for chain in held["chains"]]
    assert len(heads) == 1
    assert heads[0] in page.content.decode()
