"""What an address is given, however hostile, never breaks a page: it names nothing, or is left aside."""

from __future__ import annotations

import pytest

BOOKS = "/e/client-a/comptabilite/732829320/"
LONG = "9" * 5_000


@pytest.mark.parametrize(
    "path",
    [
        "reglages/comptes/%00/",
        "reglages/tiers/%00/",
        "reglages/tiers/?q=%00",
        "2025-12-31/comptes/%00/",
        "lettrage/2025-12-31/comptes/411000/?q=%00",
        "etats/2025-12-31/tiers/%00/",
        "ecritures/?person=%00",
        "ecritures/comptes/?q=a%00b",
    ],
)
def test_an_address_with_a_nul_names_nothing(browse, books_of_2025, path):
    assert browse("alice").get(f"{BOOKS}{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"2025-12-31/journaux/VE/?after={LONG}",
        f"2025-12-31/comptes/411000/?after=2025-01-01.{LONG}.1",
        f"lettrage/2025-12-31/comptes/411000/lettrages/?before={LONG}",
        f"lettrage/2025-12-31/comptes/411000/lettrages/?before={'9' * 18}",
        f"banque/?statement={LONG}&before=2025-01-01.{LONG}",
    ],
)
def test_a_number_too_long_is_left_aside(browse, books_of_2025, path):
    assert browse("alice").get(f"{BOOKS}{path}").status_code == 200


@pytest.mark.parametrize("rank", [LONG, "9" * 30, "٣"])
def test_a_return_of_no_rank_is_not_there(browse, books_of_2025, rank):
    assert browse("alice").get(f"{BOOKS}tva/2025-01-01/?rang={rank}").status_code == 404
