"""No string of the interface is left in English on a French page."""

import re

import pytest

from tests.consistency.messages import PACKAGE, catalogues, said_in, translated

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def sources():
    return [*PACKAGE.glob("**/*.py"), *PACKAGE.glob("**/templates/**/*.html")]


def test_every_message_has_its_french():
    done = translated(catalogues("fr"))
    missing = [
        f"{file.relative_to(PACKAGE)}:{line}: {key[1][:80]!r}"
        for file in sources()
        for key, line in said_in(file)
        if key not in done
    ]

    assert missing == []


@pytest.mark.parametrize("folder", sorted(catalogues("fr")), ids=str)
def test_a_translation_keeps_the_placeholders_of_its_message(folder):
    broken = [
        message.id
        for message in catalogues("fr")[folder]
        if message.id and message.string and not isinstance(message.id, tuple)
        if sorted(PLACEHOLDER.findall(message.id)) != sorted(PLACEHOLDER.findall(message.string))
    ]

    assert broken == []
