"""What a half-yearly report says: every number with the requests behind it and the clause, in French."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from livret.booklet import Booklet
from livret.care.figures import wording
from livret.care.figures.queries.attainment import ContractShare, booklet_of, shares_of
from livret.care.figures.queries.lists import Listed, Wanted, listed, requests_behind
from livret.care.figures.queries.report_words import definitions
from livret.care.figures.rules import periods
from livret.care.figures.rules.settings import settings
from livret.care.support.queries import behind, results, statistics
from livret.core.clock import PARIS
from livret.core.ui import figures
from livret.kernel.periods import DayPeriod

if TYPE_CHECKING:
    from livret.clients.models import Contract

FORMAT = 1
Numbers = list[str]


def report_data(contract: Contract, period: DayPeriod, *, publisher: str, now: datetime) -> dict[str, Any]:
    """Return what the report of *contract* over *period* says at *now*; plain values, ready to be written."""
    with translation.override("fr"):
        return _Report(contract, period, publisher, now).content()


class _Report:
    """The rows of a report, read once."""

    def __init__(self, contract: Contract, period: DayPeriod, publisher: str, now: datetime) -> None:
        self.contract, self.period, self.publisher, self.now = contract, period, publisher, now
        self.booklet: Booklet = booklet_of(contract)
        self.found = behind.all_requests().filter(contract=contract)
        rows = requests_behind(self.found, Wanted("filed"), period, now=now)
        self.rows: list[Listed] = listed(rows)
        inside = statistics.between(self.found, periods.since(period), periods.until(period))
        self.clauses = results.exclusion_clauses(inside)
        self.second = results.second_results(inside)
        # The share as it stood when the period ended, and the periods of the share that this one touches.
        spans = shares_of(contract, now=now, up_to=period.last_day)
        self.shares = [row for row in spans if row.period.first_day <= period.last_day
                       and row.period.last_day >= period.first_day]  # fmt: skip

    def content(self) -> dict[str, Any]:
        frozen = self.now.astimezone(PARIS).replace(microsecond=0)
        return {
            "format": FORMAT,
            "title": _("Half-yearly report of requests"),
            "publisher": self.publisher,
            "frozen_at": frozen.isoformat(),
            "frozen_words": figures.instant_words(frozen, language="fr"),
            "client": {"name": self.contract.client.name, "siren": self.contract.client.siren},
            "contract": {"number": self.contract.number, "booklet": str(self.booklet), "plan": self.contract.plan},
            "period": {
                "first": self.period.first_day.isoformat(),
                "last": self.period.last_day.isoformat(),
                "words": wording.period_words(self.period).capitalize(),
            },
            "facts": self._facts(),
            "cards": self._cards(),
            "shares": [self._share(row) for row in reversed(self.shares)],
            "months": self._months(),
            "splits": [self._split(name) for name in ("kind", "product", "person")],
            "times": self._times(),
            "second": self._second(),
            "charts": {
                "months": _("Requests of each month by their standing in the share."),
                "times": _("Requests by stretch of business time from registration to pick-up."),
            },
            "figures": self._figures(),
            "definitions": definitions(self.booklet.support.pick_up_by.clause),
            "clauses": self._clauses(),
            "requests": [self._request(row) for row in self.rows],
        }

    def _numbers(self, is_one: Callable[[Listed], bool]) -> Numbers:
        return [row.request.number for row in self.rows if is_one(row)]

    def _facts(self) -> list[dict[str, str]]:
        client, start = self.contract.client, self.contract.support_start_on
        plan = wording.plan_title(self.booklet, self.contract.plan)
        rows = [
            (pgettext("figures", "Client"), f"{client.name} · SIREN {client.siren}"),
(pgettext("figures", "Contract"), f"{self.contract.number} · {plan}"),
            (_("Service booklet"), f"{wording.booklet_title(self.booklet)} ({self.booklet})"),
            (_("Start of support"), figures.day_words(start, language="fr") if start else "–"),
        ]  # fmt: skip
        return [{"label": str(label), "value": value} for label, value in rows]

    def _cards(self) -> list[dict[str, str]]:
        last = self.shares[0] if self.shares else None
        standing = self._by_standing()
        missed, ended = len(standing[statistics.MISSED]), len(self._numbers(lambda row: row.request.is_closed))
        cards = [
            _card(_("Requests filed"), str(len(self.rows)), _("%(count)d closed") % {"count": ended}),
            _card(pgettext("figures", "Late for the pick-up"), str(missed), "", "bad" if missed else "good"),
        ]
        if last is not None:
            tone = "" if last.share.is_met is None else "good" if last.share.is_met else "bad"
            counted = {"share": f"{last.share.on_time}/{last.share.counted}", "months": last.target.months}
            note = _("%(share)s, over the period of %(months)d months so far") % counted
            cards.insert(1, _card(_("Picked up in time"), _percent(last.share.rate), note, tone, last.target.clause))
        times = self._elapsed()
        waited = wording.duration_short(int(median(times))) if times else "–"
        left_out = str(len(standing[statistics.EXCLUDED]))
        cards.append(_card(_("Median time to the pick-up"), waited, _("business time")))
        cards.append(_card(pgettext("figures", "Left out of the share"), left_out))
        rated = [row.request.rating for row in self.rows if row.request.rating is not None]
        mean = f"{Fraction(sum(rated), len(rated)).__float__():.1f}".replace(".", ",") if rated else "–"
        cards.append(_card(_("Satisfaction"), mean, _("%(count)d rated, 1 to 5") % {"count": len(rated)}))
        return cards

    def _by_standing(self) -> dict[int, Numbers]:
        return {key: self._numbers(lambda row, key=key: row.standing == key) for key in wording.STANDINGS}  # type: ignore[misc]

    def _elapsed(self) -> list[int]:
        return [row.elapsed_s for row in self.rows if row.elapsed_s is not None and row.request.is_picked_up]

    def _share(self, row: ContractShare) -> dict[str, Any]:
        share, rate = row.share, _percent(row.share.rate)
        facts = {"on_time": share.on_time, "counted": share.counted, "rate": rate}
        sentence = _("%(on_time)d of %(counted)d requests picked up in time: %(rate)s.") % facts
        if row.target.share is not None:
            promised = _("At least %(target)s is promised over the whole period.") % {
                "target": _percent(row.target.share)
            }
            sentence = f"{sentence} {promised} {self._verdict(row)}"
        parts = [
            {"label": str(wording.FIGURES[key]), "count": len(numbers), "requests": numbers}
            for key in ("on_time", "missed", "running", "withdrawn", "excluded")
            for numbers in [self._numbers_of(key, self._counted_days(row))]
        ]
        return {
            "words": wording.period_words(row.period).capitalize(),
            "sentence": sentence,
            "rate": f"{share.on_time}/{share.counted}",
            "clause": row.target.clause,
            "parts": parts,
        }

    def _counted_days(self, row: ContractShare) -> DayPeriod:
        return DayPeriod(row.period.first_day, min(row.period.last_day, self.period.last_day))

    def _verdict(self, row: ContractShare) -> str:
        if row.share.is_met is None:
            return _("Nothing counts yet: the share cannot be measured.")
        if row.period.last_day <= self.period.last_day:
            return _("The share was kept.") if row.share.is_met else _("The share was not kept.")
        left = {"left": row.share.misses_left or 0}
        return _("The period goes on: %(left)d more requests may be late.") % left

    def _numbers_of(self, figure: str, period: DayPeriod) -> Numbers:
        rows = requests_behind(self.found, Wanted(figure), period, now=self.now)
        return list(rows.values_list("number", flat=True))

    def _months(self) -> list[dict[str, Any]]:
        found = []
        for month in periods.months_in(self.period):
            mine = [row for row in self.rows if _day(row.request.registered_at).replace(day=1) == month]
            on_time = sum(row.standing == statistics.ON_TIME for row in mine)
            missed = sum(row.standing == statistics.MISSED for row in mine)
            label = wording.month_short(month)
            other = len(mine) - on_time - missed
            found.append({"label": label, "on_time": on_time, "missed": missed, "other": other})
        return found

    def _split(self, dimension: str) -> dict[str, Any]:
        label: dict[str, Callable[[Any], str]] = {
            "kind": lambda one: str(behind.kind_label(one.kind)),
            "product": lambda one: str(behind.product_label(one.product)),
            "person": lambda one: one.filed_by.full_name,
        }
        by: dict[str, Numbers] = {}
        for row in self.rows:
            by.setdefault(label[dimension](row.request), []).append(row.request.number)
        rows = sorted(by.items(), key=lambda item: (-len(item[1]), item[0]))
        heading = str(wording.DIMENSIONS[dimension])
        title = _("By %(what)s") % {"what": heading.lower()}
        shown = [{"label": name, "count": len(numbers), "requests": numbers} for name, numbers in rows]
        return {"title": title, "heading": heading, "rows": shown}

    def _times(self) -> dict[str, Any]:
        times, bounds = sorted(self._elapsed()), settings().bucket_bounds_s
        if not times:
            return {"sentence": _("No request was picked up under a target over the period."), "buckets": []}
        facts = {
            "median": wording.duration(int(median(times))),
            "p90": wording.duration(times[-(-len(times) * 9 // 10) - 1]),
            "most": wording.duration(times[-1]),
        }
        words = _(
            "Half of the requests within %(median)s of business time, nine in ten within %(p90)s, %(most)s at most."
        )
        rows = [self._numbers_of_bucket(at) for at in range(1, len(bounds) + 1)]
        buckets = [
            {"label": wording.bucket_words(bounds, at), "count": len(numbers), "requests": numbers}
            for at, numbers in enumerate(rows)
        ]
        return {"sentence": words % facts, "buckets": buckets}

    def _numbers_of_bucket(self, at: int) -> Numbers:
        rows = requests_behind(self.found, Wanted("timed", {"bucket": str(at)}), self.period, now=self.now)
        return list(rows.values_list("number", flat=True))

    def _second(self) -> list[dict[str, Any]]:
        number = {row.request.pk: row.request.number for row in self.rows}
        support = self.booklet.support
        clauses = {1: support.action_plan.clause, 2: support.fix_or_workaround.clause}
        found = []
        for level, label in wording.STEPS.items():
            mine = [one for one in self.second if one.level == level]
            found.append(
                {
                    "label": str(label),
                    "clause": clauses[level],
                    "started": [number[one.request_id] for one in mine],
                    "running": [number[one.request_id] for one in mine if one.is_kept is None],
                    "kept": [number[one.request_id] for one in mine if one.is_kept],
                    "kept_unpaused": [number[one.request_id] for one in mine if one.is_kept_unpaused],
                }
            )
        return found

    def _figures(self) -> list[dict[str, Any]]:
        pick_up = self.booklet.support.pick_up_by.clause
        clauses = {"counted": pick_up, "on_time": pick_up, "missed": pick_up, "running": pick_up, "excluded": pick_up}
        rows = [(key, self._numbers_of(key, self.period)) for key in wording.FIGURES if key != "timed"]
        return [
            {
                "key": key,
                "label": str(wording.FIGURES[key]),
                "count": len(numbers),
                "requests": numbers,
                "clause": clauses.get(key, ""),
            }
            for key, numbers in rows
        ]

    def _clauses(self) -> list[dict[str, str]]:
        support = self.booklet.support
        every = support.request_report_every
        named = {support.pick_up_by.clause, support.action_plan.clause, every.clause or "", *self.clauses.values()}
        found = [self.booklet.clauses[one] for one in sorted(named) if one in self.booklet.clauses]
        return [{"id": one.id, "title": one.title_fr, "text": one.fr} for one in found]

    def _request(self, row: Listed) -> dict[str, str]:
        one = row.request
        return {
            "number": one.number,
            "registered": _instant(one.registered_at),
            "kind": str(behind.kind_label(one.kind)),
            "product": str(behind.product_label(one.product)),
            "subject": one.subject,
            "person": one.filed_by.full_name,
            "criticality": str(behind.level_label(one.criticality)) if one.criticality else "",
            "level": _("anomaly of level %(level)d") % {"level": one.level} if one.level else "",
            "due": _instant(one.due_at),
            "picked_up": _instant(one.picked_up_at),
            "consumed": wording.duration(row.elapsed_s) if row.elapsed_s is not None else "",
            "target": wording.duration(row.target_s) if row.target_s is not None else "",
            "clause": row.clause,
            "standing": str(wording.STANDINGS[row.standing].label),
            "excluded_by": self.clauses.get(one.pk, ""),
            "contested": pgettext("figures", "Contested") if one.is_contested else "",
            "state": str(behind.state_of(one, is_staff=False).label),
            "closed": _instant(one.closed_at),
            "rating": str(one.rating or ""),
        }


def _card(label: str, value: str, note: str = "", tone: str = "", clause: str = "") -> dict[str, str]:
    return {"label": str(label), "value": value, "note": note, "tone": tone, "clause": clause}


def _percent(rate: Fraction | None) -> str:
    return "–" if rate is None else figures.percent_text(rate, language="fr", decimals=1)


def _instant(at: datetime | None) -> str:
    return figures.instant_text(at) if at else ""


def _day(at: datetime) -> date:
    return at.astimezone(PARIS).date()
