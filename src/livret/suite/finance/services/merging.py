"""From the staged lines to the books: a sequence of statements over sets, under the lock of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.backends.utils import CursorWrapper
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from livret.kernel.findings import Finding, Severity
from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Journal
from livret.suite.finance.rules.accounts import is_usually_lettered
from livret.suite.finance.rules.journals import guessed_kind
from livret.suite.finance.services.staging import Staged

SHOWN = 20
TEMPORARY = ("staged_line", "staged_entry", "staged_journal", "staged_account", "staged_auxiliary", "scattered")
Named = TypeVar("Named", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how staged lines enter: the year, the run, who, when; entries without ValidDate get its day."""

    year: FiscalYear
    run_id: int
    author_id: UUID
    author_name: str
    at: datetime
    on: Any

    @property
    def company(self) -> Company:
        return self.year.company

    def facts(self) -> Mapping[str, Any]:
        return {
            "company": self.year.company_id,
            "year": self.year.pk,
            "first_day": self.year.first_day,
            "last_day": self.year.last_day,
            "run": self.run_id,
            "author": self.author_id,
            "name": self.author_name,
            "at": self.at,
            "on": self.on,
        }


WIDENED = """
UPDATE finance_chartaccount a SET valid_from = NULL, valid_until = NULL
  FROM staged_account s
 WHERE s.id = a.id AND (%(first_day)s < a.valid_from OR %(first_day)s >= a.valid_until)
"""


def name_rows(sql: CursorWrapper, year: FiscalYear, staged: Staged) -> None:
    """Create the journals, accounts and auxiliaries that the company lacks, and map the staged numbers to their ids.

    An account of the file that the company kept for the years of another chart is valid in all of them from now on:
    what was booked elsewhere is taken over as it is, and the preview lists what the chart of the year does not hold.
    """
    company = year.company
    journals = {
        code: Journal(
            company=company, code=code, label=(staged.journal_labels[code] or code)[:400], kind=guessed_kind(code)
        )
        for code in staged.journals
    }
    accounts = {
        number: ChartAccount(
            company=company,
            number=number,
            label=staged.account_labels[number][:400],
            can_letter=is_usually_lettered(number),
        )
        for number in staged.accounts
    }
    auxiliaries = {
        number: AuxiliaryAccount(company=company, number=number, label=staged.auxiliary_labels[number][:400])
        for number in staged.auxiliaries
    }
    _map(sql, "staged_journal", staged.journals, _ids(Journal, "code", company, journals))
    _map(sql, "staged_account", staged.accounts, _ids(ChartAccount, "number", company, accounts))
    sql.execute(WIDENED, {"first_day": year.first_day})
    _map(sql, "staged_auxiliary", staged.auxiliaries, _ids(AuxiliaryAccount, "number", company, auxiliaries))


def _ids(model: type[Named], name: str, company: Company, wanted: Mapping[str, Named]) -> dict[str, int]:
    """Return the ids by name of the rows of *company*, after adding those of *wanted* that were missing."""
    rows: Any = model._default_manager.filter(company=company)
    known = set(rows.values_list(name, flat=True))
    model._default_manager.bulk_create(
        [row for text, row in wanted.items() if text not in known], batch_size=5000, ignore_conflicts=True
    )
    return dict(rows.values_list(name, "pk"))


def _map(sql: CursorWrapper, table: str, keys: Mapping[str, int], ids: Mapping[str, int]) -> None:
    sql.execute(f"CREATE TEMPORARY TABLE {table} (key integer PRIMARY KEY, id integer) ON COMMIT DROP")
    with sql.copy(f"COPY {table} FROM STDIN") as copy:
        for text, key in keys.items():
            copy.write_row((key, ids[text]))
    sql.execute(f"ANALYZE {table}")


SCATTERED = """
CREATE TEMPORARY TABLE scattered ON COMMIT DROP AS
SELECT h.ordinal, h.label, h.piece_ref, h.piece_date, f.first_ordinal
  FROM staged_line h
  JOIN (SELECT journal, number, min(ordinal) AS first_ordinal FROM staged_line WHERE position = 1
         GROUP BY journal, number HAVING count(*) > 1) f ON f.journal = h.journal AND f.number = h.number
 WHERE h.position = 1
"""
GATHER = (
    """
UPDATE staged_line s SET label = p.label, piece_ref = p.piece_ref, piece_date = p.piece_date
  FROM scattered p WHERE p.ordinal = s.ordinal AND s.label IS NULL
""",
    """
UPDATE staged_line s SET ordinal = g.first_ordinal, position = g.position
  FROM (SELECT l.line_no, p.first_ordinal,
               row_number() OVER (PARTITION BY p.first_ordinal ORDER BY l.line_no) AS position
          FROM staged_line l JOIN scattered p ON p.ordinal = l.ordinal) g
 WHERE g.line_no = s.line_no
""",
    """
UPDATE staged_line s SET line_count = t.many, amount_cents = t.debit
  FROM (SELECT ordinal, count(*) AS many, sum(debit_cents) AS debit FROM staged_line
         WHERE ordinal IN (SELECT first_ordinal FROM scattered) GROUP BY ordinal) t
 WHERE s.ordinal = t.ordinal AND s.position = 1
""",
)


