"""What the tags share: rendering a component, icons, identifiers and the address of the page."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode
from zlib import crc32

from django.http import HttpRequest, QueryDict
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from lucide.templatetags.lucide import lucide

DEFAULT_LANGUAGE = "fr"


def component(name: str, /, **facts: object) -> SafeString:
    """Return the HTML of the component template *name*, which sees *facts* only."""
    return mark_safe(get_template(f"components/_{name}.html").render(facts))  # noqa: S308


@lru_cache(maxsize=256)
def icon_html(name: str) -> SafeString:
    """Return the inline drawing of the Lucide icon *name*, hidden from screen readers. Raises IconDoesNotExist."""
    return mark_safe(lucide(name, size=None, **{"class": "icon", "aria-hidden": "true", "focusable": "false"}))  # noqa: S308


def language() -> str:
    """Return the language in use, without its country."""
    return (get_language() or DEFAULT_LANGUAGE).split("-")[0]


def request_of(context: Context) -> HttpRequest | None:
    """Return the request that the template answers, None when it answers none (mail, test of a component)."""
    return getattr(context, "request", None) or context.get("request")


def next_id(context: Context, seed: object) -> str:
    """Return an HTML id for *seed*, unique in the page and the same at each rendering of the same page."""
    counts: dict[str, int] = (request_of(context) or context).__dict__.setdefault("_ui_ids", {})
    stem = f"u{crc32(str(seed).encode()):08x}"
    counts[stem] = counts.get(stem, 0) + 1
    return stem if counts[stem] == 1 else f"{stem}-{counts[stem]}"


def query_of(context: Context) -> QueryDict:
    """Return a copy of the query of the page, free to be changed."""
    request = request_of(context)
    return request.GET.copy() if request else QueryDict(mutable=True)


def address_with(query: QueryDict, **changes: object) -> str:
    """Return the query part of an address: *query* with *changes*, a None removes the key."""
    pairs = {key: query.getlist(key) for key in query}
    pairs |= {key: [str(value)] for key, value in changes.items() if value is not None}
    for key in [key for key, value in changes.items() if value is None]:
        pairs.pop(key, None)
    return "?" + urlencode(pairs, doseq=True)
