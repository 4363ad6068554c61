"""The catalogue, the sources and the reference page agree."""

import re
from pathlib import Path
from string import Formatter

import pytest

from livret.formats.fec.catalogue import Findings, catalogue
from livret.formats.fec.reference import reference_page

PACKAGE = Path(__file__).parents[1]
SOURCES = "\n".join(path.read_text("utf-8") for path in PACKAGE.glob("*.py"))
CLI = (PACKAGE.parents[1] / "cli" / "fec.py").read_text("utf-8")
PAGE = PACKAGE.parents[3] / "docs" / "reference" / "fec-findings.md"


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", catalogue().values(), ids=catalogue().keys())
def test_both_languages_say_the_same_values(kind):
    assert fields(kind.messages["fr"]) == fields(kind.messages["en"])


@pytest.mark.parametrize("code", catalogue())
def test_every_code_of_the_catalogue_is_used(code):
    assert f'"{code}"' in SOURCES + CLI


@pytest.mark.parametrize("kind", catalogue().values(), ids=catalogue().keys())
def test_french_spaces_stand_before_high_punctuation(kind):
    assert not re.search(r"[^\u202f\u00a0\d](?:[;!?»])|« |[^\u00a0]: | '", kind.messages["fr"].replace("’", "’"))


def test_the_reference_page_is_the_catalogue():
    assert PAGE.read_text("utf-8") == reference_page()


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="language"):
        Findings("de")