def gather_scattered(sql: CursorWrapper) -> None:
    """Bring together the lines of an entry that stood apart in the file: an entry is one journal and number."""
    sql.execute("ANALYZE staged_line")
    sql.execute(SCATTERED)
    if sql.rowcount:
        for statement in GATHER:
            sql.execute(statement)


TOO_LONG = """
SELECT line_no, CASE WHEN length(label) > 1000 THEN 'EcritureLib' WHEN length(piece_ref) > 400 THEN 'PieceRef'
                     WHEN length(number) > 100 THEN 'EcritureNum' WHEN length(letter) > 40 THEN 'EcritureLet'
                     WHEN length(currency) > 10 THEN 'Idevise' ELSE 'Montantdevise' END
  FROM staged_line
 WHERE length(label) > 1000 OR length(piece_ref) > 400 OR length(number) > 100 OR length(letter) > 40
    OR length(currency) > 10 OR abs(currency_amount) >= 1e17 OR currency_amount <> round(currency_amount, 6)
 ORDER BY line_no LIMIT %(shown)s
"""
OUTSIDE = """
SELECT line_no, date FROM staged_line WHERE date IS NULL OR date NOT BETWEEN %(first_day)s AND %(last_day)s
 ORDER BY line_no LIMIT %(shown)s
"""
LOCKED = """
SELECT s.line_no, s.date, k.locked_until
  FROM staged_line s JOIN finance_yearledger k ON k.fiscal_year_id = %(year)s AND s.date < k.locked_until
 ORDER BY s.line_no LIMIT %(shown)s
"""
ALREADY = """
SELECT s.line_no, j.code, s.number, r.file_name, e.validated_at
  FROM staged_line s
  JOIN staged_journal m ON m.key = s.journal
  JOIN finance_journal j ON j.id = m.id
  JOIN finance_entry e ON e.fiscal_year_id = %(year)s AND e.journal_id = m.id
  JOIN finance_entrytext t ON t.entry_id = e.id AND finance_reference(j.code, e.number, t.source_number) = s.number
  LEFT JOIN finance_importrun r ON r.id = e.import_run_id
 WHERE s.position = 1
 ORDER BY s.line_no LIMIT %(shown)s
"""


def obstacles(sql: CursorWrapper, target: Target) -> Iterator[Finding]:
    """Yield what keeps the staged lines out of the books of this year, at most a page of each kind."""
    facts = {**target.facts(), "shown": SHOWN}
    sql.execute(TOO_LONG, facts)
    for line, column in sql.fetchall():
        yield _error(line, column, "value-too-long", _("This value is longer than the books can hold. Shorten it."))
    sql.execute(OUTSIDE, facts)
    for line, day in sql.fetchall():
        yield _error(line, "EcritureDate", "date-outside-year", _outside(day, target.year))
    sql.execute(LOCKED, facts)
    for line, day, until in sql.fetchall():
        yield _error(line, "EcritureDate", "date-in-locked-period", _locked(day, until))
    sql.execute(ALREADY, facts)
    for line, code, number, file_name, at in sql.fetchall():
        yield _error(line, "EcritureNum", "entry-already-here", _already(code, number, file_name, at))


def long_names(staged: Staged) -> Iterator[Finding]:
    """Yield the codes and numbers that no row can be named by; told before any row is."""
    limits = ((staged.journals, 20, "JournalCode"), (staged.accounts, 40, "CompteNum"))
    for keys, limit, column in (*limits, (staged.auxiliaries, 60, "CompAuxNum")):
        for text in keys:
            if len(text) > limit:
                words = {"value": text[:60], "limit": limit}
                message = _("“%(value)s…” is longer than the %(limit)s characters that the books can hold. Shorten it.")
                yield _error(None, column, "value-too-long", message % words)


def _error(line: int | None, column: str, code: str, message: str) -> Finding:
    return Finding(line, column, code, Severity.ERROR, message)


def _outside(day: Any, year: FiscalYear) -> str:
    if day is None:
        return _("The line has no date.")
    words = {"day": f"{day:%d/%m/%Y}", "first": f"{year.first_day:%d/%m/%Y}", "last": f"{year.last_day:%d/%m/%Y}"}
    return _("The line is dated %(day)s, outside the fiscal year from %(first)s to %(last)s.") % words


def _locked(day: Any, until: Any) -> str:
    words = {"day": f"{day:%d/%m/%Y}", "last": f"{until - ONE_DAY:%d/%m/%Y}"}
    return (
        _("The line is dated %(day)s, in the period locked up to %(last)s. Have it unlocked, or change the date.")
        % words
    )


def _already(code: str, number: str, file_name: str | None, at: datetime) -> str:
    words = {"code": code, "number": number, "file": file_name, "at": f"{localdate(at):%d/%m/%Y}"}
    if file_name:
        return _("Entry %(number)s of journal %(code)s is in the books since the import of %(file)s on %(at)s.") % words
    return _("Entry %(number)s of journal %(code)s is in the books since %(at)s.") % words


