"""The detail of a closed year goes whole, once the law no longer asks for it, and nothing else goes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction

from livret.core.tenancy import provision
from livret.core.tenancy.context import current_alias, inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.models import Archive
from livret.suite.finance.closing.queries.purging import conditions_of
from livret.suite.finance.closing.services.archiving import open_archive, verify_archive
from livret.suite.finance.closing.services.purging import NotPurged, purge_year
from livret.suite.finance.closing.tests.factories import posted
from livret.suite.finance.closing.tests.purged import PURGED, closed_years, finish, settle
from livret.suite.finance.models import (
    AuxiliaryBalance,
    Balance,
    Entry,
    Journal,
    Line,
    Seal,
    YearLedger,
    YearTombstone,
)
from livret.suite.finance.queries import proof
from livret.suite.finance.queries.tombstones import heads_held
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_company, make_year


@pytest.fixture
def years(environment, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        yield closed_years()


def rows_of(year):
    """Return every row of the detail and of the balances of *year*, as text."""
    tables = ("finance_entry", "finance_line", "finance_lettering", "finance_balance", "finance_daybalance")
    found = {}
    with connections[current_alias()].cursor() as sql:
        for table in tables:
            sql.execute(f"SELECT t::text FROM {table} t WHERE fiscal_year_id = %s ORDER BY 1", [year.pk])
            found[table] = sql.fetchall()
        sql.execute(
            "SELECT s::text FROM finance_seal s JOIN finance_entry e ON e.id = s.entry_id"
            " WHERE e.fiscal_year_id = %s ORDER BY 1",
            [year.pk],
        )
        found["finance_seal"] = sql.fetchall()
    return found


def test_the_detail_goes_and_the_tombstone_stays(years):
    former, _following = years

    done = purge_year(former, **PURGED)

    assert not Entry.objects.filter(fiscal_year=former).exists()
    assert not AuxiliaryBalance.objects.filter(fiscal_year=former).exists()
    assert (done.stone.entries, done.stone.lines, done.stone.debit_cents) == (3, 6, 26_000)
    assert done.stone.archive_digest == Archive.objects.get(fiscal_year=former).digest
    assert (done.gone["finance_entry"], done.gone["finance_line"], done.gone["finance_lettering"]) == (3, 6, 1)


def test_the_next_year_is_untouched_to_the_last_row(years):
    former, following = years
    before = rows_of(following)

    purge_year(former, **PURGED)

    assert rows_of(following) == before
    assert proof.faults_of(following) == []


def test_the_totals_of_accounts_stay_for_comparison(years):
    former, _following = years
    before = set(Balance.objects.filter(fiscal_year=former).values_list("account", "debit_cents", "credit_cents"))

    purge_year(former, **PURGED)

    after = Balance.objects.filter(fiscal_year=former).values_list("account", "debit_cents", "credit_cents")
    assert set(after) == before
    assert proof.faults_of(former) == []


def test_the_archive_of_a_purged_year_still_proves_itself(years):
    purge_year(years[0], **PURGED)

    assert verify_archive(Archive.objects.get(fiscal_year=years[0])).is_whole


def purge(year, today=TODAY):
    with connections[current_alias()].cursor() as sql:
        sql.execute("SELECT finance_purge_year(%s, %s)", [year.pk, today])


def bury(year, **forged):
    """Add a tombstone that says what is true of *year*, but for what is forged."""
    first, last = (Entry.objects.filter(fiscal_year=year).order_by(order).first().pk for order in ("pk", "-pk"))
    archive = Archive.objects.filter(fiscal_year=year).order_by("pk").first()
    facts = {
        "heads": heads_held(year),
        "entries": archive.entries,
        "lines": archive.lines,
        "debit_cents": archive.debit_cents,
        "first_entry": first,
        "last_entry": last,
        "archive_digest": archive.digest,
        "kept_until": archive.keep_until,
        "source": "C. com., art. L. 123-22",
        "author_id": ALICE.id,
        "author_name": ALICE.name,
        "at": AT,
    }
    return YearTombstone.objects.create(fiscal_year=year, **{**facts, **forged})


def refused_by(guard):
    return pytest.raises(DatabaseError, match=guard)


FORGED = [
    ({"entries": 2}, "purge_leaves_an_archive"),
    ({"archive_digest": "0" * 64}, "purge_leaves_an_archive"),
    ({"kept_until": date(2020, 1, 1)}, "purge_leaves_an_archive"),
    ({"kept_until": date(2026, 3, 2)}, "purge_after_the_legal_years"),
    ({"heads": []}, "purge_tombstone_is_true"),
    ({"last_entry": 1}, "purge_tombstone_is_true"),
]


@pytest.mark.parametrize(("forged", "guard"), FORGED)
def test_the_door_stays_shut_on_a_false_tombstone(years, forged, guard):
    with refused_by(guard), transaction.atomic(using=current_alias()):
        bury(years[0], **forged)
        purge(years[0])

    assert Entry.objects.filter(fiscal_year=years[0]).count() == 3


def test_ten_years_are_the_least_whatever_the_archive_says(years):
    told = {"is_definitive": True, "author_id": ALICE.id, "author_name": ALICE.name, "made_at": AT, "size": 1}
    held = Archive.objects.get(fiscal_year=years[0])
    counts = {"entries": held.entries, "lines": held.lines, "debit_cents": held.debit_cents}
    Archive.objects.create(fiscal_year=years[0], digest="a" * 64, keep_until=date(2013, 1, 1), **counts, **told)

    with refused_by("purge_after_the_legal_years"), transaction.atomic(using=current_alias()):
        bury(years[0], kept_until=date(2013, 1, 1), archive_digest="a" * 64)
        purge(years[0])


def test_the_door_opens_on_a_true_tombstone(years):
    bury(years[0])
    purge(years[0])

    assert not Entry.objects.filter(fiscal_year=years[0]).exists()


def test_the_door_stays_shut_without_a_tombstone(years):
    with refused_by("purge_has_its_tombstone"), transaction.atomic(using=current_alias()):
        purge(years[0])


def test_a_day_to_come_that_a_caller_gives_is_no_reason(years):
    with refused_by("purge_after_the_legal_years"), transaction.atomic(using=current_alias()):
        bury(years[0], kept_until=date(2199, 1, 1))
        purge(years[0], date(2200, 1, 1))


def test_the_door_takes_the_oldest_year_first(years):
    with refused_by("purge_of_the_oldest_year"), transaction.atomic(using=current_alias()):
        bury(years[1])
        purge(years[1])


def test_an_open_year_is_none_of_its_business(years):
    opened = FiscalYear.objects.get(company=years[0].company_id, state="open")

    with refused_by("purge_of_a_closed_year"), transaction.atomic(using=current_alias()):
        purge(opened)


def test_a_tombstone_without_a_purge_is_refused_at_the_commit(years):
    with refused_by("tombstone_of_a_removed_year"), transaction.atomic(using=current_alias()):
        bury(years[0])
        with connections[current_alias()].cursor() as sql:
            sql.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("table", ["finance_line", "finance_entry", "closing_carriedline", "finance_letteringevent"])
def test_the_application_removes_no_row_by_itself_whatever_it_says(years, table):
    with refused_by("permission denied"), transaction.atomic(using=current_alias()):
        bury(years[0])
        with connections[current_alias()].cursor() as sql:
            sql.execute("SELECT set_config('finance.purged_year', %s, true)", [str(years[0].pk)])
            sql.execute(f"DELETE FROM {table}")


def test_letterings_of_a_closed_year_stay_whatever_the_application_says(years):
    alias = current_alias()

    with refused_by("lettering_in_open_year"), transaction.atomic(using=alias), connections[alias].cursor() as sql:
        sql.execute("SELECT set_config('finance.purged_year', %s, true)", [str(years[0].pk)])
        sql.execute("DELETE FROM finance_lettering WHERE fiscal_year_id = %s", [years[0].pk])


@pytest.mark.parametrize("model", [Entry, Line, Seal])
def test_the_owner_s_mistakes_are_refused_as_before(fresh_environment, cluster, model):
    owned = provision.connected(cluster.host, cluster.port, fresh_environment.database)

    with owned as owner, pytest.raises(psycopg.Error, match="posted_rows_are_final"):
        owner.execute(f"DELETE FROM {model._meta.db_table}")


@pytest.mark.parametrize("model", [Entry, Line])
def test_naming_a_purged_year_removes_nothing_of_another(fresh_environment, cluster, settings, tmp_path, model):
    settings.STATE_FOLDER = tmp_path
    with inside(fresh_environment.place):
        former, _following = closed_years()
        purge_year(former, **PURGED)
        held = model.objects.count()
    owned = provision.connected(cluster.host, cluster.port, fresh_environment.database)

    with owned as owner, pytest.raises(psycopg.Error, match="posted_rows_are_final"):
        owner.execute("SELECT set_config('finance.purged_year', %s, false)", [str(former.pk)])
        owner.execute(f"DELETE FROM {model._meta.db_table}")

    with inside(fresh_environment.place):
        assert model.objects.count() == held


BURIED = {"heads": [], "debit_cents": 1, "first_entry": 1, "last_entry": 1, "archive_digest": "0" * 64}


def refused_at_the_commit(year, **counts):
    """Have a tombstone put on *year* by hand refused."""
    told = {"kept_until": date(2022, 12, 31), "source": "C. com., art. L. 123-22", "at": AT}
    author = {"author_id": ALICE.id, "author_name": ALICE.name}
    with refused_by("tombstone_of_a_removed_year"), transaction.atomic(using=current_alias()):
        YearTombstone.objects.create(fiscal_year=year, **BURIED, **told, **author, **counts)
        with connections[current_alias()].cursor() as sql:
            sql.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_open_year_that_holds_nothing_takes_no_tombstone(years):
    opened = make_year(years[0].company, date(2015, 1, 1), date(2015, 12, 31))
    YearLedger.objects.update_or_create(fiscal_year=opened, defaults={"entries": 1, "lines": 2})

    refused_at_the_commit(opened, entries=1, lines=2)


@pytest.mark.parametrize("counts", [{"entries": 1, "lines": 2}, {"entries": 7, "lines": 2}, {"entries": 1, "lines": 7}])
def test_a_closed_year_that_never_held_what_the_tombstone_says_takes_none(environment, settings, tmp_path, counts):
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        company = make_company()
        year = make_year(company, date(2012, 1, 1), date(2012, 12, 31))
        if counts != {"entries": 1, "lines": 2}:
            YearLedger.objects.update_or_create(fiscal_year=year, defaults={"entries": 1, "lines": 2})
        FiscalYear.objects.filter(pk=year.pk).update(state="closed")

        refused_at_the_commit(year, **counts)


def test_a_year_with_a_tombstone_takes_no_entry(years):
    purge_year(years[0], **PURGED)

    with refused_by("entry_in_open_year"), transaction.atomic(using=current_alias()):
        Entry.objects.create(
            company_id=years[0].company_id, fiscal_year=years[0], journal=Journal.objects.get(code="OD"), number=1,
            date=years[0].last_day, line_count=2, amount_cents=100, validated_at=AT, validated_on=TODAY,
        )  # fmt: skip


def test_only_the_application_may_knock(years):
    with connections[current_alias()].cursor() as sql:
        asked = "SELECT has_function_privilege(%s, 'finance_purge_year(integer, date)', 'EXECUTE')"
        sql.execute(f"{asked} UNION ALL {asked}", [provision.role_name("app"), provision.role_name("report")])
        rights = [right for (right,) in sql.fetchall()]

    assert rights == [True, False]


def test_a_damaged_archive_stops_the_purge(years):
    with open_archive(Archive.objects.get(fiscal_year=years[0])) as stream:
        path = Path(stream.name)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(NotPurged, match=r"unreadable|changed"):
        purge_year(years[0], **PURGED)

    assert Entry.objects.filter(fiscal_year=years[0]).count() == 3


@pytest.mark.parametrize(("day", "words"), [(date(2022, 12, 31), "années légales"), (date(2022, 12, 30), "31/12/2022")])
def test_a_year_is_not_purged_before_the_legal_years_have_passed(years, day, words):
    with pytest.raises(NotPurged, match=words):
        purge_year(years[0], by=ALICE, at=AT, today=day)


def test_years_go_in_their_order(years):
    with pytest.raises(NotPurged, match="plus ancien"):
        purge_year(years[1], **PURGED)

    purge_year(years[0], **PURGED)
    assert YearTombstone.objects.count() == 1


def test_a_year_is_purged_once(years):
    purge_year(years[0], **PURGED)

    with pytest.raises(NotPurged, match="déjà"):
        purge_year(years[0], **PURGED)


def test_an_open_item_keeps_its_origin(environment, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        former, _following = closed_years(is_settled=False)

        found = {one.code: one.found for one in conditions_of(former, today=TODAY) if not one.is_passed}

    assert list(found) == ["purge-next-year-open", "purge-still-open"]
    assert [(one.label, one.cents) for one in found["purge-still-open"]] == [("411000 C2", 2_000)]


def test_another_company_s_books_are_untouched(years):
    other = make_company("552100554", "Autre")
    year = make_year(other, date(2012, 1, 1), date(2012, 12, 31))
    posted(year, ("411000", 500, "C1"), ("706000", -500))
    before = rows_of(year)

    purge_year(years[0], **PURGED)

    assert rows_of(year) == before


def test_an_entry_that_undid_one_of_the_year_stays_and_still_proves_itself(environment, settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        former, following = closed_years(is_settled=False)
        undone = Entry.objects.filter(fiscal_year=former, journal__code="OD").order_by("pk").first()
        opposite = posted(following, ("706000", 12_000), ("411000", -12_000, "C1"), reverses_id=undone.pk)
        settle(following)
        finish(following)

        purge_year(former, **PURGED)

        assert Entry.objects.get(pk=opposite.pk).reverses_id == undone.pk
        assert proof.faults_of(following) == []
