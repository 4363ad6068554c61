"""Filters for amounts, days, instants and durations; what is absent shows a dash that screen readers can say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from livret.core.ui import figures
from livret.core.ui.tags.rendering import component, language
from livret.kernel.money import euros_of

register = template.Library()
Shown = Callable[..., str]


def absent_html() -> SafeString:
    """Return the dash of an empty cell, with its words for screen readers."""
    return format_html(
        '<span class="absent" aria-hidden="true">–</span><span class="visually-hidden">{}</span>', gettext("not given")
    )


def shows(figure: Shown) -> Shown:
    """Register *figure* as a filter that shows the dash for None and the empty string."""

    @wraps(figure)
    def shown(value: Any, *options: Any) -> str:
        return absent_html() if value is None or value == "" else figure(value, *options)

    register.filter(figure.__name__, shown)
    return shown


@register.simple_tag
def absent() -> SafeString:
    """The dash of an empty cell."""
    return absent_html()


@shows
def euros(value: Decimal) -> str:
    return figures.euros_text(Decimal(value), language=language())


@shows
def cents(value: int) -> str:
    return figures.euros_text(euros_of(value), language=language())


@shows
def amount(value: Decimal) -> str:
    return figures.amount_text(Decimal(value), language=language())


@shows
def amount_cents(value: int) -> str:
    return figures.amount_text(euros_of(value), language=language())


@shows
def number(value: Decimal | int) -> str:
    return figures.number_text(value, language=language())


@shows
def percent(value: Decimal | Fraction, decimals: int = 2) -> str:
    return figures.percent_text(value, language=language(), decimals=decimals)


@shows
def size(value: int) -> str:
    return figures.size_text(value, language=language())


@shows
def duration(value: timedelta) -> str:
    return figures.duration_text(value)


@shows
def day(value: date) -> str:
    return _time(value.isoformat()[:10], figures.day_text(value))


@shows
def day_long(value: date) -> str:
    return _time(value.isoformat()[:10], figures.day_words(value, language=language()))


@shows
def month(value: date) -> str:
    return _time(f"{value:%Y-%m}", figures.month_words(value, language=language()))


@shows
def instant(value: datetime) -> str:
    return _time(figures.in_paris(value).isoformat(), figures.instant_text(value))


@shows
def instant_long(value: datetime) -> str:
    return _time(figures.in_paris(value).isoformat(), figures.instant_words(value, language=language()))


@register.simple_tag
def period(first: date, last: date, *, words: bool = False) -> SafeString:
    """The days from *first* to *last*, both included; words: as in a sentence."""
    return component("period", first=first, last=last, words=words)


def _time(machine: str, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', machine, text)
