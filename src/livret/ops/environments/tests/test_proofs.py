"""The books are proved from the inside and against the heads kept outside the client's database."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from livret.core.jobs.queue import Delivery
from livret.core.resident.models import OutboxMessage
from livret.core.tenancy.context import Place, inside
from livret.ops.environments import jobs, proofs
from livret.ops.environments.models import LedgerHead
from livret.ops.environments.proofs import Head, heads_to_meet
from livret.suite.finance.queries.proof import years_held
from livret.suite.finance.tests.factories import fec_bytes, imported, sale

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHAINED_AGAIN = """
WITH RECURSIVE digests AS (
    SELECT d.entry_id, d.number, d.digest
      FROM company_fiscalyear y CROSS JOIN LATERAL finance_digests(y.id, 0, 9223372036854775807) d
), chain AS (
    SELECT entry_id, number, sha256(decode(repeat('00', 32), 'hex') || digest) AS hash FROM digests WHERE number = 1
    UNION ALL
    SELECT d.entry_id, d.number, sha256(c.hash || d.digest) FROM chain c JOIN digests d ON d.number = c.number + 1
)
UPDATE finance_seal s SET hash = c.hash FROM chain c WHERE c.entry_id = s.entry_id
"""
HEADS_AGAIN = """
UPDATE finance_journalcounter c SET head = s.hash, last_number = e.number
  FROM finance_entry e JOIN finance_seal s ON s.entry_id = e.id
 WHERE e.journal_id = c.journal_id AND e.number = (SELECT max(number) FROM finance_entry)
"""
BALANCES_AGAIN = """
UPDATE finance_balance b SET debit_cents = s.debit, credit_cents = s.credit
  FROM (SELECT account_id, date_trunc('month', date::timestamp)::date AS month, sum(debit_cents) AS debit,
               sum(credit_cents) AS credit FROM finance_line GROUP BY 1, 2) s
 WHERE s.account_id = b.account_id AND s.month = b.month
