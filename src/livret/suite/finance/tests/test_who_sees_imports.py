"""The page of an import, and its row in the list, once the rights of whoever sent it changed."""

import pytest

from livret.core.tenancy.context import inside
from livret.suite.company import services as company
from livret.suite.company.models import Company, Grant
from livret.suite.finance.models import ImportRun
from livret.suite.finance.tests import stage
from livret.suite.finance.tests.factories import AT, checked, fec_bytes, make_company, sale

HOME = "/e/client-a/comptabilite/"


@pytest.fixture
def done(browse, books_of_2025, environment):
    """The import that Alice, who lost every right on finance but to read another company, sent."""
    with inside(environment.place):
        return ImportRun.objects.get().pk


def rights(environment, cast, *permits):
    with inside(environment.place):
        ImportRun.objects.update(author_id=cast["alice"].person_id)
        Grant.objects.filter(account=cast["alice"], module="finance").delete()
        other = make_company("552100554", "Moulin")
        known = {"": None, "here": Company.objects.get(siren="732829320"), "other": other}
        for right, where in permits:
            company.grant(
                cast["alice"], room="finance", right=right, company=known[where], by=stage.actor(cast["alice"]), at=AT
            )


@pytest.mark.parametrize(
    ("permits", "status"),
    [
        ([], 403),
        ([("read", "other")], 404),
        ([("validate", "other")], 404),
        ([("read", "here")], 200),
        ([("read", "")], 200),
    ],
    ids=["none", "reads another", "validates another", "reads it", "reads all"],
)
def test_one_in_the_books_is_of_those_who_read_them(browse, environment, cast, done, permits, status):
    rights(environment, cast, *permits)

    assert browse().get(f"{HOME}fec/{done}/").status_code == status


@pytest.mark.parametrize(
    ("permits", "status"), [([("read", "other")], 404), ([("validate", "other")], 200)], ids=["reads", "validates"]
)
def test_one_that_waits_is_of_whoever_sent_it_while_they_may_import(browse, environment, cast, done, permits, status):
    with inside(environment.place):
        waiting = checked(fec_bytes(sale("7"))).pk
    rights(environment, cast, *permits)

    assert browse().get(f"{HOME}fec/{waiting}/").status_code == status


def test_the_list_leaves_out_what_is_not_seen(browse, environment, cast, done):
    rights(environment, cast, ("validate", "other"))

    assert browse().get(f"{HOME}fec/").context["runs"] == []
