from datetime import date
from decimal import Decimal

import pytest

from livret.kernel.legislation import NotInForce
from livret.kernel.vat import vat_rates_on

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "territory", "rates"),
    [
        (date(2013, 12, 31), "mainland", ["0.196", "0.07", "0.055", "0.021"]),
        (date(2014, 1, 1), "mainland", ["0.20", "0.10", "0.055", "0.021"]),
        (TODAY, "mainland", ["0.20", "0.10", "0.055", "0.021"]),
        (date(2013, 12, 31), "corsica", ["0.196", "0.13", "0.08", "0.021", "0.009"]),
        (TODAY, "corsica", ["0.20", "0.13", "0.10", "0.021", "0.009"]),
        (TODAY, "overseas", ["0.085", "0.021", "0.0175", "0.0105"]),
    ],
)
def test_the_rates_of_a_day_come_highest_first(day, territory, rates):
    assert [each.rate for each in vat_rates_on(day, territory=territory)] == [Decimal(rate) for rate in rates]


def test_the_source_moves_from_the_cgi_to_the_cibs_on_1_september_2026():
    before, after = vat_rates_on(date(2026, 8, 31))[0], vat_rates_on(date(2026, 9, 1))[0]

    assert (before.source[:3], after.source[:4]) == ("CGI", "CIBS")


@pytest.mark.parametrize(("day", "territory"), [(date(2011, 12, 31), "mainland"), (TODAY, "guyane")])
def test_a_day_or_a_territory_without_data_is_refused(day, territory):
    with pytest.raises(NotInForce, match=territory):
        vat_rates_on(day, territory=territory)
