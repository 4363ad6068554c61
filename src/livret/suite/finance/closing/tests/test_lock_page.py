"""The page of period locks proposes what comes next."""

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.closing.tests.factories import posted, two_years


@pytest.mark.parametrize(("locked", "proposed"), [("", "2025-02-01"), ("2025-04-01", "2025-05-01")])
def test_the_first_month_that_is_open_is_proposed_to_be_locked(browse, environment, cast, locked, proposed):
    with inside(environment.place):
        former, _following = two_years()
        posted(former, ("411000", 12_000, "C1"), ("706000", -12_000))
    page = f"/e/{environment.slug}/comptabilite/732829320/cloture/2025-12-31/verrous/"
    browse().post(page, {"until": locked})

    assert browse().get(page).context["form"]["until"].value() == proposed
