"""Canned answers: their places, filled or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.care.support.rules.canned import PLACES, filled, unknown_places
from livret.core.ui.richtext import plain


@pytest.mark.parametrize(
    ("body", "unknown"),
    [
        ("Bonjour {{prenom}}, {{ numero }}", []),
        ("{{prénom}} {{numero}}", ["prénom"]),
        ("{{a}} {{b}} {{a}}", ["a", "b"]),
        ("{{}}", [""]),
        ("{prenom} et {{ prenom", []),
    ],
)
def test_a_place_that_nothing_fills_is_named(body, unknown):
    assert unknown_places(body) == unknown


def test_a_place_without_a_fact_keeps_its_braces():
    assert filled("Au plus tard {{echeance}}, {{prenom}}.", {"prenom": "Bob"}) == "Au plus tard {{echeance}}, Bob."


def test_what_is_filled_in_is_never_read_again_for_places():
    assert filled("{{objet}}", {"objet": "{{client}}", "client": "Secret"}) == "{{client}}"


@given(st.text(alphabet="*_`[]()<>#~|\\ab 1", min_size=1).filter(str.strip))
def test_what_is_filled_in_reads_as_it_is_whatever_marks_it_holds(value):
    shown = plain("Objet : " + filled("{{objet}}", {"objet": value.strip()}))

    assert shown == f"Objet : {value.strip()}"


def test_every_known_place_is_known():
    assert unknown_places(" ".join("{{" + name + "}}" for name in PLACES)) == []
