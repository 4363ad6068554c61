"""Tags for charts: a drawing with its table under it, and a bar of parts inside a table."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from livret.core.ui import charts
from livret.core.ui.tags.rendering import component, next_id

register = template.Library()


@register.simple_tag(takes_context=True)
def chart(context: Context, drawn: charts.Chart) -> SafeString:
    """A chart drawn on the server, its legend, and the same figures as a table that opens under it."""
    facts = {"chart": drawn, "drawing": charts.drawn(drawn), "id": next_id(context, f"chart {drawn.title}")}
    return component("chart", **facts, height=charts.HEIGHT, top=charts.TOP, gutter=charts.GUTTER)


@register.simple_tag(takes_context=True)
def share_bar(context: Context, values: Sequence[tuple[str, int, str, str]], *, whole: int = 0) -> SafeString:
    """A thin bar of parts (label, count, tone, texture), decorative: the figures stand in the cells beside it.

    whole: what the full width stands for, the sum of the parts otherwise.
    """
    return component("share_bar", parts=charts.parts(values, whole=whole), id=next_id(context, "share"))
