"""Nobody is shown a way that is closed to them, and every page has a way to it, from the home page on."""

from __future__ import annotations

import pytest
from django.urls import resolve, reverse

from tests.consistency.pages import walk
from tests.consistency.permissions import CONSOLE, SPACE, SUITE
from tests.consistency.world import ROLES

# Its links are samples.
SAMPLES = {"/console/design/"}
# No link leads to these from here: parts of a page that ask for themselves as the person types or waits, what comes
# after a form, the first contract of a client that has none, the contact of a contract that is owed reports, and the
# confirmation of a closing, which waits until no draft is left in the year, and that of a purge, which waits ten years.
REACHED_OTHERWISE = {
    "phone:place",
    "support:promise",
    "support:alike",
    "knowledge:proposed",
    "finance:draft_validation",
    "entry:accounts",
    "entry:parties",
    "entry:open_lines",
    "entry:rate",
    "entry:document_preview",
    "closing:closure_confirmation",
    "closing:purge_confirmation",
    "clients:contract_new",
    "figures_console:report_contact",
}


@pytest.fixture(scope="module")
def walked(world):
    """Where each role comes by following links: the page that leads there and the answer, by address."""
    found = {}

    def walked(role):
        if role not in found:
            with world.put_back():
                found[role] = walk(reverse("home"), world.browser(role).get, but=SAMPLES)
        return found[role]

    return walked


@pytest.mark.parametrize("role", ROLES)
def test_no_page_leads_where_the_person_may_not_go(walked, role):
    refused = {path: origin for path, (origin, response) in walked(role).items() if response.status_code >= 400}

    assert refused == {}
    assert len(walked(role)) > 5


@pytest.mark.parametrize(
    ("role", "rows"), [("alice", SPACE + SUITE), ("administrator", CONSOLE)], ids=["alice", "administrator"]
)
def test_every_page_is_reached_by_links(walked, role, rows):
    pages = {row.name for row in rows if "GET" in row.methods and row.outcomes[role] == "in"}

    assert pages - {resolve(path).view_name for path in walked(role)} == REACHED_OTHERWISE & pages
