"""What the dashboards show: figures that lead to their lists, and charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from livret.care.figures import queries, wording
from livret.care.figures.queries.boards import Board
from livret.care.figures.rules.forecast import Forecast
from livret.care.figures.rules.settings import settings
from livret.care.figures.wording import Words
from livret.care.support.queries.results import SecondResult
from livret.care.support.queries.statistics import Tally
from livret.core.ui import figures
from livret.core.ui.charts import HISTOGRAM, LINE, Chart, Series

CLOSE_DAYS = 40  # What the chart of the backlog shows of the past: eight weeks.
Parts = list[tuple[str, int, str, str]]


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the lists behind figures: *path* with the period that is shown, and what else is filtered."""

    path: str
    period: str
    kept: Mapping[str, str] = field(default_factory=dict)

    def to(self, figure: str, *, period: str = "", **by: object) -> str:
        asked = {**self.kept, "period": period or self.period, "figure": figure}
        return f"{self.path}?{urlencode({**asked, **{name: str(value) for name, value in by.items()}})}"


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A key figure. url: the list behind it, empty for none; clause: of the contract's booklet, empty for none."""

    label: Words
    value: str
    url: str = ""
    detail: Words = ""
    tone: str = "neutral"
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: a value of a dimension with its tally, its lists and its share."""

    name: Words
    tally: Tally
    urls: Mapping[str, str]
    rate: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class Split:
    """A table of one dimension; whole: the highest count, that bars are drawn against."""

    heading: Words
    lines: list[Line]
    whole: int
    left_out: int = 0


def percent(rate: Fraction | None) -> str:
    """Return a share, cut off so that a miss never reads as kept; a dash where nothing counts."""
    return "–" if rate is None else figures.percent_text(rate, language=wording.language(), decimals=1)


def number(value: int) -> str:
    return figures.number_text(value, language=wording.language())


def _one_decimal(value: float) -> str:
    return figures.number_text(Decimal(str(value)), language=wording.language(), decimals=1)


def share_figures(row: queries.ContractShare, links: Links) -> list[FigureShown]:
    """Return the share of a period and what it is made of, each with its list."""
    share, tally, period = row.share, row.tally, f"p{row.index}"
    tone = "neutral" if share.is_met is None else "good" if share.is_met else "bad"
    exact = f"{share.on_time}/{share.counted}" if share.counted else _("nothing counted: not measurable")
    made = [
        FigureShown(pgettext("figures", "Share"), percent(share.rate), "", exact, tone, row.target.clause),
        _count("counted", tally.counted, links, period),
        _count("on_time", tally.on_time, links, period),
        _count("missed", tally.missed, links, period, tone="bad" if tally.missed else "neutral"),
        _count("running", tally.running, links, period),
        _count("excluded", tally.excluded, links, period),
    ]
    if share.misses_left is not None:
        tone = "warn" if row.is_close else "neutral"
        detail = _("of the next requests, and the share is still kept")
        made.insert(1, FigureShown(_("May still be late"), number(share.misses_left), "", detail, tone))
    return made


def _count(figure: str, value: int, links: Links, period: str = "", *, tone: str = "neutral") -> FigureShown:
    return FigureShown(wording.FIGURES[figure], number(value), links.to(figure, period=period), "", tone)


def now_figures(open_now: int, late_now: int, board: Board, links: Links) -> list[FigureShown]:
    """Return what is open now, and what the period brought."""
    mean = board.mean_rating
    rated = _("no request rated") if mean is None else _("%(count)s rated, 1 to 5") % {"count": number(board.rated)}
    value = "–" if mean is None else _one_decimal(mean)
    return [
        _count("open", open_now, links, "all"),
        _count("late", late_now, links, "all", tone="bad" if late_now else "neutral"),
        _count("filed", board.whole.filed, links),
        *time_figures(board, links),
        FigureShown(_("Satisfaction"), value, links.to("rated") if mean is not None else "", rated),
    ]


def time_figures(board: Board, links: Links) -> list[FigureShown]:
    """Return how long requests waited for their pick-up, in business time."""
    times = board.times
    if times.median_s is None or times.p90_s is None or times.longest_s is None:
        return [FigureShown(_("Time to the pick-up, median"), "–", "", _("nothing picked up under a target"))]
    facts = {"p90": wording.duration_short(times.p90_s), "most": wording.duration_short(times.longest_s)}
    detail = _("business time; 9 in 10 within %(p90)s, %(most)s at most") % facts
    return [
        FigureShown(_("Time to the pick-up, median"), wording.duration_short(times.median_s), links.to("timed"), detail)
    ]


def months_chart(board: Board, links: Links) -> Chart:
    """Return the requests of each month by their standing in the share."""
    tallies = [tally for _month, tally in board.months]
    keys = [f"{month:%Y-%m}" for month, _tally in board.months]

    def series(figure: str, values: Iterable[int], tone: str, texture: str = "plain") -> Series:
        at = tuple(links.to(figure, month=key) for key in keys) if figure else ()
        label = wording.FIGURES[figure] if figure else _("Not counted")
        return Series(str(label), tuple(values), tone, texture, at)

    return Chart(
        _("Requests by month"),
        _("Columns by month: picked up in time, late for the pick-up, and not counted in the share."),
        pgettext("figures", "Month"),
        tuple(wording.months_short([month for month, _tally in board.months])),
        (
            series("on_time", (t.on_time for t in tallies), "good"),
            series("missed", (t.missed for t in tallies), "bad", "hatched"),
            series("", (t.filed - t.counted for t in tallies), "neutral"),
        ),
    )


def times_chart(board: Board, links: Links) -> Chart:
    """Return how many requests were picked up within each stretch of business time."""
    bounds = settings().bucket_bounds_s
    urls = tuple(links.to("timed", bucket=at) for at in range(1, len(bounds) + 1))
    label = str(wording.FIGURES["timed"])
    return Chart(
        _("Time to the pick-up, in business hours"),
        _("Columns by stretch of business time from registration to pick-up."),
        _("Business time"),
        tuple(wording.bucket_words(bounds, at) for at in range(len(bounds))),
        (Series(label, tuple(board.buckets), "accent", "plain", urls),),
        HISTOGRAM,
    )


def ratings_chart(board: Board, links: Links) -> Chart:
    """Return how many requests were given each score."""
    scores = (1, 2, 3, 4, 5)
    urls = tuple(links.to("rated", rating=score) for score in scores)
    values = tuple(board.ratings.get(score, 0) for score in scores)
    return Chart(
        _("Satisfaction, 1 to 5"),
        _("Columns by score given once the request was closed."),
        _("Score"),
        tuple(str(score) for score in scores),
        (Series(str(wording.FIGURES["rated"]), values, "accent", "plain", urls),),
    )


def forecast_chart(found: Forecast) -> Chart:
    """Return what was open at the end of each business day, and what the forecast says of the next ones."""
    past, ahead = found.past[-CLOSE_DAYS:], found.ahead
    days: list[date] = [*(day.day for day in past), *(day for day, _left in ahead)]
    nothing = (None,)
    known = tuple(float(day.left) for day in past) + nothing * len(ahead)
    joined = (float(past[-1].left),) if past else ()
    coming = nothing * (len(past) - len(joined)) + joined + tuple(round(left, 1) for _day, left in ahead)
    return Chart(
        _("Open requests by business day"),
        _("A line of the requests open at the end of each business day, then dashed the forecast of the next ones."),
        pgettext("figures", "Day"),
        tuple(f"{day:%d/%m}" for day in days),
        (
            Series(pgettext("figures", "Open"), known, "accent"),
            Series(pgettext("figures", "Forecast"), coming, "warn", "dashed"),
        ),
        LINE,
    )


def split(dimension: str, rows: Sequence[tuple[Any, str, Tally]], links: Links, *, most: int = 0) -> Split:
    """Return the table of a dimension, its first *most* rows where there are more."""
    shown = rows[:most] if most else rows
    lines = [_line(dimension, value, name, tally, links) for value, name, tally in shown]
    whole = max((tally.filed for _value, _name, tally in shown), default=0)
    return Split(wording.DIMENSIONS[dimension], lines, whole, len(rows) - len(shown))


def _line(dimension: str, value: Any, name: str, tally: Tally, links: Links) -> Line:
    by = {dimension: value if value is not None else "none"}
    urls = {figure: links.to(figure, **by) for figure in ("filed", "open", "late", "on_time", "missed")}
    rate = percent(Fraction(tally.on_time, tally.counted) if tally.counted else None)
    return Line(wording.name_of(dimension, value, name), tally, urls, rate, parts_of(tally))


def parts_of(tally: Tally) -> Parts:
    """Return what a bar of a tally is made of."""
    return [
        (str(wording.FIGURES["on_time"]), tally.on_time, "good", "plain"),
        (str(wording.FIGURES["missed"]), tally.missed, "bad", "hatched"),
        (_("Not counted"), tally.filed - tally.counted, "neutral", "plain"),
    ]


@dataclass(frozen=True, slots=True)
class SecondLine:
    """The second clocks of a level, with the pauses taken out and as if nothing had been paused."""

    step: Words
    level: int
    started: int
    running: int
    kept: int
    kept_unpaused: int
    url: str

    @property
    def ended(self) -> int:
        return self.started - self.running

    @property
    def rate(self) -> str:
        return percent(Fraction(self.kept, self.ended) if self.ended else None)

    @property
    def rate_unpaused(self) -> str:
        return percent(Fraction(self.kept_unpaused, self.ended) if self.ended else None)


def second_lines(results: Sequence[SecondResult], links: Links) -> list[SecondLine]:
    """Return a line for each level that calls for a step."""
    found = []
    for level, step in wording.STEPS.items():
        mine = [result for result in results if result.level == level]
        kept = sum(result.is_kept is True for result in mine)
        unpaused = sum(result.is_kept_unpaused is True for result in mine)
        running = sum(result.is_kept is None for result in mine)
        found.append(SecondLine(step, level, len(mine), running, kept, unpaused, links.to("filed", level=level)))
    return found
