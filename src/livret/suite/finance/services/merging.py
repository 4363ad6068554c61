"""From the lines of a FEC to the books: names made, chunks of entries copied and sealed, letters set, year settled.

The file is read one chunk ahead of the database. All of it runs in one transaction, under the lock of the year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections, models
from django.db.backends.utils import CursorWrapper
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from livret.core.tenancy.context import current_alias
from livret.formats.fec import Readable
from livret.kernel.findings import Finding, Severity
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Journal
from livret.suite.finance.rules.accounts import is_usually_lettered
from livret.suite.finance.rules.journals import guessed_kind
from livret.suite.finance.services import ledger
from livret.suite.finance.services.apart import Reading, reading
from livret.suite.finance.services.limits import SHOWN, lines_of
from livret.suite.finance.services.rows import COLUMNS, Chunk, Fixed, Given, Labels, Missing

AHEAD_ENTRIES = 50_000  # Ids of entries held ready for the reader.
Named = TypeVar("Named", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how a file enters: the year, the run, who, when; entries without ValidDate get the day *on*.

    since: the first day that takes entries; expected: how many the check counted, whose ids are taken in advance.
    """

    year: FiscalYear
    run_id: int
    author_id: UUID
    author_name: str
    at: datetime
    on: date
    since: date
    expected: int

    @property
    def company(self) -> Company:
        return self.year.company

    def fixed(self) -> Fixed:
        return Fixed(
            company=str(self.year.company_id),
            year=str(self.year.pk),
            run=str(self.run_id),
            at=self.at.isoformat(),
            author=str(self.author_id),
            name=self.author_name,
            on=self.on.isoformat(),
        )


@dataclass(slots=True)
class Merged:
    """What entered: the range of ids, and counts."""

    first_id: int = 0
    last_id: int = 0
    entries: int = 0
    lines: int = 0

    def add(self, chunk: Chunk) -> None:
        self.first_id, self.last_id = self.first_id or chunk.first_id, chunk.last_id
        self.entries += chunk.entries
        self.lines += chunk.lines


LETTERS_TABLE = """
CREATE TEMPORARY TABLE staged_letter (
    entry_id bigint, position integer, account_id integer, auxiliary_id integer, letter text, lettered_on date,
    cents bigint
) ON COMMIT DROP
"""


def merge(sql: CursorWrapper, target: Target, stream: Readable, *, on_lines: Callable[[int], None]) -> Merged:
    """Add and seal the entries of the FEC in *stream*, and return what entered; the year must be locked.

    Raises Unfit when a line cannot enter; everything is then to be rolled back.
    """
    sql.execute(LETTERS_TABLE)
    merged, supply = Merged(), _Supply(sql, target)
    with reading(stream, Reading(target.fixed(), target.since, target.year.last_day)) as (items, give):
        for item in items:
            if isinstance(item, Missing):
                give(supply.of(item))
            elif isinstance(item, Labels):
                supply.relabel(item)
            else:
                _copy(sql, item)
                ledger.link(target.year, first_id=item.first_id, last_id=item.last_id)
                merged.add(item)
                on_lines(merged.lines)
    _letter(sql, target)
    return merged


def _copy(sql: CursorWrapper, chunk: Chunk) -> None:
    with connections[current_alias()].wrap_database_errors:
        for table, columns in COLUMNS.items():
            if rows := chunk.rows.get(table):
                with sql.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write(rows)


# As ranges: others may draw from the same sequence meanwhile.
NEXT_IDS = """
SELECT min(id), max(id) FROM (
    SELECT id, id - row_number() OVER (ORDER BY id) AS stretch
      FROM (SELECT nextval(s.name) AS id
              FROM (SELECT pg_get_serial_sequence('finance_entry', 'id')::regclass AS name) s, generate_series(1, %s)
            OFFSET 0) drawn) numbered
 GROUP BY stretch ORDER BY 1
"""
WIDENED = """
UPDATE finance_chartaccount SET valid_from = NULL, valid_until = NULL
 WHERE id = ANY (%(ids)s) AND (%(first_day)s < valid_from OR %(first_day)s >= valid_until)
"""


