"""SQL names the tables of its own room of finance and of those below: what the import contract says of Python."""

import re
from pathlib import Path

import pytest
from django.apps import apps

FINANCE = Path(apps.get_app_config("finance").path)
LAYERS = (
    ("review",),
    ("closing",),
    ("payments",),
    ("assets", "bank", "entry", "statements", "vat"),
    ("lettering",),
    ("finance",),
)
ROOMS = [(depth, room) for depth, layer in enumerate(LAYERS) for room in layer]


def files_of(room):
    folder = FINANCE if room == "finance" else FINANCE / room
    others = [FINANCE / name for _depth, name in ROOMS if name != "finance"] if room == "finance" else []
    every = [path for path in folder.rglob("*.py") if not {"tests", "migrations", "demo"} & set(path.parts)]
    return [path for path in every if not any(path.is_relative_to(other) for other in others)]


@pytest.mark.parametrize(("depth", "room"), ROOMS)
def test_a_room_reads_no_table_of_a_room_beside_or_above_it(depth, room):
    beyond = [name for above, name in ROOMS if above <= depth and name != room]
    tables = [model._meta.db_table for name in beyond for model in apps.get_app_config(name).get_models()]
    named = re.compile(rf"\b({'|'.join(map(re.escape, [*tables, 'no_table']))})\b")

    found = [
        f"{path.relative_to(FINANCE)}: {table}" for path in files_of(room) for table in named.findall(path.read_text())
    ]

    assert found == []
