"""Accounts and parties offered to somebody who types: by number or words of the label, those used last first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import ChartAccount
from livret.suite.finance.services.shelf import chart_of

OFFERED, OFFERED_WITHOUT_SCRIPT, FEWEST_DIGITS = 12, 200, 2
PARTIES_AMONG_ACCOUNTS, MOST_PARTIES_TYPED, FEWEST_LETTERS = 5, 50, 3
ACCENTED, PLAIN = "àâäéèêëîïôöùûüçñ", "aaaeeeeiioouuucn"
ACCENTS = str.maketrans(ACCENTED, PLAIN)


@dataclass(frozen=True, slots=True)
class Choice:
    """An account or a party. account: of a party, the general account it stands under; is_new: not opened yet.

    due_days and is_end_of_month: the terms of a party; due_days None when they are not known.
    is_party: stands among accounts, and means the account it stands under and itself.
    """

    number: str
    label: str
    is_new: bool = False
    account: str = ""
    due_days: int | None = None
    is_end_of_month: bool = False
    is_party: bool = False


MATCHES = """(%(nothing)s OR {row}.number ILIKE %(prefix)s
     OR translate(lower({row}.label), %(accented)s, %(plain)s) LIKE ALL(%(words)s::text[]))"""
ACCOUNTS = f"""
SELECT a.number, a.label
  FROM finance_chartaccount a
  LEFT JOIN LATERAL (SELECT max(b.month) AS latest FROM finance_balance b
                      WHERE b.fiscal_year_id = %(year)s AND b.account_id = a.id) m ON true
 WHERE a.company_id = %(company)s AND NOT a.is_closed
   AND (a.valid_from IS NULL OR a.valid_from <= %(first)s) AND (a.valid_until IS NULL OR a.valid_until > %(first)s)
   AND {MATCHES.format(row="a")}
 ORDER BY a.number ILIKE %(prefix)s DESC, m.latest DESC NULLS LAST, a.number LIMIT %(limit)s
"""  # noqa: S608 - joined from constants.
PARTIES = f"""
WITH found AS (
  SELECT x.id, x.number, x.label, x.account_id, x.number ILIKE %(prefix)s AS begins
    FROM finance_auxiliaryaccount x
   WHERE x.company_id = %(company)s AND NOT x.is_closed AND {MATCHES.format(row="x")}
   ORDER BY 5 DESC, x.number LIMIT 200
)
SELECT f.number, f.label, false, coalesce(a.number, ''), p.due_days, coalesce(p.due_end_of_month, false)
  FROM found f
  LEFT JOIN LATERAL (SELECT l.account_id, l.date FROM finance_line l WHERE l.auxiliary_id = f.id
                      ORDER BY l.account_id DESC, l.date DESC LIMIT 1) u ON true
  LEFT JOIN finance_chartaccount a ON a.id = coalesce(f.account_id, u.account_id)
  LEFT JOIN finance_party p ON p.auxiliary_id = f.id
 ORDER BY f.begins DESC, u.date DESC NULLS LAST, f.number LIMIT %(limit)s
"""  # noqa: S608 - joined from constants.


def account_choices(company: Company, year: FiscalYear | None, words: str, *, limit: int = OFFERED) -> list[Choice]:
    """Return the accounts that *words* may mean: those of the company, then those of the general chart of *year*."""
    facts = _facts(company, words, limit)
    facts |= {"year": year.pk if year else 0, "first": year.first_day if year else date.max}
    found = [Choice(number, label) for number, label in _run(ACCOUNTS, facts)]
    lacking = limit - len(found)
    return [*found, *_of_chart(company, year, words, {one.number for one in found})[:lacking]] if words else found


def party_choices(company: Company, words: str, *, limit: int = OFFERED) -> list[Choice]:
    """Return the parties that *words* may mean, with the account that each stands under and its terms."""
    return [Choice(*row) for row in _run(PARTIES, _facts(company, words, limit))]


def account_or_party_choices(company: Company, year: FiscalYear | None, words: str) -> list[Choice]:
    """Return what *words* may mean where an account is wanted: accounts, parties that have one, accounts to open.

    Digits alone mean a number: of a party, only one that begins so.
    """
    accounts, digits = account_choices(company, year, words), words.strip()
    found = [one for one in party_choices(company, words, limit=OFFERED) if one.account]
    if digits.isdecimal():
        found = [one for one in found if one.number.startswith(digits)]
    parties = [replace(one, is_party=True) for one in found[:PARTIES_AMONG_ACCOUNTS]] if digits else []
    known = [one for one in accounts if not one.is_new][: OFFERED - len(parties)]
    return [*known, *parties, *(one for one in accounts if one.is_new)][:OFFERED]


def parties_typed(company: Company, year: FiscalYear | None, texts: Collection[str]) -> dict[str, Choice]:
    """Return the party that each text means where an account is wanted; what means an account, or several, is left out.

    A text means the party of that number or name, else the only one whose name holds its words.
    """
    chart, wanted = chart_of(year), {text for text in texts if text.strip()}
    accounts = ChartAccount.objects.filter(company=company, number__in=wanted).values_list("number", flat=True)
    left = sorted(text for text in wanted - set(accounts) if chart is None or not chart.is_valid(text))
    found = {text: _the_party(company, text) for text in left[:MOST_PARTIES_TYPED]}
    return {text: party for text, party in found.items() if party and party.account}


def _the_party(company: Company, text: str) -> Choice | None:
    choices, plain = party_choices(company, text, limit=OFFERED_WITHOUT_SCRIPT), _folded(text)
    exact = [one for one in choices if plain in (_folded(one.number), _folded(one.label))]
    if len(exact) == 1:
        return exact[0]
    return choices[0] if len(choices) == 1 and sum(map(str.isalpha, text)) >= FEWEST_LETTERS else None


def _folded(text: str) -> str:
    return " ".join(text.lower().translate(ACCENTS).split())


def _of_chart(company: Company, year: FiscalYear | None, words: str, known: set[str]) -> list[Choice]:
    """Return the accounts of the general chart that the company has not opened, at the usual length of its numbers."""
    chart = chart_of(year)
    plain, digits = words.lower().translate(ACCENTS).split(), words.strip()
    if chart is None or not plain or (digits.isdecimal() and len(digits) < FEWEST_DIGITS):
        return []
    length = _usual_length(company)
    found = []
    for account in chart.accounts.values():
        number = account.number.ljust(length, "0")
        label = account.label.lower().translate(ACCENTS)
        is_meant = number.startswith(digits) if digits.isdecimal() else all(word in label for word in plain)
        if is_meant and number not in known and chart.is_valid(number):
            known.add(number)
            found.append(Choice(number, account.label, is_new=True))
    return found


def _usual_length(company: Company) -> int:
    rows = _run(
        "SELECT length(number) FROM finance_chartaccount WHERE company_id = %(company)s"
        " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
        {"company": company.pk},
    )
    return int(rows[0][0]) if rows else 6


def _facts(company: Company, words: str, limit: int) -> dict[str, Any]:
    plain = [_escaped(word) for word in words.lower().translate(ACCENTS).split()]
    return {
        "company": company.pk,
        "nothing": not plain,
        "prefix": f"{_escaped(words.strip())}%",
        "words": [f"%{word}%" for word in plain],
        "accented": ACCENTED,
        "plain": PLAIN,
        "limit": limit,
    }


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _run(statement: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return list(sql.fetchall())