ENTRIES = (
    """
INSERT INTO finance_journalcounter (fiscal_year_id, journal_id, last_number, head)
SELECT %(year)s, id, 0, decode(repeat('00', 32), 'hex') FROM staged_journal
    ON CONFLICT (fiscal_year_id, journal_id) DO NOTHING
""",
    """
CREATE TEMPORARY TABLE staged_entry ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('finance_entry', 'id')) AS id, n.*
  FROM (SELECT s.ordinal, m.id AS journal_id, s.number AS source_number, s.date, s.valid_date, s.line_count,
               s.amount_cents, s.label, s.piece_ref, s.piece_date,
               c.last_number + row_number() OVER (PARTITION BY m.id ORDER BY s.ordinal) AS number
          FROM staged_line s
          JOIN staged_journal m ON m.key = s.journal
          JOIN finance_journalcounter c ON c.fiscal_year_id = %(year)s AND c.journal_id = m.id
         WHERE s.position = 1
         ORDER BY s.ordinal) n
""",
    "ANALYZE staged_entry",
    """
INSERT INTO finance_entry (id, amount_cents, number, validated_at, company_id, fiscal_year_id, journal_id, line_count,
                           date, validated_on, import_run_id, reverses_id)
SELECT id, amount_cents, number, %(at)s, %(company)s, %(year)s, journal_id, line_count,
       date, coalesce(valid_date, %(on)s), %(run)s, NULL
  FROM staged_entry ORDER BY id
""",
    """
INSERT INTO finance_entrytext (entry_id, label, piece_ref, piece_date, source_number, author_id, author_name)
SELECT id, label, piece_ref, piece_date, source_number, %(author)s, %(name)s FROM staged_entry ORDER BY id
""",
)
LINES = (
    """
INSERT INTO finance_line (entry_id, position, company_id, fiscal_year_id, journal_id, account_id, auxiliary_id, date,
                          debit_cents, credit_cents)
SELECT e.id, s.position, %(company)s, %(year)s, e.journal_id, a.id, x.id, s.date, s.debit_cents, s.credit_cents
  FROM staged_line s
  JOIN staged_entry e ON e.ordinal = s.ordinal
  JOIN staged_account a ON a.key = s.account
  LEFT JOIN staged_auxiliary x ON x.key = s.auxiliary
""",
    """
INSERT INTO finance_linetext (entry_id, position, label, piece_ref, piece_date)
SELECT e.id, s.position, s.label, s.piece_ref, s.piece_date
  FROM staged_line s JOIN staged_entry e ON e.ordinal = s.ordinal
 WHERE s.label IS NOT NULL
   AND (s.label, s.piece_ref, s.piece_date) IS DISTINCT FROM (e.label, e.piece_ref, e.piece_date)
""",
    """
INSERT INTO finance_linecurrency (entry_id, position, amount, currency)
SELECT e.id, s.position, s.currency_amount, coalesce(s.currency, '')
  FROM staged_line s JOIN staged_entry e ON e.ordinal = s.ordinal
 WHERE s.currency_amount IS NOT NULL OR s.currency IS NOT NULL
""",
)
LETTERS = (
    """
INSERT INTO finance_lettering (company_id, fiscal_year_id, account_id, auxiliary_id, code, is_partial, import_run_id,
                               created_at)
SELECT %(company)s, %(year)s, a.id, x.id, s.letter, sum(s.debit_cents) <> sum(s.credit_cents), %(run)s, %(at)s
  FROM staged_line s
  JOIN staged_account a ON a.key = s.account
  LEFT JOIN staged_auxiliary x ON x.key = s.auxiliary
 WHERE s.letter IS NOT NULL
 GROUP BY a.id, x.id, s.letter
""",
    """
INSERT INTO finance_letteredline (entry_id, position, lettering_id, lettered_on)
SELECT e.id, s.position, g.id, s.letter_date
  FROM staged_line s
  JOIN staged_entry e ON e.ordinal = s.ordinal
  JOIN staged_account a ON a.key = s.account
  LEFT JOIN staged_auxiliary x ON x.key = s.auxiliary
  JOIN finance_lettering g ON g.import_run_id = %(run)s AND g.account_id = a.id AND g.code = s.letter
                          AND coalesce(g.auxiliary_id, 0) = coalesce(x.id, 0)
 WHERE s.letter IS NOT NULL
""",
)


def merge(sql: CursorWrapper, target: Target) -> tuple[int, int]:
    """Number the staged entries, add them with their lines, texts and letters, and return their first and last ids."""
    for statement in (*ENTRIES, *LINES, *LETTERS):
        sql.execute(statement, target.facts())
    sql.execute("SELECT min(id), max(id) FROM staged_entry")
    first, last = sql.fetchone()
    sql.execute(f"DROP TABLE {', '.join(TEMPORARY)}")
    return int(first), int(last)
