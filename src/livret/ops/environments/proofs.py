"""Proving the books of an environment: from the inside, and against the heads that left it.

Somebody who holds the client's database can edit a line, switch the guards off and compute every seal again: all is
then coherent inside. The heads kept here, in another database, are what such a hand cannot reach. What cannot be proved
yet is the window: the entries whose head has not left since their commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog

from livret.core.tenancy.context import inside
from livret.core.tenancy.models import Environment
from livret.ops.environments.models import LedgerHead, LedgerProof
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.services.purging import archived_seals
from livret.suite.finance.models import YearTombstone
from livret.suite.finance.queries.proof import Chain, Fault, chains_of, faults_of, seal_at, years_held
from livret.suite.finance.queries.tombstones import tombstone_of

log = structlog.get_logger(__name__)

PROVED_AGAIN_AFTER_DAYS = 7
ChainName = tuple[str, date, str]  # SIREN, last day of the year, journal.


@dataclass(frozen=True, slots=True)
class Head:
    """A head kept outside: of which generation, up to which number."""

    generation: int
    number: int
    head: str


def heads_to_meet(heads: Iterable[Head]) -> list[Head]:
    """Return the heads of one chain that the books must still meet: the highest of each generation that still stands.

    A restoration begins a new generation from an older state: what the generation before had added since is gone, and
    its numbers are given again. So a head counts while no later generation began at its number or below.
    """
    by_generation: dict[int, list[Head]] = defaultdict(list)
    for one in heads:
        by_generation[one.generation].append(one)
    kept, begun = [], None
    for generation in sorted(by_generation, reverse=True):
        standing = [one for one in by_generation[generation] if begun is None or one.number < begun]
        if standing:
            kept.append(max(standing, key=lambda one: one.number))
        lowest = min(one.number for one in by_generation[generation])
        begun = lowest if begun is None else min(begun, lowest)
    return kept[::-1]


def prove(environment: Environment, *, at: datetime, whole: bool = True) -> LedgerProof:
    """Prove the ledgers of *environment* and keep what was found.

    whole: every year; else the years that changed since the last proof, or were not proved for a week.
    """
    before = LedgerProof.objects.filter(environment=environment).order_by("-at").first()
    known: Mapping[str, Any] = before.years if before and not whole else {}
    with inside(environment.place):
        held = years_held()
        years = {pk: year for pk, (year, entries) in held.items() if _is_due(year, entries, known, at)}
        chains = [chain for year in years.values() for chain in chains_of(year)]
        faults = [fault for year in years.values() for fault in faults_of(year)]
        stones = {pk: stone for pk, year in years.items() if (stone := tombstone_of(year))}
        due = [year for pk, year in years.items() if pk not in stones]
        faults += list(_against_heads(environment, due, [year for year, _entries in held.values()]))
        faults += [fault for stone in stones.values() for fault in _against_archive(environment, stone)]
        windows = _windows(environment, chains)
    proved = {
        _name(year): {"entries": entries, "at": at.isoformat(), **_purged(stones.get(year.pk))}
        for year, entries in _only(held, years)
    }
    proof = LedgerProof.objects.create(
        environment=environment,
        generation=environment.generation,
        at=at,
        years={**known, **proved},
        entries=sum(entries for _year, entries in _only(held, years)),
        chains=len(chains),
        unproved=sum(windows.values()),
        faults=[{**asdict(fault), "year_ends": fault.year_ends.isoformat()} for fault in faults],
    )
    if faults:
        log.error("the books are not what they were", environment=environment.slug, faults=len(faults))
    return proof


def latest_proofs(environments: Iterable[Environment]) -> dict[UUID, LedgerProof]:
    """Return the last proof of each environment that has one."""
    found = LedgerProof.objects.filter(environment__in=list(environments))
    return {proof.environment_id: proof for proof in found.order_by("environment_id", "-at").distinct("environment_id")}


def _only(held: Mapping[int, tuple[FiscalYear, int]], years: Mapping[int, FiscalYear]) -> list[tuple[FiscalYear, int]]:
    return [held[pk] for pk in years]


def _name(year: FiscalYear) -> str:
    return f"{year.company.siren}/{year.last_day.isoformat()}"


def _is_due(year: FiscalYear, entries: int, known: Mapping[str, Any], at: datetime) -> bool:
    last = known.get(_name(year))
    if last is None or last["entries"] != entries:
        return True
    return (at - datetime.fromisoformat(last["at"])).days >= PROVED_AGAIN_AFTER_DAYS


def _against_heads(
    environment: Environment, years: Iterable[FiscalYear], held: Collection[FiscalYear]
) -> Iterable[Fault]:
    """Yield what differs in *years* from the heads kept outside, and the chains of which no year is *held* any more.

    held: every year that says it holds entries, purged or not; who empties a year can also write that it holds none.
    """
    kept = _heads_of(environment)
    for year in years:
        names = [name for name in kept if name[:2] == (year.company.siren, year.last_day)]
        for name in names:
            for head in heads_to_meet(kept[name]):
                if fault := _compared(environment, year, name, head):
                    yield fault
    present = {(year.company.siren, year.last_day) for year in held}
    for name, heads in kept.items():
        if name[:2] not in present and any(one.generation == environment.generation for one in heads):
            yield Fault("year-missing", name[0], name[1], name[2], max(one.number for one in heads))


def _compared(environment: Environment, year: FiscalYear, name: ChainName, head: Head) -> Fault | None:
    found = seal_at(year, name[2], head.number)
    if found == head.head:
        return None
    if found is None:
        is_restored = head.generation < environment.generation  # Gone with the state that was left behind.
        return None if is_restored else Fault("entry-missing", *name, head.number, expected=head.head)
    return Fault("head-differs", *name, head.number, found, head.head)


def _purged(stone: YearTombstone | None) -> dict[str, str]:
    """Return what is told of a year whose detail was removed: when, and the archive that proves it."""
    return {"purged_on": stone.at.date().isoformat(), "archive": stone.archive_digest} if stone else {}


def _against_archive(environment: Environment, stone: YearTombstone) -> Iterable[Fault]:
    """Yield what denies the tombstone of a purged year: its archive, read again, and the heads kept outside.

    The chain is in the archive, entry by entry, each seal computed again: a head kept outside is met there.
    """
    year = stone.fiscal_year
    siren, ends = year.company.siren, year.last_day
    kept = {name: heads for name, heads in _heads_of(environment).items() if name[:2] == (siren, ends)}
    heads = [(name, head) for name, found in kept.items() for head in heads_to_meet(found)]
    held = archived_seals(stone, {(name[2], head.number) for name, head in heads})
    if held.faults:
        yield Fault("archive-false", siren, ends, found="; ".join(held.faults[:3]), expected=stone.archive_digest)
        return
    for name, head in heads:
        found = held.seals.get((name[2], head.number))
        if found is not None and found != head.head:
            yield Fault("head-differs", *name, head.number, found, head.head)
        elif found is None and head.generation == environment.generation:
            yield Fault("entry-missing", *name, head.number, expected=head.head)


def _heads_of(environment: Environment) -> dict[ChainName, list[Head]]:
    found: dict[ChainName, list[Head]] = defaultdict(list)
    rows = LedgerHead.objects.filter(environment=environment)
    for row in rows.values_list("siren", "year_ends", "journal", "generation", "number", "head").iterator():
        found[row[:3]].append(Head(*row[3:]))
    return found


def _windows(environment: Environment, chains: Iterable[Chain]) -> dict[ChainName, int]:
    """Return, for each chain that has some, how many of its entries no head kept outside covers yet."""
    kept = _heads_of(environment)
    found = {}
    for chain in chains:
        name = (chain.siren, chain.year_ends, chain.journal)
        covered = max((one.number for one in heads_to_meet(kept.get(name, []))), default=0)
        if chain.number > covered:
            found[name] = chain.number - covered
    return found
