"""The words of a mail: HTML brought to text, and what is new in a reply without what it quotes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import nh3
from mailparser_reply.parser import EmailMessage as Split

LANGUAGES = ("fr", "en")
SPLIT_CHARACTERS, SPLIT_WIDTH = 20_000, 400  # Beyond these the library's patterns take long, and find nothing true.
MOST_TAGS = 20_000  # What is new in a reply stands at its beginning.
_SIGNATURE_LINES, _SIGNATURE_WIDTH, _CLOSING_WIDTH = 10, 90, 60
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "pre", "hr", "ul", "ol", "table"}
)
_QUOTES = frozenset({"blockquote"})
_UNSEEN = {"script", "style", "head", "title", "template", "noscript", "svg", "math"}
# An attribution that the mail program folded: "Le lun. 2 nov. 2026 à 15:04, Support <a@b>\na écrit :"
_FOLDED = re.compile(
    r"^((?:> ?)*(?:Le|On) [^\n]{5,200})\n(?:> ?)*([^\n]{0,120}(?:a écrit|wrote) ?:)[ ]*$", re.MULTILINE
)
_SEPARATOR = re.compile(
    r"^(?:-{2,} ?(?:Message d[’']origine|Original Message|Message transféré|Forwarded message|Message initial) ?-{2,}"
    r"|_{20,}|>? ?Message du \d[^\n]{0,60})[ ]*$",
    re.MULTILINE | re.IGNORECASE,
)
# The head of a quoted mail: « De : » followed within a few lines by « Objet : ».
_HEAD = re.compile(
    r"^\*?(?:De|From) ?:[^\n]{0,300}\n(?:[^\n]{0,300}\n){0,5}?\*?(?:Objet|Subject|Sujet) ?:",
    re.MULTILINE | re.IGNORECASE,
)
_ATTRIBUTION = re.compile(r"^(?:Le|On) [^\n]{5,400}(?:a écrit|wrote) ?:[ ]*$", re.MULTILINE | re.IGNORECASE)
_DELIMITER = re.compile(r"^--[ ]?$", re.MULTILINE)
_SENT_FROM = re.compile(
    r"\n(?:Envoyé (?:de|depuis|à partir de)|Sent from|Get Outlook|Obtenir Outlook|Télécharger Outlook)\b[^\n]{0,100}\Z",
    re.IGNORECASE,
)


def tidied(text: str) -> str:
    """Return *text* that a database and a page can hold: no control or direction marks, one kind of space and line."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text).replace("\u00a0", " ").replace("\u202f", " ")
    text = re.sub(
        r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", "", text
    )
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def unflowed(text: str) -> str:
    """Return text sent as `format=flowed` (RFC 3676) with its paragraphs on one line; quoted lines stay as they are."""
    lines: list[str] = []
    is_open = False
    for line in re.split(r"\r\n|\r|\n", text):
        shown = line.removeprefix(" ")
        is_quote, is_delimiter = shown.startswith(">"), shown == "-- "
        if is_open and not is_quote and not is_delimiter:
            lines[-1] += shown
        else:
            lines.append(shown)
        is_open = line.endswith(" ") and not is_quote and not is_delimiter
    return "\n".join(lines)


def text_of_html(html: str) -> str:
    """Return the words of *html*; a library drops what is hostile first, and quotes keep their mark."""
    html = html if html.count("<") <= MOST_TAGS else "<".join(html.split("<", MOST_TAGS)[:MOST_TAGS])
    clean = nh3.clean(html, tags=set(_BLOCKS), attributes={}, clean_content_tags=_UNSEEN, link_rel=None)
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    return tidied("".join(reader.parts))


