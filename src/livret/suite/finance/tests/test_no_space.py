"""A disk that is full: a clear word, nothing half done, and the way on."""

import errno

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from livret.core.tenancy import provision
from livret.core.tenancy.context import inside
from livret.suite.company.models import Company
from livret.suite.finance.models import DraftEntry, Entry, ImportRun
from livret.suite.finance.services import imports
from livret.suite.finance.tests import stage
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, confirmed, fec_bytes, sale
from livret.suite.finance.tests.test_drafts import saved
from livret.suite.finance.tests.test_faults import committed_books, validating  # noqa: F401

FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk AFTER INSERT ON finance_line FOR EACH STATEMENT EXECUTE FUNCTION full_disk();
"""


@pytest.fixture
def full_disk(fresh_environment):
    """The database answers as it does when its disk is full, from the first line on."""
    place = fresh_environment.place
    with provision.connected(place.host, place.port, place.database) as connection:
        connection.execute(FULL)
    return fresh_environment


def test_an_import_without_room_records_nothing_and_can_be_confirmed_again(full_disk):
    with inside(full_disk.place):
        run = confirmed(fec_bytes(sale("1")))
        done = imports.import_run(run.pk, allowances=imports.Allowances(), at=AT, today=TODAY)

        assert (done.state, Entry.objects.count(), Company.objects.count()) == ("checked", 0, 0)
        assert "plus de place" in done.refusal
        connections[full_disk.place.alias()].cursor().execute("SELECT 1")
    place = full_disk.place
    with provision.connected(place.host, place.port, place.database) as connection:
        connection.execute("DROP TRIGGER full_disk ON finance_line")
    with inside(place):
        facts = {"siren": done.siren, "company_name": "Ateliers Lumen", "by": ALICE, "at": AT}
        again = imports.confirm(done, first_day=done.first_day, last_day=done.last_day, **facts)
        done = imports.import_run(again.pk, allowances=imports.Allowances(), at=AT, today=TODAY)
        assert (done.state, done.refusal, Entry.objects.count()) == ("done", "", 1)


def test_a_validation_without_room_leaves_the_draft(full_disk, committed_books):  # noqa: F811
    with inside(full_disk.place):
        draft = saved(committed_books)
        with pytest.raises(Exception, match="No space left"):
            validating(draft)()

        assert (DraftEntry.objects.count(), Entry.objects.count()) == (1, 0)


def test_an_upload_without_room_is_told_and_keeps_no_piece(environment, browse, settings, monkeypatch, tmp_path):
    settings.STATE_FOLDER = tmp_path
    settings.MIDDLEWARE = [*stage.MIDDLEWARE, "livret.core.space.SpaceMiddleware"]

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("livret.core.blobs.store.os.fsync", full)
    file = SimpleUploadedFile("732829320FEC20251231.txt", fec_bytes(sale("1")))
    answer = browse().post(f"/e/{environment.slug}/comptabilite/fec/", {"file": file})

    assert answer.status_code == 507
    assert "Rien de ce que vous faisiez n’a été enregistré" in answer.content.decode()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with inside(environment.place):
        assert not ImportRun.objects.exists()
