"""What the interface says, gathered from templates and code as gettext's own tools would."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "livret"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Key = tuple[str, str]  # context, or empty, and the message (the singular of a plural)


def said_in(file: Path) -> Iterator[tuple[Key, int]]:
    """Yield every translatable message of a template or module, with its line."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(file)).split("\n"))
    elif file.parent.name == "tests" or "/tests/" in str(file):
        return
    for line, message, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        singular = message[0] if isinstance(message, tuple) else message
        if singular:
            yield (context or "", singular), line


def app_of(file: Path) -> Path:
    """Return the nearest folder above *file* that has a `locale` folder, else the package."""
    return next((folder for folder in file.parents if (folder / "locale").is_dir()), PACKAGE)


def catalogues(language: str) -> dict[Path, Catalog]:
    """Return the catalogue of each app, by its folder."""
    found = {}
    for file in PACKAGE.glob(f"**/locale/{language}/LC_MESSAGES/django.po"):
        with file.open("rb") as stream:
            found[file.parents[3]] = read_po(stream, locale=language)
    return found


def translated(catalogues: dict[Path, Catalog]) -> set[Key]:
    """Return what has a translation that is neither empty nor in doubt, whichever app translates it."""
    done = set()
    for catalogue in catalogues.values():
        for message in catalogue:
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.id and all(texts) and not message.fuzzy:
                singular = message.id[0] if isinstance(message.id, tuple) else message.id
                done.add((message.context or "", singular))
    return done
