"""The first line of a FEC: which separator, which columns, in which places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from .catalogue import Findings
from .fields import BLOCKING, BY_NORMALISED, CASH, KNOWN, OFFICIAL, SIGNED, normalised
from .source import unreadable

SEPARATORS = ("\t", "|", ";", ",")
COLUMNS = 200
RECOGNISED = 3  # Fewer known names than this and the line is no header.


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column stands.

    places: column name -> index of its field; extras: (name, index) of the others; width: fields on a line;
    trailing: the header ends with one separator too many, not counted in the width.
    """

    separator: str
    places: dict[str, int]
    extras: tuple[tuple[str, int], ...]
    width: int
    trailing: bool

    @property
    def is_signed(self) -> bool:
        """Tell whether amounts come as Montant and Sens instead of Debit and Credit."""
        return all(name in self.places for name in SIGNED) and not {"Debit", "Credit"} <= self.places.keys()


def read_header(text: str, findings: Findings, *, line: int, lang: str = "fr") -> Layout:
    """Return the layout that *text* announces, adding what departs from the article. Raises Unreadable.

    The separator is the candidate that yields the most known names; tab, then pipe, when several do.
    Source: LPF, art. A47 A-1, VI and VII.
    """
    separator = max(SEPARATORS, key=lambda candidate: _known_names(text, candidate))
    if _known_names(text, separator) < RECOGNISED:
        raise unreadable("header-unrecognised", lang=lang, line=line, value=text.strip() or " ")
    names = text.split(separator)
    trailing = not names[-1].strip()
    layout = _layout(names[:-1] if trailing else names, separator, trailing)
    for code, column, values in chain(
        _form_remarks(layout, names), _name_remarks(layout, names), _absences(layout), _order_remarks(layout)
    ):
        findings.add(code, line=line, column=column, **values)
    return layout


Remark = tuple[str, str | None, dict[str, object]]


def _known_names(text: str, separator: str) -> int:
    return len({normalised(name) for name in text.split(separator)[:COLUMNS]} & BY_NORMALISED.keys())


def _layout(names: list[str], separator: str, trailing: bool) -> Layout:
    places: dict[str, int] = {}
    extras: list[tuple[str, int]] = []
    for index, name in enumerate(names[:COLUMNS]):
        known = BY_NORMALISED.get(normalised(name))
        if known is None or known in CASH:
            extras.append((known or name.strip() or f"#{index + 1}", index))
        else:
            places.setdefault(known, index)
    return Layout(separator, places, tuple(extras), len(names), trailing)


def _form_remarks(layout: Layout, names: list[str]) -> Iterator[Remark]:
    if layout.separator not in "\t|":
        yield "separator-unusual", None, {"value": layout.separator}
    if layout.trailing:
        yield "trailing-separator", None, {}
    if layout.width > COLUMNS:
        yield "column-count", None, {"value": layout.width}
    if quoted := next((name for name in names if name.strip()[:1] in {'"', "'"}), None):
        yield "column-quoted", None, {"value": quoted.strip()}


def _name_remarks(layout: Layout, names: list[str]) -> Iterator[Remark]:
    seen: set[str] = set()
    for raw in names[: min(layout.width, COLUMNS)]:
        name = raw.strip(" \"'\ufeff\u00a0")
        known = BY_NORMALISED.get(normalised(raw))
        if known is None:
            yield "column-extra", name, {"value": name}
        elif known in seen:
            yield "column-duplicate", known, {"value": known}
        elif name != known:
            yield "column-name", known, {"value": name, "expected": known}
        seen.add(known or name)


def _absences(layout: Layout) -> Iterator[Remark]:
    amounts = SIGNED if layout.places.keys() & set(SIGNED) and "Debit" not in layout.places else ("Debit", "Credit")
    for name in OFFICIAL:
        if name not in layout.places and name not in ("Debit", "Credit"):
            yield "column-missing" if name in BLOCKING else "column-absent", name, {"value": name}
    for name in amounts:
        if name not in layout.places:
            yield "column-missing", name, {"value": name}


def _order_remarks(layout: Layout) -> Iterator[Remark]:
    """Yield the first column that stands elsewhere than the article puts it, those absent aside."""
    found = [name for name, _ in sorted(layout.places.items(), key=lambda item: item[1])]
    expected = sorted(found, key=_rank)
    for name, wanted in zip(found, expected, strict=True):
        if _rank(name) != _rank(wanted):
            yield "column-order", name, {"value": name, "expected": wanted}
            return
    inside = [name for name, index in layout.extras if index < max(layout.places.values())]
    if inside:
        after = next(column for column in found if layout.places[column] > dict(layout.extras)[inside[0]])
        yield "column-order", inside[0], {"value": inside[0], "expected": after}


def _rank(name: str) -> int:
    if name in SIGNED:
        return KNOWN.index(("Debit", "Credit")[SIGNED.index(name)])
    return KNOWN.index(name)
