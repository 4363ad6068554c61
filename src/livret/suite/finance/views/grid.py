"""The grid of an entry: from what is held to its rows, and from what was typed to lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict

from livret.kernel.money import euros_of
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.forms import LineForm, is_key
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount
from livret.suite.finance.queries import typing
from livret.suite.finance.queries.completion import parties_typed
from livret.suite.finance.queries.open_items import OpenLine, lines_at, open_lines
from livret.suite.finance.queries.typing import Axis
from livret.suite.finance.rules import sections
from livret.suite.finance.rules.amounts import typed_cents
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services.drafts import year_at

FEWEST_ROWS, MOST_ROWS, SPARE_ROWS, SHOWN_OPEN = 4, 1000, 2, 100
Lines = formset_factory(LineForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
LineSet: TypeAlias = "BaseFormSet[LineForm]"


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row as the page shows it. extras: its fields behind the key of details; details: those filled, in words."""

    form: LineForm
    account_name: str
    party_name: str
    extras: tuple[Any, ...]
    details: tuple[str, ...]
    open_lines: tuple[tuple[OpenLine, bool], ...]
    has_errors: bool


def blank(axes: Sequence[Axis]) -> LineSet:
    return filled((), FEWEST_ROWS, axes)


def typed_set(data: QueryDict, axes: Sequence[Axis]) -> LineSet:
    return Lines(data, prefix="lines", form_kwargs={"axes": axes})


def filled(lines: Sequence[TypedLine], count: int, axes: Sequence[Axis]) -> LineSet:
    """Return *count* rows, or as many as there are lines, that hold *lines*."""
    rows = [_row(place, line, axes) for place, line in enumerate(lines, start=1)]
    spare: list[dict[str, Any]] = [{} for _blank in range(count - len(rows))]
    return Lines(initial=[*rows, *spare], prefix="lines", form_kwargs={"axes": axes})


def _row(place: int, line: TypedLine, axes: Sequence[Axis]) -> dict[str, Any]:
    return {
        "place": place,
        "account": line.account,
        "auxiliary": line.auxiliary,
        "label": line.label,
        "debit": typed_amount(line.debit_cents),
        "credit": typed_amount(line.credit_cents),
        "due_on": line.due_on,
        "vat_code": line.vat_code,
        "currency": line.currency,
        "currency_amount": f"{line.currency_amount.normalize():f}".replace(".", ",") if line.currency_amount else "",
        "letters": [f"{entry}.{position}" for entry, position in line.letters],
        **{axis.field: _shares(line, axis) for axis in axes},
    }


def _shares(line: TypedLine, axis: Axis) -> str:
    return sections.written([part for part in line.sections if part[0] in axis.codes], codes=axis.codes)


def typed_amount(cents: int) -> str:
    return f"{euros_of(cents):f}".replace(".", ",") if cents else ""


def lines_of(rows: LineSet, *, company: Company, day: date | None, held: Sequence[TypedLine]) -> tuple[TypedLine, ...]:
    """Return the lines typed, blank ones left out.

    held: those of the draft as it stands, for what the grid does not show of them: parts on an axis closed since.
    An amount in another currency without euros takes the rate of *day*, if one is noted. A party typed in the place of
    an account stands for its account and itself.
    """
    rates: dict[str, Any] = {}
    found = []
    for row in rows.forms:
        line = row.line(euros=_euros(row, company, day, rates))
        kept = _unseen(row, held)
        found.append(_with_parts(line, kept) if kept else line)
    return _with_parties(tuple(line for line in found if not line.is_blank), company, day)


def _with_parties(lines: tuple[TypedLine, ...], company: Company, day: date | None) -> tuple[TypedLine, ...]:
    """Return *lines* with the account and number of each party that was typed in the place of an account."""
    texts = {line.account for line in lines if not line.auxiliary}
    parties = parties_typed(company, year_at(company.pk, day) if day else None, texts)
    return tuple(
        replace(line, account=party.account, auxiliary=party.number)
        if not line.auxiliary and (party := parties.get(line.account))
        else line
        for line in lines
    )


