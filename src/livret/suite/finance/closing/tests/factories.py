"""Books that closing works on, entry by entry."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from livret.core.tenancy.context import current_alias
from livret.suite.finance.models import Line
from livret.suite.finance.rules.accounts import is_usually_lettered
from livret.suite.finance.services import ledger
from livret.suite.finance.tests.factories import (
    ALICE,
    AT,
    TODAY,
    make_account,
    make_auxiliary,
    make_company,
    make_journal,
    make_year,
)

KEPT = {"allowance": None, "by": ALICE, "at": AT, "today": TODAY}


def two_years():
    """Return a company's year 2025 and the next."""
    company = make_company()
    return make_year(company), make_year(company, date(2026, 1, 1), date(2026, 12, 31))


def account(company, number):
    held = make_account(company, number, f"Compte {number}")
    if is_usually_lettered(number) and not held.can_letter:
        held.can_letter = True
        held.save(update_fields=["can_letter"])
    return held


def line(company, number, cents, party="", **details):
    """Return a line; cents: debit less credit."""
    auxiliary = make_auxiliary(company, party, f"Tiers {party}").pk if party else None
    return ledger.NewLine(account(company, number).pk, auxiliary, max(cents, 0), max(-cents, 0), **details)


def posted(year, *sides, on=None, code="OD", kind="general", label="Opération", piece="P-1", **details):
    """Post an entry of (account, cents[, party]) sides and return it."""
    company = year.company
    lines = tuple(line(company, *side) for side in sides)
    entry = ledger.NewEntry(
        make_journal(company, code, code, kind).pk,
        on or year.last_day,
        label,
        piece,
        on or year.last_day,
        lines,
        **details,
    )
    with transaction.atomic(using=current_alias()):
        return ledger.post(entry, year=year, allowance=None, by=ALICE, at=AT, on=TODAY)


def opening_of(year):
    """Return what the opening journals of *year* hold, by account and party, in cents; nothing that is zero."""
    return _sums(Line.objects.filter(fiscal_year=year, journal__kind="opening"))


def closing_of(year):
    """Return what *year* must hand over: balances by account and party, the result in 120 or 129."""
    sums = _sums(Line.objects.filter(fiscal_year=year))
    result = sum(cents for (number, _party), cents in sums.items() if number[0] in "67")
    kept = {key: cents for key, cents in sums.items() if key[0][0] not in "67"}
    place = ("129000" if result > 0 else "120000", "")
    kept[place] = kept.get(place, 0) + result
    return {key: cents for key, cents in kept.items() if cents}


def _sums(lines):
    found = {}
    rows = lines.values_list("account__number", "auxiliary__number", "debit_cents", "credit_cents")
    for number, party, debit, credit in rows:
        found[number, party or ""] = found.get((number, party or ""), 0) + debit - credit
    return {key: cents for key, cents in found.items() if cents}
