"""Tags for what a page says: header, badge, notice, key figure, clause mark, hints and facts."""

from __future__ import annotations

from typing import Final

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from livret.core.ui.richtext import prose
from livret.core.ui.tags.rendering import component, icon_html, next_id

register = template.Library()

TONE_ICONS: Final = {
    "good": "circle-check",
    "warn": "triangle-alert",
    "bad": "octagon-x",
    "info": "info",
    "accent": "flag",
    "neutral": "circle-dashed",
}


@register.filter
def tone(level: str) -> str:
    """The tone of a message of Django's framework, by its level tag."""
    return {"success": "good", "warning": "warn", "error": "bad"}.get(level, "info")


@register.filter
def richtext(text: str, top: int = 3) -> SafeString:
    """Markdown that people wrote, as safe HTML. top: level of its highest heading, 3 under a panel's title."""
    return prose(text, top)


@register.simple_tag
def icon(name: str) -> SafeString:
    """The Lucide icon *name*, decorative: words stand beside it."""
    return icon_html(name)


@register.simple_block_tag
def page_header(content: str, title: str, *, lead: str = "", state: str = "") -> SafeString:
    """Title of the page with its state (a badge) and, as content, its actions: the main one first."""
    return component("page_header", content=content, title=title, lead=lead, state=state)


@register.simple_block_tag
def breadcrumb(content: str, *, label: str = "") -> SafeString:
    """The way back: crumbs as content, the page itself last, without address. label: its name when a page holds two."""
    return component("breadcrumb", content=content, label=label)


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumb."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_tag
def badge(label: str, tone: str = "neutral", *, icon: str = "") -> SafeString:
    """A state: icon and word, the colour only repeats them. Raises KeyError on an unknown tone."""
    return component("badge", label=label, tone=tone, icon=icon or TONE_ICONS[tone])


@register.simple_block_tag
def notice(content: str, tone: str = "info", *, title: str = "", live: bool = False) -> SafeString:
    """Something to know before going on; live: screen readers say it as it appears."""
    return component("notice", content=content, tone=tone, title=title, icon=TONE_ICONS[tone], live=live)


@register.simple_block_tag
def key_figure(content: str, label: str, *, detail: str = "", tone: str = "neutral", clause: str = "") -> SafeString:
    """A figure that matters, as content, with its label, a detail, and the clause mark it comes from."""
    return component("key_figure", content=content, label=label, detail=detail, tone=tone, clause=clause)


@register.simple_tag
def clause(booklet: str, version: str, clause: str, label: str = "") -> SafeString:
    """A small mark beside a figure that opens the clause it comes from. label: what the clause is about."""
    return component("clause", url=clause_url(booklet, version, clause), clause=clause, label=label)


@register.simple_tag
def clause_url(booklet: str, version: str, clause: str) -> str:
    """The stable address of a clause: it stands in documents outside this program and never changes."""
    return f"/livret/{booklet}/{version}/#{clause}"


@register.simple_tag
def copyable(value: str, *, label: str = "", shown: str = "") -> SafeString:
    """An identifier with a button that copies it. shown: the same with its groups parted, as people read it."""
    return component("copyable", value=value, label=label, shown=shown or value)


@register.simple_block_tag(takes_context=True)
def hint(context: Context, content: str, *, label: str = "") -> SafeString:
    """A question mark that opens a short explanation. label: what is explained, for screen readers."""
    return component("hint", content=content, label=label, id=next_id(context, f"{label}{content}"))


@register.simple_block_tag(takes_context=True)
def term(context: Context, content: str, word: str) -> SafeString:
    """A word of the glossary that opens its definition, given as content."""
    return component("term", content=content, word=word, id=next_id(context, word))


@register.simple_block_tag
def facts(content: str, layout: str = "list") -> SafeString:
    """Facts about one object, as `fact` tags; layout: list or strip."""
    return component("facts", content=content, layout=layout)


@register.simple_block_tag
def fact(content: str, label: str) -> SafeString:
    """One fact: its label and, as content, its value."""
    return format_html("<dt>{}</dt><dd>{}</dd>", label, content)


@register.simple_block_tag
def panel(content: str, title: str = "", *, lead: str = "", link: str = "", url: str = "") -> SafeString:
    """A framed part of a page with its title (level 2) and a link to the rest."""
    return component("panel", content=content, title=title, lead=lead, link=link, url=url)


@register.simple_block_tag
def empty(content: str, title: str, *, kind: str = "nothing") -> SafeString:
    """A place with nothing to show, actions as content.

    kind: nothing (yet), no_match (of a filter) or no_right (to see).
    """
    icons = {"nothing": "inbox", "no_match": "search-x", "no_right": "lock"}
    return component("empty", content=content, title=title, icon=icons[kind])
