"""A purged year is proved by its archive and the heads kept outside; a false tombstone is found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from livret.cli.ledger import _tell
from livret.core.tenancy.context import inside
from livret.ops.environments import proofs
from livret.ops.environments.models import LedgerHead
from livret.ops.environments.tests.test_proofs import codes, intruder, send_heads
from livret.suite.finance.closing.models import Archive
from livret.suite.finance.closing.services.archiving import open_archive
from livret.suite.finance.closing.services.purging import purge_year
from livret.suite.finance.closing.tests.purged import PURGED, closed_years

AT = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def books(fresh_environment, settings, tmp_path):
    """Two closed years, their heads kept outside, the first of them purged."""
    settings.STATE_FOLDER = tmp_path
    with inside(fresh_environment.place):
        former, _following = closed_years()
    send_heads(fresh_environment)
    with inside(fresh_environment.place):
        purge_year(former, **PURGED)
    return fresh_environment


def test_a_purged_year_is_proved_and_told(books, capsys):
    proof = proofs.prove(books, at=AT)
    _tell(books, proof)

    assert proof.faults == []
    told = capsys.readouterr().out
    assert "732829320 2012-12-31: purged on 2026-03-02, proven by the archive" in told


def test_a_line_forged_in_a_later_year_is_still_found(books, cluster):
    with intruder(books, cluster) as sql:
        sql.execute("UPDATE finance_line SET debit_cents = 2100 WHERE debit_cents = 2000")

    assert "seal-broken" in codes(proofs.prove(books, at=AT))


FORGED = [
    "UPDATE finance_yeartombstone SET entries = 2",
    "UPDATE finance_yeartombstone SET debit_cents = debit_cents - 1",
    "UPDATE finance_yeartombstone SET heads = jsonb_set(heads, '{0,head}', to_jsonb(repeat('0', 64)))",
]


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_tombstone_is_found(books, cluster, forgery):
    with intruder(books, cluster) as sql:
        sql.execute(forgery)

    assert codes(proofs.prove(books, at=AT)) >= {"tombstone-false", "archive-false"}


def test_a_tombstone_forged_with_all_that_stands_beside_it_is_found_by_the_archive(books, cluster):
    with intruder(books, cluster) as sql:
        sql.execute("UPDATE finance_yeartombstone SET entries = 2")
        sql.execute(
            "UPDATE finance_yearledger SET entries = 2"
            " WHERE fiscal_year_id IN (SELECT fiscal_year_id FROM finance_yeartombstone)"
        )

    assert codes(proofs.prove(books, at=AT)) == {"archive-false"}


EMPTIED = [
    "UPDATE finance_yearledger SET entries = 0 WHERE fiscal_year_id = %s",
    "DELETE FROM finance_yearledger WHERE fiscal_year_id = %s",
]


@pytest.mark.parametrize("emptied", EMPTIED)
def test_a_purged_year_cannot_be_hidden_with_its_tombstone(books, cluster, emptied):
    with intruder(books, cluster) as sql:
        year = sql.execute("SELECT fiscal_year_id FROM finance_yeartombstone").fetchone()
        for table in ("yeartombstone", "journalcounter", "balance", "daybalance"):
            sql.execute(f"DELETE FROM finance_{table} WHERE fiscal_year_id = %s", year)
        sql.execute(emptied, year)

    assert codes(proofs.prove(books, at=AT)) == {"year-missing"}


def test_totals_changed_in_a_purged_year_are_found(books, cluster):
    with intruder(books, cluster) as sql:
        sql.execute(
            "UPDATE finance_daybalance SET debit_cents = debit_cents + 1 WHERE debit_cents > 0 AND fiscal_year_id IN"
            " (SELECT fiscal_year_id FROM finance_yeartombstone)"
        )

    assert codes(proofs.prove(books, at=AT)) == {"balance-drifted"}


def test_an_archive_that_left_the_store_is_found(books):
    with inside(books.place), open_archive(Archive.objects.get(fiscal_year__last_day="2012-12-31")) as stream:
        path = Path(stream.name)
    path.unlink()

    assert codes(proofs.prove(books, at=AT)) == {"archive-false"}


def test_heads_kept_outside_that_the_archive_does_not_meet_are_found(books, control):
    held = LedgerHead.objects.filter(environment=books, year_ends="2012-12-31").order_by("-number").first()
    LedgerHead.objects.create(
        environment=books, generation=held.generation, siren=held.siren, year_ends=held.year_ends,
        journal=held.journal, number=held.number + 5, head="1" * 64, received_at=AT,
    )  # fmt: skip

    assert codes(proofs.prove(books, at=AT)) == {"entry-missing"}


def test_a_year_that_goes_without_a_tombstone_is_missed(books, cluster):
    with intruder(books, cluster) as sql:
        sql.execute("DELETE FROM finance_yeartombstone")

    assert "entry-missing" in codes(proofs.prove(books, at=AT))