class _Supply:
    """Gives the reader of a file what it misses: rows for the names that the company lacks, and ids of entries.

    An account of the file that the company kept for the years of another chart is valid in all of them from now on:
    what was booked elsewhere is taken over as it is, and the preview lists what the chart of the year does not hold.
    """

    def __init__(self, sql: CursorWrapper, target: Target) -> None:
        self._sql, self._target = sql, target
        self._granted = self._asked = 0
        self._made: set[tuple[type[models.Model], str]] = set()

    def of(self, missing: Missing) -> Given:
        """Return the answer to what is missing."""
        journals = self._journals(missing.journals) if missing.journals else {}
        numbers = {code: ledger.next_number(self._target.year, pk) for code, pk in journals.items()}
        accounts = self._accounts(missing.accounts) if missing.accounts else {}
        auxiliaries = self._auxiliaries(missing.auxiliaries) if missing.auxiliaries else {}
        return Given(journals, accounts, auxiliaries, numbers, self._entries(missing.entries))

    def relabel(self, late: Labels) -> None:
        """Give the journals and auxiliaries that were made without label the one that came later in the file."""
        for model, column, labels in ((Journal, "code", late.journals), (AuxiliaryAccount, "number", late.auxiliaries)):
            for name, label in labels.items():
                if (model, name) in self._made:
                    rows: Any = model._default_manager.filter(company=self._target.company, **{column: name})
                    rows.update(label=label[:400])

    def _entries(self, more: int) -> list[range]:
        """Return ids for *more* entries, and some ahead, as long as more are expected."""
        self._asked += more
        if self._asked <= self._granted:
            return []
        wanted = max(self._asked, min(self._granted + AHEAD_ENTRIES, self._target.expected)) - self._granted
        self._sql.execute(NEXT_IDS, [wanted])
        self._granted += wanted
        return [range(first, last + 1) for first, last in self._sql.fetchall()]

    def _journals(self, labels: Mapping[str, str]) -> dict[str, int]:
        company = self._target.company
        rows = {
            code: Journal(company=company, code=code, label=(label or code)[:400], kind=guessed_kind(code))
            for code, label in labels.items()
        }
        return self._ids(Journal, "code", rows)

    def _accounts(self, labels: Mapping[str, str]) -> dict[str, int]:
        company = self._target.company
        rows = {
            number: ChartAccount(
                company=company, number=number, label=label[:400], can_letter=is_usually_lettered(number)
            )
            for number, label in labels.items()
        }
        ids = self._ids(ChartAccount, "number", rows)
        self._sql.execute(WIDENED, {"ids": list(ids.values()), "first_day": self._target.year.first_day})
        return ids

    def _auxiliaries(self, labels: Mapping[str, str]) -> dict[str, int]:
        company = self._target.company
        rows = {
            number: AuxiliaryAccount(company=company, number=number, label=label[:400])
            for number, label in labels.items()
        }
        return self._ids(AuxiliaryAccount, "number", rows)

    def _ids(self, model: type[Named], column: str, wanted: Mapping[str, Named]) -> dict[str, int]:
        """Return the ids by name of the rows *wanted*, after adding those that the company lacks."""
        rows: Any = model._default_manager.filter(company=self._target.company, **{f"{column}__in": list(wanted)})
        known = set(rows.values_list(column, flat=True))
        added = {name: row for name, row in wanted.items() if name not in known}
        self._made.update((model, name) for name in added)
        model._default_manager.bulk_create(added.values(), batch_size=5000, ignore_conflicts=True)
        return dict(rows.all().values_list(column, "pk"))


