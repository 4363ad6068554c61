"""What a file holds, told before anything of it is written in the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from livret.core.tenancy.context import current_alias
from livret.formats import fec
from livret.kernel.charts import Chart, chart_for
from livret.kernel.errors import Refusal
from livret.kernel.legislation import NotInForce
from livret.kernel.periods import ONE_DAY, add_months
from livret.suite.company import queries as companies
from livret.suite.company import rules as company_rules
from livret.suite.company.models import Company
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, ImportRun, Journal
from livret.suite.finance.services.apart import checked
from livret.suite.finance.services.contents import Contents
from livret.suite.finance.services.imports import open_file, same_file, twin_of

LISTED, SAMPLES = 50, 5
LABEL_LENGTH = 400  # Of an account: what the import keeps of a longer one.


def check_run(run: ImportRun, *, at: datetime, lang: str = "fr") -> ImportRun:
    """Check the file of an uploaded run and note what it holds; a file with errors is refused, with their list."""
    with closing(open_file(run)) as stream:
        report, contents = checked(stream, name=run.file_name, lang=lang)
    company = _known_to(run.author_id, report.siren or "")
    with transaction.atomic(using=current_alias()):
        held = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if held.state == ImportRun.State.UPLOADED:
            _note(held, report, contents, company, at=at)
    return held


def _known_to(author_id: UUID, siren: str) -> Company | None:
    """Return the company with *siren*, unless the author of the file is a member who may not read its books."""
    company, author = companies.company_with_siren(siren), companies.member(author_id)
    is_hidden = company and author and not author.may("finance", "read", company_id=company.pk)
    return None if is_hidden else company


def _note(run: ImportRun, report: fec.Report, contents: Contents, company: Company | None, *, at: datetime) -> None:
    run.findings = [finding.as_dict() for finding in report.findings]
    run.siren = report.siren or ""
    run.company_name = company.name if company else ""
    run.first_day, run.last_day = proposed_year(company, closing=report.closing, first_on=report.first_on)
    run.summary = _summary(report, contents, company, run.first_day)
    run.lines, run.entries = report.lines, report.entries
    twin = twin_of(run, company)
    run.refusal = same_file(twin) if twin else ""
    run.state = ImportRun.State.CHECKED if report.is_valid() and not run.refusal else ImportRun.State.REFUSED
    run.ended_at = at if run.state == ImportRun.State.REFUSED else None
    run.save()


def proposed_year(
    company: Company | None, *, closing: date | None, first_on: date | None
) -> tuple[date | None, date | None]:
    """Return the first and last day of the fiscal year that a file seems to belong to.

    The year of the company that closes that day; else from the day after its year before; else twelve months, or from
    the month of the first entry when that is longer and lawful. None for days that no rule of ours covers.
    """
    try:
        return _proposed(company, closing, first_on) if closing else (None, None)
    except (NotInForce, OverflowError):  # A day of another age, mistyped: the person gives the right ones.
        return None, None


def _proposed(company: Company | None, closing: date, first_on: date | None) -> tuple[date, date]:
    year = companies.year_ending(company, closing) if company else None
    if year is not None:
        return year.first_day, year.last_day
    before = companies.fiscal_years(company).filter(last_day__lt=closing).first() if company else None
    usual = add_months(closing + ONE_DAY, -company_rules.usual_months(closing))
    first = before.last_day + timedelta(1) if before else usual
    if first_on is not None and first_on < usual and before is None:
        first = first_on.replace(day=1)
    is_lawful = company_rules.lasts_at_most(company_rules.longest_months(first), first_day=first, last_day=closing)
    return (first if is_lawful else usual), closing


def _summary(report: fec.Report, contents: Contents, company: Company | None, first_day: date | None) -> dict[str, Any]:
    return {
        "lines": report.lines,
        "entries": report.entries,
        "debit_cents": report.debit_cents,
        "credit_cents": report.credit_cents,
        "first_on": report.first_on.isoformat() if report.first_on else None,
        "last_on": report.last_on.isoformat() if report.last_on else None,
        "closing": report.closing.isoformat() if report.closing else None,
        "charset": report.charset,
        "is_unreadable": report.is_unreadable,
        "is_gathered": report.is_gathered,
        "without_validation": contents.without_validation,
        "is_new_company": company is None,
        "journals": [
            {"code": code, "label": label, "lines": contents.lines_of[code], "is_new": code in new}
            for new in [
                _unknown(Journal.objects.filter(company=company).values_list("code", flat=True), contents.journals)
            ]
            for code, label in sorted(contents.journals.items())
        ],
        **_accounts_summary(contents, company, first_day),
    }


def _accounts_summary(contents: Contents, company: Company | None, first_day: date | None) -> dict[str, Any]:
    known = dict(ChartAccount.objects.filter(company=company).values_list("number", "label"))
    new, relabelled = _unknown(known, contents.accounts), _relabelled(known, contents.accounts)
    parties = AuxiliaryAccount.objects.filter(company=company).values_list("number", flat=True)
    outside = sorted(_outside_chart(contents.accounts, first_day))
    return {
        "accounts": len(contents.accounts),
        "new_accounts": len(new),
        "auxiliaries": len(contents.auxiliaries),
        "new_auxiliaries": len(_unknown(parties, contents.auxiliaries)),
        "relabelled": relabelled[:SAMPLES],
        "relabelled_count": len(relabelled),
        "outside_chart": [{"number": number, "label": contents.accounts[number]} for number in outside[:LISTED]],
        "outside_chart_count": len(outside),
    }


def _unknown(known: Iterable[str], named: Mapping[str, str]) -> set[str]:
    return set(named) - set(known)


def _relabelled(known: Mapping[str, str], named: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the accounts whose label in the file is not the one kept, which stays and goes out in an export."""
    return [
        {"number": number, "label": label, "kept": known[number]}
        for number, label in sorted(named.items())
        if number in known and label.strip() and label[:LABEL_LENGTH].strip() != known[number].strip()
    ]


def _outside_chart(accounts: Iterable[str], first_day: date | None) -> list[str]:
    """Return the accounts that the chart mandatory for a year opened on *first_day* does not hold."""
    chart = _chart(first_day) if first_day else None
    return [number for number in accounts if not chart.is_valid(number)] if chart else []


def _chart(first_day: date) -> Chart | None:
    try:
        return chart_for(first_day)
    except Refusal:
        return None
