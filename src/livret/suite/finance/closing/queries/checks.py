"""The checks before a year is closed, each naming what it found and the page that shows it.

They read balances and indexes, never the lines of a year: the page that shows them is quick at any size. Reading every
line again, seal by seal, is long work of its own (services.verifying).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connections
from django.db.models import F, Sum

from livret.core.tenancy.context import current_alias
from livret.core.ui.figures import day_text
from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.models import AcceptedWarning, ClosingWork, CutOff
from livret.suite.finance.closing.queries.rooms import room_checks
from livret.suite.finance.closing.queries.subjects import (
    CASH,
    RESULT,
    TRANSIT,
    WAITING,
    checks_without_subject,
    former_year,
)
from livret.suite.finance.closing.rules.checks import SHOWN, Check, Found, check
from livret.suite.finance.closing.services.forwarding import next_year
from livret.suite.finance.models import Balance, ChartAccount, DraftEntry, EntryOrigin, YearLedger

IN_KIND = ("86", "87")  # Contributions in kind: of their year, on both sides alike.


@dataclass(frozen=True, slots=True)
class Closed:
    """The balance of an account at the end of a year, debit less credit."""

    number: str
    label: str
    valid_from: date | None
    valid_until: date | None
    cents: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A check with the acceptance that holds for what it found, None without."""

    check: Check
    acceptance: AcceptedWarning | None

    @property
    def is_in_the_way(self) -> bool:
        return not self.check.is_passed and (self.check.is_blocking or self.acceptance is None)


def judged_checks(year: FiscalYear, *, today: date) -> list[Judged]:
    """Return every check on *year*, what stands in the way first, what passes last."""
    accepted = {
        (one.code, one.fingerprint): one for one in AcceptedWarning.objects.filter(fiscal_year=year).order_by("pk")
    }
    found = [Judged(one, accepted.get((one.code, one.fingerprint))) for one in checks_of(year, today=today)]
    return sorted(found, key=lambda one: (not one.is_in_the_way, not one.check.is_blocking, one.check.is_passed))


def checks_of(year: FiscalYear, *, today: date) -> list[Check]:
    """Return every check on *year*, passed or not."""
    balances, following, idle = closing_balances(year), next_year(year), checks_without_subject(year)
    found = [
        check("not-over", _not_over(year, today), is_blocking=True),
        check("drafts", _drafts(year), is_blocking=True),
        check("former-year-open", _former_open(year), is_blocking=True),
        check("no-next-year", _no_next_year(year, following), is_blocking=True),
        check("account-not-in-next-year", _not_in(following, year, balances), is_blocking=True),
        check("broken-books", _broken(year), is_blocking=True),
        check("opening-differs", _opening_differs(year)),
        check("opening-of-result-accounts", _opened_results(year)),
        check("waiting-accounts", _not_zero(year, balances, WAITING)),
        check("transit-open", _open_lines(year, TRANSIT)),
        check("cash-below-zero", _below_zero(year, balances)),
        check("result-not-allocated", _unallocated(year, balances)),
        check("cut-off-not-reversed", _not_reversed(year)),
    ]
    return [*(replace(one, is_idle=one.is_passed and one.code in idle) for one in found), *room_checks(year)]


def closing_balances(year: FiscalYear) -> list[Closed]:
    """Return the accounts of *year* whose balance is not zero, by number."""
    rows = Balance.objects.filter(fiscal_year=year).values_list(
        "account__number", "account__label", "account__valid_from", "account__valid_until"
    )
    sums = rows.annotate(cents=Sum(F("debit_cents") - F("credit_cents"))).order_by("account__number")
    return [Closed(number, label, since, until, int(cents)) for number, label, since, until, cents in sums if cents]


def last_verification(year: FiscalYear) -> ClosingWork | None:
    """Return the latest verification of the seals that ended."""
    done = ClosingWork.objects.filter(fiscal_year=year, kind=ClosingWork.Kind.VERIFICATION, state="done")
    return done.order_by("-pk").first()


