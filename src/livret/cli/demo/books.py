"""People's rights inside each environment, and a year of books taken over by FEC, as a real client would."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

from livret.cli.demo.cast import CLIENTS, DemoClient
from livret.cli.demo.publisher import Scene, account_of
from livret.clients import queries, services
from livret.clients.actors import actor_of
from livret.clients.models import AccessAccount
from livret.core.clock import PARIS
from livret.core.tenancy.context import inside
from livret.core.tenancy.models import Environment
from livret.formats.fec import FecLine, file_name, write
from livret.kernel.charts import chart_for
from livret.kernel.periods import ONE_DAY
from livret.suite.company import queries as people
from livret.suite.company import rules as rooms
from livret.suite.company import services as company
from livret.suite.finance.assets import demo as assets
from livret.suite.finance.bank import demo as bank
from livret.suite.finance.closing import demo as closing
from livret.suite.finance.demo.books import fiscal_year_books
from livret.suite.finance.demo.carry import carry_forward
from livret.suite.finance.demo.companies import DEMO_COMPANIES, CompanyProfile
from livret.suite.finance.demo.entries import JOURNALS, Entry
from livret.suite.finance.entry import demo as writing
from livret.suite.finance.jobs import allowances
from livret.suite.finance.lettering import demo as lettering
from livret.suite.finance.models import ImportRun
from livret.suite.finance.payments import demo as payments
from livret.suite.finance.review import demo as review
from livret.suite.finance.services import imports, previews
from livret.suite.finance.setup import demo as setup
from livret.suite.finance.statements import demo as statements
from livret.suite.finance.vat import demo as vat

SEED = 2026


def keep_books(scene: Scene) -> None:
    """Open each environment to its people, import two years of books, and leave the year before as a file to import."""
    for cast in CLIENTS:
        for slug, _kind, _label in cast.environments:
            environment = Environment.objects.select_related("cell").get(slug=slug)
            with inside(environment.place, entitlements=cache(lambda pk=environment.pk: queries.entitlements_of(pk))):
                _give_rights(cast, environment, scene)
                if cast.keeps_books and slug == cast.environments[0][0]:
                    _import_years(cast, scene)
                    _furnish(cast, scene)
        if cast.keeps_books:
            _leave_a_file(cast, scene)


def _give_rights(cast: DemoClient, environment: Environment, scene: Scene) -> None:
    for person in (person for person in cast.people if person.rights):
        account = account_of(cast, person)
        known = people.member(account.pk)
        if known and all(known.may(room, right) for room, right in person.rights):
            continue
        modules = _modules(cast, [room for room, _right in person.rights])
        today = scene.at.astimezone(PARIS).date()
        seat = services.reserve_seat(
            environment.pk, account.pk, modules=modules, today=today, by=scene.by, at=scene.began_at
        )
        opened = company.open_account(
            person_id=account.pk,
            name=account.full_name,
            email=account.email,
            seat=str(seat.pk) if seat else "",
            by=scene.by,
            at=scene.began_at,
        )
        for room, right in person.rights:
            company.grant(opened, room=room, right=right, by=scene.by, at=scene.began_at)
        services.confirm_seat(environment.pk, account.pk, at=scene.began_at)


def _modules(cast: DemoClient, wanted: Iterable[str]) -> list[str]:
    """Return the modules of the contract that open the rooms *wanted*."""
    return sorted({module for room in wanted for module in rooms.ROOMS[room] if module in cast.modules})


def _import_years(cast: DemoClient, scene: Scene) -> None:
    """Take over the last whole year, then the present one as far as its books are kept: to the end of last month."""
    if ImportRun.objects.filter(state=ImportRun.State.DONE).exists():
        return
    profile, today = DEMO_COMPANIES[cast.books], scene.at.astimezone(PARIS).date()
    year = last_opening(cast, today)
    opening = carry_forward(fiscal_year_books(profile, year=year - 1, seed=SEED))
    entries = list(fiscal_year_books(profile, year=year, seed=SEED, opening=opening))
    _import(cast, scene, year, entries)
    present = fiscal_year_books(profile, year=year + 1, seed=SEED, opening=carry_forward(entries))
    kept = kept_until(present, today.replace(day=1) - ONE_DAY)
    if kept:
        _import(cast, scene, year + 1, kept)


def _furnish(cast: DemoClient, scene: Scene) -> None:
    """Have each room show what it is for, in the order in which a bookkeeper would; what is there already stays."""
    company = people.company_with_siren(DEMO_COMPANIES[cast.books].siren)
    by = actor_of(_bookkeeper(cast), address="demonstration")
    if company is not None:
        for room in (setup, assets, bank, lettering, payments, closing, vat, statements, review, writing):
            room.furnish(company, by=by, at=scene.at)


def kept_until(entries: Iterable[Entry], last_day: date) -> list[Entry]:
    """Return the entries up to *last_day*, as somebody has them who closes the month then.

    What a later payment letters is still open, and the VAT of the last month is not settled.
    """
    kept = [entry for entry in entries if entry.date <= last_day and not _settles(entry, last_day)]
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for entry in kept:
        for line in entry.lines:
            sums[line.account, line.aux, line.letter] += line.debit_cents - line.credit_cents
    return [
        replace(
            entry,
            lines=tuple(
                replace(line, letter="") if sums[line.account, line.aux, line.letter] else line for line in entry.lines
            ),
        )
        for entry in kept
    ]


def _settles(entry: Entry, last_day: date) -> bool:
    to_the_state = ("44551", "44567")
    return (
        entry.journal == "OD"
        and entry.date == last_day
        and any(x.account.startswith(to_the_state) for x in entry.lines)
    )


def _import(cast: DemoClient, scene: Scene, year: int, entries: Iterable[Entry]) -> None:
    profile = DEMO_COMPANIES[cast.books]
    days, by = profile.fiscal_year(year), actor_of(_bookkeeper(cast), address="demonstration")
    content = fec_of(profile, year, entries)
    run = imports.upload([content], file_name=file_name(profile.siren, days.last_day), by=by, at=scene.at)
    run = previews.check_run(run, at=scene.at)
    imports.confirm(
        run,
        siren=profile.siren,
        company_name=profile.name,
        first_day=days.first_day,
        last_day=days.last_day,
        by=by,
        at=scene.at,
    )
    today = scene.at.astimezone(PARIS).date()
    done = imports.import_run(run.pk, allowances=allowances(), at=scene.at, today=today)
    if done.state != ImportRun.State.DONE:
        raise RuntimeError(f"the demonstration's own books were refused: {done.refusal} {done.findings[:5]}")


def last_opening(cast: DemoClient, today: date) -> int:
    """Return the year in which the last fiscal year that has ended was opened."""
    profile = DEMO_COMPANIES[cast.books]
    return max(year for year in range(today.year - 3, today.year) if profile.fiscal_year(year).last_day < today)


def _bookkeeper(cast: DemoClient) -> AccessAccount:
    return account_of(cast, cast.people[1])


def files_folder() -> Path:
    return Path(settings.STATE_FOLDER) / "demo"


def _leave_a_file(cast: DemoClient, scene: Scene) -> None:
    """Write the FEC of the year before the one in the books, for whoever wants to try an import."""
    profile, year = DEMO_COMPANIES[cast.books], last_opening(cast, scene.at.astimezone(PARIS).date()) - 1
    files_folder().mkdir(parents=True, exist_ok=True)
    target = files_folder() / file_name(profile.siren, profile.fiscal_year(year).last_day)
    if not target.exists():
        target.write_bytes(fec_of(profile, year, fiscal_year_books(profile, year=year, seed=SEED)))


def fec_of(profile: CompanyProfile, year: int, entries: Iterable[Entry]) -> bytes:
    """Return the FEC of generated books."""
    stream = io.BytesIO()
    write(_lines(profile, year, entries), stream)
    return stream.getvalue()


def _lines(profile: CompanyProfile, year: int, entries: Iterable[Entry]) -> Iterator[FecLine]:
    chart, last_day = chart_for(profile.fiscal_year(year).first_day), profile.fiscal_year(year).last_day
    number = 1
    for entry in entries:
        for line in entry.lines:
            number += 1
            yield FecLine(
                line_number=number,
                journal_code=entry.journal,
                journal_label=JOURNALS[entry.journal],
                entry_number=entry.number,
                entry_date=entry.date,
                account=line.account,
                account_label=chart.label_for(line.account),
                aux=line.aux,
                aux_label=line.aux_label,
                piece_ref=entry.piece_ref,
                piece_date=entry.date,
                label=line.label or entry.label,
                debit_cents=line.debit_cents,
                credit_cents=line.credit_cents,
                letter=line.letter,
                letter_date=last_day if line.letter else None,
                valid_date=entry.date,
                currency_amount=None,
                currency="",
            )
