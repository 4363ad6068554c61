"""At night, what nothing needs any more leaves the disk, and nothing else does."""

import os
import threading
import time
from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.apps import apps

from livret.booklet import library
from livret.core.blobs import store, tidying
from livret.core.jobs.queue import Delivery
from livret.core.resident import jobs
from livret.core.tenancy.context import current_place
from livret.suite.finance.bank.models import StatementFile
from livret.suite.finance.entry.models import EntryFile
from livret.suite.finance.models import ImportRun
from livret.suite.finance.review.models import BooksExport
from livret.suite.finance.statements.models import ReportFile
from livret.suite.finance.tests.factories import ALICE, AT, make_company, make_year

LONG_AGO, LATER = 3 * tidying.DAY_S, AT + timedelta(days=31)
WHO = {"author_id": ALICE.id, "author_name": ALICE.name}


@pytest.fixture
def company(entered, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    return make_company()


def kept(content=b"content", *, age_s=LONG_AGO):
    """Store a file some time ago; return its digest."""
    digest = store.put([content], owner=owner()).digest
    date(store.path(digest, owner=owner()), age_s)
    return digest


def date(path, age_s):
    moment = time.time() - age_s
    os.utime(path, (moment, moment))


def owner():
    return str(current_place().environment_id)


def is_there(digest):
    return store.path(digest, owner=owner()).exists()


def run(digest, state="uploaded", **facts):
    return ImportRun.objects.create(
        digest=digest, file_name="x.txt", size=7, state=state, uploaded_at=AT, **WHO, **facts
    )


def exported(company, digest, **facts):
    return BooksExport.objects.create(
        company=company, state="done", has_bank_details=False, digest=digest, size=7, asked_at=AT, ended_at=AT,
        offered_until=AT + timedelta(days=7), **WHO, **facts,
    )  # fmt: skip


def reported(company, digest):
    year = make_year(company)
    facts = {"kind": "balance", "format": "pdf", "state": "ready", "asked_at": AT, "ready_at": AT}
    return ReportFile.objects.create(company=company, fiscal_year=year, digest=digest, size=7, **facts, **WHO)


def sent(model, company, digest, **facts):
    return model.objects.create(
        company=company, digest=digest, file_name="x.csv", size=7, uploaded_at=AT, **WHO, **facts
    )


TEMPORARY = {
    "a FEC that nobody confirmed": lambda company, digest: run(digest, "checked"),
    "a FEC refused": lambda company, digest: run(digest, "refused"),
    "a statement that nobody confirmed": lambda company, digest: sent(StatementFile, company, digest),
    "entries that nobody imported": lambda company, digest: sent(EntryFile, company, digest),
    "an export": exported,
    "a report": reported,
}


@pytest.mark.parametrize("make", TEMPORARY.values(), ids=TEMPORARY.keys())
class TestPastItsTime:
    def test_its_file_leaves_the_disk(self, company, make):
        digest = kept()
        make(company, digest)

        assert (tidying.tidy(at=LATER).past, is_there(digest)) == (1, False)

    def test_it_stays_until_then(self, company, make):
        digest = kept()
        make(company, digest)

        assert (tidying.tidy(at=AT + timedelta(days=6)).past, is_there(digest)) == (0, True)

    def test_it_stays_when_something_else_bears_it(self, company, make):
        digest = kept()
        make(company, digest)
        run(digest, "confirmed")

        assert (tidying.tidy(at=LATER).past, is_there(digest)) == (0, True)

    def test_it_stays_when_it_was_stored_again_a_moment_ago(self, company, make):
        digest = kept()
        make(company, digest)
        store.put([b"content"], owner=owner())

        assert (tidying.tidy(at=LATER).past, is_there(digest)) == (0, True)

    def test_a_second_night_finds_nothing_left_to_do(self, company, make):
        make(company, kept())
        tidying.tidy(at=LATER)

        assert tidying.tidy(at=LATER) == tidying.Tidied()


def test_a_refusal_stays_to_be_read_and_what_nobody_confirmed_is_forgotten(company):
    run(kept(b"1"), "refused", refusal="no")
    run(kept(b"2"), "checked")

    tidying.tidy(at=LATER)

    assert list(ImportRun.objects.values_list("state", "refusal")) == [("refused", "no")]


@pytest.mark.parametrize("state", ["confirmed", "uploaded"])
def test_what_is_under_way_is_left_alone(company, state):
    digest = kept()
    run(digest, state)

    tidying.tidy(at=AT + timedelta(days=400) if state == "confirmed" else AT)

    assert is_there(digest)


def test_what_no_row_bears_waits_until_no_copy_of_the_database_does(company):
    digest = kept()
    tidying.tidy(at=AT)
    note = store.unused(store.path(digest, owner=owner()))
    date(note, tidying.UNUSED_S - 60)
    still = tidying.tidy(at=AT).unused
    date(note, tidying.UNUSED_S + 60)

    assert (still, is_there(digest)) == (0, True)
    assert (tidying.tidy(at=AT).unused, is_there(digest), note.exists()) == (1, False, False)


def test_what_is_borne_again_meanwhile_starts_anew(company):
    digest = kept()
    tidying.tidy(at=AT)
    note = store.unused(store.path(digest, owner=owner()))
    date(note, tidying.UNUSED_S + 60)
    run(digest, "confirmed")

    assert (tidying.tidy(at=AT).unused, is_there(digest), note.exists()) == (0, True, False)


def test_what_is_stored_again_is_no_longer_noted_as_unused(company):
    digest = kept()
    tidying.tidy(at=AT)
    note = store.unused(store.path(digest, owner=owner()))
    was_noted = note.exists()

    store.put([b"content"], owner=owner())

    assert (was_noted, note.exists()) == (True, False)


def test_nothing_is_taken_away_while_a_file_is_being_stored(company):
    digest = kept()
    run(digest, "checked")
    night = threading.Thread(target=lambda: taken.append(tidying._take_away(store.path(digest, owner=owner_id))))
    taken, owner_id = [], owner()
    with store.locked(store.folder_of(owner_id)):  # As `put` holds it, between looking for the file and dating it.
        night.start()
        night.join(0.2)
        waited = night.is_alive()
        os.utime(store.path(digest, owner=owner_id))
    night.join(10)

    assert (waited, taken, is_there(digest)) == (True, [False], True)


def test_what_an_upload_cut_short_left_is_dropped(company):
    folder = store.folder_of(owner())
    kept()
    for name, age_s in (("partial-old", LONG_AGO), ("partial-new", 60)):
        (folder / name).write_bytes(b"x")
        date(folder / name, age_s)

    assert tidying.tidy(at=AT).partial == 1
    assert [path.name for path in folder.glob("partial-*")] == ["partial-new"]


def test_every_column_that_may_bear_a_digest_is_asked():
    labels = {model._meta.label for model, _column in tidying.bearers()}

    assert labels == {
        "bank.StatementFile", "closing.Archive", "entry.EntryFile", "finance.Attachment", "finance.ImportRun",
        "finance.YearTombstone", "payments.PaymentBatch", "review.BooksExport", "statements.ReportFile",
    }  # fmt: skip


@pytest.mark.parametrize("booklet", library().values(), ids=str)
def test_no_booklet_keeps_a_copy_of_a_database_for_longer(booklet):
    days = booklet.backups.oldest_day_back.value
    months = getattr(booklet.backups.monthly_copies_kept, "value", 0) or 0
    latest = max(AT + timedelta(days=days), AT + relativedelta(months=months, days=7))

    assert (latest - AT).total_seconds() < tidying.UNUSED_S


def test_the_night_asks_each_environment(environment):
    assert jobs.ask_to_tidy(0) == 1


def test_the_job_takes_away(company, environment):
    digest = kept()
    exported(company, digest)

    jobs.tidy({}, delivery=Delivery(environment.pk, 1, "tidy"))

    assert not is_there(digest)


def test_the_registered_tables_exist():
    assert [apps.get_model(label) for label in tidying._temporary]