def is_verified(year: FiscalYear) -> bool:
    """Tell whether the seals were verified, found whole, and nothing was added since."""
    work = last_verification(year)
    if work is None or work.result.get("broken"):
        return False
    ledger = YearLedger.objects.filter(pk=year.pk).first()
    return bool(work.result.get("entries") == (ledger.entries if ledger else 0))


def _not_over(year: FiscalYear, today: date) -> list[Found]:
    return [] if today > year.last_day else [Found(day_text(year.last_day))]


def _drafts(year: FiscalYear) -> list[Found]:
    held = DraftEntry.objects.filter(company_id=year.company_id, date__range=(year.first_day, year.last_day))
    siren = year.company.siren
    rows = held.select_related("journal").order_by("date", "pk")
    return [
        Found(
            f"{one.journal.code}, {day_text(one.date)}, {one.label or one.piece_ref or one.pk}",
            None,
            "finance:draft",
            {"siren": siren, "draft": one.pk},
            right="write",
        )
        for one in rows[: SHOWN * 2]
    ]


def _former_open(year: FiscalYear) -> list[Found]:
    former = former_year(year)
    return [Found(former.label, None, "closing:year", _place(former))] if former and former.is_open else []


def _no_next_year(year: FiscalYear, following: FiscalYear | None) -> list[Found]:
    if following is None:
        return [Found(day_text(year.last_day + ONE_DAY), None, "closing:carry", _place(year))]
    return [] if following.is_open else [Found(following.label, None, "closing:year", _place(following))]


def _not_in(following: FiscalYear | None, year: FiscalYear, balances: Sequence[Closed]) -> list[Found]:
    if following is None:
        return []
    opens = following.first_day
    return [
        _account(year, one)
        for one in balances
        if one.number[0] not in "67"
        and ((one.valid_from and opens < one.valid_from) or (one.valid_until and opens >= one.valid_until))
    ]


def _broken(year: FiscalYear) -> list[Found]:
    work = last_verification(year)
    if work is None:
        return []
    return [
        Found(str(words), None, "closing:work", {**_company(year), "work": work.pk}) for words in work.result["broken"]
    ]


OPENED = """
SELECT a.number, a.label, sum(l.debit_cents - l.credit_cents)::bigint
  FROM finance_journal j
  JOIN finance_entry e ON e.fiscal_year_id = %(year)s AND e.journal_id = j.id
  JOIN finance_line l ON l.entry_id = e.id
  JOIN finance_chartaccount a ON a.id = l.account_id
 WHERE j.company_id = %(company)s AND j.kind = 'opening'
 GROUP BY 1, 2 ORDER BY 1
"""


def opened_with(year: FiscalYear) -> dict[str, tuple[str, int]]:
    """Return label and balance of each account that the journals of opening balances of *year* hold."""
    with connections[current_alias()].cursor() as sql:
        sql.execute(OPENED, {"year": year.pk, "company": year.company_id})
        return {number: (label, cents) for number, label, cents in sql.fetchall()}


def _opening_differs(year: FiscalYear) -> list[Found]:
    former = former_year(year)
    if former is None:
        return []
    return [
        Found(f"{number} {label}", cents, "finance:account", {**_place(year), "number": number})
        for number, label, cents in opening_differences(former, year)
    ]


def opening_differences(former: FiscalYear, year: FiscalYear) -> list[tuple[str, str, int]]:
    """Return number, label and what the opening of *year* lacks, for each account where it is not what *former* closed.

    The result of the former year counts in the account of class 12 where it was opened.
    """
    opened = opened_with(year)
    wanted = {one.number: (one.label, one.cents) for one in closing_balances(former)}
    result = sum(cents for number, (_label, cents) in wanted.items() if number[0] in "67")
    in_kind = sum(cents for number, (_label, cents) in wanted.items() if number.startswith(IN_KIND))
    gone = ("6", "7") if in_kind else ("6", "7", *IN_KIND)
    kept = {number: held for number, held in wanted.items() if not number.startswith(gone)}
    place, label = _place_of_result(opened, result)
    kept[place] = (kept.get(place, (label, 0))[0], kept.get(place, (label, 0))[1] + result)
    numbers = sorted(kept.keys() | opened.keys())
    gaps = [(number, kept.get(number, ("", 0)), opened.get(number, ("", 0))) for number in numbers]
    return [(number, want[0] or held[0], want[1] - held[1]) for number, want, held in gaps if want[1] != held[1]]


