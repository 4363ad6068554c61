"""The notice that the law wants beside a FEC.

Source: LPF, art. A47 A-1, XI (name, nature and meaning of fields; meaning of codes; character set and separators).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from .fields import OFFICIAL
from .naming import file_name


def description(
    siren: str, *, closing: date, journals: Mapping[str, str], separator: str = "\t", charset: str = "iso-8859-15"
) -> str:
    """Return the notice, in French, for the file that `write` makes with these choices.

    journals: label by code, the codes used as values in the file.
    """
    texts = _texts()
    head = [
        texts["title"].format(name=file_name(siren, closing)),
        texts["basis"],
        texts["siren"].format(siren=siren),
        texts["closing"].format(closing=f"{closing:%d/%m/%Y}"),
    ]
    technical = [
        texts["charset"].format(charset=charset.upper()),
        texts["structure"],
        texts["separator"].format(separator=texts["tab" if separator == "\t" else "pipe"]),
        texts["line_end"],
        texts["amounts"],
        texts["dates"],
    ]
    sections = [
        _section(texts["technical"], technical),
        _section(texts["fields"], [_field(rank, name) for rank, name in enumerate(OFFICIAL, start=1)]),
        _section(texts["journals"], [f"{code}\u00a0: {label}" for code, label in sorted(journals.items())]),
    ]
    return "\n\n".join(["\n".join(head), *sections]) + "\n"


def _field(rank: int, name: str) -> str:
    nature, meaning = _texts()["meanings"][name]
    return f"{rank}. {name} ({nature})\u00a0: {meaning}"


def _section(title: str, items: list[str]) -> str:
    return "\n".join([title, *(f"- {item}" for item in items)])


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "description.toml").read_text("utf-8"))
