"""The way from any page of a module to the form of a request, which then holds where the person was."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse

from livret.core.ui.context import Link, LinkGroup

LONGEST_PAGE = 200


def help_url(path: str, groups: Iterable[LinkGroup] = ()) -> str:
    """Return the address of the form, told the page *path*, its module and the menus that lead to it."""
    told = {"page": path[:LONGEST_PAGE], "product": _module(path), "menu": _menu(path, groups)}
    return f"{reverse('support:new')}?{urlencode({name: value for name, value in told.items() if value})}"


def current_page(request: HttpRequest) -> str:
    """Return the address, on this site, of the page from which the command menu was opened; empty when not told."""
    path: str | None = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    return path or ""


def _module(path: str) -> str:
    """Return the module that serves *path*, by the name of its addresses."""
    try:
        return next(iter(resolve(path.partition("?")[0]).namespaces), "")
    except Resolver404:
        return ""


def _menu(path: str, groups: Iterable[LinkGroup]) -> str:
    """Return the menus that lead nearest to *path*."""
    leading: list[tuple[int, LinkGroup, Link]] = [
        (len(link.url), group, link) for group in groups for link in group.links if path.startswith(link.url)
    ]
    if not leading:
        return ""
    _length, group, link = max(leading, key=lambda row: row[0])
    return f"{group.label} › {link.label}"
