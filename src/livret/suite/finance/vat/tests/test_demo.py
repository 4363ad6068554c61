"""The demonstration: returns filed but the last, and nothing twice."""

from datetime import date

from livret.core.tenancy.context import inside
from livret.suite.finance.tests.factories import ALICE
from livret.suite.finance.vat.demo import furnish
from livret.suite.finance.vat.models import Return
from livret.suite.finance.vat.tests.books import AT, Books


def test_the_returns_of_a_demonstration_are_filed_but_the_last(environment):
    with inside(environment.place):
        books = Books()
        for month in (1, 2, 3):
            books.sale(date(2025, month, 28), 100_000)

        furnish(books.company, by=ALICE, at=AT)
        furnish(books.company, by=ALICE, at=AT)

        states = Return.objects.order_by("first_day").values_list("state", flat=True)
        assert list(states) == ["filed", "filed", "prepared"]
