"""The share of requests picked up in time, contract by contract and period by period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from livret.booklet import Booklet, library
from livret.booklet.attainment import CountedRequest
from livret.care.figures.rules import periods, shares
from livret.care.figures.rules.shares import Share, Target
from livret.care.support import queries as support
from livret.care.support.queries.statistics import Tally
from livret.clients import queries as clients
from livret.core.clock import PARIS
from livret.kernel.periods import ONE_DAY, DayPeriod, nth_period, period_index

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from livret.care.support.models import Request
    from livret.clients.models import Client, Contract


@dataclass(frozen=True, slots=True)
class ContractShare:
    """The share of a contract over one of its periods. index: from 0 at the start of support."""

    contract: Contract
    target: Target
    index: int
    share: Share
    tally: Tally
    is_current: bool

    @property
    def period(self) -> DayPeriod:
        return self.share.period

    @property
    def is_close(self) -> bool:
        return shares.is_close(self.share)


def booklet_of(contract: Contract) -> Booklet:
    return library()[contract.booklet, contract.booklet_version]


def contract_shown(client: Client, *, day: date) -> Contract | None:
    """Return the contract whose figures are shown on *day*: the one in force."""
    return clients.contract_in_force(client, day=day)


def clause_without_support(contract: Contract) -> str:
    """Return the clause that keeps support to other plans, empty where the plan of *contract* has it."""
    return "" if _has_support(contract) else support.offer_for(contract).support_clause


def shares_of(contract: Contract, *, now: datetime, up_to: date | None = None) -> list[ContractShare]:
    """Return the share of every period so far, the current one first; empty before support starts, or without it.

    up_to: the last day whose requests are counted, today otherwise.
    """
    if contract.support_start_on is None or not _has_support(contract):
        return []
    day, target = up_to or now.astimezone(PARIS).date(), shares.target_of(booklet_of(contract))
    spans = periods.periods_so_far(contract.support_start_on, months=target.months, day=day)
    return _shares([(contract, target, len(spans) - 1 - at, span) for at, span in enumerate(spans)], day, now=now)


def current_share(contract: Contract, *, now: datetime) -> ContractShare | None:
    """Return the share of the period that runs, None before support starts."""
    return next(iter(shares_of(contract, now=now)), None)


def all_shares(*, now: datetime) -> list[ContractShare]:
    """Return the running share of every contract, those promised that may miss the fewest more first."""
    day, asked = now.astimezone(PARIS).date(), []
    for contract in filter(_has_support, clients.contracts_supported(day=day)):
        target = shares.target_of(booklet_of(contract))
        start = contract.support_start_on or day
        index = period_index(start, months=target.months, day=day)
        asked.append((contract, target, index, nth_period(start, months=target.months, index=index)))
    return sorted(_shares(asked, day, now=now), key=_urgency)


def _has_support(contract: Contract) -> bool:
    """Source: Sprint S-13 keeps support, and with it the share, to the plans Open and Private."""
    return support.offer_for(contract).has_support


def _urgency(row: ContractShare) -> tuple[bool, int, float, str]:
    share = row.share
    left = share.misses_left if share.misses_left is not None and share.counted else 10**9
    return not row.target.is_promised, left, float(share.rate if share.rate is not None else 2), row.contract.number


def _shares(
    asked: Sequence[tuple[Contract, Target, int, DayPeriod]], day: date, *, now: datetime
) -> list[ContractShare]:
    """Return the share of each of *asked*, the requests counted until the end of *day*."""
    last = periods.start_of(day + ONE_DAY)
    spans = [(one.pk, periods.since(period), min(periods.until(period), last)) for one, _, _, period in asked]
    found = support.statistics.tallies_by_contract(_requests_of([row[0] for row in asked]), spans, now=now)
    return [
        ContractShare(
            contract,
            target,
            index,
            shares.kept(target, period, counted=tally.counted, on_time=tally.on_time),
            tally,
            is_current=day in period,
        )
        for (contract, target, index, period), tally in zip(asked, found, strict=True)
    ]


def _requests_of(contracts: Sequence[Contract]) -> QuerySet[Request]:
    """Return the requests to count for *contracts*: of one client, found by its own index."""
    everything, clients_asked = support.behind.all_requests(), {contract.client_id for contract in contracts}
    return everything.filter(client__in=clients_asked) if len(clients_asked) == 1 else everything


def recomputed_shares(contract: Contract, requests: Iterable[Request], *, now: datetime) -> list[CountedRequest]:
    """Return what each of *requests* counts for, read again from its events: the check of what rows cache.

    requests: with their events. Those that count nowhere are left out.
    """
    book, found = support.HoursBook(), []
    for request in requests:
        events = support.as_events(request.events.all())
        clock = support.clock_of(request, events, hours=book)
        verdict = clock.is_on_time(now) if clock else None
        if verdict is not None:
            left_out = support.behind.is_left_out(events)
            found.append(CountedRequest(request.registered_at.astimezone(PARIS).date(), verdict, left_out))
    return found
