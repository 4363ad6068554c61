"""Text that people write with Markdown, turned into HTML that may stand in any page, or into plain words.

Two walls, each sufficient: the reader of Markdown lets no HTML through, and a sanitiser keeps a short list of tags of
what it wrote. No picture is ever fetched: its description stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS: Final = frozenset(
    {"a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong"}
    | {"table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ATTRIBUTES: Final = {
    "a": {"href", "title", "data-external"},
    "ol": {"start"},
    "td": {"data-align"},
    "th": {"data-align"},
}
ALIGNED: Final = {"text-align:left": "start", "text-align:center": "center", "text-align:right": "end"}
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})

# These characters turn the order of the letters around: « facture_fdp.exe » would be read « facture_exe.pdf ».
TURNING: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


# What takes the reader of Markdown long, or makes megabytes of a few letters; beyond it, marks are shown as typed.
MOST_BRACKETS: Final = 2_000
MOST_CELLS: Final = 20_000


def rendered(markdown_text: str, *, top: int = 3) -> SafeString:
    """*markdown_text* as safe HTML: CommonMark, tables and ~~strikethrough~~; a single line end stays a line end.

    top: level of the highest heading used (2 to 6); the others follow without a gap, to fit the page. HTML is shown
    as typed. Links may lead to http, https, mailto and tel, or inside the site; those that leave it have data-external.
    """
    tokens = _parsed(markdown_text)
    _place_headings(tokens, top)
    for token in _all(tokens):
        _adapt(token)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return mark_safe(  # noqa: S308 - the sanitiser wrote it.
        nh3.clean(html, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=set(SCHEMES), link_rel="nofollow noopener")
    )


def prose(markdown_text: str, top: int = 3) -> SafeString:
    """The same inside the element that gives it its look."""
    return format_html('<div class="prose">{}</div>', rendered(markdown_text, top=top))


def plain(markdown_text: str) -> str:
    """The words of *markdown_text*, without marks or addresses, a block a line: for searches, excerpts, titles."""
    blocks = (_words(token) for token in _parsed(markdown_text))
    return "\n".join(words for words in blocks if words)


def _parsed(markdown_text: str) -> list[Token]:
    whole = markdown_text.encode("utf-8", "replace").decode("utf-8")
    reader = _WORDS_ALONE if _takes_long(whole) else _MARKDOWN
    return reader.parse(whole.translate(TURNING))


def _takes_long(text: str) -> bool:
    lines = text.split("\n")
    cells = max(line.count("|") for line in lines) * len(lines)  # A short line is filled up to the widest.
    return text.count("[") > MOST_BRACKETS or cells > MOST_CELLS


def _place_headings(tokens: Sequence[Token], top: int) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    used = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(used.index(token.tag) + max(top, 2), 6)}"


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _adapt(token: Token) -> None:
    """Mark what leaves the site, say the alignment without a style, put its description in place of a picture."""
    if token.type == "link_open" and _is_external(str(token.attrGet("href"))):
        token.attrSet("data-external", "")
    elif token.type in ("th_open", "td_open") and (style := token.attrGet("style")):
        token.attrSet("data-align", ALIGNED[str(style)])
    elif token.type == "image":
        token.type, token.content = "text", _words(token)


def _is_external(href: str) -> bool:
    return href.startswith("//") or href.lower().startswith(("http:", "https:"))


def _words(token: Token) -> str:
    if token.children is None:
        return token.content.strip() if token.type in ("fence", "code_block") else ""
    return "".join(_piece(child) for child in token.children).strip()


def _piece(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return _words(token) if token.type == "image" else token.content


_WORDS_ALONE: Final = MarkdownIt("zero", {"html": False, "breaks": True}).enable(["newline"])
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
