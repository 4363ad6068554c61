"""The settings of the demonstration are lawful, and made once."""

from stdnum import iban

from livret.core.tenancy.context import inside
from livret.suite.company.models import Company
from livret.suite.finance.models import AnalyticSection, ExchangeRate, Party
from livret.suite.finance.setup.demo import furnish
from livret.suite.finance.tests.factories import ALICE, AT


def test_parties_are_known_once_with_valid_numbers(environment, books_of_2025):
    with inside(environment.place):
        company = Company.objects.get()
        furnish(company, by=ALICE, at=AT)
        furnish(company, by=ALICE, at=AT)

        party = Party.objects.get()
        assert iban.is_valid(party.iban)
        assert party.siren.startswith("000")
        assert (AnalyticSection.objects.count(), ExchangeRate.objects.count()) == (3, 3)