def _place_of_result(opened: dict[str, tuple[str, int]], result: int) -> tuple[str, str]:
    root = "129" if result > 0 else "120"
    found = next((number for number in opened if number.startswith(root)), root)
    return found, opened.get(found, ("", 0))[0]


def _opened_results(year: FiscalYear) -> list[Found]:
    return [
        Found(f"{number} {label}", cents, "finance:account", {**_place(year), "number": number})
        for number, (label, cents) in opened_with(year).items()
        if number[0] in "67" and cents
    ]


def _not_zero(year: FiscalYear, balances: Sequence[Closed], roots: tuple[str, ...]) -> list[Found]:
    return [_account(year, one) for one in balances if one.number.startswith(roots)]


def _below_zero(year: FiscalYear, balances: Sequence[Closed]) -> list[Found]:
    return [_account(year, one) for one in balances if one.number.startswith(CASH) and one.cents < 0]


def _unallocated(year: FiscalYear, balances: Sequence[Closed]) -> list[Found]:
    return [_account(year, one) for one in balances if one.number.startswith(RESULT)]


def _open_lines(year: FiscalYear, roots: tuple[str, ...]) -> list[Found]:
    accounts = [
        pk
        for pk, number in ChartAccount.objects.filter(company_id=year.company_id).values_list("pk", "number")
        if number.startswith(roots)
    ]
    if not accounts:
        return []
    with connections[current_alias()].cursor() as sql:
        sql.execute(OPEN_LINES, {"accounts": accounts, "first": year.first_day, "last": year.last_day})
        rows = sql.fetchall()
    siren = year.company.siren
    return [
        Found(f"{number}, {day_text(day)}, {label}", cents, "finance:entry", {"siren": siren, "entry": entry})
        for entry, number, day, label, cents in rows
    ]


OPEN_LINES = f"""
SELECT l.entry_id, a.number, l.date, t.label, l.debit_cents - l.credit_cents
  FROM finance_line l
  JOIN finance_chartaccount a ON a.id = l.account_id
  JOIN finance_entrytext t ON t.entry_id = l.entry_id
  LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
  LEFT JOIN finance_lettering g ON g.id = m.lettering_id
 WHERE l.account_id = ANY (%(accounts)s) AND l.date BETWEEN %(first)s AND %(last)s
   AND (g.id IS NULL OR g.is_partial) AND l.debit_cents <> l.credit_cents
 ORDER BY l.date, l.entry_id LIMIT {SHOWN * 2}
"""  # noqa: S608 - a constant of ours.


def _not_reversed(year: FiscalYear) -> list[Found]:
    """Return the cut-offs of the former year whose reversal is not in this one."""
    former = former_year(year)
    if former is None:
        return []
    held = list(CutOff.objects.filter(fiscal_year=former).order_by("pk"))
    keys = {f"cutoff-back:{one.pk}": one for one in held}
    undone = EntryOrigin.objects.filter(company_id=year.company_id, room="closing", key__in=keys)
    left = keys.keys() - set(undone.values_list("key", flat=True))
    return [
        Found(one.label, one.net_cents, "closing:cutoffs", _place(former)) for key, one in keys.items() if key in left
    ]


def _account(year: FiscalYear, one: Closed) -> Found:
    return Found(f"{one.number} {one.label}", one.cents, "finance:account", {**_place(year), "number": one.number})


def _place(year: FiscalYear) -> dict[str, object]:
    return {**_company(year), "year": year.last_day.isoformat()}


def _company(year: FiscalYear) -> dict[str, object]:
    return {"siren": year.company.siren}