def _euros(row: LineForm, company: Company, day: date | None, rates: dict[str, Any]) -> int | None:
    currency, amount = row.cleaned_data["currency"], row.cleaned_data["currency_amount"]
    if not currency or amount is None or day is None:
        return None
    if currency not in rates:
        rates[currency] = typing.rate_on(company, currency, day)
    return typing.euro_cents(amount, rates[currency]) if rates[currency] else None


def _unseen(row: LineForm, held: Sequence[TypedLine]) -> list[sections.Part]:
    place = row.cleaned_data["place"]
    if not place or place > len(held):
        return []
    shown = {pk for axis in row.axes for pk in axis.codes}
    return [part for part in held[place - 1].sections if part[0] not in shown]


def _with_parts(line: TypedLine, kept: Sequence[sections.Part]) -> TypedLine:
    return replace(line, sections=(*line.sections, *kept))


def rows_of(lines: LineSet, company: Company, *, year: FiscalYear | None, shows_open: bool) -> list[GridRow]:
    """Return the rows with the names behind their numbers. shows_open: with the open lines of their parties."""
    values = [{name: form[name].value() or "" for name in ("account", "auxiliary")} for form in lines.forms]
    accounts = typing.account_names(company, {value["account"] for value in values})
    parties = typing.party_names(company, {value["auxiliary"] for value in values})
    held = {f"{line.entry_id}.{line.position}": line for line in lines_at(_letters(lines), company_id=company.pk)}
    return [
        GridRow(
            form,
            accounts.get(value["account"], ""),
            parties.get(value["auxiliary"], ""),
            *_extras(form),
            _open_lines(form, held, choices_for(company, year, **value) if shows_open else ()),
            bool(form.is_bound and form.errors),
        )
        for form, value in zip(lines.forms, values, strict=True)
    ]


def _extras(form: LineForm) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    names = ["due_on", "vat_code", "currency", "currency_amount", *(axis.field for axis in form.axes)]
    shown = tuple(form[name] for name in names)
    return shown, tuple(str(field.label) for field in shown if field.value())


def _letters(lines: LineSet) -> list[tuple[int, int]]:
    keys = [str(key).partition(".") for form in lines.forms for key in form["letters"].value() or []]
    return [(int(entry), int(place)) for entry, _mark, place in keys if is_key(entry, place)]


def _open_lines(
    form: LineForm, held: Mapping[str, OpenLine], found: Sequence[OpenLine]
) -> tuple[tuple[OpenLine, bool], ...]:
    """Return the lines to tick, those ticked already first."""
    ticked = [held[str(key)] for key in form["letters"].value() or [] if str(key) in held]
    keys = {line.key for line in ticked}
    return (*((line, True) for line in ticked), *((line, False) for line in found if line.key not in keys))


def choices_for(company: Company, year: FiscalYear | None, *, account: str, auxiliary: str) -> tuple[OpenLine, ...]:
    """Return the open lines of a party on an account that is lettered; none when one of them is missing."""
    if year is None or not account or not auxiliary:
        return ()
    opened = ChartAccount.objects.filter(company=company, number=account, can_letter=True).first()
    party = AuxiliaryAccount.objects.filter(company=company, number=auxiliary).first()
    if opened is None or party is None:
        return ()
    return open_lines(year, accounts=[opened], auxiliary=party, limit=SHOWN_OPEN).lines


def empty_row(lines: LineSet) -> GridRow:
    """Return the row that the page copies when a line is added."""
    return GridRow(lines.empty_form, "", "", *_extras(lines.empty_form), (), False)


def axes_in(lines: LineSet) -> Sequence[Axis]:
    return lines.empty_form.axes


def totals(lines: LineSet) -> dict[str, int]:
    """Return the cents of the rows as they stand, debit, credit and what is missing; 0 of what cannot be read."""
    sums = {side: sum(_cents(form[side].value()) for form in lines.forms) for side in ("debit", "credit")}
    return {**sums, "difference": abs(sums["debit"] - sums["credit"])}


def _cents(text: object) -> int:
    try:
        return typed_cents(str(text or ""))
    except ValueError:
        return 0
