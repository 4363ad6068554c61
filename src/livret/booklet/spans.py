"""Half-open spans of time [from, to), in whole seconds of the Unix epoch, and the algebra of sorted lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the union, sorted: overlapping and touching spans become one, empty ones vanish."""
    union: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        else:
            union.append((start, end))
    return union


def common(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """Return what two sorted, disjoint lists share."""
    shared: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            shared.append((start, end))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return shared


def without(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """Return what is left of a sorted, disjoint list once another is taken away."""
    kept: list[Span] = []
    j = 0
    for start, end in left:
        while j < len(right) and right[j][1] <= start:
            j += 1
        k, cursor = j, start
        while k < len(right) and right[k][0] < end:
            if cursor < right[k][0]:
                kept.append((cursor, right[k][0]))
            cursor = max(cursor, right[k][1])
            k += 1
        if cursor < end:
            kept.append((cursor, end))
    return kept


def clipped(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return the parts of *spans* inside [start, end)."""
    return [(max(a, start), min(b, end)) for a, b in spans if max(a, start) < min(b, end)]


def length(spans: Iterable[Span]) -> int:
    """Return the seconds of disjoint spans."""
    return sum(end - start for start, end in spans)
