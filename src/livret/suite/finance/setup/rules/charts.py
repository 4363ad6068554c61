"""What changed from one general chart to the next, and which of them hold a number."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from livret.kernel.charts import Account, Chart, charts


@dataclass(frozen=True, slots=True)
class Change:
    """From one chart to the next: accounts added, removed, and relabelled as (before, after)."""

    before: Chart
    after: Chart
    added: tuple[Account, ...]
    removed: tuple[Account, ...]
    relabelled: tuple[tuple[Account, Account], ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.relabelled)


def change(before: Chart, after: Chart) -> Change:
    """Return what *after* adds to *before*, removes from it and names otherwise, by number."""
    old, new = before.accounts, after.accounts
    both = sorted(old.keys() & new.keys())
    return Change(
        before,
        after,
        added=tuple(new[number] for number in sorted(new.keys() - old.keys())),
        removed=tuple(old[number] for number in sorted(old.keys() - new.keys())),
        relabelled=tuple((old[number], new[number]) for number in both if old[number].label != new[number].label),
    )


def changes() -> list[Change]:
    """Return the changes between successive charts, the latest first."""
    return [change(before, after) for before, after in pairwise(charts())][::-1]


def holders(number: str) -> list[Chart]:
    """Return the charts that hold *number*, or an account that it subdivides."""
    return [chart for chart in charts() if chart.is_valid(number)]