"""


@pytest.fixture
def books(fresh_environment):
    """Three sales in the books of 2025, the head of their journal kept outside."""
    with inside(fresh_environment.place):
        run = imported(fec_bytes([*sale("1"), *sale("2", cents=60_000), *sale("3", cents=24_000)]))
        assert run.state == "done"
    send_heads(fresh_environment)
    return fresh_environment


def send_heads(environment):
    with inside(environment.place):
        messages = list(OutboxMessage.objects.filter(task="finance.ledger_head"))
    delivery = Delivery(environment.pk, environment.generation, "1")
    for message in messages:
        jobs.keep_ledger_head(message.payload, delivery=delivery)


@contextmanager
def intruder(environment, cluster):
    """Somebody who holds the database: the guards are off while they work."""
    address = {"host": cluster.host, "port": cluster.port, "user": cluster.user, "password": cluster.password}
    with psycopg.connect(**address, dbname=environment.database, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def codes(proof):
    return {fault["code"] for fault in proof.faults}


def test_books_that_nobody_touched_are_proved(books):
    proof = proofs.prove(books, at=AT)

    assert (proof.faults, proof.entries, proof.chains, proof.unproved) == ([], 3, 1, 0)


def test_an_edited_line_breaks_its_seal(books, cluster):
    with intruder(books, cluster) as sql:
        sql.execute("UPDATE finance_line SET credit_cents = 49000 WHERE credit_cents = 50000")

    assert codes(proofs.prove(books, at=AT)) >= {"seal-broken"}


def test_a_line_edited_with_its_whole_chain_computed_again_is_found_by_the_head_kept_outside(books, cluster):
    with intruder(books, cluster) as sql:
        sql.execute("UPDATE finance_line SET credit_cents = 49000 WHERE credit_cents = 50000")
        sql.execute("UPDATE finance_line SET credit_cents = 11000 WHERE credit_cents = 10000")
        for statement in (CHAINED_AGAIN, HEADS_AGAIN, BALANCES_AGAIN):
            sql.execute(statement)

    proof = proofs.prove(books, at=AT)

    assert "head-differs" in codes(proof)
    assert "seal-broken" not in codes(proof)


def test_the_last_entry_cannot_be_taken_away_unseen(books, cluster):
    with intruder(books, cluster) as sql:
        last = sql.execute("SELECT id FROM finance_entry WHERE number = 3").fetchone()
        for table in ("seal", "linetext", "line", "entrytext"):
            sql.execute(f"DELETE FROM finance_{table} WHERE entry_id = %s", last)
        sql.execute("DELETE FROM finance_entry WHERE id = %s", last)
        for statement in (HEADS_AGAIN, BALANCES_AGAIN):
            sql.execute(statement)

    assert "entry-missing" in codes(proofs.prove(books, at=AT))


def test_a_whole_company_cannot_be_taken_away_unseen(books, cluster):
    with intruder(books, cluster) as sql:
        sql.execute("DELETE FROM company_fiscalyear")

    assert codes(proofs.prove(books, at=AT)) == {"year-missing"}


EMPTIED = ["UPDATE finance_yearledger SET entries = 0, lines = 0", "DELETE FROM finance_yearledger"]


@pytest.mark.parametrize("emptied", EMPTIED)
@pytest.mark.parametrize("whole", [True, False])
def test_a_whole_year_cannot_be_emptied_unseen(books, cluster, emptied, whole):
    proofs.prove(books, at=AT)
    with intruder(books, cluster) as sql:
        for table in ("seal", "linetext", "line", "entrytext", "entry", "journalcounter", "balance", "daybalance"):
            sql.execute(f"DELETE FROM finance_{table}")
        sql.execute(emptied)

    assert codes(proofs.prove(books, at=AT + timedelta(days=1), whole=whole)) == {"year-missing"}


def test_a_balance_that_drifted_is_found(books, cluster):
    with intruder(books, cluster) as sql:
        sql.execute("UPDATE finance_balance SET debit_cents = debit_cents + 1 WHERE debit_cents > 0")

    assert codes(proofs.prove(books, at=AT)) == {"balance-drifted"}


def test_entries_whose_head_has_not_left_are_counted_as_unproved(fresh_environment):
    with inside(fresh_environment.place):
        imported(fec_bytes([*sale("1"), *sale("2")]))

    assert proofs.prove(fresh_environment, at=AT).unproved == 2


def test_a_year_proved_the_night_before_is_not_read_again(books):
    proofs.prove(books, at=AT)

    again = proofs.prove(books, at=AT + timedelta(days=1), whole=False)
    a_week_later = proofs.prove(books, at=AT + timedelta(days=8), whole=False)

    assert (again.entries, a_week_later.entries) == (0, 3)


def test_every_night_each_open_environment_is_proved(books):
    jobs.prove_ledgers()
    jobs.prove_ledger(str(books.pk))

    assert books.ledger_proofs.get().faults == []


@pytest.mark.parametrize(
    ("heads", "met"),
    [
        ([], []),
        ([(1, 3), (1, 9)], [(1, 9)]),
        ([(1, 3), (1, 5), (1, 9), (2, 6), (2, 8)], [(1, 5), (2, 8)]),
        ([(1, 5), (1, 9), (2, 4)], [(2, 4)]),
        ([(1, 2), (1, 9), (2, 6), (3, 3), (3, 4)], [(1, 2), (3, 4)]),
    ],
)
def test_a_head_is_met_until_a_later_generation_gave_its_number_again(heads, met):
    found = heads_to_meet(Head(generation, number, "") for generation, number in heads)

    assert [(one.generation, one.number) for one in found] == met


@pytest.mark.parametrize(("generation", "found"), [(2, {"entry-missing"}), (1, set())])
def test_entries_that_a_restoration_left_behind_are_no_fault(books, generation, found):
    facts = {"siren": "732829320", "year_ends": "2025-12-31", "journal": "VE", "number": 7, "head": "00" * 32}
    LedgerHead.objects.create(environment=books, generation=generation, **facts, received_at=AT)
    books.generation = 2

    with inside(Place(books.pk, 1, "main", books.place.host, books.place.port, books.database)):
        years = [year for year, _entries in years_held().values()]
        codes_found = {fault.code for fault in proofs._against_heads(books, years, years)}

    assert codes_found == found
