"""Somebody who works for one company learns nothing of another by sending a file in its name."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from livret.core.tenancy.context import inside
from livret.suite.company import services as company
from livret.suite.finance.models import ImportRun
from livret.suite.finance.tests import stage
from livret.suite.finance.tests.factories import ALICE, AT, NAME, fec_bytes, imported, make_company, sale


@pytest.fixture
def of_another(environment, browse, monkeypatch):
    """A browser of Sven, who validates in one company, where Ateliers Lumen keeps its books too."""
    with inside(environment.place):
        assert imported(fec_bytes(sale("1"))).state == "done"
        own = make_company("552100554", "Fonderie")
        sven = company.open_account(
            person_id=uuid.UUID(int=9), name="Sven", email="sven@atelier.example", by=ALICE, at=AT
        )
        company.grant(sven, room="finance", right="validate", company=own, by=ALICE, at=AT)
    browser = browse()
    monkeypatch.setitem(stage.ON_STAGE, "actor", stage.actor(sven))
    return browser


@pytest.fixture
def preview(of_another):
    content = SimpleUploadedFile(NAME, fec_bytes(sale("1")))
    return of_another.post("/e/client-a/comptabilite/fec/", {"file": content}, follow=True)


def test_neither_name_nor_accounts_nor_former_import_are_told(preview, environment):
    with inside(environment.place):
        run = ImportRun.objects.latest("pk")

    assert preview.status_code == 200
    assert "Ateliers Lumen" not in preview.content.decode()
    assert (run.company_name, run.refusal, run.summary["new_accounts"]) == ("", "", run.summary["accounts"])


def test_the_file_cannot_be_imported_there(preview, of_another):
    facts = {"siren": "732829320", "company_name": "", "first_day": "2025-01-01", "last_day": "2025-12-31"}

    assert of_another.post(f"{preview.request['PATH_INFO']}confirmation/", facts).status_code == 403
