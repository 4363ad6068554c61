"""A batch of transfers is still shown once the years of what it paid, and of its own entry, are purged."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from livret.core.tenancy.context import inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.bank.tests.factories import make_bank_account
from livret.suite.finance.closing.services.archiving import make_archive
from livret.suite.finance.closing.services.definitive import close_year
from livret.suite.finance.closing.services.purging import purge_year
from livret.suite.finance.closing.tests.factories import KEPT, posted
from livret.suite.finance.closing.tests.purged import MADE, PURGED, finish, old_years, settle
from livret.suite.finance.payments import services
from livret.suite.finance.payments.models import PaidLine
from livret.suite.finance.payments.queries import items_of, token_of
from livret.suite.finance.payments.removing import remove_line
from livret.suite.finance.payments.tests.factories import buy, make_supplier

PAID_ON = date(2012, 12, 3)
THEN = {"by": KEPT["by"], "at": datetime(2012, 12, 3, 9, tzinfo=UTC)}


def prepared(year, bank, amounts):
    days = {"execution_on": PAID_ON, "until": PAID_ON, "today": PAID_ON}
    return services.prepare(year, bank_account=bank, amounts=amounts, **days, **THEN)


@pytest.fixture
def batch(environment, cast, settings, tmp_path):
    """The address of a batch of 2012, a line taken out, its year closed with an archive."""
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        former, following = old_years()
        posted(former, ("512000", 1_200), ("706000", -1_200), label="Vente au comptant")
        supplier, bank = make_supplier(former.company), make_bank_account(former.company)
        kept, out = (buy(supplier, cents, day=date(2012, 10, 1), piece=f"FA-{cents}") for cents in (900, 300))
        held = prepared(former, bank, {kept: 900, out: 300})
        remove_line(held, PaidLine.objects.get(entry=out[0]).pk, **THEN)
        for one in (held, prepared(former, bank, {out: 300})):
            services.approve(one, seen=token_of(items_of(one)), **THEN)
            services.send(one, allowance=None, today=PAID_ON, **THEN)
        close_year(former, **KEPT)
        former.refresh_from_db()
        make_archive(former, **MADE)
        settle(following)
        finish(following)
    return f"/e/{environment.slug}/comptabilite/{former.company.siren}/paiements/{held.pk}/"


def test_a_batch_of_a_purged_year_shows_its_amounts_and_says_where_its_lines_went(browse, environment, batch):
    before = browse().get(batch).content.decode()
    with inside(environment.place):
        purge_year(FiscalYear.objects.get(last_day="2012-12-31"), **PURGED)

    page = browse().get(batch)

    text = page.content.decode()
    assert ("FA-900" in before, "FA-300" in before, "purgée" in before) == (True, True, False)
    assert (page.status_code, text.count("Ligne purgée avec son exercice")) == (200, 2)
    assert "L’écriture a été purgée avec son exercice" in text
    assert "9,00" in text
    assert "/ecritures/" not in text.partition("<main")[2]