class _Reader(HTMLParser):
    """Writes text from clean HTML. Deep quotes are marked once: who quotes whom does not matter here."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._depth = 0
        self._is_fresh_line = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _QUOTES:
            self._depth += 1
        if tag in _BLOCKS:
            self._break(is_forced=tag == "br")
        if tag == "li":
            self._write("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _QUOTES:
            self._depth = max(self._depth - 1, 0)
        if tag in _BLOCKS:
            self._break(is_forced=tag == "p")

    def handle_data(self, data: str) -> None:
        words = re.sub(r"[ \t\r\n]+", " ", data)
        if self._is_fresh_line:
            words = words.lstrip(" ")
        if words:
            self._write(words)

    def _write(self, words: str) -> None:
        if self._is_fresh_line and self._depth:
            self.parts.append("> ")
        self.parts.append(words)
        self._is_fresh_line = False

    def _break(self, *, is_forced: bool) -> None:
        if is_forced or not self._is_fresh_line:
            self.parts.append("\n")
        self._is_fresh_line = True


def fresh_words(text: str) -> str:
    """Return what is new in a tidied reply: without the quoted mails below it and without a signature.

    An answer written between quoted lines keeps them: without them it would make no sense. Where nothing would be left,
    such as in a mail that only forwards, the whole text stays.
    """
    text = _FOLDED.sub(r"\1 \2", text)
    above = _above_quotes(text)
    kept = _without_signature(above).strip()
    return kept or above.strip() or text.strip()


def _above_quotes(text: str) -> str:
    """Return what stands before the first mail quoted whole, and without the quoted lines that end it."""
    begins = [found.start() for pattern in (_SEPARATOR, _HEAD) if (found := pattern.search(text))]
    attributed = _ATTRIBUTION.search(text)
    if attributed and _is_all_quoted(text[attributed.end() :]):
        begins.append(attributed.start())
    cut = text[: min(begins)] if begins else text
    lines = _first_of(cut).rstrip().split("\n")
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        lines.pop()
    return _ATTRIBUTION.sub("", "\n".join(lines)).rstrip() if attributed else "\n".join(lines)


def _is_all_quoted(text: str) -> bool:
    """Tell whether nothing new follows: each line is quoted, or none is, as from programs that do not mark them."""
    lines = [line for line in text.split("\n") if line.strip()]
    marked = sum(line.startswith(">") for line in lines)
    return marked in (0, len(lines)) or not any(
        line.strip() and not line.startswith(">") for line in _between_marks(lines)
    )


def _between_marks(lines: list[str]) -> list[str]:
    """Return the lines from the first marked one to the last."""
    marks = [number for number, line in enumerate(lines) if line.startswith(">")]
    return lines[marks[0] : marks[-1]]


def _first_of(text: str) -> str:
    """Return what stands before the first quoted mail that the library finds, the whole text when it finds none."""
    heads = [str(reply.headers).split("\n")[0] for reply in _split(text) if reply.headers]
    position = text.find(heads[0]) if heads else -1
    return text[:position] if position > 0 else text


def _split(text: str) -> list[Any]:
    """Return the mails that the library tells apart in *text*, none where it is too long for it."""
    if len(text) > SPLIT_CHARACTERS:
        return []
    narrow = "\n".join(line[:SPLIT_WIDTH] for line in text.split("\n"))
    return list(Split(text=narrow, languages=list(LANGUAGES), keep_hyphen_lists=True).read().replies)


def _without_signature(text: str) -> str:
    """Return *text* without its signature: after the standard delimiter, or after a closing that the library knows.

    After a closing, only short lines that end no sentence are a signature; in doubt the words stay.
    """
    delimited = _DELIMITER.search(text)
    if delimited and text[: delimited.start()].strip():
        return text[: delimited.start()]
    text = _SENT_FROM.sub("", text.rstrip()).rstrip()
    found = next((str(reply.signatures) for reply in _split(text)[-1:]), "")
    return text.removesuffix(found) if _is_signature(found) else text


def _is_signature(block: str) -> bool:
    lines = [line.strip() for line in block.strip().split("\n") if line.strip()]
    if not lines or len(lines) > _SIGNATURE_LINES or len(lines[0]) > _CLOSING_WIDTH:
        return False
    return all(
        len(line) <= _SIGNATURE_WIDTH and line[-1] not in "?!:;" and not line[0].islower() and not _is_sentence(line)
        for line in lines[1:]
    )


def _is_sentence(line: str) -> bool:
    return line.endswith(".") and line.count(" ") > 3
