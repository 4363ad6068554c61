"""What the desk of entry shows: drafts that wait, what recurs, the last entries validated."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.db.models import Count, Q, QuerySet, Sum

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company
from livret.suite.finance.models import DraftEntry, Entry, Journal
from livret.suite.finance.services import drafts

SHOWN, LATEST = 200, 8


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """Which drafts are wanted. journal: its code; person: the id of who saved last; room: what proposed them."""

    journal: str = ""
    person: str = ""
    room: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A draft on the desk. problems: in words, what keeps it from being validated; documents: how many stand behind."""

    draft: DraftEntry
    cents: int
    lines: int
    documents: int
    problems: tuple[str, ...]

    @property
    def reviewed(self) -> str:
        """The draft at the version that is shown, as the page sends it back."""
        return f"{self.draft.pk}.{self.draft.version}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The drafts that wait, the first days first. many: how many there are in all, shown or not."""

    drafts: tuple[WaitingDraft, ...]
    many: int
    persons: tuple[tuple[str, str], ...]
    rooms: tuple[str, ...]


def waiting_drafts(company: Company, wanted: DraftFilter) -> Waiting:
    """Return the drafts of *company* that *wanted* keeps, each with what keeps it from the books."""
    everything = DraftEntry.objects.filter(company=company)
    kept = _kept(everything, wanted)
    rows = list(kept.select_related("journal").order_by("date", "pk")[:SHOWN])
    sums = _sums(rows)
    found = drafts.problems_of(rows)
    shown = tuple(_waiting(draft, sums, [drafts.worded(one) for one in found[draft.pk]]) for draft in rows)
    names = everything.values_list("author_id", "author_name").distinct().order_by("author_name", "author_id")
    persons = tuple({str(person): name for person, name in names[:50]}.items())
    rooms = everything.exclude(origin_room="").values_list("origin_room", flat=True).distinct().order_by("origin_room")
    return Waiting(shown, kept.count() if len(rows) == SHOWN else len(rows), persons, tuple(rooms))


def _kept(rows: QuerySet[DraftEntry], wanted: DraftFilter) -> QuerySet[DraftEntry]:
    conditions = Q()
    if wanted.journal:
        conditions &= Q(journal__code=wanted.journal)
    if wanted.person:
        conditions &= Q(author_id=_uuid(wanted.person))
    if wanted.room:
        conditions &= Q(origin_room=wanted.room)
    if wanted.key:
        conditions &= Q(origin_key__startswith=f"{wanted.key}/")
    return rows.filter(conditions)


def _uuid(text: str) -> UUID:
    """Return the id in an address; one of nobody when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


Sums = Mapping[int, tuple[int, int, int]]


def _sums(rows: list[DraftEntry]) -> Sums:
    """Return the cents of the debits, the lines and the documents of each draft."""
    keys = [draft.pk for draft in rows]
    held = DraftEntry.objects.filter(pk__in=keys)
    sums = held.annotate(cents=Sum("lines__debit_cents"), many=Count("lines")).values_list("pk", "cents", "many")
    files = dict(held.annotate(many=Count("attachments")).values_list("pk", "many"))
    return {pk: (int(cents or 0), many, files.get(pk, 0)) for pk, cents, many in sums}


def _waiting(draft: DraftEntry, sums: Sums, problems: list[str]) -> WaitingDraft:
    cents, lines, documents = sums[draft.pk]
    return WaitingDraft(draft, cents, lines, documents, tuple(problems))


# Each journal gives its last entries by its numbers: the latest of all are among them, whatever the books hold.
LATEST_ENTRIES = """
SELECT e.id FROM finance_journalcounter c
  JOIN company_fiscalyear y ON y.id = c.fiscal_year_id
 CROSS JOIN LATERAL (SELECT id FROM finance_entry
                      WHERE fiscal_year_id = c.fiscal_year_id AND journal_id = c.journal_id AND number <= c.last_number
                      ORDER BY number DESC LIMIT %(limit)s) e
 WHERE y.company_id = %(company)s AND c.last_number > 0
 ORDER BY e.id DESC LIMIT %(limit)s
"""


def latest_entries(company: Company) -> list[Entry]:
    """Return the entries of *company* validated last, the latest first."""
    with connections[current_alias()].cursor() as sql:
        sql.execute(LATEST_ENTRIES, {"company": company.pk, "limit": LATEST})
        keys = [row[0] for row in sql.fetchall()]
    return list(Entry.objects.select_related("text", "journal").filter(pk__in=keys).order_by("-pk"))


def open_journals(company: Company) -> list[Journal]:
    return list(Journal.objects.filter(company=company, is_closed=False).order_by("code"))


def of_other_companies(company: Company, keys: Collection[int]) -> set[int]:
    """Return those of *keys* that are drafts of another company."""
    rows = DraftEntry.objects.filter(pk__in=list(keys)).exclude(company=company)
    return set(rows.values_list("pk", flat=True))
