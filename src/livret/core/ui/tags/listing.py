"""Tags for many things: tables, filters, timelines, progress, and the working of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from livret.core.ui.steps import Step
from livret.core.ui.tags.rendering import component, next_id, request_of

register = template.Library()


@register.simple_block_tag(takes_context=True)
def table(
    context: Context, content: str, caption: str, *, note: str = "", hidden_caption: bool = False, tall: bool = False
) -> SafeString:
    """A table in a region that scrolls by keyboard: thead, tbody and tfoot as content.

    note: beside the caption, such as the count; hidden_caption: for screen readers only; tall: long enough to scroll
    inside itself under its header.
    """
    facts = {"caption": caption, "note": note, "hidden_caption": hidden_caption, "tall": tall}
    return component("table", content=content, id=next_id(context, caption), **facts)


@register.simple_block_tag(takes_context=True)
def filter_bar(context: Context, content: str, *, target: str = "", result: str = "", label: str = "") -> SafeString:
    """Filters kept in the address, fields as content.

    target: selector of the part that changes with them; result: the count found, in words.
    """
    request = request_of(context)
    path = request.path if request else ""
    return component("filter_bar", content=content, target=target, result=result, label=label, path=path)


@register.simple_block_tag
def timeline(content: str, label: str) -> SafeString:
    """What happened, oldest first, as `event` tags."""
    return component("timeline", content=content, label=label)


@register.simple_block_tag
def event(
    content: str,
    title: str,
    at: datetime,
    *,
    by: str = "",
    tone: str = "neutral",
    icon: str = "circle",
    kind: str = "fact",
) -> SafeString:
    """One thing that happened. kind: fact, or message when the content is what somebody wrote."""
    return component("event", content=content, title=title, at=at, by=by, tone=tone, icon=icon, kind=kind)


@register.simple_tag
def progress(label: str, done: int, total: int, *, detail: str = "", tone: str = "accent") -> SafeString:
    """How far a batch has come, in words and as a bar."""
    return component("progress", label=label, done=done, total=total, detail=detail, tone=tone)


@register.simple_tag(takes_context=True)
def working(
    context: Context,
    steps: Sequence[Step],
    *,
    question: str,
    answer: str = "",
    reading: str = "",
    clause: str = "",
    opened: bool = False,
) -> SafeString:
    """Why a figure is what it is: the stretches of time that were counted, those that were not, and the clause.

    question: such as "Why this hour?"; reading: which reading of the clause was applied.
    """
    counted = sum((step.duration for step in steps if step.is_counted), timedelta(0))
    facts = {"question": question, "answer": answer, "reading": reading, "clause": clause, "opened": opened}
    return component("working", id=next_id(context, question), steps=steps, counted=counted, **facts)
