"""Tags for moving about: side menu, tabs, menus, pages of a list and sorted columns."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context
from django.utils.safestring import SafeString

from livret.core.ui.context import LinkGroup
from livret.core.ui.tags.rendering import address_with, component, next_id, query_of, request_of

register = template.Library()


@register.simple_block_tag
def side_menu(content: str, label: str) -> SafeString:
    """The menu of a shell: groups as content. label: its name for screen readers."""
    return component("side_menu", content=content, label=label)


@register.simple_block_tag
def side_group(content: str, label: str = "") -> SafeString:
    """Links of the side menu under one heading."""
    return component("side_group", content=content, label=label)


@register.simple_tag(takes_context=True)
def side_link(
    context: Context,
    label: str,
    url: str,
    *,
    icon: str = "",
    count: int = 0,
    tone: str = "neutral",
    exact: bool = False,
) -> SafeString:
    """A link of the side menu. count: what waits there, hidden when zero; exact: current on its very page only."""
    current = _current(context, url, exact=exact)
    return component("side_link", label=label, url=url, icon=icon, count=count, tone=tone, current=current)


@register.simple_block_tag
def tabs(content: str, label: str) -> SafeString:
    """Links between the areas of one object, as `tab` tags."""
    return component("tabs", content=content, label=label)


@register.simple_tag(takes_context=True)
def tab(context: Context, label: str, url: str, *, count: int | None = None, exact: bool = False) -> SafeString:
    """One area, with the count of what it holds."""
    return component("tab", label=label, url=url, count=count, current=_current(context, url, exact=exact))


@register.simple_tag(takes_context=True)
def tab_group(context: Context, group: LinkGroup) -> SafeString:
    """Areas that share one tab: a button that lists them, marked when one of them is open."""
    links = [(link, _current(context, link.url, exact=link.is_exact)) for link in group.links]
    opened = any(current for _link, current in links)
    return component("tab_group", label=group.label, links=links, is_open=opened, id=next_id(context, str(group.label)))


@register.simple_block_tag(takes_context=True)
def menu(
    context: Context, content: str, label: str, *, icon: str = "", kind: str = "plain", align: str = "end"
) -> SafeString:
    """A button that opens a list of further actions, as `menu_item` tags or small forms."""
    return component(
        "menu", content=content, label=label, icon=icon, kind=kind, align=align, id=next_id(context, label)
    )


@register.simple_tag
def menu_item(
    label: str, url: str = "", *, icon: str = "", kind: str = "plain", name: str = "", value: str = ""
) -> SafeString:
    """A line of a menu: a link when it has an address, else a button of the form it stands in."""
    return component("menu_item", label=label, url=url, icon=icon, kind=kind, name=name, value=value)


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page[Any], *, label: str = "") -> SafeString:
    """The pages of a list, keeping its filters; only the range when there is a single page. label: name of the list."""
    query = query_of(context)
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    pages = [(number, address_with(query, page=number) if isinstance(number, int) else "") for number in numbers]
    near = {
        "previous": address_with(query, page=page.previous_page_number()) if page.has_previous() else "",
        "next": address_with(query, page=page.next_page_number()) if page.has_next() else "",
    }
    return component("pagination", page=page, pages=pages, label=label, **near)


@register.simple_tag(takes_context=True)
def sort_header(context: Context, label: str, key: str, *, align: str = "start", unit: str = "") -> SafeString:
    """A column header that sorts by *key* on the query's `sort`, a leading - turns the order round."""
    query = query_of(context)
    sort = query.get("sort", "")
    order = {key: "ascending", f"-{key}": "descending"}.get(sort, "none")
    url = address_with(query, sort=f"-{key}" if sort == key else key, page=None)
    return component("sort_header", label=label, url=url, order=order, align=align, unit=unit)


def _current(context: Context, url: str, *, exact: bool) -> str:
    request = request_of(context)
    if request is None:
        return ""
    if request.path == url:
        return "page"
    return "true" if not exact and url.endswith("/") and url != "/" and request.path.startswith(url) else ""
