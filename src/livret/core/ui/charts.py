"""Charts as drawings made on the server: values in, marks out. Pure; colours and type are the style sheet's.

Across, places are percents, so that words keep their size on any screen; upwards they are pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

STACKED, HISTOGRAM, LINE = "stacked", "histogram", "line"
HEIGHT, TOP, FOOT = 208, 20, 24
GUTTER, MOST_TICKS = 7.0, 4
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Series:
    """One set of values, one for each category; None draws nothing.

    tone: of the design system. texture: plain, hatched or dashed, so that no series is told by its colour alone.
    links: where each value leads in the table, empty for nowhere.
    """

    label: str
    values: tuple[float | None, ...]
    tone: str = "accent"
    texture: str = "plain"
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw. form: stacked (columns on top of each other), histogram (columns that touch) or line.

    description: what the chart shows, in a sentence, for those who do not see it. heading: of the first column of the
    table that stands under it. Raises ValueError when a series has not one value for each category.
    """

    title: str
    description: str
    heading: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    form: str = STACKED

    def __post_init__(self) -> None:
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise ValueError(f"{series.label}: {len(series.values)} values for {len(self.categories)} categories")

    @property
    def is_empty(self) -> bool:
        return not any(value for series in self.series for value in series.values)

    @property
    def rows(self) -> list[tuple[str, list[tuple[Decimal | int | None, str]]]]:
        """The same as a table: a category, then each series' value with where it leads."""
        return [(name, [_cell(series, at) for series in self.series]) for at, name in enumerate(self.categories)]


@dataclass(frozen=True, slots=True)
class Tick:
    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Bar:
    """x and width in percents; y and height in pixels; words: what is shown when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    texture: str
    words: str


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    text: str
    is_minor: bool


@dataclass(frozen=True, slots=True)
class Line:
    """points: in a square of 100 by 100 that is stretched over the plot."""

    points: str
    tone: str
    texture: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The marks of a chart."""

    chart: Chart
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    lines: tuple[Line, ...]

    @property
    def span(self) -> float:
        """The width of the plot, in percents."""
        return 100 - GUTTER

    @property
    def depth(self) -> int:
        """The height of the plot, in pixels."""
        return HEIGHT - FOOT - TOP


def drawn(chart: Chart) -> Drawing:
    """Return the marks of *chart*, on a scale of whole numbers; a line that goes below zero takes it down with it."""
    ticks = scale(_highest(chart), _lowest(chart))
    bottom, top = ticks[0], ticks[-1]
    marks = [Tick(_height_of(value, top, bottom), value) for value in ticks]
    is_line = chart.form == LINE
    bars = () if is_line else tuple(_bars(chart, top))
    lines = tuple(_lines(chart, top, bottom)) if is_line else ()
    return Drawing(chart, tuple(marks), bars, tuple(_labels(chart)), lines)


def scale(highest: float, lowest: float = 0) -> list[int]:
    """Return the values of the grid, zero among them, past *highest* and *lowest*, by steps of 1, 2, 5 and tens."""
    step, factors = 1, (2, 2.5, 2)
    turn = 0
    while step * MOST_TICKS < highest - min(lowest, 0):
        step = int(step * factors[turn % 3])
        turn += 1
    above = max(-(-int(-(-highest // 1)) // step), 1)
    below = -int(min(lowest, 0) // step)
    return [step * number for number in range(-below, above + 1)]


def _highest(chart: Chart) -> float:
    values = [[series.values[at] or 0 for series in chart.series] for at in range(len(chart.categories))]
    return max((max(column) if chart.form == LINE else sum(column) for column in values), default=0)


def _lowest(chart: Chart) -> float:
    if chart.form != LINE:
        return 0
    return min((value for series in chart.series for value in series.values if value is not None), default=0)


def _height_of(value: float, top: int, bottom: int = 0) -> float:
    return round(HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * (value - bottom) / (top - bottom), 1)


def _slots(chart: Chart) -> Iterator[tuple[int, float, float]]:
    """Yield each category with where its slot starts and how wide it is, in percents."""
    width = (100 - GUTTER) / max(len(chart.categories), 1)
    for at in range(len(chart.categories)):
        yield at, GUTTER + width * at, width


def _bars(chart: Chart, top: int) -> Iterator[Bar]:
    filled = 0.92 if chart.form == HISTOGRAM else 0.62
    for at, x, width in _slots(chart):
        below = 0.0
        for series in chart.series:
            value = series.values[at]
            if value:
                y = _height_of(below + value, top)
                words = f"{chart.categories[at]} · {series.label} · {value:g}"
                start = round(x + width * (1 - filled) / 2, 3)
                height = round(_height_of(below, top) - y, 1)
                yield Bar(start, y, round(width * filled, 3), height, series.tone, series.texture, words)
                below += value


def _lines(chart: Chart, top: int, bottom: int) -> Iterator[Line]:
    width = 100 / max(len(chart.categories), 1)
    for series in chart.series:
        points = [
            f"{width * (at + 0.5):.2f},{100 - 100 * (value - bottom) / (top - bottom):.2f}"
            for at, value in enumerate(series.values)
            if value is not None
        ]
        yield Line(" ".join(points), series.tone, series.texture)


def _labels(chart: Chart) -> Iterator[Label]:
    """Yield the name under each category, or under some when there are many; the minor ones leave narrow screens."""
    every = max(-(-len(chart.categories) // _MOST_LABELS), 1) if chart.form == LINE else 1
    for at, x, width in _slots(chart):
        if at % every == 0:
            yield Label(round(x + width / 2, 3), chart.categories[at], is_minor=(at // every) % 2 == 1)


def _cell(series: Series, at: int) -> tuple[Decimal | int | None, str]:
    value = series.values[at]
    exact = Decimal(str(value)) if isinstance(value, float) else value  # 0.1 is shown as it was written.
    return exact, series.links[at] if series.links else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole, in percents of the width; words: what it is."""

    x: float
    width: float
    tone: str
    texture: str
    words: str


def parts(values: Sequence[tuple[str, int, str, str]], *, whole: int = 0) -> list[Part]:
    """Return the parts of a bar that shows *values* (label, count, tone, texture) out of *whole*, else of their sum."""
    total = whole or sum(count for _label, count, _tone, _texture in values)
    found, x = [], 0.0
    for label, count, tone, texture in values:
        if count and total:
            width = round(100 * count / total, 3)
            found.append(Part(round(x, 3), width, tone, texture, f"{label} · {count}"))
            x += width
    return found