LETTERS = """
WITH made AS (
    INSERT INTO finance_lettering (company_id, fiscal_year_id, account_id, auxiliary_id, code, is_partial,
                                   import_run_id, created_at)
    SELECT %(company)s, %(year)s, account_id, auxiliary_id, letter, sum(cents) <> 0, %(run)s, %(at)s
      FROM staged_letter GROUP BY account_id, auxiliary_id, letter
    RETURNING id, account_id, auxiliary_id, code
)
INSERT INTO finance_letteredline (entry_id, position, lettering_id, lettered_on)
SELECT s.entry_id, s.position, g.id, s.lettered_on
  FROM staged_letter s
  JOIN made g ON g.account_id = s.account_id AND g.code = s.letter
             AND coalesce(g.auxiliary_id, 0) = coalesce(s.auxiliary_id, 0)
 ORDER BY s.entry_id, s.position
"""


def _letter(sql: CursorWrapper, target: Target) -> None:
    facts: dict[str, Any] = {
        "company": target.company.pk,
        "year": target.year.pk,
        "run": target.run_id,
        "at": target.at,
    }
    sql.execute("ANALYZE staged_letter")
    sql.execute(LETTERS, facts)
    sql.execute("DROP TABLE staged_letter")


# What the year held before is looked for between its first and last entry, whose ids lie close together.
ALREADY = """
WITH bounds AS MATERIALIZED (
    SELECT min(id) AS low, max(id) AS high
      FROM (SELECT id FROM finance_entry WHERE fiscal_year_id = %(year)s AND id < %(first)s OFFSET 0) held
), held AS MATERIALIZED (
    SELECT e.id, e.journal_id, e.import_run_id, e.validated_at,
           finance_reference(j.code, e.number, o.source_number) AS reference
      FROM finance_entry e
      JOIN finance_journal j ON j.id = e.journal_id
      JOIN finance_entrytext o ON o.entry_id = e.id
                              AND o.entry_id BETWEEN (SELECT low FROM bounds) AND (SELECT high FROM bounds)
     WHERE e.fiscal_year_id = %(year)s AND e.id < %(first)s
), new AS MATERIALIZED (
    SELECT n.id, n.journal_id, t.source_number AS reference
      FROM finance_entry n
      JOIN finance_entrytext t ON t.entry_id = n.id AND t.entry_id BETWEEN %(first)s AND %(last)s
     WHERE n.fiscal_year_id = %(year)s AND n.id BETWEEN %(first)s AND %(last)s
), twice AS MATERIALIZED (
    SELECT n.id, h.id AS held, h.journal_id, h.reference, h.import_run_id, h.validated_at
      FROM new n JOIN held h ON h.journal_id = n.journal_id AND h.reference = n.reference
)
SELECT j.code, b.reference, r.file_name, b.validated_at
  FROM twice b
  JOIN finance_journal j ON j.id = b.journal_id
  LEFT JOIN finance_importrun r ON r.id = b.import_run_id
 WHERE NOT EXISTS (SELECT 1 FROM finance_entry x WHERE x.reverses_id = b.held)
 ORDER BY b.id LIMIT %(shown)s
"""


def doubles(sql: CursorWrapper, target: Target, merged: Merged, stream: Readable) -> Iterator[Finding]:
    """Yield the entries that the year held before under the same journal and number, and stand, at most a page."""
    facts = {"year": target.year.pk, "first": merged.first_id, "last": merged.last_id, "shown": SHOWN}
    sql.execute(ALREADY, facts)
    found = sql.fetchall()
    lines = lines_of(stream, [(code, number) for code, number, *_rest in found]) if found else {}
    for code, number, file_name, at in found:
        message = _already(code, number, file_name, at)
        yield Finding(lines.get((code, number)), "EcritureNum", "entry-already-here", Severity.ERROR, message)


def _already(code: str, number: str, file_name: str | None, at: datetime) -> str:
    words = {"code": code, "number": number, "file": file_name, "at": f"{localdate(at):%d/%m/%Y}"}
    if file_name:
        return _("Entry %(number)s of journal %(code)s is in the books since the import of %(file)s on %(at)s.") % words
    return _("Entry %(number)s of journal %(code)s is in the books since %(at)s.") % words
