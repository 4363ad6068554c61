"""The share of requests picked up in time, as a booklet states it or as information."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from livret.booklet import Absent, Booklet
from livret.booklet.attainment import Attainment, judged
from livret.care.figures.rules.settings import settings
from livret.kernel.periods import DayPeriod


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised. share: None where the booklet states none, by *clause*, and the figure is information only.

    months: of each successive period; the publisher's choice where there is no share.
    """

    share: Fraction | None
    months: int
    clause: str

    @property
    def is_promised(self) -> bool:
        return self.share is not None


@dataclass(frozen=True, slots=True)
class Share:
    """The share kept over a period. is_met, misses_left: None where nothing is promised."""

    period: DayPeriod
    counted: int
    on_time: int
    rate: Fraction | None
    is_met: bool | None
    misses_left: int | None


def target_of(booklet: Booklet) -> Target:
    """Return the share that *booklet* promises. Source: Sprint S-13; Care C-14 promises every request, not a share."""
    share, months = booklet.support.pick_up_share, booklet.support.pick_up_share_period
    if isinstance(share, Absent) or isinstance(months, Absent):
        return Target(None, settings().information_months, share.clause or "")
    return Target(share.value, months.value, share.clause)


def kept(target: Target, period: DayPeriod, *, counted: int, on_time: int) -> Share:
    """Return the share kept over *period*, out of *counted* requests."""
    found: Attainment = judged(period, counted=counted, on_time=on_time, threshold=target.share or Fraction(1))
    if not target.is_promised:
        return Share(period, counted, on_time, found.rate, None, None)
    return Share(period, counted, on_time, found.rate, found.is_met, found.misses_left)


def is_close(share: Share) -> bool:
    """Tell whether a promised share is missed, or may miss so few more that somebody should know."""
    if share.misses_left is None or not share.counted:
        return False
    return not share.is_met or share.misses_left <= settings().close_misses
