from datetime import date
from fractions import Fraction

import pytest
from django.utils.translation import override
from tests.consistency.messages import catalogues, translated

from livret.booklet import library
from livret.booklet.calendar import Calendar
from livret.booklet.listing import values
from livret.portal.booklets import figure, word

BOOKLETS = sorted(library())


def vocabulary():
    """Every unit and word that a booklet's page shows, which no extraction from the code can see."""
    entries = [entry for booklet in library().values() for entry in values(booklet)]
    units = {entry.unit for entry in entries if type(entry.value) is int and entry.unit}
    listed = [
        item
        for entry in entries
        for item in (entry.value if isinstance(entry.value, tuple) else (entry.value,))
        if isinstance(item, str) and not item[0].isdigit()
    ]
    return units | {item.replace("_", " ") for item in listed}


def test_every_unit_and_word_of_the_booklets_has_its_french():
    assert vocabulary() - {message for _context, message in translated(catalogues("fr"))} == set()


@pytest.mark.parametrize(("booklet_id", "version"), BOOKLETS)
def test_a_booklet_shows_each_of_its_clauses_to_anyone(control, client, booklet_id, version):
    page = client.get(f"/livret/{booklet_id}/{version}/").content.decode()

    assert [clause for clause in library()[booklet_id, version].clauses if f'id="{clause}"' not in page] == []


def test_a_version_that_does_not_exist_is_not_found(control, client):
    assert client.get("/livret/care/1999/").status_code == 404


def test_two_booklets_are_compared(control, client):
    (one, version), (other, other_version) = BOOKLETS

    page = client.get(f"/livret/{one}/{version}/comparaison/{other}/{other_version}/")

    assert page.status_code == 200
    assert b"<tbody>" in page.content


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (2_000_000, "mandates", "2\u202f000\u202f000\u00a0mandats"),
        (Fraction(99, 100), "share", "99 %"),
        (Fraction(3, 4), "share", "75 %"),
        (True, "", "oui"),
        (date(2023, 9, 18), "", "18/09/2023"),
        (("blocked", "slowed"), "", "bloqué, ralenti"),
        (None, "", ""),
    ],
)
def test_a_figure_reads_as_people_write_it(value, unit, shown):
    with override("fr"):
        assert figure(value, unit) == shown


def test_opening_hours_are_shown_by_day_and_not_as_a_figure():
    hours = next(e.value for b in library().values() for e in values(b) if isinstance(e.value, Calendar))

    assert figure(hours, "") == ""
    with override("en"):
        assert word("phone_priority") == "phone priority"
